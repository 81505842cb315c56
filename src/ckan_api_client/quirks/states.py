"""States of datasets, groups, organizations and resources. CKAN takes any text for one (quirk C26)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

STATES = frozenset({"active", "deleted", "draft", "pending"})


def is_deleted(data: Mapping[str, Any]) -> bool:
    """Tell whether something is in the trash, where CKAN goes on showing it to who may see it (quirk B5b)."""
    return data.get("state") == "deleted"


def is_active(data: Mapping[str, Any]) -> bool:
    """Tell whether something is there for everybody: a state that is absent or empty is active."""
    return data.get("state") in (None, "", "active")
