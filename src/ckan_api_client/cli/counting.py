"""Progress of many things of one kind, on standard error: a bar for people, events for programs, or nothing."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

from ckan_api_client.cli.count import Count

if TYPE_CHECKING:
    from ckan_api_client.cli.bar import Bar

#: Seconds: what takes no longer shows no bar; how often programs are told.
_EVERY = 1.0


class Counting:
    """Counts what is done of something, in all and by outcome.

    `doing` is a phrase ("uploading roads.csv"); `total` how many there are, None where nobody knows; `unit` what is
    counted ("datasets", or "bytes"). On a terminal there is a bar, after a second; elsewhere, with `events`, a line of
    JSON a second and one at the end. `stays`: the bar is left there at the end, and begins at `indent` if there is
    room. `is_quiet`: neither.
    """

    def __init__(
        self,
        doing: str,
        total: int | None = None,
        *,
        unit: str = "records",
        events: bool = False,
        stays: bool = False,
        indent: int = 0,
        is_quiet: bool = False,
    ) -> None:
        self._doing, self._unit, self._total = doing, unit, total
        self._done = 0
        self._counts: Counter[str] = Counter()
        self._stays, self._indent = stays, indent
        is_terminal = sys.stderr.isatty()
        self._has_bar = is_terminal and not is_quiet
        self._has_events = events and not is_terminal and not is_quiet
        self._bar: Bar | None = None
        self._is_over = False
        self._begun = time.monotonic()
        self._ended = threading.Event()
        # Another thread shows and tells it: for long nothing may be counted, as while a request is answered.
        self._ticker = threading.Thread(target=self._keep_ticking, name="progress", daemon=True)

    def __enter__(self) -> Self:
        self._begun = time.monotonic()
        if self._has_bar or self._has_events:
            self._ticker.start()
        return self

    def __exit__(self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None) -> None:
        self._is_over = error is None
        self._ended.set()
        if self._ticker.is_alive():
            self._ticker.join()
        if self._bar is not None:
            self._bar.stop()
        if self._has_events:
            self._tell("ended" if error is None else "stopped")

    @property
    def done(self) -> int:
        """How many are done."""
        return self._done

    def expect(self, total: int) -> None:
        """Say how many there are, once that is known."""
        self._total = total

    def advance(self, did: str = "", number: int = 1) -> None:
        """Count so many as done; `did` is what became of them ("created", "failed")."""
        self._done += number
        if did:
            self._counts[did] += number

    def told(self) -> str:
        """Return the counts by outcome in words, the most frequent first; "" where there are none."""
        return self._count().outcomes()

    def tick(self) -> None:
        """Show the bar, or tell programs how far it is: each second, once the first is over."""
        if self._has_events:
            self._tell("progress")
        elif self._has_bar and self._bar is None:
            from ckan_api_client.cli.bar import Bar  # noqa: PLC0415 - programs need none

            self._bar = Bar(self._count, lambda: self._is_over, stays=self._stays, indent=self._indent)
            self._bar.start()

    def _keep_ticking(self) -> None:
        while not self._ended.wait(_EVERY):
            self.tick()

    def _count(self) -> Count:
        counts = self._counts.copy()  # another thread may count meanwhile
        return Count(self._doing, self._unit, self._done, self._total, counts, time.monotonic() - self._begun)

    def _tell(self, event: str) -> None:
        with suppress(BrokenPipeError):  # who listens no more is told no more
            click.echo(json.dumps(self._count().event(event)), err=True)
