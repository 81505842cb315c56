"""Planning: a pure function of what should be, what is, and what is remembered. The same input gives the same plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ckan_api_client.quirks.equivalence import group_differences
from ckan_api_client.sources import Complete, Partial
from ckan_api_client.syncing.base import Base
from ckan_api_client.syncing.catalog import Account
from ckan_api_client.syncing.judging import IN_GRACE, Change, Facts, Judge, Judgement
from ckan_api_client.syncing.options import Options
from ckan_api_client.syncing.plan import (
    Adopt,
    Conflict,
    Create,
    Delete,
    GroupChange,
    Keep,
    Plan,
    Refused,
    Revive,
    Update,
)
from ckan_api_client.syncing.state import Row
from ckan_api_client.syncing.wanted import Intake


@dataclass(slots=True)
class _Lists:
    """The parts of a plan while it is made."""

    changes: dict[type[Change], list[Any]] = field(
        default_factory=lambda: {kind: [] for kind in (Adopt, Create, Delete, Revive, Update)}
    )
    conflicts: list[Conflict] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    keeps: list[Keep] = field(default_factory=list)
    absent: list[Row] = field(default_factory=list)
    in_grace: list[str] = field(default_factory=list)
    settle: Callable[[Base], None] = lambda _: None
    notes: Counter[str] = field(default_factory=Counter)
    unchanged: int = 0
    managed: int = 0

    def of(self, kind: type[Change]) -> tuple[Any, ...]:
        return tuple(self.changes[kind])


def make_plan(
    source: str,
    catalog_url: str,
    account: Account,
    *,
    rows: Iterator[Row],
    judge: Judge,
    settled: int = 0,
    intake: Intake,
    facts: Facts,
    options: Options,
    serial: int,
    made: str,
    doubts: Sequence[str] = (),
    settle: Callable[[Base], None] = lambda _: None,
) -> Plan:
    """Return what has to be done so that the catalog matches the source, and what is refused.

    `settled`: how many records are not among the rows, for source, catalog and memory have them alike. `settle` is told
    the bases of those of which nothing is to be done, nor told, but to remember them.
    """
    lists = _Lists(refused=[*intake.refused], unchanged=settled, managed=settled, settle=settle)
    for row in rows:
        _sort_in(row, judge, lists, intake.present, facts.in_trash)
    ending = intake.ending
    doubt = next((one for one in (facts.doubt, *doubts) if one), "")
    if isinstance(ending, Partial):
        doubt = doubt or f"the source was not read completely: {ending.reason}"
    if isinstance(ending, Complete) and not doubt:
        plan_deletes(ending, lists.absent, judge, lists)
    notes = [
        f"{number} dataset{' is' if number == 1 else 's are'} {note}" for note, number in sorted(lists.notes.items())
    ]
    if options.default_organization and not intake.defaulted and lists.of(Create):
        notes.append(f"organization {options.default_organization} is not used: each record names its own")
    return Plan(
        source,
        catalog_url,
        account.name,
        serial,
        made,
        options.as_dict(),
        groups=_plan_groups(intake, facts, options),
        deletes=lists.of(Delete),
        adopts=lists.of(Adopt),
        creates=lists.of(Create),
        revives=lists.of(Revive),
        updates=lists.of(Update),
        keeps=tuple(lists.keeps),
        conflicts=tuple(lists.conflicts),
        refused=tuple(lists.refused),
        unchanged=lists.unchanged,
        managed=lists.managed,
        records=intake.records,
        absent=tuple(lists.in_grace),
        no_deletes_because=doubt if lists.absent else "",
        notes=tuple(notes),
    )


def plan_deletes(_proof: Complete, absent: Sequence[Row], judge: Judge, lists: _Lists) -> None:
    """Plan what becomes of what is absent from a source; only one that was read completely can be given here."""
    for row in absent:
        _take(judge.judge_absent(row), row, lists)


def _sort_in(row: Row, judge: Judge, lists: _Lists, present: set[str], in_trash: Collection[str]) -> None:
    is_withdrawn = row.base_status == "withdrawn" and row.wanted_hash is None
    if row.record_id in in_trash or (row.dataset_id is not None and not is_withdrawn):
        lists.managed += 1
    if row.wanted_hash is not None:
        _take(judge.judge(row), row, lists)
    elif row.record_id in in_trash or (row.dataset_id is not None and row.record_id not in present):
        lists.absent.append(row)


def _take(judgement: Judgement, row: Row, lists: _Lists) -> None:
    lists.conflicts.extend(judgement.conflicts)
    if judgement.refused is not None:
        lists.refused.append(judgement.refused)
    elif judgement.change is not None:
        lists.changes[type(judgement.change)].append(judgement.change)
    elif judgement.note:
        lists.notes[judgement.note] += 1
        if judgement.note == IN_GRACE:
            lists.in_grace.append(row.record_id)
    elif row.wanted_hash is not None:
        lists.unchanged += 1
        base = judgement.base
        if base is not None and not judgement.conflicts:
            lists.settle(base)
        elif base is not None:
            lists.keeps.append(Keep(row.record_id, base.dataset_id, base.source, base.modified, base.kept))


def _plan_groups(intake: Intake, facts: Facts, options: Options) -> tuple[GroupChange, ...]:
    strategies = options.rules.strategies
    kinds = (
        ("organization", intake.used_organizations, intake.organizations, facts.organizations,
         strategies.organization_merge_strategy),
        ("group", intake.used_groups, intake.groups, facts.groups, strategies.group_merge_strategy),
    )  # fmt: skip
    planned: list[GroupChange] = []
    for kind, used, described, there, strategy in kinds:
        for name in sorted(used | set(described)):
            data = described.get(name, {"name": name})
            if name not in there:
                planned.append(GroupChange(kind, name, data))  # type: ignore[arg-type]
            elif strategy == "update" and len(data) > 1:
                now = facts.described.get((kind, name))
                if now is None or group_differences(data, now):
                    planned.append(GroupChange(kind, name, data, update=True))  # type: ignore[arg-type]
    return tuple(planned)
