"""Applying one change: flows that write, look at what came of it, and end in an outcome, whatever happens.

Only what concerns the whole run is raised: a token that CKAN no longer knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckan_api_client.exceptions import CkanError, NotAuthorized, NotFound, ValidationError
from ckan_api_client.high_level.datasets import create_once, revise_until_done
from ckan_api_client.low_level.flows import call_for_dict, create, show, whoami
from ckan_api_client.objects.merging import Merge
from ckan_api_client.quirks.equivalence import field_differences, group_differences
from ckan_api_client.syncing.identity import read_marker
from ckan_api_client.syncing.merging import payload_of, values_to_write
from ckan_api_client.syncing.plan import CreateGroup, Delete
from ckan_api_client.syncing.report import Did, Outcome
from ckan_api_client.syncing.strategies import Strategies
from ckan_api_client.syncing.wanted import Wanted
from ckan_api_client.wire.messages import Flow

_Data = Mapping[str, Any]


class NotOurs(CkanError):
    """What was to be written bears another marker now, or none: it is no longer this source's."""


def apply_group(change: CreateGroup) -> Flow[Outcome]:
    """Make an organization or a group, or bring it back, or up to date; members and datasets are never touched."""
    return (yield from _settled(change.kind, change.name, "", _group(change)))


def apply_create(
    wanted: Wanted, strategies: Strategies, *, by_sysadmin: bool, with_datastore: bool = False
) -> Flow[Outcome]:
    """Create the dataset of a record, once; or adopt, or bring back, the one that an earlier run made."""
    flow = _create(wanted, strategies, payload_of(wanted, with_datastore=with_datastore), by_sysadmin=by_sysadmin)
    return (yield from _settled("dataset", wanted.identity.record_id, wanted.place, flow))


def apply_update(wanted: Wanted, current: _Data, strategies: Strategies) -> Flow[Outcome]:
    """Write what differs, if the dataset still bears the marker; what others changed meanwhile is merged anew."""
    flow = _update(wanted, current, strategies, Did.UPDATED)
    return (yield from _settled("dataset", wanted.identity.record_id, wanted.place, flow))


def apply_delete(marker: str, change: Delete) -> Flow[Outcome]:
    """Move a dataset to the trash, if it still bears the marker, in a way that brings all of it back (docs/quirks)."""
    return (yield from _settled("dataset", change.record_id, "", _delete(marker, change)))


def _settled(kind: str, key: str, place: str, flow: Flow[Outcome]) -> Flow[Outcome]:
    """Return the outcome of a flow, or the failure that it ended in; place and key are filled in."""
    try:
        outcome = yield from flow
    except NotOurs as error:
        return Outcome(Did.REFUSED, kind, key, place, reason=str(error))
    except NotAuthorized as error:
        yield from whoami()
        return Outcome(Did.FAILED, kind, key, place, reason=error.message)
    except ValidationError as error:
        fields = ", ".join(sorted(error.errors))
        return Outcome(Did.FAILED, kind, key, place, field=fields, reason=error.message)
    except CkanError as error:
        return Outcome(Did.FAILED, kind, key, place, reason=getattr(error, "message", str(error)))
    return Outcome(outcome.did, kind, key, place, outcome.dataset_id, outcome.field, outcome.reason, outcome.notes)


def _group(change: CreateGroup) -> Flow[Outcome]:
    kind, name = change.kind, change.name
    try:
        now = yield from show(kind, name)
    except NotFound:
        made = yield from create(kind, change.data)
        return Outcome(Did.CREATED, kind, name, dataset_id=str(made["id"]))
    values = {"state": "active"} if now.get("state") != "active" else {}
    if change.update:
        differing = group_differences(change.data, now)
        values |= {key: value for key, value in change.data.items() if key in differing}
    if not values:
        return Outcome(Did.UNCHANGED, kind, name, dataset_id=str(now["id"]))
    yield from call_for_dict(f"{kind}_patch", {"id": now["id"], **values}, repeatable=True)
    did = Did.REVIVED if "state" in values else Did.UPDATED
    return Outcome(did, kind, name, dataset_id=str(now["id"]))


