"""What becomes of a dataset whose record is gone: the trash, out of sight, or nothing left of it."""

from __future__ import annotations

from typing import Any

from ckan_api_client.exceptions import CkanError, NotAuthorized, NotFound
from ckan_api_client.high_level.datasets import revise_until_done
from ckan_api_client.high_level.purging import drop_tables, purge_record
from ckan_api_client.low_level.flows import show
from ckan_api_client.objects.merging import Merge
from ckan_api_client.syncing.applying import (
    Applied,
    Data,
    Journal,
    NotOurs,
    Terms,
    check_ours,
    settled,
)
from ckan_api_client.syncing.identity import Identity
from ckan_api_client.syncing.plan import Delete
from ckan_api_client.syncing.report import Did, Outcome
from ckan_api_client.wire.messages import Flow

#: How the reason begins where a dataset came no further.
IN_TRASH = "it is in the trash, and could not be purged"
#: What is written, by policy; a purge goes by way of the trash, which is held against the marker.
_WRITTEN: dict[str, dict[str, Any]] = {
    "delete": {"state": "deleted"},
    "purge": {"state": "deleted"},
    "private": {"private": True},
}


def apply_delete(change: Delete, terms: Terms, journal: Journal) -> Flow[Applied]:
    """Withdraw a dataset, if it still bears the marker, in a way that brings all of it back (docs/quirks)."""
    return settled("dataset", change.record_id, "", _delete(change, terms, journal))


def _delete(change: Delete, terms: Terms, journal: Journal) -> Flow[Applied]:
    identity = Identity(terms.source, change.record_id)
    try:
        current = yield from show("dataset", change.dataset_id)
    except NotFound:
        reason = "the search index still has it, the database does not"
        return Applied(Outcome(Did.UNCHANGED, "dataset", "", dataset_id=change.dataset_id, reason=reason))

    planned = change.modified or current.get("metadata_modified")
    changed = NotOurs(f"dataset {change.dataset_id!r} was changed after it was looked at: it is left alone")

    def withdraw(now: Data) -> Merge:
        if now.get("id") != change.dataset_id:
            raise NotOurs(f"{change.dataset_id!r} is the name of another dataset now: it is left alone")
        check_ours(now, identity)
        values = {key: value for key, value in _WRITTEN[change.how].items() if now.get(key) != value}
        if values and now.get("state") != "deleted":
            if now.get("metadata_modified") != planned:
                raise changed
            journal(
                "private" if change.how == "private" else "delete",
                dataset_id=change.dataset_id,
                before=now,
                values=values,
            )
            return Merge(values, ())
        return Merge({}, ())

    written, updated = yield from revise_until_done(current, withdraw)
    if change.how == "purge":
        if not written and updated.get("metadata_modified") != planned:
            raise changed  # Somebody else put it in the trash, and may want it back.
        try:
            yield from _purge(change, current, updated, journal)
        except CkanError as error:
            reason = f"{IN_TRASH}: {getattr(error, 'message', error)}"
            failed = Outcome(Did.FAILED, "dataset", "", dataset_id=change.dataset_id, reason=reason)
            return Applied(failed, updated, is_open=not isinstance(error, NotAuthorized))
        return Applied(Outcome(Did.DELETED, "dataset", "", dataset_id=change.dataset_id))
    if not written:
        reason = "it was withdrawn already"
        return Applied(Outcome(Did.UNCHANGED, "dataset", "", dataset_id=change.dataset_id, reason=reason), updated)
    return Applied(Outcome(Did.DELETED, "dataset", "", dataset_id=change.dataset_id), updated)


def _purge(change: Delete, before: Data, in_trash: Data, journal: Journal) -> Flow[None]:
    # By the timestamp, the next run knows our own deed in the trash, should this be broken off (`pending`).
    values = {key: in_trash.get(key) for key in ("state", "metadata_modified")}
    journal("purge", dataset_id=change.dataset_id, before=before, values=values)
    yield from drop_tables(before)
    yield from purge_record("dataset", change.dataset_id)
