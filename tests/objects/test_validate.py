"""What CKAN would refuse is found before it does."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.objects import CkanDataset, CkanGroup, CkanResource


def told(thing: Any) -> list[str]:
    return [str(problem) for problem in thing.validate()]


def test_a_good_dataset_has_no_problems(raw: dict[str, Any]) -> None:
    assert told(CkanDataset(raw)) == []
    assert told(CkanGroup(name="economy")) == []
    assert told(CkanResource()) == []


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({}, "name: is missing; CKAN makes none up"),
        ({"name": "Air Quality"}, "name: expected 2 to 100 of a-z, 0-9, - and _, and not new, edit or search, got"),
        ({"name": ""}, "name: expected 2 to 100"),
        ({"name": 5}, "name: expected str, got int: 5"),
        ({"name": "search"}, "name: expected 2 to 100"),
        ({"title": 5}, "title: expected str, got int: 5"),
        ({"notes": "a\0b"}, "notes: holds characters that CKAN cannot store"),
        ({"private": "yes"}, "private: expected bool, got str: 'yes'"),
        ({"private": True}, "private: needs an owner_org"),
        ({"state": "actve"}, "state: expected one of active, deleted, draft, pending, got 'actve'"),
        ({"author_email": "nobody"}, "author_email: expected an e-mail address, got 'nobody'"),
        ({"version": "1" * 101}, "version: expected at most 100 characters, got 101"),
        ({"extras": {"a": "1"}}, "extras: expected a list of objects, got dict: {'a': '1'}"),
        ({"extras": [{"value": 1}]}, "extras[0]: expected an object with key and value, got dict"),
        ({"extras": [{"key": "k", "value": "1"}] * 2}, "extras.k: the key is there 2 times; decide with"),
        ({"extras": [{"key": "title", "value": "1"}]}, "extras.title: CKAN keeps this key for a field of the dataset"),
        ({"extras": [{"key": "k", "value": None}]}, "extras.k: expected text, got NoneType: None"),
        ({"extras": [{"key": "k", "value": [1]}]}, "extras.k: expected text, got list: [1]"),
        ({"extras": [{"key": "k", "value": "é" * 16384}]}, "extras.k: expected at most 32766 bytes, got 32768"),
        ({"extras": [{"key": "issue_date", "value": "soon"}]}, "extras.issue_date: Solr cannot index this key with"),
        ({"tags": ["a"]}, "tags[0]: expected an object with a name, got str: 'a'"),
        ({"tags": [{"name": "fine"}, {"name": "a&b"}]}, "tags[1]: expected 2 to 100 letters, digits, blanks and . - _"),
        ({"tags": None}, "tags: expected a list of objects, got NoneType: None"),
        ({"groups": [{"title": "x"}]}, "groups[0]: expected an object with an id or a name, got dict"),
        ({"resources": ["x"]}, "resources[0]: expected an object, got str: 'x'"),
        ({"resources": [{}, {"size": "12 kB"}]}, "resources[1].size: expected int, got str: '12 kB'"),
        ({"resources": [{"size": 2**70}]}, "resources[0].size: expected int, got int: 1180591620717411303424"),
        ({"resources": [{"last_modified": "2024"}]}, "resources[0].last_modified: expected a date as 2020-12-31T23"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
def test_a_problem_is_named_with_its_path(data: dict[str, Any], problem: str) -> None:
    found = told(CkanDataset({"name": "x1", **data} if data else data))
    assert len(found) == 1
    assert found[0].startswith(problem)


def test_all_problems_are_collected() -> None:
    dataset = CkanDataset({"title": 5, "resources": [{"url": 1}, {"size": "x"}], "tags": [{"name": "?"}]})
    assert [problem.path for problem in dataset.validate()] == [
        "title",
        "resources[0].url",
        "resources[1].size",
        "tags[0]",
        "name",
    ]


@pytest.mark.parametrize("size", ["10", 10.0, " 7 ", None, ""], ids=repr)
def test_sizes_that_ckan_reads_are_no_problem(size: Any) -> None:
    assert told(CkanResource({"size": size})) == []


def test_tags_of_a_vocabulary_follow_its_rules_not_ours() -> None:
    assert told(CkanDataset(name="xy", tags=[{"name": "a&b", "vocabulary_id": "v"}])) == []
