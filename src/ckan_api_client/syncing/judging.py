"""Judging one record: what source, catalog and memory say of it, and what follows. It asks and writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from ckan_api_client.quirks.moments import is_same_moment
from ckan_api_client.syncing.base import Base
from ckan_api_client.syncing.fitting import MARKER_KEY
from ckan_api_client.syncing.holders import Holder
from ckan_api_client.syncing.identity import Identity, read_marker
from ckan_api_client.syncing.merging import Merged, merge
from ckan_api_client.syncing.options import Options
from ckan_api_client.syncing.plan import Adopt, Conflict, Create, Delete, Refused, Revive, Update
from ckan_api_client.syncing.state import Row, State

#: The path under which it is remembered that people took a dataset away, or its marker off, and the source has it.
_STATE, _MARKER = "state", f"extras.{MARKER_KEY}"

#: What there is to say of datasets whose record is gone.
IN_GRACE, LEFT_ALONE = "not deleted yet: within the grace period", "left alone, as asked, though the record is gone"
TAKEN_AWAY = "left as people left it, deleted, purged or without its marker, though the source has it"
BROUGHT_BACK = "left alone: people brought it back after the source had withdrawn it"
LEFT_IN_TRASH = "left in the trash: whether a run that was broken off or a person put it there is not known"

#: How the reason begins where the server failed for a record once: a second time is needed to blame the record.
ONCE = "once: "

Change: TypeAlias = Adopt | Create | Delete | Revive | Update


@dataclass(slots=True)
class Facts:
    """What was learned of the catalog beside the listing.

    `gone`: of records whose dataset is not listed, why: "deleted", "purged", "released" (no marker any more),
    "forbidden" or "unreadable". `holders`: who has the names that records ask for. `adoptable`: datasets to take over,
    by record. `in_trash`: of records that are gone, and whose purge was broken off, the dataset, if it is in the trash
    as we put it there, or None. `still_open`: records of which the database could not be asked, so that what became
    of an earlier write is not known yet. `doubt`: why absence proves nothing, or "".
    """

    gone: dict[str, str] = field(default_factory=dict)
    holders: Mapping[str, Holder] = field(default_factory=dict)
    adoptable: Mapping[str, Sequence[Holder]] = field(default_factory=dict)
    organizations: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    described: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    in_trash: dict[str, Mapping[str, Any] | None] = field(default_factory=dict)
    still_open: set[str] = field(default_factory=set)
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is to be done about one record. `base`: what to remember where nothing is written. `note`: what to count."""

    change: Change | None = None
    conflicts: tuple[Conflict, ...] = ()
    refused: Refused | None = None
    base: Base | None = None
    note: str = ""


UNCHANGED = Judgement()


