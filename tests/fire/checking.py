"""What the catalog must be after a clean run: as the source says, people's edits on top, each record once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fire.material import Record
from fire.people import Edit


def expected_of(record: Record, edits: Iterable[Edit]) -> dict[str, Any]:
    """Return what is to be seen of a record's dataset."""
    expected: dict[str, Any] = {
        **{field: record[field] for field in ("name", "title", "notes", "author", "version") if field in record},
        "state": "active",
        "organization": record["owner_org"],
        "groups": {group["name"] for group in record["groups"]},
        "extras": dict(record["extras"]),
        "tags": set(record["tags"]),
        "resources": {one["url"]: (one["format"], one["description"]) for one in record["resources"]},
    }
    for edit in edits:
        edit.show_on(expected)
    return expected


def seen_of(dataset: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same of a dataset as package_show has it; a resource that is there twice stands in `twice`."""
    urls = Counter(one["url"] for one in dataset["resources"])
    extras = {one["key"]: one["value"] for one in dataset["extras"] if one["key"] != "_harvest_source"}
    return {
        **{field: dataset[field] for field in ("name", "title", "notes", "author", "version", "state")},
        "organization": dataset["organization"]["name"],
        "groups": {group["name"] for group in dataset["groups"]},
        "extras": extras,
        "tags": {tag["name"] for tag in dataset["tags"]},
        "resources": {one["url"]: (one["format"], one["description"] or "") for one in dataset["resources"]},
        "twice": [url for url, number in urls.items() if number > 1],
    }


def differences(dataset: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterator[str]:
    seen = seen_of(dataset)
    for field, value in {**expected, "twice": []}.items():
        if seen[field] != value:
            yield f"{dataset['name']}: {field} is {seen[field]!r}, not {value!r}"


def duplicates(rows: Iterable[Mapping[str, str]]) -> list[str]:
    """Return the markers that more than one dataset bears."""
    counted = Counter(row["marker"] for row in rows)
    return sorted(marker for marker, number in counted.items() if number > 1)
