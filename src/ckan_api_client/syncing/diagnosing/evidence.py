"""What is known of each dataset from three witnesses: the search index, the database, and the local state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ckan_api_client.syncing.base import Base
from ckan_api_client.syncing.fitting import MARKER_KEY
from ckan_api_client.syncing.identity import Identity, read_marker

#: What the database says to who asks for a dataset by its id.
Answer = Literal["there", "absent", "forbidden", "unreadable"]

#: Where it is kept that people took a dataset away, and that this was told already.
_TOLD = frozenset({"state", f"extras.{MARKER_KEY}"})


@dataclass(frozen=True, slots=True)
class Listed:
    """A dataset in the index. `marker` is "" where it bears none."""

    dataset_id: str
    name: str
    marker: str
    modified: str
    created: str
    state: str
    organization: str
    is_private: bool

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> Listed:
        return cls(
            str(item["id"]),
            str(item.get("name") or ""),
            read_marker(item) or "",
            str(item.get("metadata_modified") or ""),
            str(item.get("metadata_created") or ""),
            str(item.get("state") or "active"),
            str(item.get("organization") or ""),
            item.get("capacity") == "private",
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """What the database says of a dataset; but for `answer`, of one that is there."""

    dataset_id: str
    answer: Answer
    name: str = ""
    marker: str = ""
    modified: str = ""
    created: str = ""
    state: str = ""
    organization: str = ""
    is_private: bool = False

    @classmethod
    def of(cls, dataset: Mapping[str, Any]) -> Shown:
        organization = dataset.get("organization")
        name = organization.get("name") if isinstance(organization, Mapping) else None
        return cls(
            str(dataset["id"]),
            "there",
            str(dataset.get("name") or ""),
            read_marker(dataset) or "",
            str(dataset.get("metadata_modified") or ""),
            str(dataset.get("metadata_created") or ""),
            str(dataset.get("state") or ""),
            str(name or dataset.get("owner_org") or ""),
            dataset.get("private") is True,
        )

    @property
    def is_in_use(self) -> bool:
        """Whether it is there and not in the trash."""
        return self.answer == "there" and self.state != "deleted"


@dataclass(frozen=True, slots=True)
class Remembered:
    """A record of the local state. `groups`: those that the source names. `is_told`: that people took it away."""

    record_id: str
    dataset_id: str
    name: str
    modified: str
    status: str
    how: str
    organization: str
    groups: tuple[str, ...]
    is_private: bool
    is_told: bool

    @classmethod
    def of(cls, base: Base) -> Remembered:
        organization = base.catalog.get("organization")
        name = organization.get("name") if isinstance(organization, Mapping) else None
        groups = base.source.get("groups")
        return cls(
            base.record_id,
            base.dataset_id,
            str(base.catalog.get("name") or ""),
            base.modified,
            base.status,
            base.how,
            str(name or base.catalog.get("owner_org") or ""),
            tuple(
                str(group["name"])
                for group in (groups if isinstance(groups, list) else ())
                if isinstance(group, Mapping) and group.get("name")
            ),
            base.catalog.get("private") is True,
            bool(_TOLD & base.kept.keys()),
        )

    @property
    def is_expected(self) -> bool:
        """Whether a dataset of it should be in the catalog."""
        return self.status == "present"


@dataclass(slots=True)
class Evidence:
    """All that was learned of a source's datasets. `is_listed`: whether the index could be read at all.

    `shown` has the datasets that the database was asked for; one that was not is believed to be as it is listed.
    `missing`: names and ids of datasets in the database that the index does not show.
    `twice`: ids that the index holds more than once. `lookalikes`: whose marker is nearly one of this source.
    """

    source: str
    listed: dict[str, Listed] = field(default_factory=dict)
    shown: dict[str, Shown] = field(default_factory=dict)
    remembered: dict[str, Remembered] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    twice: set[str] = field(default_factory=set)
    lookalikes: list[Listed] = field(default_factory=list)
    is_listed: bool = True
    is_anonymous: bool = False
    #: Whether what earlier runs knew could be read.
    has_memory: bool = False
    doubt: str = ""

    def record_of(self, marker: str) -> str | None:
        """Return which record of the source a marker means, or None."""
        identity = Identity.of_marker(marker)
        return identity.record_id if identity is not None and identity.source == self.source else None

    def in_use(self) -> dict[str, list[Listed | Shown]]:
        """Return the datasets of each record that are there and not in the trash, by what is known best."""
        found: dict[str, list[Listed | Shown]] = {}
        for dataset_id in sorted({*self.listed, *self.shown}):
            one: Listed | Shown | None = self.shown.get(dataset_id)
            if isinstance(one, Shown) and not one.is_in_use:
                continue
            one = one or self.listed[dataset_id]
            record_id = self.record_of(one.marker)
            if record_id is not None and one.state != "deleted":
                found.setdefault(record_id, []).append(one)
        return found

    def in_trash(self) -> dict[str, list[Shown]]:
        found: dict[str, list[Shown]] = {}
        for one in self.shown.values():
            record_id = self.record_of(one.marker)
            if one.answer == "there" and one.state == "deleted" and record_id is not None:
                found.setdefault(record_id, []).append(one)
        return found
