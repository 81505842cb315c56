"""How CKAN says no: one status for several things, many shapes of detail, and texts in any language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

#: The values of `error.__type`, which tells what the status does not (ckan/views/api.py:285-345, quirk A3a).
AUTHORIZATION, NOT_FOUND, VALIDATION = "Authorization Error", "Not Found Error", "Validation Error"
#: Of a wrong shape (quirk A13).
INTEGRITY = "Integrity Error"
#: From the search engine: 409 from a read, 500 from a write (quirk E3).
SEARCH_ERRORS = frozenset({"Search Error", "Search Query Error", "Search Index Error", "Search Connection Error"})
#: They say for certain: refused, nothing was done. For bulk actions see `actions.is_refused_when_done`.
REFUSALS = frozenset({AUTHORIZATION, NOT_FOUND, VALIDATION, INTEGRITY, "Search Query Error"})

#: In the text of a `Search Error` that will be the same next time: Solr's own verdict, or CKAN's on q and fq (E12).
_LASTING = ("HTTP 400", "not supported in param", "must be defined at the beginning")


def kind_of(error: Any) -> str:
    """Return the `__type` of an answer's `error`, or "" where it has none."""
    kind = error.get("__type") if isinstance(error, Mapping) else None
    return kind if isinstance(kind, str) else ""


def is_of_search(error: Any) -> bool:
    """Tell whether the search engine has a part in an error, whatever its shape: a write may then have happened."""
    return "Search" in str(error)


def without_echo(error: Mapping[str, Any]) -> dict[str, Any]:
    """Return an error without the whole request that CKAN may send back in `data` (quirk A13b): not ours to log."""
    return {key: value for key, value in error.items() if key != "data" or kind_of(error) == VALIDATION}


def is_passing_search_error(error: Mapping[str, Any]) -> bool:
    """Tell a search engine that is starting (try again) from a query that it, or CKAN, refuses (do not).

    CKAN answers 409 `Search Error` for all of them (ckan/lib/search/query.py:459-503); only the text, which is never
    translated, tells them apart.
    """
    passing = kind_of(error) in SEARCH_ERRORS - REFUSALS
    return passing and not any(mark in str(error.get("message")) for mark in _LASTING)


def is_immense_term(error: Any) -> bool:
    """Tell whether Solr refused a string field of more than 32,766 bytes: no repetition will help (quirk E11)."""
    return "immense term" in str(error)


def is_failed_match(errors: Mapping[str, Any]) -> bool:
    """Tell whether `package_revise` refused because the dataset is not what `match` says (quirk C4).

    CKAN 2.9 wraps the errors of package_revise in a `message` (fixed in 2.10, #5888).
    """
    wrapped = errors.get("message")
    if isinstance(wrapped, list) and wrapped and isinstance(wrapped[0], Mapping):
        return "match" in wrapped[0]
    return "match" in errors


def flatten_errors(errors: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield (path, message) for each message in CKAN's error detail, whatever its shape (quirk A4).

    Shapes seen: a text; a list of texts; a list aligned with the input, `{}` where an item is fine; nested objects.
    `__type` is mixed in among field names and is left out.
    """
    if isinstance(errors, Mapping):
        for key, value in errors.items():
            if key != "__type":
                yield from flatten_errors(value, f"{path}.{key}" if path else str(key))
    elif isinstance(errors, list):
        for index, value in enumerate(errors):
            yield from flatten_errors(value, path if isinstance(value, str) else f"{path}[{index}]")
    elif errors not in (None, ""):
        yield path, str(errors)
