"""What a diagnosis is: findings, each with what it concerns, why it matters, and what to do. Plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any


class Severity(Enum):
    """How much a finding matters: from "ok", where a check found nothing, to "error", which keeps a sync from its work.

    A remark is worth knowing, and needs no repair.
    """

    OK = "ok"
    REMARK = "remark"
    WARNING = "warning"
    ERROR = "error"


class Check(Enum):
    """What is looked at, in the order of the report."""

    TOKEN = "token"  # noqa: S105 - a heading
    CATALOG = "catalog"
    MEMORY = "memory"
    RUNS = "runs"
    INDEX = "index"
    DUPLICATES = "duplicates"
    DATASETS = "datasets"
    RIGHTS = "rights"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a finding is about: a dataset, a record, an organization ..., as far as each is known."""

    dataset_id: str = ""
    name: str = ""
    record_id: str = ""
    note: str = ""

    def __str__(self) -> str:
        head = self.name or self.dataset_id
        told = [
            head,
            self.dataset_id if head != self.dataset_id else "",
            f"record {self.record_id}" if self.record_id else "",
            self.note,
        ]
        return ", ".join(text for text in told if text)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found. `what` and `why`: a sentence each; `repair`: commands, or steps in words, in order."""

    check: Check
    severity: Severity
    what: str
    why: str = ""
    repair: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found, check by check; `source` is "" where the catalog alone was looked at. True where all is well.

    `not_looked_at`: what could not be looked at, or was left out as asked, a sentence each.
    """

    catalog: str
    source: str
    findings: tuple[Finding, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    not_looked_at: tuple[str, ...] = ()

    @property
    def found(self) -> tuple[Finding, ...]:
        """The findings that are more than a check that found nothing."""
        return tuple(finding for finding in self.findings if finding.severity is not Severity.OK)

    @property
    def to_repair(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.found if finding.severity is not Severity.REMARK)

    def __bool__(self) -> bool:
        return not self.to_repair

    def as_dict(self) -> dict[str, Any]:
        """Return the diagnosis as JSON values."""
        return {
            "catalog": self.catalog,
            "source": self.source,
            "healthy": bool(self),
            "facts": dict(self.facts),
            "findings": [
                {**asdict(finding), "check": finding.check.value, "severity": finding.severity.value}
                for finding in self.findings
            ],
            "not_looked_at": list(self.not_looked_at),
        }


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings by check, the worst first; where a check has found something, not that it found nothing."""
    checks, severities = list(Check), list(Severity)
    ordered = sorted(findings, key=lambda one: (checks.index(one.check), -severities.index(one.severity)))
    bad = {one.check for one in ordered if one.severity in {Severity.WARNING, Severity.ERROR}}
    return tuple(one for one in ordered if one.severity is not Severity.OK or one.check not in bad)


def counted(number: int, noun: str) -> str:
    """Return "1 dataset", "2,000 datasets"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
