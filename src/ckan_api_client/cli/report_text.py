"""The report of a run: for people to read, what was done, and what was not, by reason; or as JSON."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from ckan_api_client.cli.main import UNDONE
from ckan_api_client.cli.output import counted, print_json, safe_text
from ckan_api_client.cli.values_text import conflict_lines
from ckan_api_client.syncing import Did, Outcome, Report

_MOST_REASONS = 20
_MOST_EXAMPLES = 3
_MOST_NAMES = 5
_MOST_CONFLICTS = 10
_LONGEST = 300
#: How a refusal of CKAN's begins: the action, and the name or id that it was called with.
_CALL = re.compile(r"^(\w+) '[^']*':")
#: What changed something in the catalog, and so can be taken back.
_CHANGED = (Did.CREATED, Did.UPDATED, Did.REVIVED, Did.ADOPTED, Did.DELETED)


def end_with(report: Report, seconds: float, state: Path | None, *, as_json: bool) -> None:
    """Print the report of a run, and leave with the exit code that it asks for. `state`: where it is remembered."""
    if as_json:
        print_json(report.as_dict())
    else:
        for line in report_lines(report, seconds, state):
            click.echo(line)
    if not report:
        sys.exit(UNDONE)


def report_lines(report: Report, seconds: float, state: Path | None = None) -> Iterator[str]:
    """Yield what a run did, its conflicts, what it left undone by reason, and how to take it back."""
    yield from map(safe_text, str(report).split("\n"))
    yield from _done_lines(report)
    for conflict in report.conflicts[:_MOST_CONFLICTS]:
        yield from conflict_lines(conflict)
    if len(report.conflicts) > _MOST_CONFLICTS:
        yield f"  and {counted(len(report.conflicts) - _MOST_CONFLICTS, 'more conflict')}; all are in --json"
    notes = sum(bool(outcome.notes) for outcome in report.outcomes)
    if notes:
        yield f"{notes} of them were stored by CKAN with another value than sent: see --json"
    if report.adjusted:
        yield "values fitted to what CKAN takes (docs/fitting.md):"
        for why, number in sorted(report.adjusted.items(), key=lambda item: -item[1]):
            yield f"  {number:6}  {safe_text(why)}"
    left = [outcome for outcome in report.outcomes if outcome.did is Did.UNCHANGED and outcome.reason]
    for told, outcomes in (("left as they are", left), ("not done", report.undone)):
        if outcomes:
            yield f"{told}: {len(outcomes):,}"
            yield from reason_lines(outcomes)
    if report.run is None:
        yield f"{seconds:.1f} s"
        return
    yield f"run {report.run}, {seconds:.1f} s"
    if any(outcome.did in _CHANGED for outcome in report.outcomes):
        undo = ["ckanclient", "undo", report.source, str(report.run), *(["--state", str(state)] if state else [])]
        yield f"to take it back: {safe_text(shlex.join(undo))}"


def reason_lines(outcomes: Sequence[Outcome], *, full: bool = False) -> Iterator[str]:
    """Yield why things were not done: each reason once, with a few of the places, or all of them."""
    by_reason: dict[tuple[Did, str, str], list[Outcome]] = {}
    for outcome in outcomes:
        key = (outcome.did, outcome.field, _general(outcome.reason, outcome))
        by_reason.setdefault(key, []).append(outcome)
    ordered = sorted(by_reason.items(), key=lambda item: -len(item[1]))
    for (did, field, reason), like in ordered if full else ordered[:_MOST_REASONS]:
        yield f"  {len(like):6}  {_label(did, field)}{safe_text(reason, None if full else _LONGEST)}"
        for outcome in like if full else like[:_MOST_EXAMPLES]:
            where = f"{safe_text(outcome.place)} " if outcome.place else ""
            yield f"            {where}{safe_text(outcome.kind)} {safe_text(outcome.record_id, 100)}"
        if len(like) > _MOST_EXAMPLES and not full:
            yield f"            and {len(like) - _MOST_EXAMPLES} more; all are in --json"
    if len(ordered) > _MOST_REASONS and not full:
        yield f"  and {len(ordered) - _MOST_REASONS} other reasons; all are in --json"


def _done_lines(report: Report) -> Iterator[str]:
    """Yield what was made, changed and deleted, by name, as far as it fits into a line each."""
    for did in _CHANGED:
        names = sorted(
            outcome.record_id if outcome.kind == "dataset" else f"{outcome.kind} {outcome.record_id}"
            for outcome in report.outcomes
            if outcome.did is did
        )
        if names:
            more = f" and {len(names) - _MOST_NAMES} more; all are in --json" if len(names) > _MOST_NAMES else ""
            yield f"  {did.value}: {', '.join(safe_text(name, 60) for name in names[:_MOST_NAMES])}{more}"


def _general(reason: str, outcome: Outcome) -> str:
    """Return a reason without the id and the name of what it is about, so that equal reasons are counted together."""
    if outcome.record_id:
        reason = reason.replace(repr(outcome.record_id), "'…'")
    reason = _CALL.sub(r"\1 '…':", reason)
    return reason.replace(outcome.dataset_id, "…") if outcome.dataset_id else reason


def _label(did: Did, field: str) -> str:
    return f"{did.value}, {safe_text(field)}: " if field else f"{did.value}: "
