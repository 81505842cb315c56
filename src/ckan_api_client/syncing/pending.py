"""What became of a write whose outcome nobody wrote down: the run was killed, or the answer never came.

The journal has what was sent and what was there before; the catalog shows what is there now. A write is atomic, so it
was carried out whole or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ckan_api_client.quirks.equivalence import field_differences
from ckan_api_client.quirks.revising import REMOVED
from ckan_api_client.syncing.base import Base
from ckan_api_client.syncing.state import Entry


def was_carried_out(entry: Entry, current: Mapping[str, Any]) -> bool:
    """Tell whether a write took place, given what the database shows now.

    An update did if the timestamp moved and nothing that it wrote is as it was before; whatever people did since.
    """
    if entry.action == "create":
        return True
    before = entry.before or {}
    if current.get("metadata_modified") == before.get("metadata_modified"):
        return False
    written = {key: value for key, value in (entry.values or {}).items() if value is not REMOVED}
    return bool(written) and all(field_differences({key: before.get(key)}, current) for key in written)


def base_after(entry: Entry, base: Base | None, current: Mapping[str, Any]) -> Base | None:
    """Return what source and catalog agreed on once that write was carried out; the base as it was, if it was not."""
    if entry.source is None or not was_carried_out(entry, current):
        return base
    predicted = {**(entry.before or {}), **(entry.values or {})}
    kept = {} if base is None else base.kept
    made = Base.of(entry.key, entry.source, {**predicted, "id": current["id"]}, kept)
    return made if base is None else replace(made, status=base.status, how=base.how)
