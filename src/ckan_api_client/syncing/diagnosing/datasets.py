"""Which datasets bear a source's marker, and which should: duplicates, orphans, what is gone, and what looks alike."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence

from ckan_api_client.syncing.diagnosing.evidence import Evidence, Listed, Shown
from ckan_api_client.syncing.diagnosing.finding import Check, Finding, Item, Severity, counted
from ckan_api_client.syncing.fitting import MARKER_KEY
from ckan_api_client.syncing.identity import Identity

#: Beyond so many, a command is shown once, with what to put in.
_MOST_COMMANDS = 10


def duplicate_findings(evidence: Evidence) -> Iterator[Finding]:
    """Yield the records of which there is more than one dataset, and which of these to keep."""
    in_use, in_trash = evidence.in_use(), evidence.in_trash()
    copied = {record_id: many for record_id, many in in_use.items() if len(many) > 1}
    if copied:
        items, others = [], []
        for record_id, many in sorted(copied.items()):
            kept, why = _to_keep(evidence, record_id, many)
            for one in many:
                is_kept = one.dataset_id == kept.dataset_id
                notes = [f"keep: {why}" if is_kept else "delete", *_notes(one)]
                items.append(Item(one.dataset_id, one.name, record_id, "; ".join(notes)))
                if not is_kept:
                    others.append(one.dataset_id)
        yield Finding(
            Check.DUPLICATES,
            Severity.ERROR,
            f"{counted(len(copied), 'record')} with more than one dataset, {len(items)} in all",
            "a sync cannot tell which one is meant, and writes none of them",
            (
                f"look at both, then move the copies to the trash, or take the extra {MARKER_KEY} off them:",
                *_commands("ckanclient delete datasets", others),
                f"ckanclient patch dataset ID extras.{MARKER_KEY}:null",
            ),
            tuple(items),
        )
    beside = [
        Item(one.dataset_id, one.name, record_id, f"{in_use[record_id][0].dataset_id} is in use")
        for record_id, many in sorted(in_trash.items())
        if record_id in in_use
        for one in many
    ]
    if beside:
        yield Finding(
            Check.DUPLICATES,
            Severity.REMARK,
            f"{counted(len(beside), 'dataset')} in the trash with the marker of a record that has another one",
            "who brings such a one back makes a duplicate",
            ("to remove them for good:", *_commands("ckanclient purge dataset", [one.dataset_id for one in beside])),
            tuple(beside),
        )
    if not copied:
        yield Finding(Check.DUPLICATES, Severity.OK, f"{counted(len(in_use), 'record')}, one dataset each")


def dataset_findings(evidence: Evidence, command: str) -> Iterator[Finding]:
    """Yield what the state and the catalog know of each other no more. `command`: what makes a plan of the source."""
    found = [*_orphans(evidence, command), *_gone(evidence, command), *_hidden(evidence), *_alike(evidence)]
    if not found:
        expected = sum(one.is_expected for one in evidence.remembered.values())
        yield Finding(Check.DATASETS, Severity.OK, f"{counted(expected, 'dataset')} remembered, and as remembered")
    yield from found


def _orphans(evidence: Evidence, command: str) -> Iterator[Finding]:
    orphans = []
    for record_id, many in sorted(evidence.in_use().items()):
        known = evidence.remembered.get(record_id)
        if known is None:
            orphans += [Item(one.dataset_id, one.name, record_id, "; ".join(_notes(one))) for one in many]
        elif len(many) == 1 and many[0].dataset_id != known.dataset_id:
            note = f"the state remembers {known.dataset_id} for this record"
            orphans.append(Item(many[0].dataset_id, many[0].name, record_id, note))
    if not orphans:
        return
    if not evidence.has_memory:
        yield Finding(
            Check.DATASETS,
            Severity.WARNING,
            f"{counted(len(orphans), 'dataset')} of this source, and no memory of them on this machine",
            "the next run compares as if it were the first: where source and catalog differ it is a conflict",
            ("if another machine runs this source, run it there, or give both the same --state; else:", command),
            tuple(orphans),
        )
        return
    yield Finding(
        Check.DATASETS,
        Severity.WARNING,
        f"{counted(len(orphans), 'dataset')} with the marker of this source that the state does not know",
        "the next run takes them for its own: it compares them with their records, and deletes those that have none",
        (
            f"see what would become of them; or take the extra {MARKER_KEY} off those that are not the source's:",
            command,
        ),
        tuple(orphans),
    )


def _gone(evidence: Evidence, command: str) -> Iterator[Finding]:
    """Of remembered datasets that are not as they should be; what was told in an earlier run is a remark only."""
    gone: dict[tuple[str, bool], list[Item]] = defaultdict(list)
    for known in evidence.remembered.values():
        shown = evidence.shown.get(known.dataset_id)
        if shown is None or not known.is_expected:
            continue
        why = _why_gone(evidence, known.record_id, shown)
        if why and not (why == "forbidden" and evidence.is_anonymous):
            item = Item(known.dataset_id, shown.name or known.name, known.record_id)
            gone[why, known.is_told].append(item)
    told = {
        "purged": ("gone for good", "the source may have their records still"),
        "trash": ("in the trash", "the source may have their records still"),
        "released": ("without its marker", "no run writes them any more"),
        "forbidden": ("not to be seen with this token", "no run can write them"),
        "unreadable": ("not readable, since CKAN fails", "no run can write them"),
    }
    again = (
        "their records stay away until both sides agree; a plan tells. To have them back:",
        f"{command} --on-conflict source",
    )
    repair = {
        "purged": again,
        "trash": again,
        "released": (f"put the extra {MARKER_KEY} back, or take the record out of the source",),
        "forbidden": ("let an administrator of their organizations make your user an editor there",),
        "unreadable": ("the operator of the site finds the reason in CKAN's log",),
    }
    for (why, is_told), items in sorted(gone.items()):
        severity = Severity.REMARK if is_told else Severity.ERROR if why == "unreadable" else Severity.WARNING
        what, reason = told[why]
        was = ", as an earlier run has told" if is_told else ""
        yield Finding(
            Check.DATASETS,
            severity,
            f"{counted(len(items), 'dataset')} that the state remembers: {what}{was}",
            reason,
            repair[why],
            tuple(items),
        )


def _why_gone(evidence: Evidence, record_id: str, shown: Shown) -> str:
    if shown.answer != "there":
        return {"absent": "purged"}.get(shown.answer, shown.answer)
    if evidence.record_of(shown.marker) != record_id:
        return "released"
    return "trash" if shown.state == "deleted" else ""


def _hidden(evidence: Evidence) -> Iterator[Finding]:
    hidden = []
    for known in evidence.remembered.values():
        one = evidence.shown.get(known.dataset_id) or evidence.listed.get(known.dataset_id)
        if one is not None and one.is_private and known.is_expected and not known.is_private:
            hidden.append(Item(one.dataset_id, one.name, known.record_id))
    if hidden:
        yield Finding(
            Check.DATASETS,
            Severity.REMARK,
            f"{counted(len(hidden), 'dataset')} made private since the last run",
            "visitors do not see them; a sync leaves that as people want it",
            (
                "to show them again:",
                *[f"ckanclient patch dataset {one.dataset_id} private:false" for one in hidden[:3]],
            ),
            tuple(hidden),
        )


def _alike(evidence: Evidence) -> Iterator[Finding]:
    lookalikes = [one for one in evidence.lookalikes if looks_alike(one.marker, evidence.source)]
    if lookalikes:
        yield Finding(
            Check.DATASETS,
            Severity.WARNING,
            f"{counted(len(lookalikes), 'dataset')} with a marker that is nearly one of this source",
            f"a marker counts to the byte, so no run takes them for its own; {evidence.source}:ID would be right",
            (f"correct the extra {MARKER_KEY}, or take it off",),
            tuple(Item(one.dataset_id, one.name, note=f"marker {one.marker!r}") for one in lookalikes),
        )
    near: dict[str, list[str]] = defaultdict(list)
    for record_id in evidence.in_use():
        near[_plain(record_id)].append(record_id)
    pairs = [sorted(many) for many in near.values() if len(many) > 1]
    if pairs:
        yield Finding(
            Check.DATASETS,
            Severity.REMARK,
            f"{counted(len(pairs), 'record id')} written in more than one way",
            "ids count to the byte: case, blanks and forms of Unicode make another record, with a dataset of its own",
            ("if they are one and the same, let the source write them in one way",),
            tuple(Item(record_id=" / ".join(map(repr, many))) for many in sorted(pairs)),
        )


def looks_alike(marker: str, source: str) -> bool:
    """Tell whether a marker is not of a source, and was probably meant to be."""
    name, colon, record_id = marker.partition(":")
    if colon and name == source and record_id:
        return False
    return _plain(marker).partition(":")[0].strip() == source


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _to_keep(evidence: Evidence, record_id: str, many: Sequence[Listed | Shown]) -> tuple[Listed | Shown, str]:
    """Return which of a record's datasets to keep, and why."""
    known = evidence.remembered.get(record_id)
    derived = Identity(evidence.source, record_id).dataset_id
    for wanted, why in ((known.dataset_id if known else "", "the state remembers it"), (derived, "a sync made it")):
        for one in many:
            if one.dataset_id == wanted:
                return one, why
    return min(many, key=lambda one: (one.created or "9", one.dataset_id)), "it is the oldest; nothing else tells"


def _notes(one: Listed | Shown) -> list[str]:
    return [*(["private"] if one.is_private else []), *([one.state] if one.state not in {"", "active"} else [])]


def _commands(command: str, ids: Sequence[str]) -> list[str]:
    return [f"{command} {one}" for one in ids] if len(ids) <= _MOST_COMMANDS else [f"{command} ID"]
