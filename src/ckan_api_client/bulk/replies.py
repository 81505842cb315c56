"""What became of one record, and the words for it that ckanapi writes to logs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ckan_api_client.exceptions import CkanError, HTTPError, NotAuthorized, NotFound, ValidationError
from ckan_api_client.quirks.errors import SEARCH_ERRORS, kind_of

#: What a flow for one record may raise; it is that record's failure, and nobody else's.
FAILURES = (CkanError, ValueError, OSError)


def _now() -> str:
    return datetime.now().isoformat()  # noqa: DTZ005 - local time without its zone, as ckanapi writes it


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of one record: what was tried, the name of the error, if any, and what came back."""

    action: str | None
    error: str | None
    response: Any = None
    timestamp: str = field(default_factory=_now)


def failure(action: str | None, error: Exception, *, missing: Any = None) -> Reply:
    """Return the reply for an error; `missing` is the response where it is that something was not found."""
    return Reply(action, name_of(error), missing if isinstance(error, NotFound) else _response(error))


def unreadable(error: Exception) -> Reply:
    """Return the reply for a line that could not be read."""
    cause = error.__cause__ or error
    told = str(cause) if isinstance(cause, UnicodeDecodeError) else f"the line {error}"
    return Reply("read", type(cause).__name__, told)


def name_of(error: Exception) -> str:
    """Return what ckanapi calls an error; those that end a run of ckanapi's go by their own names."""
    kind = kind_of(getattr(error, "original", None))
    if kind in SEARCH_ERRORS:
        return kind.replace(" ", "")
    for known in (ValidationError, NotAuthorized, NotFound):
        if isinstance(error, known):
            return known.__name__
    return type(error).__name__


def _response(error: Exception) -> Any:
    original = getattr(error, "original", None)
    if isinstance(error, ValidationError) and isinstance(original, dict):
        return original
    if isinstance(error, NotAuthorized) and isinstance(original, dict):
        return str(original)
    if name_of(error) == "SearchIndexError" and isinstance(original, dict):
        return str(original.get("message", "")).partition(": ")[2] or str(original.get("message", ""))
    return error.message if isinstance(error, HTTPError) else str(error)
