"""A plan for people to read: how many, then what, value by value, as long or as short as can be read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import click

from ckan_api_client.cli.output import counted, safe_text
from ckan_api_client.cli.report_text import reason_lines
from ckan_api_client.cli.values_text import conflict_lines, heading, shown_pair
from ckan_api_client.syncing import Outcome
from ckan_api_client.syncing.guards import Limits
from ckan_api_client.syncing.plan import Adopt, Change, Create, Delete, FieldChange, GroupChange, Plan, Revive, Update

T = TypeVar("T")

_MOST_RECORDS = 10
_MOST_FIELDS = 8
_MOST_PATHS = 8
#: The id of a resource within a path, which says nothing when fields are counted.
_RESOURCE = re.compile(r"^resources\.[^.]+")


def plan_lines(plan: Plan, limits: Limits, *, full: bool = False) -> Iterator[str]:
    """Yield the lines of a plan: counts, then each kind of change, conflicts and what is refused, then the guards."""
    whose = f", as {plan.account}" if plan.account else ""
    yield _bold(safe_text(f"{plan.source} -> {plan.catalog}{whose}"))
    yield from _counts(plan)
    kinds: tuple[tuple[str, Sequence[Change]], ...] = (
        ("organizations and groups", plan.groups),
        ("deletes", plan.deletes),
        ("adoptions", plan.adopts),
        ("creates", plan.creates),
        ("revives", plan.revives),
    )
    for headline, changes in kinds:
        yield from _some_of(headline, [(_heading(change),) for change in _first(changes, full=full)], len(changes))
    updates = [(_heading(update), *_changes(update, full=full)) for update in _first(plan.updates, full=full)]
    yield from _some_of("updates", updates, len(plan.updates), _by_field(plan.updates))
    conflicts = [conflict_lines(conflict, full=full) for conflict in _first(plan.conflicts, full=full)]
    yield from _some_of("conflicts", conflicts, len(plan.conflicts))
    if plan.refused:
        yield from ("", _bold("Refused"))
        yield from reason_lines([Outcome.of_refused(refused) for refused in plan.refused], full=full)
    yield ""
    yield from _last_words(plan, limits)


def _counts(plan: Plan) -> Iterator[str]:
    values = sum(len(update.changes) for update in plan.updates)
    groups = Counter(change.kind for change in plan.groups)
    deletes = Counter(delete.how for delete in plan.deletes)
    taken = Counter(conflict.taken for conflict in plan.conflicts)
    sides = f"{taken['catalog']:,} kept from the catalog, {taken['source']:,} taken from the source"
    rows = [
        (groups["organization"], "organization", "to make or to change"),
        (groups["group"], "group", "to make or to change"),
        (deletes["delete"], "dataset", "to delete"),
        (deletes["purge"], "dataset", "to purge, for good"),
        (deletes["private"], "dataset", "to make private"),
        (len(plan.adopts), "dataset", "to adopt"),
        (len(plan.creates), "dataset", "to create"),
        (len(plan.revives), "dataset", "to bring back"),
        (len(plan.updates), "dataset", f"to update, {counted(values, 'value')}"),
        (len(plan.conflicts), "conflict", f"between the two sides: {sides}"),
        (len(plan.refused), "record", "refused"),
        (plan.unchanged, "dataset", "unchanged"),
    ]
    width = max(len(f"{number:,}") for number, _, _ in rows)
    for number, noun, what in rows:
        if number:
            yield f"  {number:>{width},} {noun}{'' if number == 1 else 's'} {what}"
    if not plan:
        yield "  nothing to do"


def _some_of(headline: str, shown: Sequence[Sequence[str]], number: int, summary: Iterable[str] = ()) -> Iterator[str]:
    """Yield the lines of those that are shown, under a headline, and how many more there are."""
    if not number:
        return
    yield from ("", _bold(headline.capitalize()), *summary)
    for lines in shown:
        yield from lines
    if number > len(shown):
        yield f"  and {number - len(shown):,} more; --full shows all, -o keeps all"


def _first(items: Sequence[T], *, full: bool, most: int = _MOST_RECORDS) -> Sequence[T]:
    return items if full else items[:most]


def _heading(change: Change) -> str:
    match change:
        case GroupChange(update=True):
            keys = ", ".join(sorted(key for key in change.data if key != "name"))
            return heading("~", f"{change.kind} {change.name}", "", f"{keys}, as far as they differ")
        case GroupChange():
            return heading("+", f"{change.kind} {change.name}", str(change.data.get("title") or ""))
        case Delete():
            return heading("-", change.record_id, change.title, "" if change.how == "delete" else change.how)
        case Adopt():
            return heading("+", change.record_id, change.title, f"dataset {change.dataset_id}, found by {change.by}")
        case Create():
            return heading("+", change.record_id, change.title, change.place)
        case Revive():
            return heading("+", change.record_id, change.title, f"dataset {change.dataset_id} comes back")
        case Update():
            return heading("~", change.record_id, change.title)


def _by_field(updates: Sequence[Update]) -> Iterator[str]:
    """Yield which fields change how often, if there are more updates than are shown."""
    if len(updates) <= _MOST_RECORDS:
        return
    found = Counter(_RESOURCE.sub("resources.*", change.path) for update in updates for change in update.changes)
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    shown = [f"{safe_text(path, 60)} {number:,}" for path, number in ordered[:_MOST_PATHS]]
    if len(ordered) > _MOST_PATHS:
        shown.append(f"and {counted(len(ordered) - _MOST_PATHS, 'other field')}")
    yield f"  by field: {', '.join(shown)}"


def _changes(update: Update, *, full: bool) -> Iterator[str]:
    shown: Sequence[FieldChange] = _first(update.changes, full=full, most=_MOST_FIELDS)
    for change in shown:
        before, after = shown_pair(change.before, change.after, full=full)
        because = f" ({safe_text(change.because)})" if change.because else ""
        yield f"      {safe_text(change.path, 80)}: {before} -> {after}{because}"
    if len(update.changes) > len(shown):
        yield f"      and {counted(len(update.changes) - len(shown), 'more value')}; --full shows all"


def _last_words(plan: Plan, limits: Limits) -> Iterator[str]:
    if plan.no_deletes_because:
        yield safe_text(f"Nothing is deleted: {plan.no_deletes_because}")
    yield from map(safe_text, plan.notes)
    reasons = [str(violation) for violation in plan.violations(limits)]
    if plan.conflicts and plan.rules.get("on_conflict") == "fail":
        reasons.append(f"{counted(len(plan.conflicts), 'conflict')} (--on-conflict catalog or source decides)")
    if reasons:
        yield click.style("This plan would be refused:", fg="red", bold=True)
        for reason in reasons:
            yield f"  {click.style('!', fg='red')} {safe_text(reason)}"
    yield f"checksum {plan.checksum}"


def _bold(text: str) -> str:
    return click.style(text, bold=True)
