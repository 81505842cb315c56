"""Progress of a sync on standard error, one phase after the other; and what was done if it is cut short."""

from __future__ import annotations

import sys
from collections import Counter
from types import TracebackType
from typing import Self

import click

from ckan_api_client.cli.count import Count
from ckan_api_client.cli.counting import Counting
from ckan_api_client.cli.main import INTERRUPTED
from ckan_api_client.syncing.events import CatalogRead, Event, Examined, Planned, Settled, SourceRead, UndoPlanned
from ckan_api_client.syncing.report import Interrupted

_SOURCE, _CATALOG, _COMPARING = "reading the source", "reading the catalog", "comparing"


class SyncProgress:
    """Shows the events of a sync: how much of the source is read, what is planned, what is done, and how fast.

    `reads_source`: it begins with that; otherwise with writing. `go_on`: what to say after an interruption; the
    command then ends with its exit code. `events`: for programs, as `Counting` has it.
    """

    def __init__(self, *, reads_source: bool = True, go_on: str = "", events: bool = False) -> None:
        self._reads_source = reads_source
        self._go_on = go_on
        self._events = events
        self._counts: Counter[str] = Counter()
        self._planned: int | None = None
        self._doing = ""
        self._phase: Counting | None = None

    def __enter__(self) -> Self:
        if self._reads_source:
            self._begin(_SOURCE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._phase is not None:
            self._phase.__exit__(kind, error, trace)
        if isinstance(error, KeyboardInterrupt) and self._go_on:
            run = f" in run {error.report.run}" if isinstance(error, Interrupted) else ""
            click.echo(f"\nInterrupted{run}: {self._told()}. {self._go_on}", err=True)
            sys.exit(INTERRUPTED)

    def __call__(self, event: Event) -> None:
        match event:
            case SourceRead() if self._reads_source:
                self._reach(_SOURCE, event.records)
                if event.position >= event.size:
                    self._reach(_SOURCE, event.records, event.records)
                    self._begin(_CATALOG, unit="datasets")
            case CatalogRead():
                self._reach(_CATALOG, event.datasets, event.datasets, unit="datasets")
                self._begin(_COMPARING)
            case Examined():
                self._reach(event.doing, event.done, event.total)
            case Planned():
                self._planned = len(event.plan)
                if event.plan:
                    self._begin("writing", len(event.plan) + len(event.plan.refused))
            case UndoPlanned():
                self._planned = event.writes
                self._begin("taking back", event.writes)
            case Settled():
                self._counts[event.outcome.did.value] += 1
                if self._phase is not None:
                    self._phase.advance(event.outcome.did.value)

    def _begin(self, doing: str, total: int | None = None, *, unit: str = "records") -> Counting:
        """End the phase before and begin another."""
        if self._phase is not None:
            self._phase.__exit__(None, None, None)
        self._doing = doing
        phase = Counting(doing, total, unit=unit, events=self._events, stays=True, indent=len(_CATALOG))
        self._phase = phase.__enter__()
        return phase

    def _reach(self, doing: str, done: int, total: int | None = None, *, unit: str = "records") -> None:
        """Have so many done of a phase; begin it if need be."""
        phase = self._phase if self._phase is not None and self._doing == doing else self._begin(doing, unit=unit)
        if total is not None:
            phase.expect(total)
        phase.advance(number=done - phase.done)

    def _told(self) -> str:
        if not self._counts:
            return "nothing was done"
        planned = f", of {self._planned:,} planned" if self._planned is not None else ""
        return f"{Count('', 'records', counts=self._counts).outcomes()}{planned}"
