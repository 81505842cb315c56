"""What a run tells while it goes. Whoever wants to show progress listens; nobody has to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from ckan_api_client.syncing.plan import Plan
from ckan_api_client.syncing.report import Outcome


@dataclass(frozen=True, slots=True)
class SourceRead:
    """So much of the source was read: `position` of `size`, in the source's own unit, and `records` so far."""

    position: int
    size: int
    records: int


@dataclass(frozen=True, slots=True)
class CatalogRead:
    """The catalog's datasets of this source were read."""

    datasets: int


@dataclass(frozen=True, slots=True)
class Planned:
    """What will be done is known."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class UndoPlanned:
    """A run is to be taken back: it wrote so many things."""

    writes: int


@dataclass(frozen=True, slots=True)
class Settled:
    """One of the planned things is done, or will not be."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Examined:
    """So much was looked at, of `total` where that is known. `doing` is a phrase."""

    doing: str
    done: int
    total: int | None = None


Event: TypeAlias = SourceRead | CatalogRead | Planned | UndoPlanned | Settled | Examined
Listener: TypeAlias = Callable[[Event], None]
