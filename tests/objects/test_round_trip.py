"""What CKAN sends goes back as it came: same keys, same order, same values."""

from __future__ import annotations

import json
import pickle
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ckan_api_client.objects import ABSENT, CkanDataset, CkanGroup, CkanOrganization, CkanResource

KINDS = (CkanDataset, CkanResource, CkanOrganization, CkanGroup)
WINDOW_KEYS = ("name", "title", "private", "extras", "tags", "groups", "resources", "size", "state", "url")

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=15,
)
keys = st.sampled_from(WINDOW_KEYS) | st.text(max_size=8)
anything = st.dictionaries(keys, json_values, max_size=8)

entries = st.fixed_dictionaries({}, optional={"id": st.text(max_size=3), "name": st.text(max_size=3)})
extras = st.fixed_dictionaries({"key": st.sampled_from("abc"), "value": json_values}, optional={"state": st.text()})
datasets = st.fixed_dictionaries(
    {},
    optional={
        "title": st.none() | st.text(),
        "other": json_values,
        "extras": st.none() | st.lists(extras, max_size=5),
        "tags": st.none() | st.lists(entries, max_size=5),
        "groups": st.none() | st.lists(entries, max_size=5),
        "resources": st.none() | st.lists(entries, max_size=3),
    },
)


def dumped(value: Any) -> str:
    return json.dumps(value)


@settings(deadline=None)
@given(data=anything, kind=st.sampled_from(KINDS))
def test_any_answer_goes_back_as_it_came(data: dict[str, Any], kind: type[CkanDataset]) -> None:
    assert dumped(kind(data).serialize()) == dumped(data)
    assert dumped(kind(data).original) == dumped(data)


@settings(deadline=None)
@given(data=anything, kind=st.sampled_from(KINDS))
def test_an_object_of_an_object_is_the_same(data: dict[str, Any], kind: type[CkanDataset]) -> None:
    assert dumped(kind(kind(data)).serialize()) == dumped(data)
    assert dumped(pickle.loads(pickle.dumps(kind(data))).serialize()) == dumped(data)  # noqa: S301 - our own


@settings(deadline=None)
@given(data=datasets)
def test_reading_through_every_window_changes_nothing(data: dict[str, Any]) -> None:
    dataset = CkanDataset(data)
    for name in CkanDataset._windows:
        window = getattr(dataset, name)
        if name in {"extras", "tags", "groups", "resources"}:
            assert len(window) == len(list(window))
            assert "x" not in window
            assert repr(window)
    assert dataset.extras.duplicates is not None
    for resource in dataset.resources:
        assert resource.url is None
    dataset.validate()
    dataset.is_equivalent(data)
    assert dataset.changes() == {}
    assert not dataset.is_modified()
    assert dumped(dataset.serialize()) == dumped(data)


@settings(deadline=None)
@given(data=datasets)
def test_the_windows_are_assigned_to_themselves_without_a_change(data: dict[str, Any]) -> None:
    dataset = CkanDataset(data)
    for name in ("extras", "resources"):
        if data.get(name) is not None:
            setattr(dataset, name, getattr(dataset, name))
    assert dataset.changes() == {}


def edit(dataset: CkanDataset, key: str, action: str) -> None:
    if action == "add":
        dataset.tags.add(key)
        dataset.groups.add(key)
        dataset.extras[f"new {key}"] = key
        dataset.resources.append({"url": key})
        dataset[key] = {"deep": [key]}
    elif action == "remove":
        dataset.tags.discard(key)
        dataset.groups.discard(key)
        dataset.extras.pop(key, None)
        if dataset.resources:
            del dataset.resources[0]
        dataset.pop(key, None)
    else:
        dataset.title = key
        for resource in dataset.resources:
            resource.name = key
        for entry in dataset.get("extras") or []:
            entry["value"] = {"deep": key}


@settings(deadline=None)
@given(
    data=datasets,
    edits=st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["add", "remove", "change"])), max_size=6),
)
def test_changes_lead_from_the_original_to_the_data_and_back(
    data: dict[str, Any], edits: list[tuple[str, str]]
) -> None:
    dataset = CkanDataset(data)
    for key, action in edits:
        edit(dataset, key, action)
    changes = dataset.changes()
    assert dataset.is_modified() is bool(changes)
    assert (dataset == dataset.original) is not bool(changes)
    assert dumped(dataset.original) == dumped(data)

    redone = CkanDataset(data)
    for key, change in changes.items():
        if change.after is ABSENT:
            del redone[key]
        else:
            redone[key] = change.after
    assert redone == dataset

    for key in changes:
        if key in data:
            dataset[key] = data[key]
        else:
            del dataset[key]
    assert dataset.changes() == {}
    assert dataset == data


@settings(deadline=None)
@given(data=datasets)
def test_what_is_added_and_taken_away_leaves_no_change(data: dict[str, Any]) -> None:
    dataset = CkanDataset(data)
    dataset.tags.add("quite new")
    dataset.groups.add("quite-new")
    dataset.extras["quite new"] = "1"
    dataset.resources.append({"url": "quite new"})
    assert set(dataset.changes()) == {"tags", "groups", "extras", "resources"}
    dataset.tags.remove("quite new")
    dataset.groups.remove("quite-new")
    del dataset.extras["quite new"]
    dataset.resources.pop()
    assert dataset.changes() == {}


def test_real_records_go_back_as_they_came(sample: list[str], records: list[dict[str, Any]]) -> None:
    assert len(sample) == 100
    for line, record in zip(sample, records, strict=True):
        dataset = CkanDataset(record)
        assert dumped(dataset.serialize()) == dumped(json.loads(line))
        assert list(dataset.extras) == list(dict.fromkeys(entry["key"] for entry in record.get("extras", [])))
        assert [resource.url for resource in dataset.resources] == [entry["url"] for entry in record["resources"]]
        assert not dataset.is_modified()
        assert dataset.is_equivalent(record)
        assert dumped(dataset.serialize()) == dumped(json.loads(line))


def test_constructing_leaves_what_was_given_alone(records: list[dict[str, Any]], sample: list[str]) -> None:
    for line, record in zip(sample, records, strict=True):
        dataset = CkanDataset(record)
        dataset.title = "changed"
        dataset.tags.add("changed")
        for resource in dataset.resources:
            resource.url = "changed"
        dataset.extras.clear()
        assert record == json.loads(line)
