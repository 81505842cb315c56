"""What there is to say of the local state of a source: the file, and what it tells of earlier runs."""

from __future__ import annotations

from collections.abc import Iterator

from ckan_api_client.syncing.diagnosing.finding import Check, Finding, Item, Severity, counted
from ckan_api_client.syncing.judging import ONCE
from ckan_api_client.syncing.pending import reference_of
from ckan_api_client.syncing.state import State
from ckan_api_client.syncing.state.inspecting import Inspection

_ANEW = (
    "where source and catalog differ it is a conflict then, nothing is deleted in that run, and no run can be undone"
)
_WHY = {
    "lost": f"what earlier runs knew is lost: the next one begins anew; {_ANEW}",
    "damaged": f"the next run keeps this file beside a new one; {_ANEW}",
    "newer": "this version cannot tell what is in there, so every run is refused",
    "foreign": "every run with this file is refused",
    "unreadable": "every run is refused before it begins",
    "in use": "what earlier runs knew was not looked at, since it is being written",
}


def file_findings(inspection: Inspection, command: str) -> Iterator[Finding]:
    """Yield what is wrong with the file. `command`: what makes a plan of the source."""
    path, condition = str(inspection.path), inspection.condition
    if condition == "missing":
        yield Finding(Check.MEMORY, Severity.OK, f"there is no memory of earlier runs on this machine ({path})")
    elif condition == "in use":
        yield Finding(
            Check.MEMORY,
            Severity.WARNING,
            f"the state is in use by {inspection.holder}: {path}",
            _WHY[condition],
            ("wait until that run has ended, then ask again",),
        )
    elif condition != "whole":
        told = inspection.because if condition == "unreadable" else f"{path}: {inspection.because}"
        repair = {
            "lost": ("put back a copy that was made after the last run, and its .lock file; or begin anew:", command),
            "damaged": (
                "put back a copy that was made after the last run, and its .lock file; or begin anew:",
                command,
            ),
            "newer": ("install the version of this program that wrote it, or a later one",),
            "foreign": ("name the right file with --state, or leave --state out",),
            "unreadable": (f"make {path} a plain file that you may read and write",),
        }[condition]
        yield Finding(Check.MEMORY, Severity.ERROR, f"the state cannot be used: {told}", _WHY[condition], repair)
    else:
        version, size = inspection.version, max(1, inspection.size // 1000)
        yield Finding(Check.MEMORY, Severity.OK, f"the state is whole: {path} (format {version}, {size:,} kB)")
    if inspection.is_open_to_others:
        yield Finding(
            Check.MEMORY,
            Severity.WARNING,
            f"others on this machine may read or write the state: {path}",
            "it holds datasets as they were, private ones too, and what a sync takes for the truth",
            (f"chmod 600 {path}",),
        )
    if inspection.kept:
        yield Finding(
            Check.MEMORY,
            Severity.REMARK,
            f"{counted(len(inspection.kept), 'damaged state')} kept beside it",
            "nothing reads them any more",
            ("remove them once you know why they broke",),
            tuple(Item(name=one) for one in inspection.kept),
        )


def run_findings(state: State, command: str) -> Iterator[Finding]:
    """Yield what the state tells of earlier runs. Raises StateError where a content is damaged after all."""
    runs = state.runs()
    last = runs[0] if runs else None
    if last is not None and last.ended != "done":
        ended = {"": "was killed", "interrupted": "was interrupted", "failed": "ended with an error"}[last.ended]
        yield Finding(
            Check.RUNS,
            Severity.WARNING,
            f"the last run ({last.number}, {last.kind}, begun {last.begun}) {ended}",
            "what it had planned was done in part only",
            ("run it again to the end: it goes on from there",),
        )
    elif last is None:
        yield Finding(Check.RUNS, Severity.OK, "no run so far")
    else:
        yield Finding(
            Check.RUNS, Severity.OK, f"the last run ({last.number}, {last.kind}) came to its end at {last.finished}"
        )
    if state.rebuilt_because:
        yield Finding(
            Check.RUNS,
            Severity.WARNING,
            f"what runs before knew is lost: {state.rebuilt_because}",
            "nothing is deleted before a run has come to its end",
            ("sync once, to the end",),
        )
    open_entries = tuple(
        Item(entry.dataset_id, reference_of(entry) if not entry.dataset_id else "", entry.key, entry.action)
        for entry in state.unsettled()
    )
    if open_entries:
        yield Finding(
            Check.RUNS,
            Severity.WARNING,
            f"of {counted(len(open_entries), 'write')} nobody knows whether the catalog carried it out",
            "until that is looked into, the catalog may hold what no report tells of",
            ("the next plan or sync holds it against the database:", command),
            open_entries,
        )
    yield from _refused(state, command)
    absent = state.all_absent()
    if absent:
        yield Finding(
            Check.RUNS,
            Severity.REMARK,
            f"{counted(len(absent), 'record')} missing in the last complete source",
            "their datasets are deleted once the grace period is over, if there is one",
            items=tuple(
                Item(record_id=record_id, note=f"in {counted(times, 'run')}, since {since:%Y-%m-%d}")
                for record_id, times, since in absent
            ),
        )


def _refused(state: State, command: str) -> Iterator[Finding]:
    records = state.all_quarantined()
    once = tuple(
        Item(record_id=record, note=reason.removeprefix(ONCE)) for record, reason in records if reason.startswith(ONCE)
    )
    for_good = tuple(Item(record_id=record, note=reason) for record, reason in records if not reason.startswith(ONCE))
    if for_good:
        yield Finding(
            Check.RUNS,
            Severity.WARNING,
            f"{counted(len(for_good), 'record')} that CKAN refused: not sent again before a change",
            "the catalog lacks them, or shows them as they were",
            ("correct them in the source; if it was the catalog that changed:", f"{command} --retry-refused"),
            for_good,
        )
    if once:
        yield Finding(
            Check.RUNS,
            Severity.REMARK,
            f"at {counted(len(once), 'record')} the server failed once",
            "the next run tries again, and leaves them alone if it fails once more",
            items=once,
        )
