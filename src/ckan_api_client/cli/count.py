"""How much of something is done: as a line with a bar for people, as an event for programs. Knows no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rich.cells import cell_len
from rich.progress_bar import ProgressBar
from rich.table import Column, Table
from rich.text import Text

_BYTES = (("GB", 10**9), ("MB", 10**6), ("kB", 10**3))
#: The widths of terminals from which a bar is so wide.
_BARS = ((110, 30), (90, 20), (0, 10))
_WIDE = 110
#: So much is left free at the end: a terminal writes ^C there, and what it wraps is not erased.
_SPARE = 4


@dataclass(frozen=True, slots=True)
class Count:
    """So many of `total` (None: nobody knows) are done after so many seconds; `counts` says what became of how many."""

    doing: str
    unit: str
    done: int = 0
    total: int | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    def event(self, name: str) -> dict[str, Any]:
        """Return what programs are told."""
        return {
            "event": name,
            "doing": self.doing,
            "unit": self.unit,
            "done": self.done,
            "total": self.total,
            "counts": dict(self.counts),
            "seconds": round(self.seconds, 3),
        }

    def outcomes(self) -> str:
        """Return the counts by outcome in words, the most frequent first; "" where there are none."""
        ordered = sorted(self.counts.items(), key=lambda item: -item[1])
        return ", ".join(f"{number:,} {did}" for did, number in ordered)

    def measures(self) -> str:
        """Return how much is done, how fast, since when, and how long it will take; then the counts."""
        rate = self.done / self.seconds if self.seconds > 0 else 0.0
        parts = [self._amount(), self._rate(rate), _clock(self.seconds)]
        if self.total is not None and rate > 0 and self.done < self.total:
            parts.append(f"{_clock((self.total - self.done) / rate)} left")
        return "  ".join(part for part in [*parts, self.outcomes()] if part)

    def line(self, width: int, *, indent: int = 0, is_over: bool = False) -> Table:
        """Return a line for a terminal; what has no room is cut at its end.

        `indent`: where the bar begins, at least, if the terminal is wide; so it is below that of another line.
        """
        bar = next(bar for least, bar in _BARS if width >= least)
        doing = min(max(cell_len(self.doing), indent if width >= _WIDE else 0), width // 3)
        line = Table.grid(Column(no_wrap=True, width=doing), Column(width=bar), Column(no_wrap=True), padding=(0, 1))
        name, measures = Text(self.doing), Text(self.measures())
        name.truncate(doing, overflow="ellipsis")
        measures.truncate(max(width - doing - bar - 2 - _SPARE, 1), overflow="ellipsis")
        total, done = (1, 1) if is_over else (self.total, self.done)
        shown = ProgressBar(total=total, completed=done, width=bar, pulse=total is None, animation_time=self.seconds)
        line.add_row(name, shown, measures)
        return line

    def _amount(self) -> str:
        if not self.done and self.total is None:
            return ""
        if self.unit != "bytes":
            return f"{self.done:,}" if self.total is None else f"{self.done:,}/{self.total:,}"
        name, size = _scale(max(self.done, self.total or 0))
        done, total = (_number(number, size) for number in (self.done, self.total or 0))
        return f"{done} {name}" if self.total is None else f"{done}/{total} {name}"

    def _rate(self, rate: float) -> str:
        if not rate:
            return ""
        if self.unit != "bytes":
            return f"{rate:,.0f}/s" if rate >= 10 else f"{rate:.1f}/s"  # noqa: PLR2004 - two digits will do
        name, size = _scale(rate)
        return f"{_number(rate, size)} {name}/s"


def _scale(number: float) -> tuple[str, int]:
    return next(((name, size) for name, size in _BYTES if number >= size), ("B", 1))


def _number(number: float, size: int) -> str:
    return f"{number / size:,.1f}" if size > 1 else f"{number:.0f}"


def _clock(seconds: float) -> str:
    """Return 0:07, 12:30 or 1:02:03."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
