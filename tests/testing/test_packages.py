"""Datasets: what is accepted, kept, dropped, and what CKAN says (literals observed on real CKANs)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from testing.asking import Asker

VERSIONS = ["2.10", "2.11", "2.12"]
ID = "0e5e7b10-5a9a-5f5c-9c3f-1d1c7d9f2b11"


def create(ask: Asker, name: str = "abc", **fields: Any) -> Any:
    return ask("package_create", name=name, owner_org="test-org", **fields).result


def test_the_keys_come_in_the_order_of_ckan(ask: Asker) -> None:
    dataset = create(ask, extras=[{"key": "k", "value": "v"}], resources=[{"url": "x.org/c", "zz": [1]}])
    assert " ".join(dataset) == (
        "author author_email creator_user_id id isopen license_id license_title maintainer maintainer_email "
        "metadata_created metadata_modified name notes num_resources num_tags organization owner_org private state "
        "title type url version extras resources tags groups relationships_as_subject relationships_as_object"
    )
    assert " ".join(dataset["resources"][0]) == (
        "cache_last_updated cache_url created datastore_active description format hash id last_modified "
        "metadata_modified mimetype mimetype_inner name package_id position resource_type size state url url_type zz"
    )
    assert dataset["resources"][0]["url"] == "http://x.org/c"
    assert ask("package_show", None, id="abc").result == dataset


def test_everything_that_is_wrong_is_said_at_once(ask: Asker) -> None:
    answer = ask(
        "package_create",
        name="Bad Name",
        tags=[{"name": "a"}, {"name": "ok"}, {}],
        resources=[{"url": "a", "size": "x", "created": "q"}, {"url": "z"}],
        extras=[{"key": "a", "value": "1"}, {"key": "a", "value": "2"}, {"key": "b"}],
    )
    assert answer.status == 409
    assert answer.error == {
        "extras_validation": ['Duplicate key "a"'],
        "name": ["Must be purely lowercase alphanumeric (ascii) characters and these symbols: -_"],
        "owner_org": ["An organization must be provided"],
        "extras": [{}, {}, {"value": ["Missing value"]}],
        "resources": [{"created": ["Date format incorrect"], "size": ["Invalid integer"]}, {}],
        "tags": ['Tag "a" length is less than minimum 2'],
        "__type": "Validation Error",
    }


@pytest.mark.parametrize(
    ("name", "messages"),
    [
        ("a", ["Must be at least 2 characters long", 'Name "a" length is less than minimum 2']),
        ("new", ["That name cannot be used"]),
        (None, ["Missing value"]),
        (5, ["Must be at least 2 characters long", 'Name "5" length is less than minimum 2']),
    ],
)
def test_names_have_rules(ask: Asker, name: Any, messages: list[str]) -> None:
    assert ask("package_create", name=name, owner_org="test-org").error["name"] == messages


def test_a_newline_at_the_end_of_a_name_passes(ask: Asker) -> None:
    assert create(ask, "abc\n")["name"] == "abc\n"


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    ("value", "old", "new"),
    [
        (None, [], [""]),
        (5, ["5"], ["5"]),
        (True, ["true"], ["true"]),
        (1.5, ["1.5"], ["1.5"]),
        (["a", "b c"], ['{a,"b c"}'], ['["a", "b c"]']),
        ({"a": 1}, 500, ['{"a": 1}']),
        ([{"a": 1}], 409, ['[{"a": 1}]']),
    ],
    ids=["null", "integer", "boolean", "float", "list", "object", "objects"],
)
def test_extras_are_text(ask: Asker, version: str, value: Any, old: Any, new: Any) -> None:
    answer = ask("package_create", name="abc", owner_org="test-org", extras=[{"key": "k", "value": value}])
    expected = new if version == "2.12" else old
    assert (
        [extra["value"] for extra in answer.result["extras"]] == expected
        if isinstance(expected, list)
        else answer.status == expected
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_the_order_of_extras_depends_on_the_version(ask: Asker, version: str) -> None:
    create(ask, extras=[{"key": key, "value": "1"} for key in ("zz", "b", "aaa")])
    from_index = [extra["key"] for extra in ask("package_show", id="abc").result["extras"]]
    stored = [extra["key"] for extra in ask("package_show", id="abc", include_plugin_data=True).result["extras"]]
    if version == "2.12":
        assert (from_index, stored) == (["zz", "b", "aaa"], ["b", "zz", "aaa"])
    else:
        assert from_index == stored == ["aaa", "b", "zz"]


@pytest.mark.parametrize(
    ("version", "value", "stored"),
    [
        ("2.10", "2020-01-02T03:04:05Z", None),
        ("2.11", "2020-01-02T03:04:05Z", "2020-01-02T03:04:05"),
        ("2.11", "2020-01-02T03:04:05.5+02:00", "2020-01-02T01:04:05.500000"),
        ("2.10", "20200102", None),
        ("2.11", "20200102", "2020-01-02T00:00:00"),
        ("2.11", "2024", None),
        ("2.11", "2024-01", None),
        ("2.10", "2020/1/2 3:04", "2020-01-02T03:04:00"),
    ],
)
def test_dates(ask: Asker, version: str, value: str, stored: str | None) -> None:
    assert ask.ckan.version == version
    answer = ask("package_create", name="abc", owner_org="test-org", resources=[{"last_modified": value}])
    if stored is None:
        assert answer.error["resources"] == [{"last_modified": ["Date format incorrect"]}]
    else:
        assert answer.result["resources"][0]["last_modified"] == stored


@pytest.mark.parametrize(
    ("value", "stored"),
    [("10", 10), (10.0, 10), (" 7 ", 7), (True, 1), ("", None), ("10.0", 409), (10.5, 409), (2**70, 500)],
)
def test_sizes(ask: Asker, value: Any, stored: int | None) -> None:
    answer = ask("package_create", name="abc", owner_org="test-org", resources=[{"size": value}])
    if stored in (409, 500):
        assert answer.status == stored
    else:
        assert answer.result["resources"][0]["size"] == stored


@pytest.mark.parametrize("version", VERSIONS)
def test_update_without_keys(ask: Asker, version: str) -> None:
    group = ask("group_create", name="some-group").result
    create(
        ask,
        title="T",
        notes="N",
        private=True,
        extras=[{"key": "k", "value": "v"}],
        tags=[{"name": "tag"}],
        groups=[{"id": group["id"]}],
        resources=[{"url": "http://x"}],
    )
    updated = ask("package_update", id="abc").result
    assert (updated["title"], updated["notes"], updated["private"]) == ("abc", None, True)
    assert updated["extras"] == updated["tags"] == []
    kept = 1 if version == "2.12" else 0
    assert (len(updated["resources"]), len(updated["groups"])) == (kept, kept)


def test_resources_are_matched_by_id_and_clear_as_ckan_clears(ask: Asker) -> None:
    first = {"url": "http://x", "name": "n", "description": "d", "format": "csv", "mine": [1], "size": 5}
    dataset = create(ask, resources=[first])
    id_ = dataset["resources"][0]["id"]
    patched = ask("package_patch", id="abc", resources=[{"id": id_}, {"url": "http://new"}]).result["resources"]
    kept = patched[0]
    assert kept["id"] == id_
    assert (kept["url"], kept["description"]) == ("", None)
    assert (kept["name"], kept["format"], kept["size"]) == ("n", "CSV", 5)
    assert "mine" not in kept
    assert [resource["position"] for resource in patched] == [0, 1]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_no_op_bumps_the_timestamp_before_2_12(ask: Asker, version: str) -> None:
    create(ask, resources=[{"url": "http://x"}])
    ask("package_update", **ask("package_show", id="abc").result)  # the flag of the datastore is stored now
    before = ask("package_show", id="abc").result
    after = ask("package_update", **before).result
    found = ask("package_search", fq="name:abc").result["results"][0]
    is_same = before["metadata_modified"] == after["metadata_modified"]
    assert is_same is (version == "2.12")
    assert found["metadata_modified"] == before["metadata_modified"]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_sysadmin_freezes_the_timestamp_of_2_12(ask: Asker, version: str) -> None:
    create(ask)
    patched = ask("package_patch", id="abc", notes="x", metadata_modified="2001-01-01T00:00:00").result
    assert (patched["metadata_modified"] == "2001-01-01T00:00:00") is (version == "2.12")
    edited = ask("package_patch", "editor", id="abc", notes="y", metadata_modified="2002-01-01T00:00:00").result
    assert not edited["metadata_modified"].startswith("2002")


@pytest.mark.parametrize("version", VERSIONS)
def test_ids_that_clients_choose(ask: Asker, version: str) -> None:
    assert create(ask, id=ID)["id"] == ID
    again = ask("package_create", name="other", owner_org="test-org", id=ID)
    assert again.error["id"] == ["Dataset id already exists"]
    by_editor = ask("package_create", "editor", name="other", owner_org="test-org", id=str(uuid.uuid4()))
    assert by_editor.error["id"] == ["The input field id was not expected."]
    free = ask("package_create", name="other", owner_org="test-org", id="any text")
    if version == "2.10":
        assert free.result["id"] == "any text"
    else:
        assert free.error["id"] == ["Invalid id provided"]


def test_a_resource_id_belongs_to_one_dataset(ask: Asker) -> None:
    create(ask, resources=[{"id": ID, "url": "http://x"}])
    taken = ask("package_create", name="other", owner_org="test-org", resources=[{"id": ID}])
    assert taken.error["resources"] == [{"id": ["Resource id already exists."]}]
    twice = [{"id": str(uuid.UUID(int=7)), "url": "a"}] * 2
    assert ask("package_create", name="other", owner_org="test-org", resources=twice).status == 500


def test_a_deleted_name_is_free_for_a_new_dataset_only(ask: Asker) -> None:
    old = create(ask)
    ask("package_delete", id=old["id"])
    create(ask, "other")
    assert ask("package_patch", id="other", name="abc").status == 500
    new = create(ask)
    assert new["id"] != old["id"]
    assert ask("package_show", id=old["id"]).result["name"] == old["id"]


@pytest.mark.parametrize(
    ("way", "has_groups", "has_row"),
    [("by id", False, False), ("by name", True, True), ("by revise", True, True)],
)
def test_what_undelete_brings_back(ask: Asker, way: str, has_groups: bool, has_row: bool) -> None:
    ask("group_create", name="some-group")
    dataset = create(ask, groups=[{"name": "some-group"}])
    if way == "by revise":
        ask("package_revise", match={"id": dataset["id"]}, update={"state": "deleted"})
    else:
        ask("package_delete", id=dataset["id"] if way == "by id" else "abc")
    assert ask("package_show", None, id="abc").status == 403
    assert ask("package_show", "editor", id="abc").result["state"] == "deleted"
    back = ask("package_patch", id=dataset["id"], state="active").result
    members = ask("member_list", id="test-org", object_type="package").result
    assert bool(back["groups"]) is has_groups
    assert ([dataset["id"], "package", "organization"] in members) is has_row


def test_show_comes_from_the_index(ask: Asker) -> None:
    create(ask)
    ask("organization_patch", id="test-org", title="Renamed")
    stale = ask("package_show", id="abc").result["organization"]["title"]
    fresh = ask("package_show", id="abc", include_plugin_data=True).result["organization"]["title"]
    assert (stale, fresh) == ("Test organization", "Renamed")


@pytest.mark.parametrize("version", VERSIONS)
def test_unknown_fields(ask: Asker, version: str) -> None:
    assert "foo" not in create(ask, foo="x", bar=[1], baz={"a": 1})
    answer = ask("package_create", name="other", owner_org="test-org", foo=[{"a": 1}])
    if version == "2.12":
        assert "foo" not in answer.result
    else:
        assert answer.error["__junk"] == ["The input field [('foo', 0, 'a')] was not expected."]


def test_what_postgresql_cannot_hold_breaks_ckan(ask: Asker) -> None:
    assert ask("package_create", name="abc", owner_org="test-org", notes="a\0b").status == 500
    assert ask("package_show", id="abc").status == 404


def test_a_term_that_solr_cannot_hold_leaves_nothing(ask: Asker) -> None:
    answer = ask("package_create", name="abc", owner_org="test-org", extras=[{"key": "k", "value": "x" * 40_000}])
    assert answer.status == 500
    assert answer.error["__type"] == "Search Index Error"
    assert "immense term" in answer.error["message"]
    assert ask("package_show", id="abc").status == 404


def test_bulk_updates_pass_over_what_is_not_the_organizations(ask: Asker) -> None:
    dataset = create(ask)
    organization = dataset["owner_org"]
    assert ask("bulk_update_private", datasets=[dataset["id"]], org_id=organization).result is None
    assert ask("package_show", id="abc").result["private"] is True
    assert ask("bulk_update_delete", datasets=[dataset["id"]], org_id="test-org").result is None
    assert ask("package_show", id="abc").result["state"] == "active"
    assert ask("bulk_update_delete", "editor", datasets=[dataset["id"]], org_id=organization).status == 403


@pytest.mark.parametrize(("version", "status"), [("2.10", 500), ("2.11", 404), ("2.12", 404)])
def test_an_unknown_id_makes_a_bulk_update_fail_after_all_is_done(ask: Asker, version: str, status: int) -> None:
    dataset = create(ask)
    answer = ask("bulk_update_delete", datasets=[dataset["id"], "nonsense"], org_id=dataset["owner_org"])
    assert (ask.ckan.version, answer.status) == (version, status)
    assert ask("package_show", id="abc").result["state"] == "deleted"


@pytest.mark.parametrize("version", VERSIONS)
def test_many_of_none_breaks_2_10(ask: Asker, version: str) -> None:
    assert ask("bulk_update_private", org_id="test-org").status == (500 if version == "2.10" else 200)
    assert ask("bulk_update_private", org_id="test-org", datasets=[]).status == 200


@pytest.mark.parametrize("version", VERSIONS)
def test_many_are_changed_in_the_index_as_they_are_there_before_2_12(ask: Asker, version: str) -> None:
    """The database is written apart: a draft stays as it was for whoever searches."""
    dataset = create(ask, state="draft")
    ask("bulk_update_private", org_id=dataset["owner_org"], datasets=[dataset["id"]])
    found = ask("package_search", fq="state:draft", include_drafts=True, include_private=True).result["results"]
    assert [each["private"] for each in found] == [version == "2.12"]
    assert ask("package_show", id="abc", include_plugin_data=True).result["private"] is True


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("tags", [[], [{"name": "water"}]], ids=["bare", "tagged"])
def test_who_is_named_like_a_purged_ones_id_goes_from_the_index(ask: Asker, version: str, tags: Any) -> None:
    """A commit of CKAN before 2.12 looks for the dataset of the tags that went, and finds the other one."""
    dataset = create(ask, tags=tags)
    create(ask, name=dataset["id"])
    ask("dataset_purge", id=dataset["id"])
    assert ask("package_search").result["count"] == (1 if tags and version != "2.12" else 0)
    assert ask("package_show", id=dataset["id"]).result["name"] == dataset["id"]


@pytest.mark.parametrize("value", ["", {}], ids=str)
def test_a_blank_for_resources_is_none_since_2_12(ask: Asker, value: Any) -> None:
    assert ask.ckan.version == "2.11"
    create(ask, resources=[{"url": "http://x"}])
    assert ask("package_patch", id="abc", resources=value).status == 400


@pytest.mark.parametrize("version", ["2.12"])
@pytest.mark.parametrize("value", ["", {}], ids=str)
def test_a_blank_for_resources_removes_them_in_2_12(ask: Asker, version: str, value: Any) -> None:
    assert ask.ckan.version == version
    create(ask, resources=[{"url": "http://x"}])
    assert ask("package_patch", id="abc", resources=value).result["resources"] == []
    assert ask("package_patch", id="abc", resources=[{"id": []}]).status == 500


@pytest.mark.parametrize("version", VERSIONS)
def test_a_change_that_is_none_answers_what_was_there_since_2_12(ask: Asker, version: str) -> None:
    """The index has the organization's new title by then, but before 2.12, which indexes only what changed."""
    create(ask)
    ask("organization_patch", id="test-org", title="New")
    answer = ask("package_patch", id="abc", num_tags="x").result["organization"]["title"]
    shown = ask("package_show", id="abc").result["organization"]["title"]
    assert (answer, shown) == (("Test organization", "New") if version == "2.12" else ("New", "New"))


@pytest.mark.parametrize("version", ["2.12"])
def test_tags_that_are_out_already_are_a_change(ask: Asker, version: str) -> None:
    assert ask.ckan.version == version
    create(ask, tags=[{"name": "water"}])
    times = [ask("package_patch", id="abc", tags=[]).result["metadata_modified"]]
    times += [ask("package_patch", id="abc", num_tags="x").result["metadata_modified"] for _ in range(2)]
    assert sorted(set(times)) == times


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("time", ["2001-01-01T00:00:00", "2001-01-01T00:00:00.000900"])
def test_a_time_without_milliseconds_is_never_taken_from_the_index(ask: Asker, version: str, time: str) -> None:
    create(ask, metadata_modified=time)
    ask("organization_patch", id="test-org", title="New")
    title = ask("package_show", id="abc").result["organization"]["title"]
    assert title == ("New" if version == "2.12" else "Test organization")  # others do not take the time that is sent
