"""Extras: texts under free keys, which are less free than they seem."""

from __future__ import annotations

from typing import Any

import pytest

from contract.bench import Bench
from contract.catalogs import Catalog
from contract.raw import Answer, ask


def create(bench: Bench, *extras: tuple[str, Any], suffix: str = "it") -> Answer:
    """Ask for a dataset with extras that is purged at the end if it came to be."""
    return ask(
        bench.low_level,
        "package_create",
        name=bench.name(suffix),
        owner_org=bench.catalog.organization,
        extras=[{"key": key, "value": value} for key, value in extras],
    )


def mapping(answer: Answer) -> dict[str, Any]:
    return {extra["key"]: extra["value"] for extra in answer.result["extras"]}


@pytest.mark.quirk("extras-are-texts")
@pytest.mark.quirk("null-extra")
def test_what_becomes_of_numbers_booleans_and_null(bench: Bench, catalog: Catalog) -> None:
    made = create(bench, ("integer", 5), ("boolean", True), ("float", 1.50), ("blank", ""), ("null", None))
    texts = {"integer": "5", "boolean": "true", "float": "1.5", "blank": ""}
    null: dict[str, dict[str, str]] = {"2.10": {}, "2.11": {}, "2.12": {"null": ""}}
    assert mapping(made) == {**texts, **null[catalog.release]}


@pytest.mark.quirk("structured-extra")
@pytest.mark.parametrize(
    ("value", "told"),
    [
        (["a", "b"], {"2.10": "{a,b}", "2.11": "{a,b}", "2.12": '["a", "b"]'}),
        ({"a": 1}, {"2.10": 500, "2.11": 500, "2.12": '{"a": 1}'}),
        ([{"a": 1}], {"2.10": 409, "2.11": 409, "2.12": '[{"a": 1}]'}),
    ],
    ids=["list", "object", "list-of-objects"],
)
def test_what_becomes_of_lists_and_objects(bench: Bench, catalog: Catalog, value: Any, told: dict[str, Any]) -> None:
    made = create(bench, ("k", value))
    assert (mapping(made)["k"] if made.status == 200 else made.status) == told[catalog.release]


@pytest.mark.quirk("extras-keys-are-unique")
def test_a_key_that_is_there_twice_refuses_the_dataset(bench: Bench) -> None:
    answer = create(bench, ("a", "1"), ("a", "1"))
    assert (answer.status, answer.fields) == (409, {"extras_validation"})


@pytest.mark.quirk("extras-keys-are-reserved")
def test_an_extra_cannot_be_called_like_a_field(bench: Bench, catalog: Catalog) -> None:
    for key in ("url", "tags", "title", "state", "id", "save"):
        answer = create(bench, (key, "x"))
        assert (answer.status, answer.fields) == (409, {"extras"}), key
    assert create(bench, ("license_title", "x"), ("num_tags", "x")).status == 200
    statuses = {"2.10": 200, "2.11": 200, "2.12": 409}
    assert create(bench, ("metadata_modified", "x"), suffix="other").status == statuses[catalog.release]


@pytest.mark.quirk("date-extras-are-parsed")
def test_the_index_takes_some_extras_for_dates(bench: Bench) -> None:
    assert create(bench, ("end_date", "2024-12-31"), ("start_date", "some day")).status == 200
    refused = create(bench, ("end_date", "2024-12-31T00:00:00Z"), suffix="refused")
    assert (refused.status, refused.kind) == (500, "Search Index Error")


@pytest.mark.quirk("extras-meet-fields-of-the-index")
def test_some_keys_are_the_fields_of_the_index(bench: Bench) -> None:
    answer = create(bench, ("_version_", "x"))
    assert (answer.status, answer.kind) == (500, "Search Index Error")
