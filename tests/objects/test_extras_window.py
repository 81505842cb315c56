"""Extras: a mapping that keeps what it was made of."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.objects import Change, CkanDataset
from ckan_api_client.objects.extras import Policy


def pairs(*items: tuple[str, Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in items]


def repeated() -> CkanDataset:
    return CkanDataset({"name": "x", "extras": pairs(("a", "1"), ("k", "one"), ("b", "2"), ("k", "two"), ("k", "one"))})


def test_extras_read_as_a_mapping(raw: dict[str, Any]) -> None:
    extras = CkanDataset(raw).extras
    assert dict(extras) == {"a": "1", "b": "2"} == extras
    assert ("a" in extras, "c" in extras, len(extras)) == (True, False, 2)
    assert extras.get("c", "none") == "none"
    assert repr(extras) == "Extras({'a': '1', 'b': '2'})"
    with pytest.raises(KeyError):
        extras["c"]


def test_setting_keeps_what_else_is_in_the_entry(raw: dict[str, Any]) -> None:
    dataset = CkanDataset(raw)
    dataset.extras["b"] = "changed"
    dataset.extras["c"] = "new"
    assert dataset["extras"] == [
        {"key": "a", "value": "1"},
        {"key": "b", "value": "changed", "state": "active"},
        {"key": "c", "value": "new"},
    ]


def test_extras_of_a_dataset_without_the_key_are_empty_until_one_is_set() -> None:
    dataset = CkanDataset()
    extras = dataset.extras
    assert dict(extras) == {}
    assert "extras" not in dataset
    extras["k"] = "v"
    assert dataset == {"extras": [{"key": "k", "value": "v"}]}
    del extras["k"]
    assert dataset == {}


def test_a_repeated_key_reads_as_its_last_value_and_stays_repeated() -> None:
    dataset = repeated()
    assert dict(dataset.extras) == {"a": "1", "k": "one", "b": "2"}
    assert dataset.extras.duplicates == {"k": ["one", "two", "one"]}
    dataset.extras["a"] = "changed"
    assert dataset["extras"] == pairs(("a", "changed"), ("k", "one"), ("b", "2"), ("k", "two"), ("k", "one"))


def test_setting_a_repeated_key_leaves_one_at_the_place_of_the_first() -> None:
    dataset = repeated()
    dataset.extras["k"] = "mine"
    assert dataset["extras"] == pairs(("a", "1"), ("k", "mine"), ("b", "2"))


def test_deleting_a_repeated_key_leaves_none() -> None:
    dataset = repeated()
    del dataset.extras["k"]
    assert dataset["extras"] == pairs(("a", "1"), ("b", "2"))


@pytest.mark.parametrize(
    ("policy", "value"), [("first", "one"), ("last", "two"), ("join", '["one", "two"]')], ids=["first", "last", "join"]
)
def test_a_policy_decides_on_repeated_keys(policy: Policy, value: str) -> None:
    dataset = repeated()
    dataset.extras.resolve(policy)
    assert dataset["extras"] == pairs(("a", "1"), ("k", value), ("b", "2"))
    assert dataset.extras.duplicates == {}
    dataset.extras.resolve(policy)
    assert dataset["extras"] == pairs(("a", "1"), ("k", value), ("b", "2"))


def test_an_unknown_policy_is_refused() -> None:
    with pytest.raises(ValueError, match="a policy is 'first', 'last' or 'join', not 'any'"):
        repeated().extras.resolve("any")  # type: ignore[arg-type]


def test_equal_repeats_collapse_whatever_the_policy() -> None:
    for policy in ("first", "last", "join"):
        dataset = CkanDataset({"extras": pairs(("k", True), ("k", "true"), ("l", "x"), ("l", "x"))})
        dataset.extras.resolve(policy)
        assert dataset["extras"] == pairs(("k", True), ("l", "x"))


def test_collapsing_leaves_what_needs_a_decision() -> None:
    dataset = repeated()
    dataset.extras.collapse()
    assert dataset["extras"] == pairs(("a", "1"), ("k", "one"), ("b", "2"), ("k", "two"))


def test_repeated_keys_are_named_with_the_way_out() -> None:
    with pytest.raises(ValueError, match=r"CkanDataset 'x': CKAN refuses repeated extras: 'k'; call extras.collapse"):
        repeated().extras.require_unique()
    CkanDataset({"extras": pairs(("k", "1"))}).extras.require_unique()
    CkanDataset().extras.require_unique()


def test_a_mapping_or_a_list_can_be_assigned(raw: dict[str, Any]) -> None:
    dataset = CkanDataset(raw)
    dataset.extras = {"b": "2", "c": "3"}
    assert dataset["extras"] == [{"key": "b", "value": "2", "state": "active"}, {"key": "c", "value": "3"}]
    dataset.extras = [{"key": "d", "value": "4"}]
    assert dataset["extras"] == [{"key": "d", "value": "4"}]
    dataset.extras = {}
    assert dataset["extras"] == []


def test_extras_of_another_dataset_are_copied_with_their_repeats() -> None:
    source, target = repeated(), CkanDataset({"extras": "not a list"})
    target.extras = source.extras
    assert target["extras"] == source["extras"]
    target.extras["k"] = "mine"
    assert source.extras.duplicates


@pytest.mark.parametrize("value", ["text", None, 5, ["a"], [{"value": "1"}]], ids=repr)
def test_other_things_cannot_be_assigned(value: Any, raw: dict[str, Any]) -> None:
    dataset = CkanDataset(raw)
    with pytest.raises(TypeError, match=r"CkanDataset\.extras: expected a mapping, or a list of"):
        dataset.extras = value
    assert not dataset.is_modified()


def test_keys_are_text_and_values_json() -> None:
    extras = CkanDataset().extras
    with pytest.raises(TypeError, match=r"CkanDataset\.extras: expected text as key, got int: 1"):
        extras[1] = "x"  # type: ignore[index]
    with pytest.raises(TypeError, match="JSON knows no set"):
        extras["k"] = {1}


def test_a_nested_value_is_part_of_the_dataset() -> None:
    dataset = CkanDataset({"extras": pairs(("k", {"deep": 1}))})
    dataset.extras["k"]["deep"] = 2
    assert dataset.changes() == {"extras": Change(pairs(("k", {"deep": 1})), pairs(("k", {"deep": 2})))}


def test_extras_that_are_no_list_are_not_guessed_at() -> None:
    dataset = CkanDataset({"extras": "odd"})
    with pytest.raises(TypeError, match=r"CkanDataset\.extras: expected a list of objects, got str: 'odd'"):
        dict(dataset.extras)
    assert dict(CkanDataset({"extras": None}).extras) == {}


def test_real_repeats_are_found_and_collapse(records: list[dict[str, Any]]) -> None:
    found = [dataset for dataset in map(CkanDataset, records) if dataset.extras.duplicates]
    assert len(found) == 32
    for dataset in found:
        before = dict(dataset.extras)
        dataset.extras.collapse()
        dataset.extras.require_unique()
        assert dict(dataset.extras) == before


def test_deleting_what_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError, match="k"):
        del CkanDataset().extras["k"]


def test_assigned_keys_are_text_and_extras_equal_mappings_only() -> None:
    dataset = CkanDataset()
    with pytest.raises(TypeError, match=r"CkanDataset\.extras: expected text as key, got int: 1"):
        dataset.extras = {1: "x"}  # type: ignore[assignment]
    assert dataset == {}
    assert dataset.extras != []
