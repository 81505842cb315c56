"""Progress on standard error: bars where somebody looks, nothing elsewhere; and what was done if it is cut short."""

from __future__ import annotations

import sys
from collections import Counter
from types import TracebackType
from typing import Self

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from ckan_api_client.cli.main import INTERRUPTED
from ckan_api_client.syncing.events import CatalogRead, Event, Planned, Settled, SourceRead, UndoPlanned
from ckan_api_client.syncing.report import Interrupted


class SyncProgress:
    """Shows the events of a sync: how much of the source is read, what is planned, what is done, and how fast.

    `reads_source`: it begins with that; otherwise with writing. `go_on`: what to say after an interruption; the
    command then ends with its exit code.
    """

    def __init__(self, *, reads_source: bool = True, go_on: str = "") -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[counts]}"),
            console=Console(stderr=True),
            disable=not Console(stderr=True).is_terminal,
        )
        self._reads_source = reads_source
        self._go_on = go_on
        self._counts: Counter[str] = Counter()
        self._planned: int | None = None
        self._reading: TaskID | None = None
        self._catalog: TaskID | None = None
        self._writing: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        if self._reads_source:
            self._reading = self._add("reading the source")
        return self

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> None:
        self._progress.stop()
        if isinstance(error, KeyboardInterrupt) and self._go_on:
            run = f" in run {error.report.run}" if isinstance(error, Interrupted) else ""
            click.echo(f"\nInterrupted{run}: {self._done()}. {self._go_on}", err=True)
            sys.exit(INTERRUPTED)

    def __call__(self, event: Event) -> None:
        if isinstance(event, SourceRead) and self._reading is not None:
            done = event.position >= event.size
            total = event.records if done else None
            self._progress.update(self._reading, completed=event.records, total=total)
            if done and self._catalog is None:
                self._catalog = self._add("reading the catalog")
        elif isinstance(event, CatalogRead):
            if self._catalog is None:
                self._catalog = self._add("reading the catalog")
            self._progress.update(self._catalog, completed=event.datasets, total=event.datasets)
        elif isinstance(event, Planned):
            self._planned = len(event.plan)
            if event.plan:
                self._writing = self._add("writing", total=len(event.plan) + len(event.plan.refused))
        elif isinstance(event, UndoPlanned):
            self._planned = event.writes
            self._writing = self._add("taking back", total=event.writes)
        elif isinstance(event, Settled):
            self._settle(event)

    def _settle(self, event: Settled) -> None:
        self._counts[event.outcome.did.value] += 1
        if self._writing is None:
            return
        writing = self._writing
        task = next(task for task in self._progress.tasks if task.id == writing)
        rate = f"{task.speed:.1f}/s" if task.speed else ""
        self._progress.update(writing, advance=1, rate=rate, counts=self._told())

    def _told(self) -> str:
        return ", ".join(f"{number:,} {did}" for did, number in self._counts.most_common())

    def _done(self) -> str:
        if not self._counts:
            return "nothing was done"
        planned = f", of {self._planned:,} planned" if self._planned is not None else ""
        return f"{self._told()}{planned}"

    def _add(self, description: str, total: int | None = None) -> TaskID:
        return self._progress.add_task(description, total=total, rate="", counts="")
