"""What people do in the catalog, at random, and what is remembered of it to hold against the catalog later."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from ckan_api_client.syncing.fitting import MARKER_KEY
from schedules.catalog import ORGANIZATION, Catalog
from schedules.cells import Cells, cells_of_dataset

_Dataset = dict[str, Any]
ABSENT = None
OTHER_ORGANIZATION, GROUP = "other-org", "by-hand-group"

KINDS = (
    "title", "title", "notes", "notes", "edit extra", "add extra", "remove extra", "add tag", "remove tag",
    "describe", "add resource", "remove resource", "add group", "rename", "move", "delete", "release", "purge",
)  # fmt: skip


@dataclass
class Hand:
    """What people made of a cell of a dataset. `before`: what it showed until then.

    `is_loose`: source and people agreed since, or nobody could tell.
    """

    dataset_id: str
    value: Any
    before: Any
    is_loose: bool = False


@dataclass
class Person:
    """`deleted`, `undeleted`, `purged`, `released`: of which records people did that to the dataset.

    `unsure`: who deleted it is forgotten. `known`: the records of which something is remembered; of others, nobody can
    tell what people took away from what was never there.
    """

    catalog: Catalog
    source: str
    draw: Random
    is_editor: bool
    known: set[str] = field(default_factory=set)
    hands: dict[tuple[str, str], Hand] = field(default_factory=dict)
    deleted: dict[str, Cells] = field(default_factory=dict)
    unsure: dict[str, Cells] = field(default_factory=dict)
    undeleted: set[str] = field(default_factory=set)
    purged: set[str] = field(default_factory=set)
    released: dict[str, dict[str, _Dataset]] = field(default_factory=dict)
    thieves: dict[str, _Dataset] = field(default_factory=dict)
    _texts: int = 0

    def text(self) -> str:
        self._texts += 1
        return f"by hand {self._texts}"

    def do_something(self, kind: str = "") -> str:
        """Edit a dataset of the source, whatever its state, in some way or this; return what was done, in words."""
        found = self.catalog.marked(self.source)
        keys = [key for key in sorted(found) if len(found[key]) == 1]
        if not keys:
            return "nothing"
        key = self.draw.choice(keys)
        dataset = found[key][0]
        if dataset["state"] == "deleted":
            if self.draw.random() < 0.5:
                return "nothing"
            self.catalog.act("package_patch", id=dataset["id"], state="active")
            if self.shown(dataset["id"])["state"] == "deleted":
                return "nothing"  # CKAN looked at the index's copy, which had not heard of the delete.
            before = self.unsure.pop(key, None) or self.deleted.pop(key, None)
            if before is not None:
                # As CKAN deletes a dataset, its memberships do not come back (quirk C20).
                self._note(key, dataset["id"], before)
            self.undeleted.add(key)
            return f"undeletes {key!r}"
        # What an editor may not write any more is another story.
        kinds = [one for one in KINDS if one != "move" or not self.is_editor]
        kind = kind or self.draw.choice(kinds)
        if kind not in kinds:
            return "nothing"
        done = getattr(self, f"_{kind.replace(' ', '_')}")(key, dataset)
        return f"{kind} of {key!r}" if done else "nothing"

    def take_name(self, name: str) -> str:
        """Make a dataset of one's own under a name that a record asks for."""
        if not name or self.catalog.show(name) is not None:
            return "nothing"
        made = self.catalog.act("package_create", name=name, title="A thief", owner_org=ORGANIZATION)
        self.thieves[made["id"]] = self.shown(made["id"])
        return f"takes the name {name!r}"

    def shown(self, dataset_id: str) -> _Dataset:
        dataset = self.catalog.show(dataset_id)
        assert dataset is not None
        return dataset

    def _patch(self, key: str, dataset: _Dataset, **fields: Any) -> bool:
        """Save a form, and note each cell that it changes."""
        before = cells_of_dataset(dataset)
        self.catalog.act("package_patch", id=dataset["id"], **fields)
        self._note(key, dataset["id"], before)
        return True

    def _note(self, key: str, dataset_id: str, before: Cells) -> None:
        after = cells_of_dataset(self.shown(dataset_id))
        for path in before.keys() | after.keys():
            if before.get(path) != after.get(path):
                known = self.hands.get((key, path))
                first = before.get(path) if known is None or known.is_loose else known.before
                is_loose = path not in after and key not in self.known
                self.hands[key, path] = Hand(dataset_id, after.get(path), first, is_loose=is_loose)

    def _title(self, key: str, dataset: _Dataset) -> bool:
        return self._patch(key, dataset, title=self.text())

    def _notes(self, key: str, dataset: _Dataset) -> bool:
        return self._patch(key, dataset, notes=self.text())

    def _with_extra(self, dataset: _Dataset, name: str, value: str | None) -> list[_Dataset]:
        left = [extra for extra in dataset["extras"] if extra["key"] != name]
        return left if value is None else [*left, {"key": name, "value": value}]

    def _extra_of(self, dataset: _Dataset) -> str:
        names = [extra["key"] for extra in dataset["extras"] if extra["key"] != MARKER_KEY]
        return self.draw.choice(names) if names else ""

    def _edit_extra(self, key: str, dataset: _Dataset) -> bool:
        name = self._extra_of(dataset)
        return bool(name) and self._patch(key, dataset, extras=self._with_extra(dataset, name, self.text()))

    def _add_extra(self, key: str, dataset: _Dataset) -> bool:
        name = self.text().replace(" ", "-")
        return self._patch(key, dataset, extras=self._with_extra(dataset, name, "x"))

    def _remove_extra(self, key: str, dataset: _Dataset) -> bool:
        name = self._extra_of(dataset)
        return bool(name) and self._patch(key, dataset, extras=self._with_extra(dataset, name, None))

    def _add_tag(self, key: str, dataset: _Dataset) -> bool:
        return self._patch(key, dataset, tags=[*dataset["tags"], {"name": self.text()}])

    def _remove_tag(self, key: str, dataset: _Dataset) -> bool:
        if not dataset["tags"]:
            return False
        gone = self.draw.choice(dataset["tags"])["name"]
        return self._patch(key, dataset, tags=[tag for tag in dataset["tags"] if tag["name"] != gone])

    def _describe(self, key: str, dataset: _Dataset) -> bool:
        if not dataset["resources"]:
            return False
        chosen = self.draw.choice(dataset["resources"])["id"]
        text = self.text()
        resources = [one | ({"description": text} if one["id"] == chosen else {}) for one in dataset["resources"]]
        return self._patch(key, dataset, resources=resources)

    def _add_resource(self, key: str, dataset: _Dataset) -> bool:
        url = f"http://hand.example/{self.text()[8:]}"
        return self._patch(key, dataset, resources=[*dataset["resources"], {"url": url}])

    def _remove_resource(self, key: str, dataset: _Dataset) -> bool:
        if not dataset["resources"]:
            return False
        gone = self.draw.choice(dataset["resources"])["id"]
        return self._patch(key, dataset, resources=[one for one in dataset["resources"] if one["id"] != gone])

    def _add_group(self, key: str, dataset: _Dataset) -> bool:
        return self._patch(key, dataset, groups=[*dataset["groups"], {"name": GROUP}])

    def _rename(self, key: str, dataset: _Dataset) -> bool:
        return self._patch(key, dataset, name=self.text().replace(" ", "-"))

    def _move(self, key: str, dataset: _Dataset) -> bool:
        return self._patch(key, dataset, owner_org=OTHER_ORGANIZATION)

    def _delete(self, key: str, dataset: _Dataset) -> bool:
        self.catalog.act("package_delete", id=dataset["id"])
        # CKAN retires the memberships with it (quirk C20).
        self.hands = {cell: hand for cell, hand in self.hands.items() if cell[0] != key or cell[1][:7] != "groups."}
        # What the index still shows as active, package_revise takes for that, and makes it so (quirk E1).
        is_seen = key in self.known and not self.catalog.is_indexed(dataset["id"])
        (self.deleted if is_seen else self.unsure)[key] = cells_of_dataset(dataset)
        self.undeleted.discard(key)
        return True

    def _release(self, key: str, dataset: _Dataset) -> bool:
        self.catalog.act("package_patch", id=dataset["id"], extras=self._with_extra(dataset, MARKER_KEY, None))
        self.released.setdefault(key, {})[dataset["id"]] = self.shown(dataset["id"])
        self.forget(key)
        return True

    def _purge(self, key: str, dataset: _Dataset) -> bool:
        if sum(one[0]["state"] == "active" for one in self.catalog.marked(self.source).values()) < 3:
            return False  # A catalog of which nothing is left is another story.
        self.catalog.act("dataset_purge", id=dataset["id"])
        self.purged.add(key)
        self.forget(key)
        return True

    def forget(self, key: str) -> None:
        """The dataset is no more, or no more the record's: what was done to it is no matter."""
        self.deleted.pop(key, None)
        self.undeleted.discard(key)
        for known, path in list(self.hands):
            if known == key:
                del self.hands[known, path]

    def forget_purged(self, ids: set[str]) -> None:
        """What was done to a dataset that is no more, or that was made anew under its id, is no matter."""
        self.hands = {cell: hand for cell, hand in self.hands.items() if hand.dataset_id in ids}
