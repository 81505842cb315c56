from typing import Any

import pytest

from ckan_api_client.exceptions import SourceError
from ckan_api_client.sources import Broken, Complete, MappingSource, Partial, Reading


def test_the_data_of_2014_is_a_source() -> None:
    data: dict[str, dict[Any, Any]] = {
        "dataset": {"a": {"id": "other"}, 5: {}},
        "organization": {"city": {"name": "city"}},
        "group": {},
    }
    source = MappingSource(data)
    reading = Reading(source.read())
    assert [(record.kind, record.key) for record in reading] == [
        ("organization", "city"),
        ("dataset", "a"),
        ("dataset", "5"),
    ]
    assert reading.ending == Complete("all that was given", 3)
    assert (source.position, source.size) == (3, 3)


def test_what_is_missing_is_empty() -> None:
    reading = Reading(MappingSource({}).read())
    assert list(reading) == []
    assert reading.ending == Complete("all that was given", 0)


def test_what_is_no_object_is_broken_with_its_key() -> None:
    reading = Reading(MappingSource({"dataset": {"a": None, "b": {}}}).read())
    assert next(reading) == Broken("data", None, "is null, not an object", "a")
    assert next(reading).key == "b"
    assert list(reading) == []
    assert reading.ending == Partial("1 of 2 could not be read as records", 1)


def test_a_mistyped_key_is_no_empty_source() -> None:
    with pytest.raises(SourceError, match="has the keys datasets; dataset, organization and group are known"):
        MappingSource({"datasets": {"a": {}}})
