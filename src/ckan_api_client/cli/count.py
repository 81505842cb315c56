"""How much of something is done: in words for people, as an event for programs. Knows no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_BYTES = (("GB", 10**9), ("MB", 10**6), ("kB", 10**3))


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
