"""How CKAN says no: one status for several things, many shapes of detail, and texts in any language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

#: `error.__type` values that say for certain: refused, nothing was done (ckan/views/api.py:285-345, quirk A3).
REFUSALS = frozenset(
    {"Validation Error", "Authorization Error", "Not Found Error", "Integrity Error", "Search Query Error"}
)

#: `error.__type` values that come from the search engine (409 from a read, 500 from a write: quirks A3, E3).
SEARCH_ERRORS = frozenset({"Search Error", "Search Query Error", "Search Index Error", "Search Connection Error"})


#: In the text of a `Search Error` that will be the same next time: Solr's own verdict, or CKAN's on q and fq (E12).
_LASTING = ("HTTP 400", "not supported in param", "must be defined at the beginning")


def is_passing_search_error(error: Mapping[str, Any]) -> bool:
    """Tell a search engine that is starting (try again) from a query that it, or CKAN, refuses (do not).

    CKAN answers 409 `Search Error` for all of them (ckan/lib/search/query.py:459-503); only the text, which is never
    translated, tells them apart.
    """
    kind, text = error.get("__type"), str(error.get("message"))
    passing = isinstance(kind, str) and kind in SEARCH_ERRORS - {"Search Query Error"}
    return passing and not any(mark in text for mark in _LASTING)


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
