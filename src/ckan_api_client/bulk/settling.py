"""Writes whose answer may be lost: it is looked what is there before anything is sent again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ckan_api_client.exceptions import (
    CkanError,
    HTTPError,
    NotFound,
    Outcome,
    SearchError,
    ServerError,
    TransportError,
    ValidationError,
)
from ckan_api_client.quirks.errors import is_immense_term
from ckan_api_client.wire.action import call
from ckan_api_client.wire.messages import Flow, Sleep

#: How often a write is sent whose answer is lost each time.
ATTEMPTS = 3


def settled(action: str, arguments: Mapping[str, Any], look: Callable[[], Flow[Any]]) -> Flow[Any]:
    """Return the result of a write that must not happen twice.

    Where its answer is lost, `look` tells whether it was carried out, by returning the result; None where it was not.
    """
    lost: CkanError | None = None
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return (yield from call(action, arguments, repeatable=False))
        except (ValidationError, NotFound):
            # An earlier one may have been carried out late.
            done = (yield from look()) if lost is not None else None
            if done is None:
                raise
            return done
        except (TransportError, ServerError, SearchError) as error:
            if not _is_in_doubt(error):
                raise
            lost = error
        yield Sleep(float(attempt))
        done = yield from look()
        if done is not None:
            return done
    raise lost or AssertionError("three tries leave an error")


def _is_in_doubt(error: CkanError) -> bool:
    if isinstance(error, TransportError):
        return error.outcome is Outcome.UNKNOWN
    return isinstance(error, HTTPError) and error.status_code >= 500 and not is_immense_term(error.original)  # noqa: PLR2004
