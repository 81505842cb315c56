"""Ids and names: CKAN takes one for the other, and a dataset may be named like another one's id (quirk D4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def bears(data: Mapping[str, Any], reference: str, by: str = "id") -> bool:
    """Tell whether an answer is about what was asked for by "id" or "name"."""
    return data.get(by) == reference


def id_of(data: Mapping[str, Any]) -> str | None:
    """Return the id that an update goes to, or None: CKAN takes `name` for the address then (quirk D7)."""
    identifier = data.get("id")
    return identifier if isinstance(identifier, str) and identifier else None
