"""Resources: windows on the dataset's own dicts."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from ckan_api_client.objects import ABSENT, Change, CkanDataset, CkanResource


def names(dataset: CkanDataset) -> list[str | None]:
    return [resource.name for resource in dataset.resources]


def test_changing_a_resource_changes_the_dataset(raw: dict[str, Any]) -> None:
    dataset = CkanDataset(raw)
    resource = dataset.resources[0]
    resource.url = "https://example.org/c.csv"
    resource["odd_key"] = 1
    assert dataset["resources"][0]["url"] == "https://example.org/c.csv"
    assert resource.changes() == {
        "url": Change("https://example.org/a.csv", "https://example.org/c.csv"),
        "odd_key": Change(ABSENT, 1),
    }
    assert not dataset.resources[1].is_modified()
    assert list(dataset.changes()) == ["resources"]


def test_a_resource_is_compared_with_what_it_was_wherever_it_is_now(raw: dict[str, Any]) -> None:
    dataset = CkanDataset(raw)
    dataset.resources.reverse()
    assert not any(resource.is_modified() for resource in dataset.resources)
    assert dataset.is_modified()
    dataset.resources.append({"url": "new"})
    assert dataset.resources[2].changes() == {"url": Change(ABSENT, "new")}


def test_resources_without_ids_are_known_by_their_place() -> None:
    dataset = CkanDataset({"resources": [{"url": "a"}, {"url": "b"}]})
    assert not dataset.resources[1].is_modified()
    dataset.resources[1].url = "c"
    assert dataset.resources[1].original == {"url": "b"}
    assert CkanDataset().resources == []


def test_what_is_put_in_is_copied(raw: dict[str, Any]) -> None:
    dataset, given = CkanDataset(raw), CkanResource(url="c")
    dataset.resources.append(given)
    dataset.resources.insert(0, {"url": "d"})
    given.url = "changed"
    assert [resource.url for resource in dataset.resources] == [
        "d",
        "https://example.org/a.csv",
        "https://example.org/b",
        "c",
    ]
    assert raw["resources"][0]["id"] == "r1"


def test_the_list_behaves_as_a_list(raw: dict[str, Any]) -> None:
    dataset = CkanDataset(raw)
    assert len(dataset.resources) == 2
    assert [resource.name for resource in dataset.resources[::-1]] == ["Map", "Data"]
    assert dataset.resources == raw["resources"]
    assert dataset.resources[0] in dataset.resources
    assert dataset.resources.index(raw["resources"][1]) == 1
    dataset.resources.remove(dataset.resources[0])
    assert names(dataset) == ["Map"]
    dataset.resources[0] = {"name": "Other"}
    dataset.resources += [CkanResource(name="More")]
    dataset.resources[2:] = [{"name": "Yet"}, {"name": "Again"}]
    assert names(dataset) == ["Other", "More", "Yet", "Again"]
    assert dataset.resources.pop().name == "Again"
    del dataset.resources[0:2]
    assert names(dataset) == ["Yet"]
    dataset.resources.clear()
    assert dataset["resources"] == []
    with pytest.raises(IndexError):
        dataset.resources[0]


def test_a_resource_that_moves_stays_itself(raw: dict[str, Any]) -> None:
    dataset = CkanDataset(raw)
    first = dataset.resources[0]
    dataset.resources = sorted(dataset.resources, key=lambda resource: resource.name or "", reverse=True)
    first.name = "moved"
    assert names(dataset) == ["Map", "moved"]
    dataset.resources.reverse()
    first.name = "moved again"
    assert names(dataset) == ["moved again", "Map"]


def test_no_dict_is_ever_at_two_places(raw: dict[str, Any]) -> None:
    dataset = CkanDataset(raw)
    dataset.resources[1] = dataset.resources[0]
    dataset.resources[0].name = "changed"
    assert names(dataset) == ["changed", "Data"]
    other = CkanDataset(resources=dataset.resources)
    other.resources[0].name = "other"
    assert names(dataset) == ["changed", "Data"]


@pytest.mark.parametrize("value", ["text", 5, None, ["x"], [None], {"url": "x"}], ids=repr)
def test_other_things_cannot_be_assigned(value: Any, raw: dict[str, Any]) -> None:
    dataset = CkanDataset(raw)
    with pytest.raises(TypeError, match=r"CkanDataset\.resources: expected resources, or mappings, got"):
        dataset.resources = value
    with pytest.raises(TypeError, match=r"CkanDataset\.resources: expected resources, or mappings, got"):
        dataset.resources.append("x")  # type: ignore[arg-type]
    assert not dataset.is_modified()


def test_an_entry_that_is_no_object_is_named() -> None:
    with pytest.raises(TypeError, match=r"CkanDataset\.resources: expected a list of objects, got str: 'odd'"):
        CkanDataset({"resources": ["odd"]}).resources[0]


def test_a_copied_or_pickled_resource_stands_alone(raw: dict[str, Any]) -> None:
    dataset = CkanDataset(raw)
    dataset.resources[0].name = "changed"
    for alone in (dataset.resources[0].copy(), pickle.loads(pickle.dumps(dataset.resources[0]))):  # noqa: S301 - ours
        assert alone.changes() == {"name": Change("Data", "changed")}
        alone.name = "alone"
    assert names(dataset) == ["changed", "Map"]


def test_removing_the_only_new_resource_leaves_no_change() -> None:
    dataset = CkanDataset()
    dataset.resources.append({"url": "x"})
    dataset.resources.pop()
    assert dataset == {}
