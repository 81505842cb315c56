"""Who wins, what is the source's own, and what is none of its business."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.syncing.merging import merge
from ckan_api_client.syncing.records import payload_of, with_derived_ids
from ckan_api_client.syncing.rules import Rules, drop_ignored
from ckan_api_client.syncing.strategies import Strategies
from merging_model import IDENTITY, MARKER, Remembered, World, dataset, derived, record

FULL: dict[str, Any] = {
    "notes": "N",
    "extras": [{"key": "a.b", "value": "1"}, {"key": "c", "value": "2"}],
    "tags": [{"name": "x"}],
    "groups": [{"name": "g"}],
    "resources": [{"id": "r", "url": "http://a", "format": "CSV"}],
}


def owning(*paths: str, **strategies: Any) -> Rules:
    return Rules(own=frozenset(paths), strategies=Strategies(**strategies))


def ignoring(*paths: str) -> Rules:
    return Rules(ignore=frozenset(paths))


@pytest.mark.parametrize(
    ("path", "edit"),
    [
        ("notes", {"notes": "by hand"}),
        ("notes", {"notes": None}),
        ("extras.a.b", {"extras": [MARKER, {"key": "a.b", "value": "by hand"}, {"key": "c", "value": "2"}]}),
        ("extras", {"extras": [MARKER]}),
        ("tags", {"tags": [{"name": "by hand"}]}),
        ("groups", {"groups": [{"name": "by-hand"}]}),
        ("resources", {"resources": []}),
        ("resources", {"resources": [{"id": "by hand", "url": "http://b"}]}),
        ("resources", {"resources": [{"id": derived("r"), "url": "http://a", "format": "JSON"}]}),
        ("resources.format", {"resources": [{"id": derived("r"), "url": "http://a", "format": "JSON"}]}),
    ],
)
def test_what_the_source_owns_is_put_back_without_a_conflict(path: str, edit: dict[str, Any]) -> None:
    there = World()
    there.create(record(**FULL))
    before = there.now
    there.edit(**edit)
    assert there.sync(record(**FULL)).values == {}
    merged = there.sync(record(**FULL), owning(path))
    assert (merged.conflicts, merged.kept) == ((), {})
    assert {"the source owns it", "the list is the source's"} >= {change.because for change in merged.changes}
    assert {**there.now, "metadata_modified": ""} == {**before, "metadata_modified": ""}
    assert there.sync(record(**FULL), owning(path)).values == {}


def test_what_the_source_owns_and_never_gave_stays() -> None:
    there = World()
    there.create(record())
    there.edit(notes="by hand", extras=[MARKER, {"key": "k", "value": "by hand"}])
    assert there.sync(record(), owning("notes", "extras")).values == {}


def test_what_the_source_owns_and_gives_no_more_goes_though_it_was_edited() -> None:
    there = World()
    there.create(record(notes="N"))
    there.edit(notes="by hand")
    assert there.sync(record(), owning("notes")).values == {"notes": ""}
    there.edit(notes="again")
    assert there.sync(record(), owning("notes")).values == {}


def test_owning_the_groups_is_stronger_than_the_strategy() -> None:
    there = World()
    there.create(record(groups=[{"name": "g"}]))
    there.edit(groups=[{"name": "by-hand"}])
    assert there.sync(record(), owning("groups", dataset_group_merge_strategy="preserve")).values == {"groups": []}


@pytest.mark.parametrize(
    ("path", "left"),
    [
        ("notes", {key: FULL[key] for key in FULL if key != "notes"}),
        ("extras.a.b", {**FULL, "extras": [{"key": "c", "value": "2"}]}),
        ("extras", {key: FULL[key] for key in FULL if key != "extras"}),
        ("tags", {key: FULL[key] for key in FULL if key != "tags"}),
        ("resources", {key: FULL[key] for key in FULL if key != "resources"}),
        ("resources.format", {**FULL, "resources": [{"id": "r", "url": "http://a"}]}),
    ],
)
def test_what_is_ignored_is_as_if_the_source_had_never_said_it(path: str, left: dict[str, Any]) -> None:
    assert drop_ignored(FULL, frozenset({path})) == left


@pytest.mark.parametrize("path", ["notes", "extras.c", "extras", "tags", "groups", "resources", "resources.format"])
def test_what_is_ignored_from_now_on_is_not_removed(path: str) -> None:
    there = World()
    there.create(record(**FULL))
    there.edit(notes="by hand", tags=[], resources=[{**there.now["resources"][0], "format": "JSON"}])
    there.sync(record(**FULL))
    rules = ignoring(path)
    merged = there.sync(drop_ignored(record(**FULL), rules.ignore), rules)
    assert (merged.values, merged.conflicts) == ({}, ())
    assert not [kept for kept in merged.kept if kept.split(".")[0] == path]


def test_a_resource_of_our_making_is_no_conflict_where_resources_are_ignored() -> None:
    current = dataset(resources=[{"id": derived("r"), "url": "http://a"}])
    assert merge(record(), current, None, ignoring("resources"), identity=IDENTITY).conflicts == ()


@pytest.mark.parametrize(
    "path",
    ["titel", "", "tags.x", "groups.g", "title.x", "extras.", "resources.", "resources.id", "extras._harvest_source"],
)
@pytest.mark.parametrize("option", ["own", "ignore"])
def test_a_path_that_is_none_is_refused(option: str, path: str) -> None:
    given: Any = {option: frozenset({path})}
    with pytest.raises(ValueError, match=f"{option}: '{path}' is no field"):
        Rules(**given)


def test_a_text_is_not_taken_for_its_letters() -> None:
    with pytest.raises(ValueError, match="own takes several paths"):
        Rules(own="title")  # type: ignore[arg-type]


def test_the_organization_cannot_be_ignored() -> None:
    with pytest.raises(ValueError, match="owner_org is needed"):
        ignoring("owner_org")


@pytest.mark.parametrize(
    ("own", "ignore"), [("title", "title"), ("extras.a", "extras"), ("resources.url", "resources")]
)
def test_nothing_is_owned_and_ignored_at_once(own: str, ignore: str) -> None:
    with pytest.raises(ValueError, match="either the source's own, or ignored"):
        Rules(own=frozenset({own}), ignore=frozenset({ignore}))


def test_a_policy_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="on_conflict must be one of 'catalog', 'source', 'fail'"):
        Rules(on_conflict="theirs")  # type: ignore[arg-type]


def test_paths_may_come_as_any_collection() -> None:
    given: Any = ["title", "extras.x y.z"]
    assert Rules(own=given).own == frozenset({"title", "extras.x y.z"})


def test_resources_that_repeat_an_url_get_different_ids_in_every_run() -> None:
    data = {"resources": [{"url": "http://a"}, {"url": "http://a"}, {"url": "http://b"}]}
    ids = [resource["id"] for resource in with_derived_ids(data, IDENTITY)["resources"]]
    assert len(set(ids)) == 3
    assert ids == [resource["id"] for resource in with_derived_ids(data, IDENTITY)["resources"]]


def test_data_without_resources_gets_none() -> None:
    assert with_derived_ids({"title": "T"}, IDENTITY) == {"title": "T"}


def test_the_payload_of_a_create_bears_the_marker_and_no_name() -> None:
    data = record(name="n", groups=[{"name": "g"}], extras=[{"key": "a", "value": "b"}])
    assert payload_of(data, IDENTITY) == {
        "title": "T",
        "owner_org": "org",
        "groups": [{"name": "g"}],
        "extras": [{"key": "a", "value": "b"}, MARKER],
        "resources": [],
    }


def test_where_there_is_a_datastore_resources_say_at_once_what_it_will_say_of_them() -> None:
    data = record(resources=[{"id": "r1", "url": "http://a"}])
    assert payload_of(data, IDENTITY, with_datastore=True)["resources"] == [
        {"datastore_active": False, "id": derived("r1"), "url": "http://a"}
    ]
    current = dataset(resources=[{"id": derived("r1"), "url": "http://a", "datastore_active": True}])
    base = Remembered(data, dataset(resources=[{"id": derived("r1"), "url": "http://a", "datastore_active": False}]))
    assert merge(data, current, base, Rules(), identity=IDENTITY).values == {}
