"""Applying one change: flows that write, look at what came of it, and end in an outcome, whatever happens.

Before each request that writes, the journal is told what will be written and what was there. Only what concerns the
whole run is raised: a token that CKAN no longer knows, a state that cannot be written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from ckan_api_client.exceptions import (
    BadApiError,
    CkanError,
    NotAuthorized,
    NotFound,
    SearchError,
    ServerError,
    StateError,
    TransportError,
    ValidationError,
)
from ckan_api_client.high_level.datasets import revise_until_done
from ckan_api_client.low_level.flows import call_for_dict, create, show, whoami
from ckan_api_client.objects.merging import Merge
from ckan_api_client.quirks.equivalence import field_differences, group_differences
from ckan_api_client.quirks.moments import UNTIMED, is_same_moment
from ckan_api_client.syncing.base import Base
from ckan_api_client.syncing.fitting import MARKER_KEY
from ckan_api_client.syncing.identity import Identity, read_marker
from ckan_api_client.syncing.judging import conflicts_of
from ckan_api_client.syncing.merging import Merged, merge
from ckan_api_client.syncing.occupied import occupied_ids, without_occupied
from ckan_api_client.syncing.pending import was_written
from ckan_api_client.syncing.plan import Adopt, Conflict, GroupChange, Update
from ckan_api_client.syncing.report import Did, Outcome
from ckan_api_client.syncing.rules import Rules
from ckan_api_client.wire.messages import Flow

Data = Mapping[str, Any]


class Journal(Protocol):
    """Takes down what is about to be written; returns once that is safe on the disk."""

    def __call__(self, action: str, *, dataset_id: str, before: Data | None, values: Data) -> None: ...

    def refused(self) -> None:
        """Take down that CKAN refused what was taken down last: whatever happens next, it was not carried out."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What applying has to know of its run.

    `is_strict`: somebody approved the plan; a dataset that changed since is not written, rather than merged anew.
    """

    source: str
    rules: Rules
    by_sysadmin: bool = False
    with_datastore: bool = False
    is_strict: bool = False


@dataclass(frozen=True, slots=True)
class Applied:
    """An outcome, and what there is to remember of it.

    `dataset`: as CKAN returned it. `kept`: the table of people's values (see `merging`). `is_open`: nobody knows
    whether the last write was carried out. `by_server`: the server failed, which may be the record's doing.
    """

    outcome: Outcome
    dataset: Data | None = None
    kept: dict[str, Any] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    is_open: bool = False
    by_server: bool = False


class NotOurs(CkanError):
    """What was to be written bears another marker now, or none, or has changed: it is left alone.

    `is_open`: an earlier write of ours was carried out all the same, and the next run has to take that in.
    """

    def __init__(self, message: str, *, is_open: bool = False) -> None:
        super().__init__(message)
        self.is_open = is_open


def settled(kind: str, key: str, place: str, flow: Flow[Applied]) -> Flow[Applied]:
    """Return what became of a flow, or the failure that it ended in; place and key are filled in."""
    try:
        applied = yield from flow
    except StateError:
        raise
    except NotOurs as error:
        return Applied(Outcome(Did.REFUSED, kind, key, place, reason=str(error)), is_open=error.is_open)
    except NotAuthorized as error:
        yield from whoami()
        return Applied(Outcome(Did.FAILED, kind, key, place, reason=error.message))
    except ValidationError as error:
        fields = ", ".join(sorted(error.errors))
        return Applied(Outcome(Did.FAILED, kind, key, place, field=fields, reason=error.message))
    except CkanError as error:
        by_server = isinstance(error, ServerError | SearchError)
        is_open = by_server or isinstance(error, TransportError | BadApiError)
        outcome = Outcome(Did.FAILED, kind, key, place, reason=getattr(error, "message", str(error)))
        return Applied(outcome, is_open=is_open, by_server=by_server)
    return replace(applied, outcome=replace(applied.outcome, kind=kind, record_id=key, place=place))


def apply_group(change: GroupChange, journal: Journal) -> Flow[Applied]:
    """Make an organization or a group, or bring it back, or up to date; members and datasets are never touched."""
    return settled(change.kind, change.name, "", _group(change, journal))


def apply_update(
    change: Update, base: Base | None, current: Data | None, terms: Terms, journal: Journal
) -> Flow[Applied]:
    """Write what differs, if the dataset still bears the marker; what others changed meanwhile is merged anew.

    `current`: the dataset as it is known to be; it is read where it is not.
    """
    return settled("dataset", change.record_id, change.place, _update(change, base, current, terms, journal))


def apply_adopt(change: Adopt, terms: Terms, journal: Journal) -> Flow[Applied]:
    """Put the marker on a dataset that bears none, and change nothing else."""
    return settled("dataset", change.record_id, change.place, _adopt(change, terms, journal))


@dataclass(frozen=True, slots=True)
class Task:
    """One record to be written: its data, what is remembered of it, the terms, and where to take writes down."""

    identity: Identity
    data: Data
    base: Base | None
    terms: Terms
    journal: Journal


def write_merged(
    task: Task,
    current: Data,
    *,
    action: str,
    did: Did,
    planned: str = "",
    more: Data | None = None,
    expected: Merged | None = None,
) -> Flow[Applied]:
    """Merge a record into a dataset until that is done; `more` values (a state, a visibility) are written as well.

    `expected`: what the merge into `current` gives, if that is known.
    """
    added = more or {}
    identity, terms = task.identity, task.terms
    latest: list[Merged] = []
    sent: dict[str, Any] = {}
    occupied: set[str] = set()

    def merge_into(now: Data) -> Merge:
        check_ours(now, identity)
        if now.get("state") == "deleted":
            is_back = was_written(sent, before=current, current=now)
            if "state" not in added or is_back:
                raise NotOurs(f"dataset {now.get('id')!r} was deleted meanwhile: it is left alone", is_open=is_back)
        if expected is not None and not latest:
            merged = expected
        else:
            merged = merge(task.data, now, task.base, terms.rules, identity=identity)
            merged = without_occupied(merged, occupied)
        fresh = [conflict.path for conflict in merged.conflicts if not conflict.known]
        if terms.rules.on_conflict == "fail" and fresh:
            paths = ", ".join(fresh)
            raise NotOurs(f"dataset {now.get('id')!r} was changed in the catalog meanwhile, as in the source: {paths}")
        latest[:] = [merged]
        values = {**merged.values, **{key: value for key, value in added.items() if now.get(key) != value}}
        if values:
            check_as_planned(now, planned, terms)
            task.journal(action, dataset_id=str(now["id"]), before=now, values=values)
            sent.update(values)
        return Merge(values, ())

    while True:
        try:
            written, updated = yield from revise_until_done(current, merge_into)
            break
        except ValidationError as refusal:
            found = occupied_ids(refusal, latest[0].values.get("resources", [])) - occupied
            if not found:
                raise
            occupied |= found
            task.journal.refused()
    title = str(updated.get("title") or "")
    conflicts = conflicts_of(latest[0], identity.record_id, str(updated["id"]), title)
    if did is not Did.CREATED and not written:
        did = Did.UNCHANGED  # Somebody was faster, and what they wrote stays.
    elif did is Did.REVIVED and not {"state", "private"} & written.keys():
        did = Did.UPDATED  # Somebody else had brought it back.
    outcome = Outcome(did, "dataset", "", dataset_id=str(updated["id"]), notes=notes_on(written, updated))
    return Applied(outcome, updated, latest[0].kept, conflicts)


def check_ours(now: Data, identity: Identity) -> None:
    """Raise NotOurs for a dataset that does not bear a record's marker."""
    if read_marker(now) != identity.marker:
        raise NotOurs(f"dataset {now.get('id')!r} no longer bears the marker of this record: it is left alone")


