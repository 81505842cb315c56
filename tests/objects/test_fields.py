"""Windows on single values."""

from __future__ import annotations

from typing import Any, assert_type

import pytest

from ckan_api_client.objects import CkanDataset, CkanGroup, CkanOrganization, CkanResource, Extras, Resources, Tags
from ckan_api_client.objects.fields import TextField


@pytest.mark.parametrize(
    ("kind", "name", "value", "message"),
    [
        (CkanDataset, "private", "maybe", "CkanDataset.private: expected bool, got str: 'maybe'"),
        (CkanDataset, "private", 1, "CkanDataset.private: expected bool, got int: 1"),
        (CkanDataset, "private", None, "CkanDataset.private: expected bool, got NoneType: None"),
        (CkanDataset, "title", 5, "CkanDataset.title: expected str, got int: 5"),
        (CkanDataset, "title", ["x"], "CkanDataset.title: expected str, got list: ['x']"),
        (CkanResource, "size", "10", "CkanResource.size: expected int, got str: '10'"),
        (CkanResource, "size", True, "CkanResource.size: expected int, got bool: True"),
        (CkanResource, "size", 10.0, "CkanResource.size: expected int, got float: 10.0"),
        (CkanGroup, "is_organization", "yes", "CkanGroup.is_organization: expected bool, got str: 'yes'"),
        (CkanOrganization, "name", b"x", "CkanOrganization.name: expected str, got bytes: b'x'"),
    ],
)
def test_a_wrong_type_is_refused_with_class_field_and_value(kind: Any, name: str, value: Any, message: str) -> None:
    thing = kind()
    with pytest.raises(TypeError) as refused:
        setattr(thing, name, value)
    assert str(refused.value) == message
    assert thing == {}


@pytest.mark.parametrize("value", [5, "yes", None, ["x"], {"a": 1}], ids=repr)
def test_whatever_ckan_sent_is_read_as_it_is(value: Any) -> None:
    assert CkanDataset({"private": value}).private == value
    assert CkanDataset({"title": value}).title == value
    assert CkanResource({"size": value}).size == value


def test_a_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(TypeError) as refused:
        CkanDataset(title=["x" * 1000])
    assert len(str(refused.value)) < 140


@pytest.mark.parametrize("name", ["metadata_created", "metadata_modified"])
def test_what_ckan_sets_is_read_only(name: str, raw: dict[str, Any]) -> None:
    dataset = CkanDataset(raw)
    with pytest.raises(AttributeError, match=f"CkanDataset.{name}: CKAN sets it; it is read-only"):
        setattr(dataset, name, "2024-01-01T00:00:00")
    with pytest.raises(AttributeError, match="read-only"):
        delattr(dataset, name)
    assert not dataset.is_modified()


def test_deleting_removes_the_key() -> None:
    dataset = CkanDataset(title="x")
    del dataset.title
    assert dataset == {}
    with pytest.raises(AttributeError, match=r"CkanDataset\.title: there is no such key"):
        del dataset.title


def test_the_type_checker_knows_the_windows(raw: dict[str, Any]) -> None:
    dataset = CkanDataset(raw)
    assert_type(dataset.title, str | None)
    assert_type(dataset.private, bool | None)
    assert_type(dataset.resources[0].size, int | None)
    assert_type(dataset.extras, Extras)
    assert_type(dataset.tags, Tags)
    assert_type(dataset.resources, Resources)
    assert_type(dataset.resources[0:1], list[CkanResource])
    assert_type(CkanDataset.title, TextField)
    assert CkanDataset.title.key == "title"
