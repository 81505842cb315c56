"""Progress on standard error: bars where somebody looks, nothing elsewhere."""

from __future__ import annotations

from collections import Counter
from typing import Self

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

from ckan_api_client.syncing.events import CatalogRead, Event, Planned, Settled, SourceRead


class SyncProgress:
    """Shows the events of a sync: how much of the source is read, what is planned, what is done, and how fast."""

    def __init__(self) -> None:
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
        self._counts: Counter[str] = Counter()
        self._reading: TaskID | None = None
        self._catalog: TaskID | None = None
        self._writing: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        self._reading = self._add("reading the source")
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def __call__(self, event: Event) -> None:
        if isinstance(event, SourceRead) and self._reading is not None:
            done = event.position >= event.size
            total = event.records if done else None
            self._progress.update(self._reading, completed=event.records, total=total)
            if done and self._catalog is None:
                self._catalog = self._add("reading the catalog")
        elif isinstance(event, CatalogRead) and self._catalog is not None:
            self._progress.update(self._catalog, completed=event.datasets, total=event.datasets)
        elif isinstance(event, Planned) and event.plan:
            self._writing = self._add("writing", total=len(event.plan) + len(event.plan.refused))
        elif isinstance(event, Settled) and self._writing is not None:
            self._settle(event)

    def _settle(self, event: Settled) -> None:
        if self._writing is None:
            return
        self._counts[event.outcome.did.value] += 1
        task = next(task for task in self._progress.tasks if task.id == self._writing)
        rate = f"{task.speed:.1f}/s" if task.speed else ""
        counts = ", ".join(f"{number} {did}" for did, number in self._counts.most_common())
        self._progress.update(self._writing, advance=1, rate=rate, counts=counts)

    def _add(self, description: str, total: int | None = None) -> TaskID:
        return self._progress.add_task(description, total=total, rate="", counts="")
