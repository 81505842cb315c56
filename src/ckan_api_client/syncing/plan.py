"""A plan: what has to be done so that the catalog matches the source, as values. It does nothing and asks nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, `extras.k` or `resources[0].url` for parts, before and after."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class CreateGroup:
    """An organization or a group to make, or to bring back, or (`update`) to bring up to date."""

    kind: Literal["organization", "group"]
    name: str
    data: Mapping[str, Any]
    update: bool = False


@dataclass(frozen=True, slots=True)
class Create:
    """A record that no dataset bears the marker of."""

    record_id: str
    place: str
    title: str
    organization: str | None


@dataclass(frozen=True, slots=True)
class Update:
    """A dataset that differs from its record in some fields."""

    record_id: str
    place: str
    dataset_id: str
    title: str
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Delete:
    """A dataset whose record has left a source that was read completely."""

    record_id: str
    dataset_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that is not done, and why: nothing is written for it, and nothing deleted."""

    record_id: str
    place: str
    field: str
    reason: str
    kind: str = "dataset"


Change: TypeAlias = CreateGroup | Create | Update | Delete


@dataclass(frozen=True, slots=True)
class Plan:
    """All changes, each list in the order of record ids. True where there is something to do."""

    source: str
    groups: tuple[CreateGroup, ...] = ()
    deletes: tuple[Delete, ...] = ()
    creates: tuple[Create, ...] = ()
    updates: tuple[Update, ...] = ()
    refused: tuple[Refused, ...] = ()
    unchanged: int = 0
    #: Why nothing may be deleted in this run, or "".
    no_deletes_because: str = field(default="")

    def __bool__(self) -> bool:
        return bool(self.groups or self.deletes or self.creates or self.updates)

    def __len__(self) -> int:
        return len(self.groups) + len(self.deletes) + len(self.creates) + len(self.updates)