class Judge:
    """Judges the rows of the join of source, catalog and memory."""

    def __init__(self, source: str, state: State, facts: Facts, options: Options, now: datetime) -> None:
        self._source = source
        self._state = state
        self._facts = facts
        self._options = options
        self._now = now
        self._refused = {record_id for record_id, _ in state.all_quarantined()}
        self._adopted: set[str] = set()

    def judge(self, row: Row) -> Judgement:
        """Return what follows for a record of the source."""
        if row.dataset_id is None:
            return self._unlisted(row)
        if row.copies > 1:
            return Judgement(refused=self._copied(row))
        if row.base_status == "present" and row.base_hash == row.wanted_hash and _is_as_known(row):
            return UNCHANGED
        return self._refused_before(row) or self._merged(row)

    def judge_absent(self, row: Row) -> Judgement:
        """Return what follows for a dataset whose record is not in a source that was read completely."""
        if row.copies > 1:
            return Judgement(refused=self._copied(row))
        if row.record_id in self._facts.in_trash:
            return self._in_trash(row.record_id, self._facts.in_trash[row.record_id])
        base = self._state.base(row.record_id)
        if base is not None and base.status == "withdrawn" and base.dataset_id == row.dataset_id:
            # The source says nothing new. Whoever undeleted it, or made it public, has.
            return Judgement(note=BROUGHT_BACK) if base.how == "delete" else UNCHANGED
        policy = self._options.deletes
        if policy == "keep":
            return Judgement(note=LEFT_ALONE)
        if not self._is_due(row.record_id):
            return Judgement(note=IN_GRACE)
        known = self._known(row, base)
        title = _title(known or {}) or (row.listed_name or "")
        modified = str((known or {}).get("metadata_modified") or "")
        return Judgement(Delete(row.record_id, str(row.dataset_id), title, policy, modified))

    def _in_trash(self, record_id: str, dataset: Mapping[str, Any] | None) -> Judgement:
        """A run was broken off between trash and purge."""
        if dataset is None:
            return Judgement(note=LEFT_IN_TRASH)
        modified = str(dataset.get("metadata_modified") or "")
        return Judgement(Delete(record_id, str(dataset["id"]), _title(dataset), "purge", modified))

    def _unlisted(self, row: Row) -> Judgement:
        if row.base_status == "withdrawn":
            base = self._state.base(row.record_id)
            why = self._facts.gone.get(row.record_id)
            if base is not None and base.how != "delete" and why is not None:
                return self._gone(row, why)  # It was out of sight; somebody else took it away.
            place, data = self._state.spool.get(row.record_id) or ("", {})
            return Judgement(Revive(row.record_id, place, str(row.base_dataset_id), _title(data), data))
        why = self._facts.gone.get(row.record_id)
        if row.base_status == "present" and why is not None:
            return self._gone(row, why)
        return self._refused_before(row) or self._new(row)

    def _gone(self, row: Row, why: str) -> Judgement:
        """People took the dataset away, or out of the source's hands: that is an edit, and the source disagrees."""
        base = self._state.base(row.record_id)
        place, data = self._state.spool.get(row.record_id) or ("", {})
        if base is None:
            raise AssertionError("a row with a base has a base")
        if why in {"forbidden", "unreadable"}:
            problem = "cannot be seen any more with this token" if why == "forbidden" else "cannot be read: CKAN fails"
            reason = f"dataset {base.dataset_id!r} {problem}; it is left alone"
            return Judgement(refused=Refused(row.record_id, place, "", reason))
        path, was = (_MARKER, Identity(self._source, row.record_id).marker) if why == "released" else (_STATE, "active")
        if why != "released" and self._options.rules.on_conflict == "source":
            if why == "deleted":
                return Judgement(Revive(row.record_id, place, base.dataset_id, _title(data), data))
            return Judgement(Create(row.record_id, place, _title(data), data))
        told = {"gone": why, "hash": row.wanted_hash}
        if base.kept.get(path) == told:
            return Judgement(note=TAKEN_AWAY)
        because = {
            "deleted": "it was deleted in the catalog",
            "purged": "it was purged in the catalog",
            "released": "its marker was taken off in the catalog",
        }[why]
        theirs = {"deleted": "deleted", "purged": None, "released": None}[why]
        conflict = Conflict(row.record_id, base.dataset_id, _title(data), path, was, theirs, "catalog", because)
        return Judgement(conflicts=(conflict,), base=base.with_kept({**base.kept, path: told}))

    def _refused_before(self, row: Row) -> Judgement | None:
        """A record that CKAN refused is not sent again before it, or its dataset, changes."""
        known = self._state.quarantined(row.record_id) if row.record_id in self._refused else None
        if known is None or self._options.retry_refused:
            return None
        source_hash, modified, reason = known
        if reason.startswith(ONCE):
            return None
        listed = row.listed_modified or ""
        if source_hash != row.wanted_hash or not (modified == listed or is_same_moment(modified, listed)):
            return None
        told = f"{reason} (an earlier run; not sent again before it changes, or with --retry-refused)"
        return Judgement(refused=Refused(row.record_id, row.place or "", "", told))

    def _new(self, row: Row) -> Judgement:
        place, data = self._state.spool.get(row.record_id) or ("", {})
        holders = self._facts.adoptable.get(row.record_id, ())
        if len(holders) > 1:
            ids = ", ".join(holder.dataset_id for holder in holders)
            reason = f"{len(holders)} datasets have its id ({ids}): which of them is meant is not ours to guess"
            return Judgement(refused=Refused(row.record_id, place, "id", reason))
        holder = holders[0] if holders else None
        by = self._options.adopt or ""
        if holder is None and data.get("name"):
            holder, by = self._facts.holders.get(data["name"]), "name"
        if holder is None or holder.marker is not None or holder.dataset_id in self._adopted:
            return Judgement(Create(row.record_id, place, _title(data), data))
        if self._options.adopt == by:
            self._adopted.add(holder.dataset_id)
            return Judgement(Adopt(row.record_id, place, holder.dataset_id, holder.title, by, holder.modified))
        return Judgement(refused=Refused(row.record_id, place, "name", held_reason(data["name"], holder.dataset_id)))

    def _merged(self, row: Row) -> Judgement:
        known = self._state.base(row.record_id) if row.base_status is not None else None
        current = self._known(row, known)
        place, data = self._state.spool.get(row.record_id) or ("", {})
        identity = Identity(self._source, row.record_id)
        if current is None or read_marker(current) != identity.marker:
            reason = f"dataset {row.dataset_id!r} could not be read as this record's: it is left alone"
            return Judgement(refused=Refused(row.record_id, place, "", reason))
        if known is not None and known.status == "withdrawn" and known.how == "private":
            return Judgement(Revive(row.record_id, place, str(row.dataset_id), _title(data), data))
        base = known if known is not None and known.dataset_id == current["id"] else None
        merged = merge(data, current, base, self._options.rules, identity=identity)
        conflicts = conflicts_of(merged, row.record_id, str(current["id"]), _title(current))
        modified = str(current.get("metadata_modified") or "")
        if merged.values:
            change = Update(row.record_id, place, str(current["id"]), _title(data), data, merged.changes, modified)
            return Judgement(change, conflicts)
        base = Base.of(row.record_id, data, current, merged.kept, source_hash=row.wanted_hash)
        return Judgement(conflicts=conflicts, base=base)

    def _known(self, row: Row, base: Base | None) -> dict[str, Any] | None:
        """Return the dataset as it was read in this run, or as it is remembered, if it is still the same."""
        seen = self._state.spool.seen(row.record_id)
        if seen is not None:
            return seen
        return base.catalog if base is not None and _is_as_known(row) else None

    def _is_due(self, record_id: str) -> bool:
        runs, since = self._state.absent(record_id) or (0, self._now)
        days = timedelta(days=self._options.grace_days)
        return runs + 1 >= self._options.grace_runs and self._now - since >= days

    def _copied(self, row: Row) -> Refused:
        ids = [dataset_id for dataset_id, _, _ in self._state.spool.listed(row.record_id)]
        reason = f"{len(ids)} datasets bear the marker of this record ({', '.join(ids)}): take it off all but one"
        return Refused(row.record_id, row.place or "", MARKER_KEY, reason)


def held_reason(name: str, dataset_id: str) -> str:
    """Say why a record cannot have its name."""
    return (
        f"the name {name!r} is that of a dataset which no sync made ({dataset_id}); "
        "rename one of them, or take it over with --adopt name"
    )


def conflicts_of(merged: Merged, record_id: str, dataset_id: str, title: str) -> tuple[Conflict, ...]:
    """Return the conflicts of a merge that nobody was told of yet."""
    return tuple(
        Conflict(record_id, dataset_id, title, one.path, one.source, one.catalog, one.taken, one.because)
        for one in merged.conflicts
        if not one.known
    )


def _is_as_known(row: Row) -> bool:
    return row.dataset_id == row.base_dataset_id and is_same_moment(row.listed_modified or "", row.base_modified or "")


def _title(dataset: Mapping[str, Any]) -> str:
    return str(dataset.get("title") or dataset.get("name") or "")
