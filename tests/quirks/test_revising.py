"""What package_revise is asked, so that it replaces what it would merge, and refuses what has changed (C3, F4)."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.quirks.revising import REMOVED, revise_arguments, with_own_groups

MODIFIED = "2024-05-01T10:00:00.123456"
CURRENT: dict[str, Any] = {
    "id": "a1",
    "name": "air",
    "title": "Air",
    "notes": None,
    "version": "",
    "private": False,
    "state": "active",
    "metadata_modified": MODIFIED,
    "tags": [{"name": "t1"}],
    "extras": [{"key": "a", "value": "1"}],
    "groups": [{"id": "g1", "name": "town"}],
    "resources": [{"id": "r1"}],
    "spatial": {"type": "Point"},
}
MATCH = {"id": "a1", "metadata_modified": MODIFIED, "state": "active"}


@pytest.mark.parametrize(
    ("values", "arguments"),
    [
        pytest.param({}, {"match": MATCH, "update": {}}, id="nothing"),
        pytest.param(
            {"title": "Water"},
            {"match": {**MATCH, "title": "Air"}, "update": {"title": "Water"}},
            id="a scalar matches what it was",
        ),
        pytest.param({"notes": "x"}, {"match": MATCH, "update": {"notes": "x"}}, id="null cannot be matched"),
        pytest.param(
            {"private": True, "version": "2"},
            {"match": {**MATCH, "private": False, "version": ""}, "update": {"private": True, "version": "2"}},
            id="false and empty are matched",
        ),
        pytest.param({"url": "x"}, {"match": MATCH, "update": {"url": "x"}}, id="a key that was not there"),
        pytest.param(
            {"state": "deleted"},
            {"match": MATCH, "update": {"state": "deleted"}},
            id="the state, by which CKAN deletes",
        ),
        pytest.param(
            {"tags": [{"name": "t2"}]},
            {"match": MATCH, "filter": ["-tags"], "update": {"tags": [{"name": "t2"}]}},
            id="a list is filtered out and given whole",
        ),
        pytest.param(
            {"spatial": {"type": "Polygon"}},
            {"match": MATCH, "filter": ["-spatial"], "update": {"spatial": {"type": "Polygon"}}},
            id="an object too",
        ),
        pytest.param(
            {"extras": [], "groups": [], "resources": []},
            {
                "match": MATCH,
                "filter": ["-extras", "-groups", "-resources"],
                "update": {"extras": [], "groups": [], "resources": []},
            },
            id="an empty list is named, since CKAN 2.12 keeps what is absent",
        ),
        pytest.param(
            {"title": REMOVED, "spatial": REMOVED},
            {"match": {**MATCH, "title": "Air"}, "filter": ["-title", "-spatial"], "update": {}},
            id="a removed key is filtered out",
        ),
        pytest.param(
            {"groups": REMOVED, "resources": REMOVED, "tags": REMOVED},
            {
                "match": MATCH,
                "filter": ["-groups", "-resources", "-tags"],
                "update": {"groups": [], "resources": []},
            },
            id="removed groups and resources are named as empty, since CKAN 2.12 keeps what is absent",
        ),
        pytest.param({"url": REMOVED}, {"match": MATCH, "update": {}}, id="what is not there need not go"),
        pytest.param({"labels": ["x"]}, {"match": MATCH, "update": {"labels": ["x"]}}, id="a new list needs no filter"),
    ],
)
def test_a_revision_says_what_was_and_what_shall_be(values: dict[str, Any], arguments: dict[str, Any]) -> None:
    assert revise_arguments(CURRENT, values) == arguments


def test_a_revision_without_a_timestamp_or_state_matches_the_id() -> None:
    assert revise_arguments({"id": "a1"}, {"title": "x"}) == {"match": {"id": "a1"}, "update": {"title": "x"}}


def test_neither_side_is_changed() -> None:
    values = {"tags": [{"name": "t2"}], "title": REMOVED}
    revise_arguments(CURRENT, values)
    assert values == {"tags": [{"name": "t2"}], "title": REMOVED}
    assert CURRENT["tags"] == [{"name": "t1"}]


@pytest.mark.parametrize(
    ("values", "own", "groups"),
    [
        pytest.param({"title": "x"}, ["town"], [{"id": "g1", "name": "town"}], id="own, by name"),
        pytest.param({"title": "x"}, ["g1"], [{"id": "g1", "name": "town"}], id="own, by id"),
        pytest.param({"title": "x"}, ["other"], [], id="foreign"),
        pytest.param({"title": "x"}, [], [], id="none"),
        pytest.param(
            {"groups": [{"name": "town"}, {"name": "sea"}]},
            ["town", "sea"],
            [{"name": "town"}, {"name": "sea"}],
            id="new",
        ),
        pytest.param({"groups": [{"name": "sea"}]}, ["town"], [], id="new and foreign"),
    ],
)
def test_groups_are_narrowed_to_those_that_the_caller_manages(
    values: dict[str, Any], own: list[str], groups: list[dict[str, Any]]
) -> None:
    assert with_own_groups(CURRENT, values, own) == {**values, "groups": groups}
