"""Progress of many things of one kind, on standard error: a bar for people, events for programs, or nothing."""

from __future__ import annotations

import json
import time
from collections import Counter
from types import TracebackType
from typing import Self

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

#: Seconds: what takes no longer shows no bar; how often programs are told.
_PATIENCE = 1.0
_EVENT_EVERY = 1.0


class Counting:
    """Counts what is done of something, in all and by outcome.

    `doing` is a phrase ("uploading roads.csv"); `total` how many there are, None where nobody knows; `unit` what is
    counted ("datasets", or "bytes"). `events`: for a program, one line of JSON a second and one at the end.
    """

    def __init__(self, doing: str, total: int | None = None, *, unit: str = "records", events: bool = False) -> None:
        self._doing, self._unit = doing, unit
        self._total = total
        self._done = 0
        self._counts: Counter[str] = Counter()
        self._events = events
        self._console = Console(stderr=True)
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._begun = self._told = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()
        if self._events:
            self._tell(ended=True)

    def expect(self, total: int) -> None:
        """Say how many there are, once that is known."""
        self._total = total

    def advance(self, did: str = "", number: int = 1) -> None:
        """Count so many as done; `did` is what became of them ("created", "failed")."""
        self._done += number
        if did:
            self._counts[did] += number
        now = time.monotonic()
        if self._events:
            if now - self._told >= _EVENT_EVERY:
                self._told = now
                self._tell()
        elif self._console.is_terminal and now - self._begun >= _PATIENCE:
            self._show()

    def told(self) -> str:
        """Return the counts by outcome in words, the most frequent first; "" where there are none."""
        return ", ".join(f"{number:,} {did}" for did, number in self._counts.most_common())

    def _show(self) -> None:
        if self._bar is None:
            columns = (
                SpinnerColumn(),
                TextColumn("{task.description}"),
                BarColumn(bar_width=30),
                TextColumn("{task.fields[rate]}"),
                TimeElapsedColumn(),
                TimeRemainingColumn(),
                TextColumn("{task.fields[counts]}"),
            )
            self._bar = Progress(*columns, console=self._console, transient=True)
            self._task = self._bar.add_task(self._doing, total=self._total, rate="", counts="")
            self._bar.start()
        if self._task is not None:
            speed = self._done / max(time.monotonic() - self._begun, 0.001)
            self._bar.update(
                self._task, completed=self._done, total=self._total, rate=f"{speed:,.1f}/s", counts=self.told()
            )

    def _tell(self, *, ended: bool = False) -> None:
        event = {
            "event": "ended" if ended else "progress",
            "doing": self._doing,
            "unit": self._unit,
            "done": self._done,
            "total": self._total,
            "counts": dict(self._counts),
            "seconds": round(time.monotonic() - self._begun, 3),
        }
        click.echo(json.dumps(event), err=True)
