"""What a run says that it wrote, held against what the database wrote down of it: one by one, and both ways."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from ckan_api_client.syncing.creating import FOUND
from ckan_api_client.syncing.deleting import IN_TRASH
from ckan_api_client.syncing.identity import Identity
from ckan_api_client.syncing.state import Entry, RunRecord
from schedules.audit import Change

#: What the audit has of a dataset, and the words of a report that are true of it.
_WORDS = {
    "created": {"created"},
    "updated": {"updated", "adopted"},
    "revived": {"revived"},
    "deleted": {"deleted"},
    # Whoever takes a run back that hid a dataset, or showed one, changes a field of it.
    "hidden": {"deleted", "updated"},
    "shown": {"revived", "updated"},
}
_WRITTEN = frozenset().union(*_WORDS.values())


@dataclass(frozen=True)
class Account:
    """What a run says of itself, or the journal of one that was killed.

    `wrote`: the word for each dataset, by its id. `open`: records of which it does not know whether they were written,
    or says that only part of it was done.
    `unnamed`: those among them that its report does not name as failed, though it had the time. `found`: datasets that
    it does not say for sure to be of its making.
    """

    wrote: Mapping[str, str] = field(default_factory=dict)
    open: Collection[str] = ()
    unnamed: Collection[str] = ()
    found: Collection[str] = ()

    @classmethod
    def of(cls, run: RunRecord, entries: Iterable[Entry]) -> Account:
        """Return the account of a run that ended, and left a report, or that was killed, and left its journal."""
        entries = [entry for entry in entries if entry.kind == "dataset"]
        unsettled = {entry.key for entry in entries if not entry.did}
        if run.report is None:
            ids = [(str((entry.after or {}).get("id") or entry.dataset_id), entry.did) for entry in entries]
            return cls({dataset_id: did for dataset_id, did in ids if did in _WRITTEN}, unsettled)
        outcomes = [outcome for outcome in run.report["outcomes"] if outcome["kind"] == "dataset"]
        failed = [outcome for outcome in outcomes if outcome["did"] in {"failed", "refused"}]
        named = {outcome["record_id"] for outcome in failed}
        half_purged = {outcome["record_id"] for outcome in failed if outcome["reason"].startswith(IN_TRASH)}
        return cls(
            {outcome["dataset_id"]: outcome["did"] for outcome in outcomes if outcome["did"] in _WRITTEN},
            unsettled | half_purged,
            unsettled - named if run.ended == "done" else (),
            {outcome["dataset_id"] for outcome in outcomes if FOUND in outcome["notes"]},
        )


def disagreements(
    account: Account, changes: Iterable[Change], *, late: Collection[str], hidden: Collection[str]
) -> tuple[int, list[str]]:
    """Return how many datasets were compared, and where report and database do not say the same.

    `changes`: what the run wrote. `late`: the ids of datasets that were written once it had ended. `hidden`: records of
    whose dataset CKAN may not say that people deleted it, and so brings it back with whatever is written (quirk E1).
    """
    happened = _by_dataset(changes)
    told = [f"nobody knows what became of {key!r}, and the report does not say so" for key in account.unnamed]
    for dataset_id, (did, record_id) in happened.items():
        said = account.wrote.get(dataset_id)
        if said is None and record_id not in account.open:
            told.append(f"dataset {dataset_id} of {record_id!r} was {did}, and the report does not say so")
        elif said is not None and said not in _WORDS[did] and not (did == "revived" and record_id in hidden):
            told.append(f"dataset {dataset_id} of {record_id!r} was {did}, and the report says {said}")
    told += [
        f"the report says that dataset {dataset_id} was {said}, and the database does not"
        for dataset_id, said in account.wrote.items()
        if dataset_id not in happened and dataset_id not in late and dataset_id not in account.found
    ]
    return len({*happened, *account.wrote}), told


def _by_dataset(changes: Iterable[Change]) -> dict[str, tuple[str, str]]:
    """Return what became of each dataset between the first change and the last, and of which record it is."""
    rows: dict[str, list[Change]] = {}
    for change in changes:
        # Where the name of what is in the trash is needed, CKAN renames that (quirk D2).
        renamed = change.before and change.after and {**change.before, "name": change.dataset_id} == change.after
        if not (renamed and change.action != "package_revise"):
            rows.setdefault(change.dataset_id, []).append(change)
    return {dataset_id: (_became(of), _record_of(of)) for dataset_id, of in rows.items()}


def _became(changes: list[Change]) -> str:
    packages = [change for change in changes if change.table == "package"]
    if not packages:
        return "updated"
    before, after = packages[0].before, packages[-1].after
    if before is None:
        return "created"
    if after is None or after["state"] != before["state"]:
        return "deleted" if after is None or after["state"] == "deleted" else "revived"
    if after["private"] != before["private"]:
        return "hidden" if after["private"] else "shown"
    return "updated"


def _record_of(changes: list[Change]) -> str:
    for change in changes:
        identity = Identity.of_marker(change.marker or change.marker_after)
        if identity is not None:
            return identity.record_id
    return ""
