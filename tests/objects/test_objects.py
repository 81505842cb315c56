"""Objects as mappings with a memory."""

from __future__ import annotations

import copy
import pickle
from collections import UserDict
from types import MappingProxyType
from typing import Any

import pytest

from ckan_api_client.objects import ABSENT, Change, CkanDataset, CkanGroup, CkanOrganization, CkanResource


def test_a_new_object_is_not_modified(raw: dict[str, Any]) -> None:
    assert not CkanDataset(raw).is_modified()
    assert not CkanDataset(raw, title="Other").is_modified()
    assert not CkanDataset().is_modified()


def test_fields_given_by_name_are_laid_over_the_mapping(raw: dict[str, Any]) -> None:
    dataset = CkanDataset(raw, title="Other", tags=["x"], extras={"k": "v"})
    assert dataset.title == "Other"
    assert list(dataset.tags) == ["x"]
    assert dict(dataset.extras) == {"k": "v"}
    assert dataset.original["title"] == "Other"


def test_a_field_that_does_not_exist_is_refused() -> None:
    with pytest.raises(TypeError, match=r"CkanDataset has no field 'titel'; .*CkanDataset\(\{'titel': \.\.\.\}\)"):
        CkanDataset(titel="x")
    with pytest.raises(AttributeError):
        CkanDataset().titel = "x"  # type: ignore[attr-defined]


@pytest.mark.parametrize("data", [[("name", "x")], "name", 5], ids=["list", "text", "number"])
def test_only_a_mapping_makes_an_object(data: Any) -> None:
    with pytest.raises(TypeError, match="CkanDataset: expected a mapping, got"):
        CkanDataset(data)


def test_what_json_does_not_know_is_refused() -> None:
    with pytest.raises(TypeError, match="JSON knows no set"):
        CkanDataset({"x": {1, 2}})
    with pytest.raises(TypeError, match="JSON knows no bytes"):
        CkanDataset()["x"] = [b""]


def test_keys_without_a_window_are_read_written_and_deleted(raw: dict[str, Any]) -> None:
    dataset = CkanDataset(raw)
    assert dataset["spatial_theme"]["code"] == 7
    assert "spatial_theme" in dataset
    assert dataset.get("missing") is None
    assert list(dataset) == list(raw)
    dataset["new"] = [1]
    del dataset["spatial_theme"]
    assert list(dataset)[-1] == "new"
    assert dataset.changes() == {
        "spatial_theme": Change({"code": 7, "labels": ["air", "land"]}, ABSENT),
        "new": Change(ABSENT, [1]),
    }
    with pytest.raises(KeyError):
        dataset["spatial_theme"]
    with pytest.raises(TypeError, match="keys are text, got int: 5"):
        dataset[5] = "x"  # type: ignore[index]


def test_what_is_put_in_is_copied() -> None:
    theme = {"labels": ["air"]}
    dataset = CkanDataset()
    dataset["theme"] = theme
    theme["labels"].append("land")
    assert dataset["theme"] == {"labels": ["air"]}


def test_a_change_deep_inside_is_seen_and_its_undoing_too(raw: dict[str, Any]) -> None:
    dataset = CkanDataset(raw)
    dataset["spatial_theme"]["labels"].append("sea")
    dataset.resources[0].url = "https://example.org/c.csv"
    dataset.extras["a"] = "changed"
    assert list(dataset.changes()) == ["spatial_theme", "extras", "resources"]
    dataset["spatial_theme"]["labels"].remove("sea")
    dataset.resources[0].url = "https://example.org/a.csv"
    dataset.extras["a"] = "1"
    assert dataset.changes() == {}
    assert not dataset.is_modified()


def test_changes_are_copies(raw: dict[str, Any]) -> None:
    dataset = CkanDataset(raw)
    dataset["spatial_theme"]["code"] = 8
    change = dataset.changes()["spatial_theme"]
    change.before["code"] = change.after["code"] = 9
    assert dataset.changes()["spatial_theme"] == Change(
        {"code": 7, "labels": ["air", "land"]}, {"code": 8, "labels": ["air", "land"]}
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [(None, ""), (1, True), (1, 1.0), (0, False), ([1], [True]), ({"a": 1}, {"a": 1.0})],
    ids=repr,
)
def test_what_python_takes_for_equal_is_a_change_all_the_same(before: Any, after: Any) -> None:
    dataset = CkanDataset({"x": before})
    dataset["x"] = after
    assert dataset.changes() == {"x": Change(before, after)}
    assert dataset != {"x": before}
    assert dataset == {"x": after}


