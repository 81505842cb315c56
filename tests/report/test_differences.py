"""What differs between two states of a thing, path by path."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.report.differences import differences

CASES: dict[str, tuple[dict[str, Any] | None, dict[str, Any] | None, list[tuple[str, Any, Any]]]] = {
    "the same": ({"title": "T"}, {"title": "T"}, []),
    "a text": ({"title": "A"}, {"title": "B"}, [("title", "A", "B")]),
    "absent and empty are one": ({"notes": ""}, {"notes": None, "url": [], "author": ""}, []),
    "what the server sets is none": ({"metadata_modified": "1"}, {"metadata_modified": "2", "num_tags": 3}, []),
    "its state is one": ({"state": "active"}, {"state": "deleted"}, [("state", "active", "deleted")]),
    "new": (None, {"title": "T"}, [("title", None, "T")]),
    "an extra": (
        {"extras": [{"key": "a", "value": "1"}, {"key": "b", "value": "1"}]},
        {"extras": [{"key": "b", "value": "2"}, {"key": "c", "value": "1"}]},
        [("extras.a", "1", None), ("extras.b", "1", "2"), ("extras.c", None, "1")],
    ),
    "a tag": (
        {"tags": [{"name": "sea"}, {"name": "fish"}]},
        {"tags": [{"name": "fish"}, {"name": "ship"}]},
        [("tags.sea", "sea", None), ("tags.ship", None, "ship")],
    ),
    "the order of tags is none": (
        {"tags": [{"name": "a"}, {"name": "b"}]},
        {"tags": [{"name": "b"}, {"name": "a"}]},
        [],
    ),
    "a field of a resource": (
        {"resources": [{"id": "1", "url": "a", "hash": ""}]},
        {"resources": [{"id": "1", "url": "b", "size": None, "last_modified": "now"}]},
        [("resources.1.url", "a", "b")],
    ),
    "whole resources": (
        {"resources": [{"id": "1", "url": "a", "package_id": "p", "hash": ""}]},
        {"resources": [{"id": "2", "url": "b"}]},
        [("resources.1", {"id": "1", "url": "a"}, None), ("resources.2", None, {"id": "2", "url": "b"})],
    ),
    "the order of resources": (
        {"resources": [{"id": "1"}, {"id": "2"}]},
        {"resources": [{"id": "2"}, {"id": "1"}]},
        [("resources", ["1", "2"], ["2", "1"])],
    ),
    "a list whose members have no key": (
        {"resources": [{"url": "a"}]},
        {"resources": [{"url": "b"}]},
        [("resources", [{"url": "a"}], [{"url": "b"}])],
    ),
}


@pytest.mark.parametrize(("before", "after", "expected"), CASES.values(), ids=CASES)
def test_what_differs_is_told_by_paths(
    before: dict[str, Any] | None, after: dict[str, Any] | None, expected: list[tuple[str, Any, Any]]
) -> None:
    assert list(differences(before, after)) == expected
