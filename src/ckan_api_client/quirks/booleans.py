"""Booleans, as people write them: CKAN reads "on" as false, and up to 2.11 answers 1 with a 500 (quirks A18c, A18d)."""

from __future__ import annotations

from typing import Any

from ckan_api_client.quirks.text import as_text

_YES = frozenset({"true", "yes", "t", "y", "1", "on"})
_NO = frozenset({"false", "no", "f", "n", "0", "off", ""})


def meant_boolean(value: Any) -> bool | None:
    """Return the boolean that a value means, or None if it means neither."""
    if isinstance(value, bool):
        return value
    word = as_text(value).strip().lower()
    return word in _YES if word in _YES | _NO else None
