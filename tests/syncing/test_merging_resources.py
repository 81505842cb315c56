"""What becomes of a dataset's resources: which is which, what is written into each, and their order."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.syncing.merging import merge
from ckan_api_client.syncing.rules import Rules
from merging_model import IDENTITY, RULES, SOURCE_WINS, Remembered, World, dataset, derived, record

OURS = derived("r1")
THEIRS = "df4f4e31-f6a6-4315-b9c1-38176f2f66e9"


def over(data: dict[str, Any], present: list[dict[str, Any]], rules: Rules = RULES) -> list[dict[str, Any]] | None:
    """Return the resources that are written where nothing is remembered."""
    resources: list[dict[str, Any]] | None = merge(
        data, dataset(resources=present), None, rules, identity=IDENTITY
    ).values.get("resources")
    return resources


def listed(*keys: str, **fields: Any) -> dict[str, Any]:
    """Return a record with resources that the source knows by these keys."""
    return record(resources=[{"id": key, "url": f"http://{key}", **fields} for key in keys])


def made(*keys: str) -> World:
    there = World()
    there.create(listed(*keys))
    return there


def with_person_s(there: World, place: int, name: str = "person") -> None:
    resources = there.now["resources"]
    resources.insert(place, {"id": name, "url": f"http://{name}"})
    there.edit(resources=resources)


def urls(there: World) -> list[str]:
    return [item["url"].removeprefix("http://") for item in there.now["resources"]]


def test_a_resource_is_found_by_its_derived_id_and_keeps_what_the_record_does_not_mention() -> None:
    there = [{"id": OURS, "url": "http://a", "name": "A", "datastore_active": True, "position": 0}]
    data = record(resources=[{"id": "r1", "url": "http://b", "name": "A"}])
    assert over(data, there, SOURCE_WINS) == [
        {"id": OURS, "url": "http://b", "name": "A", "datastore_active": True, "position": 0}
    ]


def test_a_resource_that_another_client_made_is_found_by_its_url_and_stays_itself() -> None:
    present = [{"id": THEIRS, "url": "a.example/x", "name": "A"}]
    data = record(resources=[{"id": "r1", "url": "http://a.example/x", "name": "B"}])
    assert over(data, present, SOURCE_WINS) == [{"id": THEIRS, "url": "a.example/x", "name": "B"}]
    there = World(now=dataset(resources=present))
    assert len(there.sync(data).conflicts) == 1
    there.edit(resources=[{**there.now["resources"][0], "url": "http://moved"}])
    assert there.sync(data).values == {}
    moved = record(resources=[{"id": "r1", "url": "http://a.example/x", "name": "B", "format": "CSV"}])
    assert there.sync(moved).values["resources"][0] | {"position": 0} == {
        **there.now["resources"][0],
        "id": THEIRS,
        "url": "http://moved",
        "format": "CSV",
    }


def test_without_memory_a_resource_of_our_making_is_a_conflict_and_a_person_s_stays() -> None:
    gone = {"id": derived("gone"), "url": "http://gone", "name": "G"}
    person = {"id": THEIRS, "url": "http://person", "name": "P"}
    present = [{"id": OURS, "url": "http://r1"}, gone, person]
    merged = merge(listed("r1"), dataset(resources=present), None, RULES, identity=IDENTITY)
    assert merged.values == {}
    assert [(one.path, one.source, one.catalog) for one in merged.conflicts] == [
        (f"resources.{derived('gone')}", None, gone)
    ]
    assert over(listed("r1"), present, SOURCE_WINS) == [{"id": OURS, "url": "http://r1"}, person]


def test_a_resource_s_field_is_cleared_by_a_blank() -> None:
    there = [{"id": OURS, "url": "http://a", "name": "A", "description": "D"}]
    data = record(resources=[{"id": "r1", "url": "http://a", "name": None, "description": None}])
    assert over(data, there, SOURCE_WINS) == [{"id": OURS, "url": "http://a", "name": "", "description": None}]


def test_a_field_that_left_the_source_is_emptied_and_one_that_ckan_does_not_know_goes() -> None:
    there = World()
    there.create(listed("a", description="D", format="CSV", colour="red"))
    there.sync(listed("a"))
    assert {**there.now["resources"][0]}.get("description") is None
    assert there.now["resources"][0]["format"] is None
    assert "colour" not in there.now["resources"][0]


@pytest.mark.parametrize(
    ("field", "sent", "shown"),
    [("format", "text/csv", "CSV"), ("url", "a/b", "http://a/b"), ("size", "10", 10), ("name", None, "")],
)
def test_what_ckan_shows_of_a_field_in_another_form_is_no_difference(field: str, sent: Any, shown: Any) -> None:
    data = record(resources=[{"id": "r1", "url": "http://a", field: sent}])
    assert over(data, [{"id": OURS, "url": "http://a", field: shown}], SOURCE_WINS) is None


def test_what_tools_write_into_a_resource_gives_way_and_is_no_edit() -> None:
    there = made("a")
    there.edit(resources=[{**there.now["resources"][0], "hash": "of the DataPusher", "datastore_active": True}])
    assert there.sync(listed("a")).values == {}
    there.sync(listed("a", hash="of the source"))
    assert there.now["resources"][0]["hash"] == "of the source"
    there.edit(resources=[{**there.now["resources"][0], "last_modified": "2020-01-01T00:00:00"}])
    assert there.sync(record(resources=[])).conflicts == ()
    assert there.now["resources"] == []


def test_a_hash_that_the_source_gives_at_last_is_written() -> None:
    there = made("a")
    there.sync(listed("a", hash="abc"))
    assert there.now["resources"][0]["hash"] == "abc"


def test_a_resource_that_a_person_removed_stays_removed_until_the_source_changes_it() -> None:
    there = made("a", "b")
    there.edit(resources=there.now["resources"][1:])
    for _ in range(3):
        assert there.sync(listed("a", "b")).values == {}
    changed = record(resources=[{"id": "a", "url": "http://new"}, {"id": "b", "url": "http://b"}])
    merged = there.sync(changed)
    assert [(one.path, one.catalog) for one in merged.conflicts] == [(f"resources.{derived('a')}", None)]
    assert there.sync(changed, SOURCE_WINS).values != {}
    assert urls(there) == ["new", "b"]


def test_a_resource_that_a_person_made_anew_is_the_one_that_was_there() -> None:
    """A form or a script that sends resources without ids makes new ones of them."""
    there = made("a", "b")
    there.edit(resources=[{"id": "new", "url": "http://a"}, there.now["resources"][1]])
    assert there.sync(listed("a", "b")).values == {}
    there.sync(listed("a", "b", description="D"))
    assert [(item["id"], item["description"]) for item in there.now["resources"]] == [
        ("new", "D"),
        (derived("b"), "D"),
    ]
    assert there.sync(listed("a", "b", description="D")).values == {}


def test_a_resource_that_a_person_has_beside_the_removed_one_is_another() -> None:
    there = made("a")
    with_person_s(there, 1, "a")
    there.sync(listed("a"))
    there.edit(resources=there.now["resources"][1:])
    merged = there.sync(listed("a", description="D"))
    assert [one.path for one in merged.conflicts] == [f"resources.{derived('a')}"]
    assert merged.values == {}


def test_a_resource_that_the_source_knows_by_another_id_stays_itself() -> None:
    there = made("a")
    merged = there.sync(record(resources=[{"id": "other", "url": "http://a", "description": "D"}]))
    assert merged.conflicts == ()
    assert [(item["id"], item["description"]) for item in there.now["resources"]] == [(derived("a"), "D")]
    there.edit(resources=[{**there.now["resources"][0], "url": "http://moved"}])
    assert there.sync(record(resources=[{"id": "other", "url": "http://a", "description": "D"}])).values == {}
    there.sync(record(resources=[]))
    assert urls(there) == ["moved"]


def test_a_resource_with_an_edited_field_does_not_go_with_its_record() -> None:
    there = made("a", "b")
    edited = {**there.now["resources"][0], "description": "by hand"}
    there.edit(resources=[edited, *there.now["resources"][1:]])
    there.sync(listed("a", "b"))
    merged = there.sync(listed("b"))
    assert [(one.path, one.source) for one in merged.conflicts] == [(f"resources.{derived('a')}", None)]
    assert urls(there) == ["a", "b"]


def test_a_resource_that_the_catalog_did_not_have_and_has_now_does_not_go_with_its_record() -> None:
    there = made("a", "b")
    there.base = Remembered(listed("a", "b"), {**there.now, "resources": there.now["resources"][1:]})
    merged = there.sync(listed("b"))
    assert [(one.path, one.source) for one in merged.conflicts] == [(f"resources.{derived('a')}", None)]
    assert urls(there) == ["a", "b"]


def test_resources_stay_where_the_source_has_none_to_mention() -> None:
    there = World(now=dataset(resources=[{"id": derived("a"), "url": "http://a"}]))
    assert there.sync(record(), SOURCE_WINS).values == {}


#: In the source, in the catalog, in the source now, in the catalog now; becomes, by default and where the source wins.
ORDERS = {
    "ours": ("abc", "abc", "cab", "abc", "cab", "cab"),
    "theirs": ("abc", "abc", "abc", "bca", "bca", "bca"),
    "both alike": ("abc", "abc", "cba", "cba", "cba", "cba"),
    "both": ("abc", "abc", "cab", "bca", "bca", "cab"),
    "ours, a person's between": ("abc", "axbc", "cab", "axbc", "cxab", "cxab"),
    "one more": ("ac", "ac", "abc", "ac", "abc", "abc"),
    "one more in front": ("bc", "bc", "abc", "bc", "abc", "abc"),
    "one more behind a person's": ("ab", "abx", "abc", "abx", "abcx", "abcx"),
    "one more, a person moved others": ("ab", "ab", "acb", "ba", "bac", "bac"),
    "one less": ("abc", "abc", "ac", "abc", "ac", "ac"),
    "a person's between": ("ab", "ab", "ab", "axb", "axb", "axb"),
    "ours, one more and one less": ("abc", "abc", "cda", "abc", "cda", "cda"),
}


@pytest.mark.parametrize("case", ORDERS)
@pytest.mark.parametrize("rules", [RULES, SOURCE_WINS], ids=["catalog", "source"])
def test_the_order_is_whose_it_was_changed_by(case: str, rules: Rules) -> None:
    *letters, by_default, source_wins = ORDERS[case]
    before, then, wanted, current = letters

    def shown(keys: str) -> dict[str, Any]:
        named = {key: key if key == "x" else derived(key) for key in keys}
        return dataset(resources=[{"id": identifier, "url": f"http://{key}"} for key, identifier in named.items()])

    there = World(now=shown(current), base=Remembered(listed(*before), shown(then)))
    merged = there.sync(listed(*wanted), rules)
    assert "".join(urls(there)) == (source_wins if rules is SOURCE_WINS else by_default)
    assert [one.path for one in merged.conflicts] == (["resources"] if case == "both" else [])
    again = there.sync(listed(*wanted), rules)
    assert (again.values, again.kept) == ({}, merged.kept)
    assert all(one.known for one in again.conflicts)


def test_an_order_that_a_person_made_stays_until_the_source_makes_another() -> None:
    there = made("a", "b", "c")
    there.edit(resources=there.now["resources"][::-1])
    for _ in range(2):
        assert there.sync(listed("a", "b", "c")).values == {}
    assert [one.path for one in there.sync(listed("b", "a", "c")).conflicts] == ["resources"]
    assert urls(there) == ["c", "b", "a"]


def test_five_thousand_resources_are_no_trouble() -> None:
    there = made(*map(str, range(5000)))
    there.sync(listed(*map(str, range(4999, 0, -2)), "more"))
    assert len(there.now["resources"]) == 2501


def test_a_source_id_that_comes_back_is_another_resource_where_its_url_went_on_under_another_id() -> None:
    """CKAN fails for a dataset in which an id of a resource stands twice."""

    def resources(*pairs: tuple[str, str]) -> dict[str, Any]:
        return record(resources=[{"id": key, "url": f"http://{url}"} for key, url in pairs])

    there = World()
    there.create(resources(("1", "a")))
    steps: list[tuple[tuple[str, str], ...]] = [
        (("2", "a"),), (("1", "b"), ("2", "a")), (("3", "b"), ("2", "a")), (("1", "c"), ("3", "b"), ("2", "a")),
    ]  # fmt: skip
    for step in steps:
        there.sync(resources(*step))
        assert urls(there) == [url for _, url in step]
        assert len({item["id"] for item in there.now["resources"]}) == len(step)
        assert there.sync(resources(*step)).values == {}
    there.sync(resources(("1", "d"), ("2", "a")))
    assert urls(there) == ["d", "a"]
