"""What was tried, and what was found."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from fire.running import Run


@dataclass(slots=True)
class Tally:
    """Counts over all runs. `violations` say what was wrong, and by which seed it is had again.

    `edits` were each looked up afterwards; of them, `due` met another value of the source's, which had to be told.
    """

    runs: int = 0
    requests: int = 0
    writes: int = 0
    kills: int = 0
    edits: int = 0
    conflicts: int = 0
    due: int = 0
    index_disagreed: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    restarts: Counter[str] = field(default_factory=Counter)
    scenes: Counter[str] = field(default_factory=Counter)
    exits: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """Return a tally that was told by `as_dict`."""
        values: dict[str, Any] = {
            one.name: Counter(told[one.name]) if isinstance(told[one.name], dict) else told[one.name]
            for one in fields(cls)
        }
        return cls(**values)

    def __add__(self, other: Self) -> Self:
        return type(self)(*(operator.add(getattr(self, one.name), getattr(other, one.name)) for one in fields(self)))

    def count(self, run: Run) -> None:
        self.runs += 1
        self.requests += run.watch.requests
        self.writes += len(run.watch.writes)
        self.kills += run.was_killed
        self.faults.update(run.watch.faults)
        self.exits["killed" if run.was_killed else str(run.code)] += 1
        self.conflicts += len(run.report.get("conflicts", ()))

    def __str__(self) -> str:
        told = {
            "faults": self.faults.total(),
            "kills": self.kills,
            "restarts": self.restarts.total(),
            "scenes": self.scenes.total(),
            "edits": self.edits,
            "conflicts due": self.due,
            "violations": len(self.violations),
        }
        return ", ".join(f"{number} {what}" for what, number in told.items())

    def as_dict(self) -> dict[str, Any]:
        """Return the counts as JSON values."""
        counts = {one.name: getattr(self, one.name) for one in fields(self)}
        return {
            name: dict(sorted(value.items())) if isinstance(value, Counter) else value for name, value in counts.items()
        }
