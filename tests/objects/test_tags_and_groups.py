"""Tags and groups: ordered sets of names."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.objects import CkanDataset, Groups, Tags

UUID = "2f6b0b0e-66a1-4e9c-9a52-8f1f2b8d3c11"


def test_tags_read_as_names(raw: dict[str, Any]) -> None:
    tags = CkanDataset(raw).tags
    assert list(tags) == ["air", "towns"]
    assert (tags[0], tags[-1], len(tags)) == ("air", "towns", 2)
    assert "air" in tags
    assert "Air" not in tags
    assert tags == ["air", "towns"] != ["towns", "air"]
    assert tags == {"towns", "air"}
    assert tags != "air"
    assert tags | {"x"} == {"air", "towns", "x"}
    assert isinstance(tags | {"x"}, set)
    assert repr(tags) == "Tags(['air', 'towns'])"


def test_tags_are_added_and_removed_around_what_is_there(raw: dict[str, Any]) -> None:
    dataset = CkanDataset(raw)
    dataset.tags.add("new")
    dataset.tags.append("air")
    dataset.tags.extend(["new", "newer"])
    dataset.tags.discard("not there")
    dataset.tags.remove("air")
    assert dataset["tags"] == [
        {"id": "t2", "name": "towns", "vocabulary_id": "v1"},
        {"name": "new"},
        {"name": "newer"},
    ]
    dataset.tags |= {"newest"}
    assert list(dataset.tags) == ["towns", "new", "newer", "newest"]
    with pytest.raises(KeyError):
        dataset.tags.remove("air")


def test_assigned_names_keep_the_dicts_of_those_that_stay(raw: dict[str, Any]) -> None:
    dataset = CkanDataset(raw)
    dataset.tags = ["new", "towns", "new"]
    assert dataset["tags"] == [{"name": "new"}, {"id": "t2", "name": "towns", "vocabulary_id": "v1"}]
    dataset.tags = [{"name": "dict", "vocabulary_id": "v2"}]
    assert dataset["tags"] == [{"name": "dict", "vocabulary_id": "v2"}]
    dataset.tags = []
    assert dataset["tags"] == []


def test_assigning_the_same_names_is_no_change(raw: dict[str, Any]) -> None:
    dataset = CkanDataset(raw)
    dataset.tags = list(dataset.tags)
    dataset.groups = list(dataset.groups)
    assert not dataset.is_modified()


@pytest.mark.parametrize("name", ["tags", "groups"])
@pytest.mark.parametrize("value", ["text", 5, None, [5], [None], [{"title": "x"}], {"name": "x"}], ids=repr)
def test_other_things_cannot_be_assigned(name: str, value: Any, raw: dict[str, Any]) -> None:
    dataset = CkanDataset(raw)
    with pytest.raises(TypeError, match=f"CkanDataset.{name}: expected names, or objects with a name, got"):
        setattr(dataset, name, value)
    with pytest.raises(TypeError, match=f"CkanDataset.{name}: expected str, got int: 5"):
        getattr(dataset, name).add(5)
    assert not dataset.is_modified()


def test_what_was_no_list_can_be_replaced() -> None:
    dataset = CkanDataset({"tags": "a,b", "groups": {"odd": 1}})
    with pytest.raises(TypeError, match=r"CkanDataset\.tags: expected a list of objects, got str: 'a,b'"):
        list(dataset.tags)
    dataset.tags = ["a", "b"]
    dataset.groups = ["g"]
    assert dataset == {"tags": [{"name": "a"}, {"name": "b"}], "groups": [{"name": "g"}]}


def test_clearing_what_was_not_there_changes_nothing() -> None:
    dataset = CkanDataset({"groups": None})
    dataset.tags.clear()
    dataset.groups.clear()
    dataset.groups.add("g")
    dataset.groups.clear()
    assert dataset == {"groups": None}
    assert not dataset.is_modified()


def test_groups_read_as_names_and_are_found_by_name_or_id(raw: dict[str, Any]) -> None:
    groups = CkanDataset(raw).groups
    assert list(groups) == ["environment"]
    assert "environment" in groups
    assert UUID in groups
    groups.add(UUID)
    assert len(groups) == 1
    groups.discard(UUID)
    assert list(groups) == []
    assert isinstance(groups, Groups)


def test_a_group_is_sent_by_id_only_if_that_is_a_uuid() -> None:
    dataset = CkanDataset(groups=["economy", UUID])
    assert dataset["groups"] == [{"name": "economy"}, {"id": UUID}]
    assert list(dataset.groups) == ["economy", UUID]


def test_plain_names_that_ckan_never_sends_are_read_too() -> None:
    dataset = CkanDataset({"tags": ["a", {"name": "b"}, {"odd": 1}, 5]})
    assert list(dataset.tags) == ["a", "b"]
    assert isinstance(dataset.tags, Tags)
