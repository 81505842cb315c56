"""Each kind of field, in each situation: what it was, what source and catalog have now, and what it becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from ckan_api_client.syncing.rules import Rules
from merging_model import MARKER, RULES, SOURCE_WINS, Remembered, World, dataset, derived, record

FAIL = Rules(on_conflict="fail")
#: The memory is lost, or never was.
UNKNOWN = "unknown"

#: Was (on both sides), is in the source, is in the catalog; becomes: by default, where the source wins; conflicts.
TEXTS = {
    "nothing changed": ("old", "old", "old", "old", "old", 0),
    "ours changed": ("old", "new", "old", "new", "new", 0),
    "ours removed": ("old", None, "old", None, None, 0),
    "ours added": (None, "new", None, "new", "new", 0),
    "theirs changed": ("old", "old", "edited", "edited", "edited", 0),
    "theirs removed": ("old", "old", None, None, None, 0),
    "theirs added": (None, None, "edited", "edited", "edited", 0),
    "both changed": ("old", "new", "edited", "edited", "new", 1),
    "both changed to the same": ("old", "new", "new", "new", "new", 0),
    "both added": (None, "new", "edited", "edited", "new", 1),
    "both added the same": (None, "new", "new", "new", "new", 0),
    "both removed": ("old", None, None, None, None, 0),
    "ours changed, theirs removed": ("old", "new", None, None, "new", 1),
    "ours removed, theirs changed": ("old", None, "edited", "edited", None, 1),
    "no memory, the same": (UNKNOWN, "new", "new", "new", "new", 0),
    "no memory, the catalog lacks it": (UNKNOWN, "new", None, "new", "new", 0),
    "no memory, the source lacks it": (UNKNOWN, None, "edited", "edited", "edited", 0),
    "no memory, they differ": (UNKNOWN, "new", "edited", "edited", "new", 1),
}

MEMBERS = {
    "nothing changed": (True, True, True, True),
    "ours removed": (True, False, True, False),
    "ours added": (False, True, False, True),
    "theirs removed": (True, True, False, False),
    "theirs added": (False, False, True, True),
    "both removed": (True, False, False, False),
    "both added": (False, True, True, True),
    "no memory, the same": (UNKNOWN, True, True, True),
    "no memory, the catalog lacks it": (UNKNOWN, True, False, True),
    "no memory, the source lacks it": (UNKNOWN, False, True, True),
}


@dataclass(frozen=True)
class Kind:
    """How a value gets into a record and into a dataset, and how it is read from the latter."""

    source: Callable[[Any], dict[str, Any]]
    catalog: Callable[[Any], dict[str, Any]]
    read: Callable[[Mapping[str, Any]], Any]
    path: str


def _given(key: str, value: Any) -> dict[str, Any]:
    return {} if value is None else {key: value}


def _extras(value: Any) -> list[dict[str, Any]]:
    return [] if value is None else [{"key": "k", "value": value}]


def _resource(identifier: str, value: Any, **more: Any) -> list[dict[str, Any]]:
    return [{"id": identifier, "url": "http://a", **_given("description", value), **more}]


def _read_extra(shown: Mapping[str, Any]) -> Any:
    return next((extra["value"] for extra in shown["extras"] if extra["key"] == "k"), None)


KINDS = {
    "scalar": Kind(
        lambda value: record(**_given("notes", value)),
        lambda value: dataset(notes=value),
        lambda shown: shown["notes"],
        "notes",
    ),
    "extra": Kind(
        lambda value: record(extras=_extras(value)),
        lambda value: dataset(extras=[MARKER, *_extras(value)]),
        _read_extra,
        "extras.k",
    ),
    "field of a resource": Kind(
        lambda value: record(resources=_resource("r", value)),
        lambda value: dataset(resources=_resource(derived("r"), value, name="by hand")),
        lambda shown: shown["resources"][0].get("description"),
        f"resources.{derived('r')}.description",
    ),
    "field of a resource that another client made": Kind(
        lambda value: record(resources=_resource("r", value)),
        lambda value: dataset(resources=_resource("theirs", value, name="by hand")),
        lambda shown: shown["resources"][0].get("description"),
        "resources.theirs.description",
    ),
    "whole resource": Kind(
        lambda value: record(resources=[] if value is None else _resource("r", value)),
        lambda value: dataset(resources=[] if value is None else _resource(derived("r"), value)),
        lambda shown: next((item["description"] for item in shown["resources"]), None),
        f"resources.{derived('r')}",
    ),
}

LISTS = {
    "tag": Kind(
        lambda there: record(tags=[{"name": "x"}] if there else []),
        lambda there: dataset(tags=[{"name": name} for name in ("by hand", *["x"] * there)]),
        lambda shown: "x" in {tag["name"] for tag in shown["tags"]},
        "tags.x",
    ),
    "group": Kind(
        lambda there: record(groups=[{"name": "x"}] if there else []),
        lambda there: dataset(groups=[{"name": name} for name in ("by-hand", *["x"] * there)]),
        lambda shown: "x" in {group["name"] for group in shown["groups"]},
        "groups.x",
    ),
}


def world(kind: Kind, was: Any, now: Any) -> World:
    there = World()
    there.edit(**kind.catalog(now))
    if was != UNKNOWN:
        then = World()
        then.edit(**kind.catalog(was))
        there.base = Remembered(kind.source(was), then.now)
    return there


@pytest.mark.parametrize("situation", TEXTS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rules", [RULES, SOURCE_WINS, FAIL], ids=lambda rules: str(rules.on_conflict))
def test_a_value_becomes_what_the_table_says_and_stays_so(kind: str, situation: str, rules: Rules) -> None:
    was, ours, theirs, by_default, source_wins, conflicts = TEXTS[situation]
    if (kind, situation) == ("whole resource", "no memory, the source lacks it"):
        # A resource with an id of our making that the record lacks has left the source, or is somebody's copy.
        by_default, source_wins, conflicts = "edited", None, 1
    there = world(KINDS[kind], was, theirs)
    merged = there.sync(KINDS[kind].source(ours), rules)
    becomes = source_wins if rules is SOURCE_WINS else by_default
    assert KINDS[kind].read(there.now) == becomes
    assert len(merged.conflicts) == conflicts
    for conflict in merged.conflicts:
        assert conflict.path.startswith(KINDS[kind].path)
        assert conflict.taken == ("source" if rules is SOURCE_WINS else "catalog")
        assert not conflict.known
    again = there.sync(KINDS[kind].source(ours), rules)
    assert again.values == {}
    assert all(conflict.known for conflict in again.conflicts)
    assert again.kept == merged.kept
    assert KINDS[kind].read(there.now) == becomes


@pytest.mark.parametrize("situation", MEMBERS)
@pytest.mark.parametrize("kind", LISTS)
def test_a_member_of_a_list_comes_and_goes_by_itself(kind: str, situation: str) -> None:
    was, ours, theirs, becomes = MEMBERS[situation]
    if (kind, situation) == ("group", "ours removed"):
        becomes = True  # By default groups are only added.
    there = world(LISTS[kind], was, theirs)
    merged = there.sync(LISTS[kind].source(ours))
    assert LISTS[kind].read(there.now) == becomes
    assert merged.conflicts == ()
    assert {"by hand", "by-hand"} & {item["name"] for item in [*there.now["tags"], *there.now["groups"]]}
    again = there.sync(LISTS[kind].source(ours))
    assert (again.values, again.conflicts, again.kept) == ({}, (), merged.kept)


@pytest.mark.parametrize("kind", KINDS)
def test_a_conflict_is_told_once_and_ends_when_either_side_returns(kind: str) -> None:
    """Both changed; nothing more; a third value in the source; the catalog back to what it was, or the source."""
    what = KINDS[kind]
    there = world(what, "old", "edited")
    assert [conflict.known for conflict in there.sync(what.source("new")).conflicts] == [False]
    assert [conflict.known for conflict in there.sync(what.source("new")).conflicts] == [True]
    assert [conflict.known for conflict in there.sync(what.source("newer")).conflicts] == [False]
    assert there.sync(what.source("old")).conflicts == ()
    assert what.read(there.now) == "edited"
    assert [conflict.known for conflict in there.sync(what.source("new")).conflicts] == [False]
    there.edit(**what.catalog("old"))
    merged = there.sync(what.source("new"))
    assert (what.read(there.now), merged.conflicts) == ("new", ())
    assert not [path for path in merged.kept if path.startswith(what.path)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_person_s_edit_stays_for_as_many_runs_as_it_takes_and_meets_the_source_s_next_change(kind: str) -> None:
    what = KINDS[kind]
    there = world(what, "old", "edited")
    for _ in range(3):
        merged = there.sync(what.source("old"))
        assert (merged.values, merged.conflicts) == ({}, ())
    merged = there.sync(what.source("new"))
    assert [conflict.taken for conflict in merged.conflicts] == ["catalog"]
    assert what.read(there.now) == "edited"
    assert there.sync(what.source("new"), SOURCE_WINS).values != {}
    assert what.read(there.now) == "new"
