"""Guards: what a plan may delete and change without a word, and the options that allow more. Numbers only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

#: Deletes are let pass up to this number, or this part of the source's datasets; never more than half, never all.
_FEW_DELETES = 5
_SMALL_PART = Fraction(10, 100)
_HALF = Fraction(1, 2)
_ONE = 1
#: Updates are let pass up to this number, or up to half of the source's datasets.
_FEW_UPDATES = 20

_NUMBER = re.compile(r"[0-9]{1,9}")
_PERCENTAGE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?) ?%")


@dataclass(frozen=True, slots=True)
class Share:
    """So many, or such a part of the datasets that a source has in the catalog."""

    number: int | None = None
    part: Fraction | None = None

    @classmethod
    def of(cls, value: Share | int | str) -> Self:
        """Return `30`, `"30"` or `"10%"` as a share. Raises ValueError for anything else."""
        if isinstance(value, Share):
            return cls(value.number, value.part)
        text = str(value).strip()
        percentage = _PERCENTAGE.fullmatch(text)
        if percentage and Fraction(percentage[1]) <= 100:  # noqa: PLR2004 - all of them
            return cls(part=Fraction(percentage[1]) / 100)
        if not isinstance(value, bool) and _NUMBER.fullmatch(text):
            return cls(number=int(text))
        raise ValueError(f"{value!r} is neither a number of datasets such as 30 nor a percentage such as 10%")

    def allows(self, number: int, of: int) -> bool:
        """Tell whether so many of a source's datasets are within the share."""
        return number <= (self.number if self.number is not None else (self.part or 0) * of)

    def __str__(self) -> str:
        return str(self.number) if self.number is not None else f"{float((self.part or 0) * 100):g} %"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the caller allows: an empty source; at most so many deletes and updates, instead of the usual guards."""

    allow_empty: bool = False
    max_deletes: Share | None = None
    max_updates: Share | None = None

    @classmethod
    def of(
        cls,
        *,
        allow_empty: bool = False,
        max_deletes: Share | int | str | None = None,
        max_updates: Share | int | str | None = None,
    ) -> Self:
        """Return limits, given as a user writes them. Raises ValueError for what is no share."""
        deletes = None if max_deletes is None else Share.of(max_deletes)
        updates = None if max_updates is None else Share.of(max_updates)
        return cls(allow_empty=allow_empty, max_deletes=deletes, max_updates=updates)


@dataclass(frozen=True, slots=True)
class Violation:
    """One guard that a plan violates: why, and the option of the command line that lifts it."""

    reason: str
    option: str

    def __str__(self) -> str:
        return f"{self.reason} ({self.option} allows it)"


def find_violations(*, records: int, managed: int, deletes: int, updates: int, limits: Limits) -> tuple[Violation, ...]:
    """Return every guard that a plan violates.

    `records`: what the source holds; `managed`: the datasets that it has in the catalog, of which the plan would
    delete and update so many. An empty source that may be empty still needs `max_deletes` to delete everything.
    """
    found = []
    if records == 0 and not limits.allow_empty:
        found.append(Violation("the source holds no dataset that can be taken", "--allow-empty"))
    reason = _too_many_deletes(deletes, managed, limits.max_deletes)
    if reason:
        found.append(Violation(reason, f"--max-deletes {deletes}"))
    reason = _too_many_updates(updates, managed, limits.max_updates)
    if reason:
        found.append(Violation(reason, f"--max-updates {updates}"))
    return tuple(found)


def _too_many_deletes(deletes: int, managed: int, most: Share | None) -> str:
    told = f"{deletes} of {managed} datasets would be deleted"
    if most is not None:
        return "" if most.allows(deletes, managed) else f"{told}, and at most {most} may be"
    if managed >= 1 and deletes >= managed:
        return f"{told}: that is all that this source has"
    if deletes > _ONE and deletes > _HALF * managed:
        return f"{told}: that is more than half"
    if deletes > _FEW_DELETES and deletes > _SMALL_PART * managed:
        return f"{told}: that is more than {_FEW_DELETES}, and more than 10 %"
    return ""


def _too_many_updates(updates: int, managed: int, most: Share | None) -> str:
    told = f"{updates} of {managed} datasets would be changed"
    if most is not None:
        return "" if most.allows(updates, managed) else f"{told}, and at most {most} may be"
    if updates > _FEW_UPDATES and updates > _HALF * managed:
        return f"{told}: that is more than {_FEW_UPDATES}, and more than half"
    return ""