def check_as_planned(now: Data, planned: str, terms: Terms) -> None:
    """Raise NotOurs for a dataset that changed since an approved plan was made."""
    if terms.is_strict and planned and not is_same_moment(planned, str(now.get("metadata_modified") or "")):
        raise NotOurs(f"dataset {now.get('id')!r} was changed since the plan was made: plan again")


def notes_on(sent: Data, got: Data) -> tuple[str, ...]:
    """Say what CKAN changed or dropped of what it was sent."""
    return tuple(
        f"{path}: sent {one!r:.200}, got {two!r:.200}"
        for path, (one, two) in field_differences({key: sent[key] for key in sent if key != "owner_org"}, got).items()
    )


def _group(change: GroupChange, journal: Journal) -> Flow[Applied]:
    kind, name = change.kind, change.name
    try:
        now = yield from show(kind, name)
    except NotFound:
        journal("create", dataset_id="", before=None, values=change.data)
        try:
            made = yield from create(kind, change.data)
        except (TransportError, ServerError) as error:
            made = yield from _made_all_the_same(kind, name, error)
        return Applied(Outcome(Did.CREATED, kind, name, dataset_id=str(made["id"])), made)
    values = {"state": "active"} if now.get("state") != "active" else {}
    if change.update:
        differing = group_differences(change.data, now)
        values |= {key: value for key, value in change.data.items() if key in differing}
    if not values:
        return Applied(Outcome(Did.UNCHANGED, kind, name, dataset_id=str(now["id"])))
    journal("revive" if "state" in values else "update", dataset_id=str(now["id"]), before=now, values=values)
    updated = yield from call_for_dict(f"{kind}_patch", {"id": now["id"], **values}, repeatable=True)
    did = Did.REVIVED if "state" in values else Did.UPDATED
    return Applied(Outcome(did, kind, name, dataset_id=str(now["id"])), updated)


