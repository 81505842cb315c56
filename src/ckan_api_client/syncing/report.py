"""What a run did, as a value: one outcome for each thing that was to be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import Enum
from typing import Any

from ckan_api_client.syncing.plan import Conflict, Refused


class Did(Enum):
    """What became of one thing."""

    CREATED = "created"
    UPDATED = "updated"
    REVIVED = "revived"
    ADOPTED = "adopted"
    DELETED = "deleted"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    FAILED = "failed"
    SKIPPED = "skipped"


#: What leaves something undone.
UNDONE = frozenset({Did.REFUSED, Did.FAILED, Did.SKIPPED})


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing and what became of it. `reason` says why it was not done; `notes`, what CKAN changed or dropped."""

    did: Did
    kind: str
    record_id: str
    place: str = ""
    dataset_id: str = ""
    field: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the outcome as JSON values."""
        told = {one.name: getattr(self, one.name) for one in fields(self)}
        return {**told, "did": self.did.value, "notes": list(self.notes)}

    @classmethod
    def of_refused(cls, refused: Refused) -> Outcome:
        return cls(Did.REFUSED, refused.kind, refused.record_id, refused.place, "", refused.field, refused.reason)


@dataclass(slots=True)
class Report:
    """What a run did to a catalog for one source. True where everything that was to be done was done.

    `run`: its number, by which it can be undone; None where nothing was remembered. `conflicts`: the values that both
    sides changed, as far as they were not told before. `notes`: what else is worth knowing, one sentence each.
    """

    source: str
    catalog: str
    outcomes: list[Outcome] = field(default_factory=list)
    unchanged: int = 0
    no_deletes_because: str = ""
    #: How many records had values that were fitted to what CKAN takes (docs/fitting.md), by kind of reason.
    adjusted: Mapping[str, int] = field(default_factory=dict)
    run: int | None = None
    conflicts: tuple[Conflict, ...] = ()
    notes: tuple[str, ...] = ()

    def counts(self, kind: str = "dataset") -> dict[str, int]:
        """Return how many datasets (or organizations, or groups) each thing became of; zeros left out."""
        counted = Counter(outcome.did.value for outcome in self.outcomes if outcome.kind == kind)
        if kind == "dataset" and self.unchanged:
            counted[Did.UNCHANGED.value] += self.unchanged
        return {did.value: counted[did.value] for did in Did if counted[did.value]}

    @property
    def undone(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.did in UNDONE]

    def __bool__(self) -> bool:
        return not self.undone

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {
            "source": self.source,
            "catalog": self.catalog,
            "run": self.run,
            "counts": {kind: self.counts(kind) for kind in ("organization", "group", "dataset")},
            "no_deletes_because": self.no_deletes_because,
            "notes": list(self.notes),
            "adjusted": dict(self.adjusted),
            "conflicts": [asdict(conflict) for conflict in self.conflicts],
            "outcomes": [outcome.as_dict() for outcome in self.outcomes],
        }

    def __str__(self) -> str:
        lines = [f"{self.source} -> {self.catalog}"]
        for kind in ("organization", "group", "dataset"):
            counts = self.counts(kind)
            if counts:
                lines.append(f"{kind}s: " + ", ".join(f"{number} {did}" for did, number in counts.items()))
        if self.conflicts:
            taken = Counter(conflict.taken for conflict in self.conflicts)
            kept = f"{taken['catalog']} kept from the catalog, {taken['source']} taken from the source"
            lines.append(f"conflicts: {kept}")
        if self.no_deletes_because:
            lines.append(f"nothing was deleted: {self.no_deletes_because}")
        lines += self.notes
        return "\n".join(lines)


class Interrupted(KeyboardInterrupt):
    """A run was interrupted: what was under way is finished. `report` says what was done; run again to go on."""

    def __init__(self, report: Report) -> None:
        super().__init__("the run was interrupted; run again to go on")
        self.report = report