def test_the_order_of_keys_is_no_change() -> None:
    dataset = CkanDataset({"a": 1, "b": 2})
    dataset["a"] = dataset.pop("a")
    assert list(dataset) == ["b", "a"]
    assert not dataset.is_modified()


def test_absent_none_and_empty_are_three_things() -> None:
    absent, none, empty = CkanDataset(), CkanDataset(title=None), CkanDataset(title="")
    assert (absent.title, none.title, empty.title) == (None, None, "")
    assert ["title" in dataset for dataset in (absent, none, empty)] == [False, True, True]
    assert absent != none != empty != absent
    none.title = ""
    assert none.changes() == {"title": Change(None, "")}
    del none.title
    assert none.changes() == {"title": Change(None, ABSENT)}


def test_absent_is_one_false_value() -> None:
    assert not ABSENT
    assert repr(ABSENT) == str(ABSENT) == "ABSENT"
    assert pickle.loads(pickle.dumps(ABSENT)) is ABSENT  # noqa: S301 - our own
    assert copy.deepcopy(ABSENT) is ABSENT
    assert ABSENT != ""


def test_equality_is_that_of_data_within_a_class(raw: dict[str, Any]) -> None:
    class Mine(CkanDataset):
        pass

    assert CkanDataset(raw) == raw
    assert raw == CkanDataset(raw)
    assert CkanDataset(raw) == CkanDataset(raw) == Mine(raw)
    assert CkanDataset(raw) != {**raw, "notes": ""}
    assert CkanGroup(name="x") != CkanOrganization(name="x")
    assert CkanDataset(raw) != 5
    with pytest.raises(TypeError, match="unhashable"):
        hash(CkanDataset(raw))


@pytest.mark.parametrize(
    "twin",
    [CkanDataset.copy, copy.copy, copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))],  # noqa: S301 - our own
    ids=["copy()", "copy.copy", "copy.deepcopy", "pickle"],
)
def test_a_copy_has_the_same_data_and_changes_and_shares_nothing(raw: dict[str, Any], twin: Any) -> None:
    dataset = CkanDataset(raw)
    dataset.resources[0].url = "https://example.org/c.csv"
    other = twin(dataset)
    assert type(other) is CkanDataset
    assert other == dataset
    assert other.changes() == dataset.changes()
    other.resources[0].url = "https://example.org/d.csv"
    other["spatial_theme"]["code"] = 8
    assert dataset.resources[0].url == "https://example.org/c.csv"
    assert list(dataset.changes()) == ["resources"]


def test_serialize_and_original_share_nothing_with_the_object(raw: dict[str, Any]) -> None:
    dataset = CkanDataset(raw)
    for given in (dataset.serialize(), dataset.original):
        given["resources"][0]["url"] = "changed"
        given["spatial_theme"]["labels"].clear()
    assert dataset == raw
    assert not dataset.is_modified()


def test_the_dict_is_shown_in_its_own_order() -> None:
    assert repr(CkanDataset({"z": 1, "name": "x"})) == "CkanDataset({'z': 1, 'name': 'x'})"
    assert repr(CkanResource(url="u")) == "CkanResource({'url': 'u'})"


def test_a_subclass_adds_windows_for_its_own_schema() -> None:
    from ckan_api_client.objects.fields import IntegerField  # noqa: PLC0415 - shown as a user would write it

    class Scheming(CkanDataset):
        edition = IntegerField()

    dataset = Scheming(name="x", edition=3)
    assert dataset.serialize() == {"name": "x", "edition": 3}
    assert dataset.copy().edition == 3
    with pytest.raises(TypeError, match=r"Scheming\.edition: expected int, got str: '4'"):
        dataset.edition = "4"  # type: ignore[assignment]


def test_any_mapping_and_any_sequence_of_json_is_taken() -> None:
    class Text(str):
        __slots__ = ()

    inner = MappingProxyType({"a": (1, UserDict({"b": Text("c")}))})
    assert CkanDataset(inner).serialize() == {"a": [1, {"b": "c"}]}
    assert CkanDataset(resources=[inner])["resources"] == [{"a": [1, {"b": "c"}]}]


@pytest.mark.parametrize("kind", [CkanDataset, CkanGroup, CkanOrganization])
def test_a_name_is_needed(kind: Any) -> None:
    assert [str(problem) for problem in kind().validate()] == ["name: is missing; CKAN makes none up"]
