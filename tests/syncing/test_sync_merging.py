"""What a record makes of the dataset that is there."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.syncing.identity import Identity
from ckan_api_client.syncing.merging import payload_of, resources_of, values_to_write
from ckan_api_client.syncing.strategies import Strategies
from ckan_api_client.syncing.wanted import Wanted

IDENTITY = Identity("geo", "1")
MARKER = {"key": "_harvest_source", "value": "geo:1"}
OURS = IDENTITY.resource_id("r1")
THEIRS = "df4f4e31-f6a6-4315-b9c1-38176f2f66e9"
DEFAULTS = Strategies()


def wanted(organization: str | None = "org", groups: tuple[str, ...] = (), **dataset: Any) -> Wanted:
    return Wanted(IDENTITY, "file:1", {"title": "T", **dataset}, organization, groups, ())


def current(**fields: Any) -> dict[str, Any]:
    return {
        "id": "0" * 8,
        "name": "t",
        "title": "T",
        "notes": None,
        "owner_org": "org-id",
        "organization": {"id": "org-id", "name": "org"},
        "private": False,
        "state": "active",
        "extras": [MARKER],
        "tags": [],
        "groups": [],
        "resources": [],
        **fields,
    }


def test_nothing_is_written_where_nothing_differs() -> None:
    assert values_to_write(wanted(notes=None, tags=[], resources=[]), current(), DEFAULTS) == {}


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({"notes": None}, {"notes": ""}),
        ({"notes": ""}, {"notes": None}),
        ({"title": " T "}, {"title": "T"}),
        ({"title": "t"}, {"title": "t", "name": "t"}),
        ({"private": False}, {"private": False}),
        ({"author_email": " a@b.cd "}, {"author_email": "a@b.cd"}),
    ],
    ids=["null is blank", "blank is null", "stripped", "title is name", "private", "e-mail stripped"],
)
def test_what_ckan_shows_in_another_form_is_no_difference(sent: dict[str, Any], shown: dict[str, Any]) -> None:
    assert values_to_write(wanted(**sent), current(**shown), DEFAULTS) == {}


def test_a_scalar_that_the_record_mentions_becomes_the_record_s() -> None:
    assert values_to_write(wanted(title="New", notes=None), current(notes="by hand"), DEFAULTS) == {
        "title": "New",
        "notes": None,
    }


def test_a_scalar_that_the_record_does_not_mention_stays() -> None:
    assert values_to_write(wanted(), current(notes="by hand", author="somebody"), DEFAULTS) == {}


def test_an_extra_is_set_by_its_key_and_others_stay() -> None:
    there = [{"key": "by hand", "value": "x"}, {"key": "depth", "value": "2"}, MARKER]
    record = wanted(extras=[{"key": "depth", "value": "3"}, {"key": "new", "value": "y"}])
    assert values_to_write(record, current(extras=there), DEFAULTS) == {
        "extras": [
            {"key": "by hand", "value": "x"},
            {"key": "depth", "value": "3"},
            MARKER,
            {"key": "new", "value": "y"},
        ]
    }


def test_an_extra_that_the_site_shows_as_a_field_is_compared_there() -> None:
    record = wanted(extras=[{"key": "spatial", "value": "x"}])
    assert values_to_write(record, current(spatial="x"), DEFAULTS) == {}


def test_tags_become_the_record_s_and_keep_what_ckan_knows_of_them() -> None:
    there = [{"name": "a", "id": "1"}, {"name": "b", "id": "2"}]
    assert values_to_write(wanted(tags=[{"name": "b"}, {"name": "c"}]), current(tags=there), DEFAULTS) == {
        "tags": [{"name": "b", "id": "2"}, {"name": "c"}]
    }
    assert values_to_write(wanted(tags=[{"name": "b"}, {"name": "a"}]), current(tags=there), DEFAULTS) == {}
    assert values_to_write(wanted(), current(tags=there), DEFAULTS) == {}


@pytest.mark.parametrize(
    ("strategy", "written"),
    [("add", ["mine", "both", "new"]), ("replace", ["both", "new"]), ("preserve", None)],
)
def test_groups_follow_the_strategy(strategy: Any, written: list[str] | None) -> None:
    there = [{"id": "1", "name": "mine"}, {"id": "2", "name": "both"}]
    record = wanted(groups=("both", "new"))
    values = values_to_write(record, current(groups=there), Strategies(dataset_group_merge_strategy=strategy))
    assert [group["name"] for group in values.get("groups", [])] == (written or [])
    assert ("groups" in values) == (written is not None)


def test_a_dataset_keeps_its_name_and_organization_unless_told_otherwise() -> None:
    record = wanted(organization="other", name="new-name")
    assert values_to_write(record, current(), DEFAULTS) == {}
    freely = Strategies(dataset_preserve_names=False, dataset_preserve_organization=False)
    assert values_to_write(record, current(), freely) == {"name": "new-name", "owner_org": "other"}
    assert values_to_write(record, current(owner_org=None, organization=None), DEFAULTS) == {"owner_org": "other"}


def test_a_resource_is_found_by_its_derived_id_and_keeps_what_the_record_does_not_mention() -> None:
    there = [{"id": OURS, "url": "http://a", "name": "A", "datastore_active": True, "position": 0}]
    record = wanted(resources=[{"id": "r1", "url": "http://b", "name": "A"}])
    assert values_to_write(record, current(resources=there), DEFAULTS) == {
        "resources": [{"id": OURS, "url": "http://b", "name": "A", "datastore_active": True, "position": 0}]
    }


def test_a_resource_that_another_client_made_is_found_by_its_url() -> None:
    there = [{"id": THEIRS, "url": "a.example/x", "name": "A"}]
    record = wanted(resources=[{"id": "r1", "url": "http://a.example/x", "name": "B"}])
    written = values_to_write(record, current(resources=there), DEFAULTS)["resources"]
    assert written == [{"id": THEIRS, "url": "http://a.example/x", "name": "B"}]


def test_a_resource_of_ours_that_left_the_source_goes_and_a_person_s_stays() -> None:
    there = [
        {"id": OURS, "url": "http://a", "name": "A"},
        {"id": IDENTITY.resource_id("gone"), "url": "http://gone", "name": "G"},
        {"id": THEIRS, "url": "http://person", "name": "P"},
    ]
    record = wanted(resources=[{"id": "r1", "url": "http://a", "name": "A"}])
    written = values_to_write(record, current(resources=there), DEFAULTS)["resources"]
    assert [item["id"] for item in written] == [OURS, THEIRS]


def test_a_resource_s_field_is_cleared_by_a_blank() -> None:
    there = [{"id": OURS, "url": "http://a", "name": "A", "description": "D"}]
    record = wanted(resources=[{"id": "r1", "url": "http://a", "name": None, "description": None}])
    written = values_to_write(record, current(resources=there), DEFAULTS)["resources"]
    assert written == [{"id": OURS, "url": "http://a", "name": "", "description": None}]


def test_resources_that_repeat_an_url_get_different_ids_in_every_run() -> None:
    record = wanted(resources=[{"url": "http://a"}, {"url": "http://a"}, {"url": "http://b"}])
    ids = [resource["id"] for resource in resources_of(record)]
    assert len(set(ids)) == 3
    assert ids == [resource["id"] for resource in resources_of(record)]


def test_the_payload_of_a_create_bears_the_marker_and_no_name() -> None:
    payload = payload_of(wanted(name="n", groups=("g",), extras=[{"key": "a", "value": "b"}]))
    assert payload == {
        "title": "T",
        "owner_org": "org",
        "groups": [{"name": "g"}],
        "extras": [{"key": "a", "value": "b"}, MARKER],
        "resources": [],
    }


def test_where_there_is_a_datastore_resources_say_at_once_what_it_will_say_of_them() -> None:
    record = wanted(resources=[{"id": "r1", "url": "http://a"}])
    assert payload_of(record, with_datastore=True)["resources"] == [
        {"datastore_active": False, "id": OURS, "url": "http://a"}
    ]
    there = [{"id": OURS, "url": "http://a", "datastore_active": True}]
    assert values_to_write(record, current(resources=there), DEFAULTS) == {}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("organization_merge_strategy", "replace"),
        ("dataset_group_merge_strategy", "merge"),
        ("dataset_preserve_names", "yes"),
    ],
)
def test_a_strategy_that_is_none_is_refused(option: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"{option} must be one of"):
        Strategies.taken_from({option: value})


def test_strategies_leave_other_options_alone() -> None:
    options = {"dataset_preserve_names": False, "timeouts": None}
    assert Strategies.taken_from(options) == Strategies(dataset_preserve_names=False)
    assert options == {"timeouts": None}
