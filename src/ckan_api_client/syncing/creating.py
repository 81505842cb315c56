"""Creating the dataset of a record, once: or taking up the one that an earlier run made, or bringing it back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ckan_api_client.exceptions import ValidationError
from ckan_api_client.high_level.datasets import create_once
from ckan_api_client.quirks.names import name_in_trash
from ckan_api_client.syncing.applying import (
    Applied,
    Data,
    Journal,
    NotOurs,
    Task,
    Terms,
    notes_on,
    settled,
    write_merged,
)
from ckan_api_client.syncing.base import Base
from ckan_api_client.syncing.catalog import look
from ckan_api_client.syncing.identity import Identity, read_marker
from ckan_api_client.syncing.judging import held_reason
from ckan_api_client.syncing.pending import base_created, is_doubtful
from ckan_api_client.syncing.plan import Create, Revive
from ckan_api_client.syncing.records import payload_of
from ckan_api_client.syncing.report import Did, Outcome
from ckan_api_client.wire.messages import Flow

#: What there is to say of a dataset that is there after all.
FOUND = "the answer to its creation was lost; it is there, so it counts as created by this run"


def apply_create(change: Create, base: Base | None, terms: Terms, journal: Journal) -> Flow[Applied]:
    """Create the dataset of a record, once; or adopt, or bring back, the one that an earlier run made."""
    task = Task(Identity(terms.source, change.record_id), change.data, base, terms, journal)
    return settled("dataset", change.record_id, change.place, _create(task))


def apply_revive(change: Revive, base: Base | None, terms: Terms, journal: Journal) -> Flow[Applied]:
    """Bring a dataset back that this source had withdrawn, and up to date; or create it, if it is no more."""
    task = Task(Identity(terms.source, change.record_id), change.data, base, terms, journal)
    return settled("dataset", change.record_id, change.place, _revive(task, change.dataset_id))


def _revive(task: Task, dataset_id: str) -> Flow[Applied]:
    holder = yield from look(dataset_id)
    if holder is None or holder.get("id") != dataset_id:
        return (yield from _create(task))
    return (yield from _take_up(task, holder))


def _create(task: Task) -> Flow[Applied]:
    identity, data, terms = task.identity, task.data, task.terms
    payload = payload_of(data, identity, with_datastore=terms.with_datastore)
    if terms.by_sysadmin:
        payload["id"] = identity.dataset_id

    found_again: list[Data] = []

    def is_ours(found: Data) -> bool:
        found_again.append(found)
        return read_marker(found) == identity.marker

    refusal: ValidationError | None = None
    for name in identity.names(data.get("name"), data.get("title")):
        task.journal("create", dataset_id=str(payload.get("id") or ""), before=None, values={**payload, "name": name})
        try:
            made = yield from create_once({**payload, "name": name}, is_ours)
        except ValidationError as error:
            refusal = error
            task.journal.refused()
            if not {"id", "name", "resources"} & set(error.errors):
                raise
        else:
            if read_marker(made) != identity.marker:
                raise NotOurs(f"CKAN answered with another dataset, {made.get('id')!r}; look at it before the next run")
            if made in found_again and made.get("state") == "active":
                # The answer that was lost may have been a refusal.
                base = base_created(identity, data, {**payload, "name": name}, made, terms.rules)
                if is_doubtful(base):
                    task = replace(task, base=base)
                    applied = yield from write_merged(task, made, action="update", did=Did.CREATED)
                    return replace(applied, outcome=replace(applied.outcome, notes=(FOUND, *applied.outcome.notes)))
            notes = (*((FOUND,) if made in found_again else ()), *notes_on(payload, made))
            return Applied(Outcome(Did.CREATED, "dataset", "", dataset_id=str(made["id"]), notes=notes), made)
        if terms.by_sysadmin and "id" in refusal.errors:
            holder = yield from look(identity.dataset_id)
            if holder is not None and holder.get("id") == identity.dataset_id:
                return (yield from _take_up(task, holder))
        holder = yield from look(name)
        if holder is None:
            if "name" not in refusal.errors:
                raise refusal
            continue  # Somebody whose datasets we may not see has the name.
        if read_marker(holder) == identity.marker:
            return (yield from _take_up(task, holder))
        if "name" not in refusal.errors:
            raise refusal
        if read_marker(holder) is None:
            found = str(holder.get("id"))
            reason = held_reason(name, found)
            return Applied(Outcome(Did.REFUSED, "dataset", "", dataset_id=found, field="name", reason=reason))
    raise refusal or AssertionError("names always yields")


def _take_up(task: Task, holder: Data) -> Flow[Applied]:
    """Go on with the dataset that an earlier run made: out of the trash, if it is there, and up to date."""
    if read_marker(holder) != task.identity.marker:
        raise NotOurs(f"dataset {holder.get('id')!r} has this record's id, and another marker")
    base = task.base if task.base is not None and task.base.dataset_id == holder.get("id") else None
    back: dict[str, Any] = {}
    if holder.get("name") == name_in_trash(str(holder.get("id"))):
        # An undo had to give its name away. Whoever has a name, in the trash or not, keeps it (quirk D3).
        for name in task.identity.names(task.data.get("name"), task.data.get("title")):
            if (yield from look(name)) is None:
                back["name"] = name
                break
    if holder.get("state") == "deleted":
        back["state"] = "active"
    if base is not None and base.status == "withdrawn" and base.how == "private":
        back["private"] = bool(task.data.get("private", False))
    did, action = (Did.REVIVED, "revive") if back else (Did.ADOPTED, "update")
    return (yield from write_merged(replace(task, base=base), holder, action=action, did=did, more=back))
