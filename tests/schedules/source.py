"""The source: what it holds, how it changes, and what can be wrong with it when it is read."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from ckan_api_client.exceptions import SourceError
from ckan_api_client.sources import Broken, Complete, Listing, Partial, Record
from schedules.catalog import ORGANIZATION

#: What a reading can suffer from. Nothing may be deleted on the strength of the first four.
INCOMPLETE = ("cut", "cut short", "broken off", "unreadable id")
MISHAPS = (*INCOMPLETE, "duplicate", "broken record")
#: What ends a run before it writes: a reader of the user's own that fails, or guards.
ENDINGS = ("raises", "empty")


class ReaderError(Exception):
    """What a reader of the user's own raises."""


class RandomSource:
    """Records by id. Whatever text it gives, it gives once: so it is known from whom a value is."""

    def __init__(self, draw: Random, *, with_groups: bool) -> None:
        self._draw = draw
        self._with_groups = with_groups
        self._texts = 0
        self.keys = [f"{letter}{draw.choice(['', ' ', ':1', '/é'])}" for letter in "abcdefgh"[: draw.randint(4, 8)]]
        self.records: dict[str, dict[str, Any]] = {}
        for key in self.keys[: draw.randint(2, len(self.keys))]:
            self.records[key] = self._make(key)

    def text(self) -> str:
        self._texts += 1
        return f"source {self._texts}"

    def change(self) -> str:
        """Change something; return what, in words."""
        draw, absent = self._draw, [key for key in self.keys if key not in self.records]
        if absent and draw.random() < 0.3:
            key = draw.choice(absent)
            self.records[key] = self._make(key)
            return f"record {key!r} comes"
        if not self.records:
            return "nothing"
        key = draw.choice(sorted(self.records))
        if len(self.records) > 1 and draw.random() < 0.2:
            del self.records[key]
            return f"record {key!r} goes"
        record = self.records[key]
        part = draw.choice(["title", "notes", "extras", "tags", "resources", "all"])
        if part == "all":
            self.records[key] = self._make(key)
        else:
            record[part] = self._make(key)[part]
        return f"{part} of record {key!r} changes"

    def rename(self) -> str:
        """Give a record another id, which was not there; return what, in words."""
        absent = [key for key in self.keys if key not in self.records]
        if not absent or not self.records:
            return "nothing"
        old, new = self._draw.choice(sorted(self.records)), self._draw.choice(absent)
        self.records[new] = self.records.pop(old)
        return f"record {old!r} is {new!r} now"

    def _make(self, key: str) -> dict[str, Any]:
        draw = self._draw
        record = {
            "title": self.text(),
            "notes": self.text() if draw.random() < 0.7 else "",
            "owner_org": ORGANIZATION,
            "extras": {name: self.text() for name in ("e1", "e2") if draw.random() < 0.7},
            "tags": [name for name in ("t1", "t2", "t3") if draw.random() < 0.6],
            "groups": [name for name in ("g1",) if self._with_groups and draw.random() < 0.3],
            "resources": [
                {"id": name, "url": f"http://{name}.example/", "description": self.text()}
                for name in ("r1", "r2")
                if draw.random() < 0.6
            ],
        }
        named = self.records.get(key, {}).get("name") or (f"name-of-{key[0]}" if draw.random() < 0.6 else "")
        return record | ({"name": named} if named else {})


class Read:
    """One reading of a source, with or without a mishap."""

    name, size, position = "random", 1, 0

    def __init__(self, records: dict[str, dict[str, Any]], mishap: str, draw: Random) -> None:
        self._records = records
        self._mishap = mishap
        self._draw = draw

    @property
    def is_empty(self) -> bool:
        return self._mishap == "empty"

    def read(self) -> Listing:
        keys = [] if self._mishap == "empty" else sorted(self._records)
        half = len(keys) // 2
        if self._mishap in {"cut", "cut short", "broken off"}:
            yield from self._given(keys[:half])
            if self._mishap == "broken off":
                raise SourceError("is no JSON", file="random", line=half)
            return Partial("the file is cut", half) if self._mishap == "cut" else Partial("no closing bracket", half)
        if self._mishap == "unreadable id":
            yield from self._given(keys[1:])
            yield Broken("random", 1, "has no id")
            return Complete("never trusted here", len(keys))
        if self._mishap == "raises":
            yield from self._given(keys[:half])
            raise ReaderError
        yield from self._given(keys)
        if keys and self._mishap == "duplicate":
            key = self._draw.choice(keys)
            yield Record(key, "dataset", {**self._records[key], "title": "another"}, "random", 99)
        if keys and self._mishap == "broken record":
            yield Broken("random", 99, "is a list", self._draw.choice(keys))
        return Complete("read to the end", len(keys))

    def _given(self, keys: list[str]) -> Iterator[Record]:
        for number, key in enumerate(keys):
            yield Record(key, "dataset", self._records[key], "random", number)