def _create(wanted: Wanted, strategies: Strategies, payload: dict[str, Any], *, by_sysadmin: bool) -> Flow[Outcome]:
    identity = wanted.identity
    if by_sysadmin:
        payload["id"] = identity.dataset_id

    def is_ours(found: _Data) -> bool:
        return read_marker(found) == identity.marker

    refusal: ValidationError | None = None
    for name in identity.names(wanted.dataset.get("name"), wanted.dataset.get("title")):
        try:
            made = yield from create_once({**payload, "name": name}, is_ours)
        except ValidationError as error:
            refusal = error
            if not {"id", "name", "resources"} & set(error.errors):
                raise
        else:
            if not is_ours(made):
                raise NotOurs(f"CKAN answered with another dataset, {made.get('id')!r}; look at it before the next run")
            return Outcome(Did.CREATED, "dataset", "", dataset_id=str(made["id"]), notes=_notes(payload, made))
        if by_sysadmin and "id" in refusal.errors:
            holder = yield from _holder(identity.dataset_id)
            if holder is not None and holder.get("id") == identity.dataset_id:
                return (yield from _take_up(wanted, holder, strategies))
        holder = yield from _holder(name)
        if holder is None:
            if "name" not in refusal.errors:
                raise refusal
            continue  # Somebody whose datasets we may not see has the name.
        if is_ours(holder):
            return (yield from _take_up(wanted, holder, strategies))
        if "name" not in refusal.errors:
            raise refusal
        if read_marker(holder) is None:
            return Outcome(
                Did.REFUSED,
                "dataset",
                "",
                dataset_id=str(holder.get("id")),
                field="name",
                reason=f"the name {name!r} is that of a dataset which no sync made ({holder.get('id')}); "
                "rename one of them, or put the marker on that dataset",
            )
    raise refusal or AssertionError("names always yields")


def _holder(reference: str) -> Flow[_Data | None]:
    """Return whoever has an id or a name, or None if that is nobody, or nobody we may see."""
    try:
        return (yield from show("dataset", reference))
    except (NotFound, NotAuthorized):
        return None


def _take_up(wanted: Wanted, holder: _Data, strategies: Strategies) -> Flow[Outcome]:
    """Go on with the dataset that an earlier run made: out of the trash, if it is there, and up to date."""
    if read_marker(holder) != wanted.identity.marker:
        raise NotOurs(f"dataset {holder.get('id')!r} has this record's id, and another marker")
    did = Did.REVIVED if holder.get("state") == "deleted" else Did.ADOPTED
    return (yield from _update(wanted, holder, strategies, did))


def _update(wanted: Wanted, current: _Data, strategies: Strategies, did: Did) -> Flow[Outcome]:
    def merge(now: _Data) -> Merge:
        if read_marker(now) != wanted.identity.marker:
            raise NotOurs(f"dataset {now.get('id')!r} no longer bears the marker of this record: it is left alone")
        values = values_to_write(wanted, now, strategies)
        if now.get("state") == "deleted":
            if did is not Did.REVIVED:
                raise NotOurs(f"dataset {now.get('id')!r} was deleted meanwhile: it is left alone")
            values["state"] = "active"
        return Merge(values, ())

    written, updated = yield from revise_until_done(current, merge)
    return Outcome(did, "dataset", "", dataset_id=str(updated["id"]), notes=_notes(written, updated))


def _delete(marker: str, change: Delete) -> Flow[Outcome]:
    try:
        current = yield from show("dataset", change.dataset_id)
    except NotFound:
        reason = "the search index still has it, the database does not"
        return Outcome(Did.UNCHANGED, "dataset", "", dataset_id=change.dataset_id, reason=reason)

    def merge(now: _Data) -> Merge:
        if now.get("id") != change.dataset_id or read_marker(now) != marker:
            raise NotOurs(f"dataset {now.get('id')!r} no longer bears the marker of this record: it is left alone")
        return Merge({} if now.get("state") == "deleted" else {"state": "deleted"}, ())

    yield from revise_until_done(current, merge)
    return Outcome(Did.DELETED, "dataset", "", dataset_id=change.dataset_id)


def _notes(sent: _Data, got: _Data) -> tuple[str, ...]:
    """Say what CKAN changed or dropped of what it was sent."""
    return tuple(
        f"{path}: sent {one!r:.200}, got {two!r:.200}"
        for path, (one, two) in field_differences({key: sent[key] for key in sent if key != "owner_org"}, got).items()
    )
