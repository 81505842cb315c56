"""What CKAN does to records is no difference; all else is. Literals are what real CKANs answered."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.quirks.equivalence import (
    ABSENT,
    SERVER_MADE_DATASET_KEYS,
    SERVER_MADE_GROUP_KEYS,
    SERVER_MADE_RESOURCE_KEYS,
    extras_differences,
    field_differences,
    group_differences,
    resource_differences,
    same_groups,
    same_owner,
    same_tags,
)

UUID = "2f6b0b0e-66a1-4e9c-9a52-8f1f2b8d3c11"

SENT = {
    "name": "air-quality",
    "title": " ",
    "notes": None,
    "author": "A. Person ",
    "author_email": " a@example.org ",
    "private": "false",
    "owner_org": "town",
    "version": 2,
    "tags": [{"name": "towns"}, {"name": "air"}],
    "groups": [{"name": "environment"}],
    "extras": [{"key": "b", "value": 5}, {"key": "a", "value": True}, {"key": "gone", "value": None}],
    "resources": [
        {"url": " example.org/a.csv ", "format": "", "size": " 7 ", "last_modified": "2024-05-01T12:00:00+02:00"},
        {"url": "https://example.org/b", "format": "text/csv", "mine": {"b": 1, "a": 2}},
    ],
    "metadata_modified": "2001-01-01T00:00:00",
    "num_tags": 9,
}
GOT = {
    "id": "d1",
    "name": "air-quality",
    "title": "",
    "notes": "",
    "author": "A. Person ",
    "author_email": "a@example.org",
    "private": False,
    "owner_org": UUID,
    "organization": {"id": UUID, "name": "town"},
    "version": "2",
    "state": "active",
    "type": "dataset",
    "tags": [
        {"id": "t1", "name": "air", "display_name": "air"},
        {"id": "t2", "name": "towns", "display_name": "towns"},
    ],
    "groups": [{"id": "g1", "name": "environment", "title": "Environment"}],
    "extras": [{"key": "a", "value": "true"}, {"key": "b", "value": "5"}],
    "resources": [
        {
            "id": "r1",
            "url": "http://example.org/a.csv",
            "format": "CSV",
            "size": 7,
            "last_modified": "2024-05-01T10:00:00",
            "position": 0,
            "mimetype": None,
        },
        {"id": "r2", "url": "https://example.org/b", "format": "CSV", "mine": {"a": 2, "b": 1}, "position": 1},
    ],
    "metadata_modified": "2024-05-01T10:00:00.123456",
    "num_tags": 2,
}


def test_an_echo_of_what_was_sent_has_no_differences() -> None:
    assert field_differences(SENT, GOT) == {}
    assert field_differences(GOT, GOT) == {}


@pytest.mark.parametrize(
    ("sent", "got", "found"),
    [
        ({"notes": "x"}, {"notes": "y"}, {"notes": ("x", "y")}),
        ({"notes": "x"}, {}, {"notes": ("x", ABSENT)}),
        ({"notes": "x "}, {"notes": "x"}, {"notes": ("x ", "x")}),
        ({}, {"notes": "x"}, {}),
        ({"title": "A"}, {"title": "a"}, {"title": ("A", "a")}),
        ({"title": "", "name": "n"}, {"title": "n", "name": "n"}, {}),
        ({"title": ""}, {"title": "n", "name": "n"}, {}),
        ({"title": " A "}, {"title": "A"}, {}),
        ({"notes": {"a": 1}}, {"notes": '{"a": 1}'}, {}),
        ({"private": True}, {"private": False}, {"private": (True, False)}),
        ({"private": None}, {}, {}),
        ({"state": "draft"}, {"state": "active"}, {"state": ("draft", "active")}),
        ({"state": None}, {"state": "active"}, {}),
        ({"type": ""}, {"type": "dataset"}, {}),
        ({"type": "map"}, {"type": "dataset"}, {"type": ("map", "dataset")}),
        ({"spatial_theme": "x"}, {}, {"spatial_theme": ("x", ABSENT)}),
        ({"spatial_theme": ["x"]}, {"spatial_theme": '["x"]'}, {}),
        ({"url": "example.org"}, {"url": "http://example.org"}, {"url": ("example.org", "http://example.org")}),
        ({"owner_org": None}, {"owner_org": "o1"}, {"owner_org": (None, "o1")}),
        ({"id": "a", "metadata_modified": "x"}, {"id": "b", "metadata_modified": "y"}, {}),
        ({"tags": [{"name": "a"}]}, {"tags": []}, {"tags": ([{"name": "a"}], [])}),
        ({"tags": []}, {"tags": [{"name": "a"}]}, {"tags": ([], [{"name": "a"}])}),
        ({"tags": []}, {}, {}),
        ({"resources": []}, {"resources": [{"url": "x"}]}, {"resources[0]": (ABSENT, {"url": "x"})}),
        ({"resources": [{"url": "x"}]}, {}, {"resources[0]": ({"url": "x"}, ABSENT)}),
        (
            {"resources": [{"url": "x"}, {"url": "y", "a": 1}]},
            {"resources": [{"url": "x"}, {"url": "z"}]},
            {"resources[1].url": ("y", "z"), "resources[1].a": (1, ABSENT)},
        ),
        ({"extras": [{"key": "k", "value": "1"}]}, {"extras": []}, {"extras.k": ("1", ABSENT)}),
        ({"extras": []}, {"extras": [{"key": "k", "value": "1"}]}, {"extras.k": (ABSENT, "1")}),
        ({"extras": {"k": 1}}, {"extras": [{"key": "k", "value": "1"}]}, {}),
    ],
)
def test_a_difference_has_a_path_and_both_values(sent: Any, got: Any, found: Any) -> None:
    assert field_differences(sent, got) == found


@pytest.mark.parametrize(
    ("sent", "got", "same"),
    [
        # C6: casts up to 2.11, JSON text on 2.12.
        (5, "5", True),
        (True, "true", True),
        (False, "false", True),
        (1.5, "1.5", True),
        (None, "", True),
        (None, ABSENT, True),
        ({"b": 1, "a": [2]}, '{"a": [2], "b": 1}', True),
        (["é"], '["é"]', True),
        (True, "True", False),
        ("x", "x ", False),
        ("x", ABSENT, False),
    ],
    ids=repr,
)
def test_extras_are_compared_as_the_text_that_ckan_stores(sent: Any, got: Any, same: bool) -> None:
    mine = [{"key": "k", "value": sent}]
    theirs = [] if got is ABSENT else [{"key": "k", "value": got}]
    assert extras_differences(mine, theirs) == ({} if same else {"extras.k": (sent, got)})


def test_of_a_repeated_extra_the_last_counts() -> None:
    sent = [{"key": "k", "value": "1"}, {"key": "k", "value": "2"}]
    assert extras_differences(sent, [{"key": "k", "value": "2"}]) == {}


def test_what_ckanext_harvest_puts_into_answers_is_no_difference() -> None:
    injected = [{"key": "harvest_object_id", "value": "x"}, {"key": "harvest_source_title", "value": "y"}]
    assert extras_differences([], injected) == {}
    assert extras_differences(injected, []) == {}
    assert extras_differences(injected, [{"key": "harvest_object_id", "value": "z"}]) == {
        "extras.harvest_object_id": ("x", "z")
    }


@pytest.mark.parametrize(
    ("sent", "got", "same"),
    [
        ({"url": "x.org/a"}, {"url": "http://x.org/a"}, True),
        ({"url": " https://x.org "}, {"url": "https://x.org"}, True),
        ({"url": "https://x.org"}, {"url": "http://x.org"}, False),
        ({"format": "csv"}, {"format": "CSV"}, True),
        ({"format": ""}, {"format": "CSV"}, False),
        ({"format": "", "url": "http://x/a.csv"}, {"format": "CSV", "url": "http://x/a.csv"}, True),
        ({"format": "", "url": "http://x/a.csv"}, {"format": "PDF"}, False),
        ({"format": "", "url": "http://x/a.csv", "id": "r"}, {"format": "CSV", "id": "r"}, False),
        ({"mimetype": ""}, {"mimetype": "text/csv"}, False),
        ({"mimetype": None, "url": "http://x/a.csv"}, {"mimetype": "text/csv", "url": "http://x/a.csv"}, True),
        ({"mimetype": "text/plain"}, {"mimetype": "text/csv"}, False),
        ({"size": "10"}, {"size": 10}, True),
        ({"size": 10}, {"size": 11}, False),
        ({"size": 10}, {"size": None}, False),
        ({"last_modified": "2024-05-01T10:00:00Z"}, {"last_modified": "2024-05-01T10:00:00"}, True),
        ({"last_modified": "2024-05-01"}, {"last_modified": "2024-05-02T00:00:00"}, False),
        ({"last_modified": None}, {"last_modified": "2024-05-02T00:00:00"}, True),
        ({"hash": ""}, {"hash": "abc"}, True),
        ({"hash": "abc"}, {"hash": "def"}, False),
        ({"description": "x"}, {"description": None}, False),
        ({"odd": {"a": 1}}, {"odd": {"a": 1}}, True),
        ({"odd": [1]}, {}, False),
        ({"created": "x", "position": 3, "package_id": "p", "datastore_active": True}, {"position": 0}, True),
        ({"url": "My File (1).CSV"}, {"url_type": "upload", "url": "https://ckan/x/download/my-file-1.csv"}, True),
        ({"url": "https://x.org/a.csv"}, {"url_type": "upload", "url": "https://ckan/x/download/a.csv"}, False),
        ({"url_type": ["upload"], "size": 8}, {"url_type": {"a": 1}, "size": 8}, False),
        ({"size": None, "mimetype": ""}, {"url_type": "upload", "size": 8, "mimetype": "text/csv"}, True),
    ],
)
def test_resources_are_compared_after_normalisation(sent: Any, got: Any, same: bool) -> None:
    assert (resource_differences(sent, got) == {}) is same


def test_tags_are_a_set_of_names() -> None:
    assert same_tags([{"name": "a"}, {"name": "b"}, {"name": "a"}], ["b", "a"])
    assert not same_tags([{"name": "a"}], [{"name": "A"}])
    assert same_tags(None, [])
    assert same_tags(ABSENT, [])


def test_groups_are_known_by_id_or_name() -> None:
    assert same_groups([{"name": "a"}, {"id": UUID}], [{"id": UUID, "name": "b"}, {"id": "x", "name": "a"}])
    assert same_groups(["a"], [{"id": "x", "name": "a"}])
    assert not same_groups([{"name": "a"}], [])
    assert not same_groups([], [{"name": "a"}])
    assert same_groups(None, ABSENT)


def test_an_owner_is_known_by_id_or_name() -> None:
    got = {"owner_org": UUID, "organization": {"id": UUID, "name": "town"}}
    assert same_owner({"owner_org": "town"}, got)
    assert same_owner(got, {"owner_org": "town"})
    assert not same_owner({"owner_org": "city"}, got)
    assert not same_owner({"owner_org": "town"}, {"owner_org": UUID})


@pytest.mark.parametrize(
    ("sent", "got", "found"),
    [
        ({"title": "A", "users": [1]}, {"title": "A", "users": []}, {}),
        ({"title": "A"}, {"title": "B"}, {"title": ("A", "B")}),
        ({"approval_status": ""}, {"approval_status": "approved"}, {}),
        ({"extras": [{"key": "k", "value": 1}]}, {"extras": [{"key": "k", "value": "2"}]}, {"extras.k": (1, "2")}),
        ({"groups": [{"name": "top"}]}, {"groups": []}, {"groups": ([{"name": "top"}], [])}),
        ({"tags": ["a"]}, {"tags": [{"name": "a"}]}, {}),
        ({"image_url": "a"}, {"image_url": "a", "image_display_url": "https://x/a"}, {}),
        ({"id": "a", "package_count": 3}, {"id": "b", "package_count": 4}, {}),
    ],
)
def test_groups_and_organizations_are_compared_alike(sent: Any, got: Any, found: Any) -> None:
    assert group_differences(sent, got) == found


def test_what_is_never_sent_leaves_what_a_person_edits() -> None:
    assert "metadata_modified" in SERVER_MADE_DATASET_KEYS
    assert SERVER_MADE_DATASET_KEYS.isdisjoint({"id", "name", "state", "resources", "groups", "extras", "tags"})
    assert SERVER_MADE_RESOURCE_KEYS.isdisjoint({"id", "url", "datastore_active", "last_modified", "created"})
    assert SERVER_MADE_GROUP_KEYS.isdisjoint({"id", "name", "title", "extras", "groups", "state"})
