"""What became of a write whose outcome nobody wrote down: the run was killed, or the answer never came.

The journal has what was sent and what was there before; the catalog shows what is there now. A write is atomic, so it
was carried out whole or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckan_api_client.quirks.equivalence import field_differences
from ckan_api_client.quirks.revising import REMOVED
from ckan_api_client.syncing.base import Base
from ckan_api_client.syncing.identity import Identity
from ckan_api_client.syncing.merging import merge
from ckan_api_client.syncing.rules import Rules
from ckan_api_client.syncing.state import Entry

Data = Mapping[str, Any]

#: Writes that take a dataset away.
WITHDRAWING = frozenset({"delete", "purge", "private"})


def reference_of(entry: Entry) -> str:
    """Return by what the dataset of an entry is found: its id, or the name that it was to be created under."""
    return entry.dataset_id or str((entry.values or {}).get("name") or "")


def was_carried_out(entry: Entry, current: Data | None) -> bool:
    """Tell whether a write took place, given what the database shows now; None: nothing.

    A create did if there is such a dataset, and it is not one that was remembered before. What was there though nobody
    remembered it, in the trash, is told by `base_after`.
    """
    if entry.action in {"delete", "purge"}:
        return current is None or current.get("state") == "deleted"
    if current is None:
        return False
    if entry.action != "create":
        return was_written(entry.values or {}, before=entry.before or {}, current=current)
    known = entry.base_before
    if known is None or known.dataset_id != current["id"]:
        return True
    # A dataset that was purged, and made anew, has the same id.
    return bool(known.catalog.get("metadata_created") != current.get("metadata_created"))


def is_half_purged(entry: Entry, current: Data) -> bool:
    """Tell whether a dataset is in the trash as we put it there to be purged, and nobody has touched it since."""
    put_there = {"state": "deleted", "metadata_modified": current.get("metadata_modified")}
    return entry.action == "purge" and current.get("state") == "deleted" and entry.values == put_there


def was_written(values: Data, *, before: Data, current: Data) -> bool:
    """Tell whether values were written over a dataset.

    They were if the timestamp moved, and one of those that differed is there; where people have changed all of them
    since, they count as not written, and what people have as a conflict. A state, which people may have given it
    themselves, tells only where nothing else was written.
    """
    if current.get("metadata_modified") == before.get("metadata_modified"):
        return False
    telling = {key: value for key, value in values.items() if key != "state"} or values
    return any(
        field_differences({key: before.get(key)}, current) and not field_differences({key: value}, current)
        for key, value in telling.items()
        if value is not REMOVED
    )


def base_after(entry: Entry, current: Data, rules: Rules, *, identity: Identity) -> Base | None:
    """Return what there is to remember of a write that was carried out; None where it is not one of a record's data.

    What people's values were kept is found again by the same merge; nobody was told of it.
    """
    if entry.source is None:
        return None
    values = entry.values or {}
    if entry.before is None:
        return base_created(identity, entry.source, values, current, rules)
    merged = merge(entry.source, entry.before, entry.base_before, rules, identity=identity)
    left = {key: value for key, value in values.items() if value is not REMOVED}
    return Base.of(entry.key, entry.source, {**entry.before, **left, "id": current["id"]}, untold(merged.kept))


def base_created(identity: Identity, source: Data, values: Data, current: Data, rules: Rules) -> Base:
    """Return what to remember of a create that nobody saw the answer to, and of the dataset that is there.

    Where it does not hold the `values` that were sent, people may have changed them since; or the answer was a refusal,
    for a dataset that lay in the trash, and they brought that back as it was. So what is there stays, and is told.
    """
    sent = {**values, "id": current["id"]}
    merged = merge(source, current, Base.of(identity.record_id, source, sent), rules, identity=identity)
    kept = {path: {**entry, "doubt": True} if "agreed" in entry else entry for path, entry in merged.kept.items()}
    return Base.of(identity.record_id, source, sent, kept)


def is_doubtful(base: Base) -> bool:
    """Tell whether a dataset may be an older one than the create that it is remembered for."""
    return any(entry.get("doubt") for entry in base.kept.values())


def untold(kept: Data) -> dict[str, Any]:
    """Return what people's values were kept, as if nobody had been told of it: the run that was to tell was killed."""
    return {
        path: {key: part for key, part in entry.items() if key != "told"} if "told" in entry else entry
        for path, entry in kept.items()
    }
