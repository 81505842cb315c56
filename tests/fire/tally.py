"""What was tried, and what was found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from fire.running import Run


@dataclass(slots=True)
class Tally:
    """Counts over all runs. `violations` say what was wrong, and by which seed it is had again."""

    runs: int = 0
    requests: int = 0
    writes: int = 0
    kills: int = 0
    scenes: int = 0
    edits: int = 0
    conflicts: int = 0
    index_disagreed: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    restarts: Counter[str] = field(default_factory=Counter)
    exits: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    def count(self, run: Run) -> None:
        self.runs += 1
        self.requests += run.watch.requests
        self.writes += len(run.watch.writes)
        self.kills += run.was_killed
        self.faults.update(run.watch.faults)
        self.exits["killed" if run.was_killed else str(run.code)] += 1
        self.conflicts += len(run.report.get("conflicts", ()))

    def __str__(self) -> str:
        counted = {"faults": self.faults.total(), "kills": self.kills, "restarts": self.restarts.total()}
        told = {**counted, "edits": self.edits, "violations": len(self.violations)}
        return ", ".join(f"{number} {what}" for what, number in told.items())

    def as_dict(self) -> dict[str, Any]:
        return {
            "runs": self.runs,
            "requests": self.requests,
            "writes": self.writes,
            "faults": {"all": self.faults.total(), **dict(sorted(self.faults.items()))},
            "kills": self.kills,
            "restarts": {"all": self.restarts.total(), **dict(sorted(self.restarts.items()))},
            "scenes": self.scenes,
            "edits": self.edits,
            "conflicts": self.conflicts,
            "index disagreed": self.index_disagreed,
            "exits": dict(sorted(self.exits.items())),
            "violations": self.violations,
        }