def _update(change: Update, base: Base | None, current: Data | None, terms: Terms, journal: Journal) -> Flow[Applied]:
    identity = Identity(terms.source, change.record_id)
    expected: Merged | None = None
    if current is not None:
        expected = merge(change.data, current, base, terms.rules, identity=identity)
        if UNTIMED & expected.values.keys():
            current = expected = None
    if current is None:
        current = yield from show("dataset", change.dataset_id)
    if current.get("id") != change.dataset_id:
        raise NotOurs(f"{change.dataset_id!r} is the name of another dataset now: it is left alone")
    task = Task(identity, change.data, base, terms, journal)
    return (
        yield from write_merged(
            task, current, action="update", did=Did.UPDATED, planned=change.modified, expected=expected
        )
    )


def _made_all_the_same(kind: str, name: str, error: CkanError) -> Flow[dict[str, Any]]:
    """Return what was made though the answer was lost. Raises the error where it was not."""
    try:
        return (yield from show(kind, name))
    except NotFound:
        raise error from None


def _adopt(change: Adopt, terms: Terms, journal: Journal) -> Flow[Applied]:
    identity = Identity(terms.source, change.record_id)
    current = yield from show("dataset", change.dataset_id)

    def mark(now: Data) -> Merge:
        marker = read_marker(now)
        if marker == identity.marker:
            return Merge({}, ())
        if marker is not None or now.get("id") != change.dataset_id or now.get("state") != "active":
            raise NotOurs(f"dataset {now.get('id')!r} is not free to be taken over any more: it is left alone")
        check_as_planned(now, change.modified, terms)
        values = {"extras": [*(now.get("extras") or []), {"key": MARKER_KEY, "value": identity.marker}]}
        journal("adopt", dataset_id=str(now["id"]), before=now, values=values)
        return Merge(values, ())

    written, updated = yield from revise_until_done(current, mark)
    did = Did.ADOPTED if written else Did.UNCHANGED
    return Applied(Outcome(did, "dataset", "", dataset_id=str(updated["id"])), updated)
