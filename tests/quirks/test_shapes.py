"""The shapes in which CKAN takes lists (quirks A13, B8)."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.quirks.shapes import as_ckan_takes, holds_objects, is_uuid, reference

UUID = "2f6b0b0e-66a1-4e9c-9a52-8f1f2b8d3c11"


@pytest.mark.parametrize(
    ("data", "shaped"),
    [
        pytest.param({"tags": ["a", "b"]}, {"tags": [{"name": "a"}, {"name": "b"}]}, id="tags as texts"),
        pytest.param({"tags": ("a",)}, {"tags": [{"name": "a"}]}, id="tuple"),
        pytest.param({"tags": {"b", "a"}}, {"tags": [{"name": "a"}, {"name": "b"}]}, id="set, sorted"),
        pytest.param({"tags": [{"name": "a", "x": 1}]}, {"tags": [{"name": "a", "x": 1}]}, id="tags as objects"),
        pytest.param(
            {"groups": ["town", UUID]}, {"groups": [{"name": "town"}, {"id": UUID}]}, id="groups by name and by id"
        ),
        pytest.param(
            {"extras": {"b": 1, "a": None}},
            {"extras": [{"key": "b", "value": 1}, {"key": "a", "value": None}]},
            id="extras as a mapping",
        ),
        pytest.param(
            {"extras": [{"key": "a", "value": 1}]}, {"extras": [{"key": "a", "value": 1}]}, id="extras as CKAN's"
        ),
        pytest.param({"resources": [{"url": "x"}]}, {"resources": [{"url": "x"}]}, id="resources"),
        pytest.param(
            {"tags": None, "groups": None, "extras": None, "resources": None},
            {"tags": [], "groups": [], "extras": [], "resources": []},
            id="null is an empty list",
        ),
        pytest.param({"title": None, "odd": ["a"]}, {"title": None, "odd": ["a"]}, id="the rest stays"),
        pytest.param({}, {}, id="what is absent stays absent"),
    ],
)
def test_lists_become_lists_of_objects(data: dict[str, Any], shaped: dict[str, Any]) -> None:
    assert as_ckan_takes(data) == shaped


@pytest.mark.parametrize("key", ["tags", "groups", "resources", "extras"])
@pytest.mark.parametrize("value", ["a,b", 7, True])
def test_what_is_no_list_is_refused_by_name(key: str, value: Any) -> None:
    with pytest.raises(TypeError, match=f"{key} should be a list, and is a {type(value).__name__}"):
        as_ckan_takes({key: value})


@pytest.mark.parametrize("key", ["tags", "groups", "resources"])
def test_an_object_is_no_list(key: str) -> None:
    with pytest.raises(TypeError, match=f"{key} should be a list, and is a dict"):
        as_ckan_takes({key: {"name": "a"}})


def test_a_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(TypeError) as caught:
        as_ckan_takes({"tags": "x" * 10_000})
    assert len(str(caught.value)) < 200


def test_the_data_itself_is_not_changed() -> None:
    data = {"tags": ["a"], "extras": {"a": 1}}
    as_ckan_takes(data)
    assert data == {"tags": ["a"], "extras": {"a": 1}}


def test_shaping_twice_changes_nothing() -> None:
    once = as_ckan_takes({"tags": ["a"], "groups": ["town"], "extras": {"a": 1}, "resources": None})
    assert as_ckan_takes(once) == once


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (UUID, True),
        (UUID.upper(), False),
        (UUID.replace("-", ""), False),
        (f"{{{UUID}}}", False),
        (f"{UUID}\n", False),
        (f"{UUID}0", False),
        ("town", False),
        ("", False),
    ],
)
def test_a_uuid_is_one_as_ckan_makes_them(text: str, expected: bool) -> None:
    assert is_uuid(text) is expected


def test_a_group_is_named_by_what_its_reference_is() -> None:
    assert reference("town") == {"name": "town"}
    assert reference(UUID) == {"id": UUID}


@pytest.mark.parametrize(
    ("value", "holds"), [([{"a": 1}], True), ([{}], True), ([], False), (["a"], False), ({"a": 1}, False)], ids=str
)
def test_a_list_of_objects_is_told_by_its_first(value: Any, holds: bool) -> None:
    assert holds_objects(value) is holds
