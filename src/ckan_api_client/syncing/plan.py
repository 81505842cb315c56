"""A plan: what has to be done so that the catalog matches the source, as values. It does nothing and asks nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self, TypeAlias

from ckan_api_client.exceptions import StalePlan, UnsafePlan
from ckan_api_client.syncing.guards import Limits, Violation, find_violations
from ckan_api_client.syncing.plan_file import checksum_of, dump, load, pack, unpack

#: The version of the plan file.
_VERSION = 1


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after; None is absent. `because` says why, where that is not plain.

    `path`: `title`, `extras.KEY`, `tags.NAME`, `groups.NAME`, `resources.ID` for a whole one that is added or taken
    away, `resources.ID.FIELD`, and `resources` for their order.
    """

    path: str
    before: Any
    after: Any
    because: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A value that source and catalog both changed: what each of them has, and which of the two it will be."""

    record_id: str
    dataset_id: str
    title: str
    path: str
    source: Any
    catalog: Any
    taken: Literal["catalog", "source"]
    because: str = ""


@dataclass(frozen=True, slots=True)
class GroupChange:
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
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Update:
    """A dataset that differs from its record. `modified`: its `metadata_modified` when that was seen, or ""."""

    record_id: str
    place: str
    dataset_id: str
    title: str
    data: Mapping[str, Any]
    changes: tuple[FieldChange, ...] = ()
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Revive:
    """A dataset to bring back, out of the trash or out of being private, and up to date."""

    record_id: str
    place: str
    dataset_id: str
    title: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Adopt:
    """A dataset that no sync made, to be this source's: it gets the marker, nothing else. `by`: how it was found."""

    record_id: str
    place: str
    dataset_id: str
    title: str
    by: str
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Delete:
    """A dataset whose record has left a source that was read completely."""

    record_id: str
    dataset_id: str
    title: str
    how: Literal["delete", "purge", "private"] = "delete"
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Keep:
    """A dataset in which people's values stay: nothing is written, but that is remembered, so as not to tell it again.

    `data`: the record; `kept`: what is to be remembered of those values.
    """

    record_id: str
    dataset_id: str
    data: Mapping[str, Any]
    modified: str
    kept: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that is not done, and why: nothing is written for it, and nothing deleted."""

    record_id: str
    place: str
    field: str
    reason: str
    kind: str = "dataset"


Change: TypeAlias = GroupChange | Delete | Adopt | Create | Revive | Update


@dataclass(frozen=True, slots=True)
class Plan:
    """All changes, each list in the order of record ids. True where there is something to do.

    `catalog` is the base URL, `account` the user that it was made for, `serial` the number of the source's runs so
    far, `made` when (UTC), `rules` how (JSON). `managed`: the datasets that the source has in the catalog; `records`:
    those of the source that can be taken, or are known to be there; `absent`: the ids of those that have a dataset and
    have left the source. `no_deletes_because`: why nothing may be deleted, or "".
    """

    source: str
    catalog: str = ""
    account: str = ""
    serial: int = 0
    made: str = ""
    rules: Mapping[str, Any] = field(default_factory=dict)
    groups: tuple[GroupChange, ...] = ()
    deletes: tuple[Delete, ...] = ()
    adopts: tuple[Adopt, ...] = ()
    creates: tuple[Create, ...] = ()
    revives: tuple[Revive, ...] = ()
    updates: tuple[Update, ...] = ()
    keeps: tuple[Keep, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    refused: tuple[Refused, ...] = ()
    absent: tuple[str, ...] = ()
    unchanged: int = 0
    managed: int = 0
    records: int = 0
    no_deletes_because: str = ""
    notes: tuple[str, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        """Everything that will be written, in the order of writing."""
        return (*self.groups, *self.deletes, *self.adopts, *self.creates, *self.revives, *self.updates)

    def __bool__(self) -> bool:
        return len(self) > 0

    def __len__(self) -> int:
        kinds = (self.groups, self.deletes, self.adopts, self.creates, self.revives, self.updates)
        return sum(map(len, kinds))

    @property
    def checksum(self) -> str:
        """What this plan is, in 64 hex digits: two plans that would do the same are one, whenever they were made."""
        return checksum_of({key: value for key, value in pack(self).items() if key != "made"})

    def to_json(self) -> str:
        """Return the plan as the text of a plan file, in which one change of a value is one line."""
        return dump({"plan": _VERSION, "checksum": self.checksum, **pack(self)})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the plan of a plan file. Raises StalePlan for one that was altered, or is none, or too new."""
        packed = load(text)
        version, checksum = packed.pop("plan", None), packed.pop("checksum", None)
        if type(version) is not int:
            raise StalePlan("this is no plan: it does not say which version of plans it has")
        if version != _VERSION:
            kind = "a newer" if version > _VERSION else "an unknown"
            raise StalePlan(f"the plan is of {kind} version, {version}; this package knows version {_VERSION}")
        plan = unpack(cls, packed)
        if plan.checksum != checksum:
            raise StalePlan("the plan was altered: it does not have the checksum that it says; make a new one")
        return plan

    def violations(self, limits: Limits) -> tuple[Violation, ...]:
        """Return every guard that this plan violates under some limits."""
        return find_violations(
            records=self.records,
            managed=self.managed,
            deletes=len(self.deletes),
            updates=len(self.updates),
            limits=limits,
        )

    def raise_if_unsafe(self, limits: Limits) -> None:
        """Raise UnsafePlan with every guard that this plan violates, if it does."""
        found = self.violations(limits)
        if found:
            raise UnsafePlan(tuple(map(str, found)), self)
