"""What is measured with: synthetic records of 9 kB, the catalog that holds them, and a source that changed a little."""

from __future__ import annotations

import json
import random
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ckan_api_client.syncing.identity import Identity
from ckan_api_client.syncing.records import with_derived_ids

#: The name of the source, and the organization that scripts/ckan and the embedded CKAN have from the start.
SOURCE, ORGANIZATION = "benchmark", "test-org"
_MODIFIED = "2026-01-01T00:00:00.123456"
_OF_A_HUNDRED = 100


def record(number: int, words: random.Random) -> dict[str, Any]:
    """One synthetic record of about 9 kB."""
    text = " ".join(f"{words.getrandbits(32):08x}" for _ in range(880))
    return {
        "name": f"record-{number:07}",
        "title": f"Record {number}",
        "notes": text,
        "owner_org": ORGANIZATION,
        "tags": [{"name": f"tag-{number % 97}"}],
        "extras": [{"key": f"key-{index}", "value": f"{words.getrandbits(64):016x}"} for index in range(10)],
        "resources": [
            {"url": f"https://files.example/{number}/{index}.csv", "format": "CSV", "name": f"File {index}"}
            for index in range(3)
        ],
    }


def dataset_of(one: dict[str, Any]) -> dict[str, Any]:
    """The dataset that a sync makes of a record, about as CKAN shows it."""
    identity = Identity(SOURCE, one["name"])
    data = with_derived_ids(one, identity)
    organization = {
        "id": "b1f1e8f4-0000-4000-8000-000000000000",
        "name": ORGANIZATION,
        "title": "",
        "type": "organization",
    }
    return {
        **data,
        "id": identity.dataset_id,
        "owner_org": organization["id"],
        "organization": organization,
        "groups": [],
        "state": "active",
        "type": "dataset",
        "private": False,
        "metadata_modified": _MODIFIED,
        "extras": [*one["extras"], {"key": "_harvest_source", "value": identity.marker}],
    }


def marked(one: dict[str, Any]) -> dict[str, Any]:
    """The record as ckanapi has to load it, so that the dataset stays the source's: it replaces all extras."""
    marker = {"key": "_harvest_source", "value": Identity(SOURCE, one["name"]).marker}
    return {**one, "extras": [*one["extras"], marker]}


def write(folder: Path, number: int) -> None:
    """Write `source.jsonl`, `changed.jsonl` (one record in a hundred is another), and `datasets.jsonl`, a catalog."""
    words = random.Random(1)  # noqa: S311 - nothing is secret here
    folder.mkdir(parents=True, exist_ok=True)
    datasets = []
    with ExitStack() as stack:
        names = ("source", "changed", "marked-source", "marked-changed")
        source, changed, marked_source, marked_changed = (
            stack.enter_context((folder / f"{name}.jsonl").open("w")) for name in names
        )
        for place in range(number):
            one = record(place, words)
            another = {**one, "title": f"{one['title']}, revised"} if place % _OF_A_HUNDRED == 0 else one
            for file, written in (
                (source, one), (changed, another), (marked_source, marked(one)), (marked_changed, marked(another)),
            ):  # fmt: skip
                file.write(json.dumps(written) + "\n")
            datasets.append(dataset_of(one))
    datasets.sort(key=lambda dataset: str(dataset["id"]))
    with (folder / "datasets.jsonl").open("w") as lines:
        lines.writelines(json.dumps(dataset, sort_keys=True) + "\n" for dataset in datasets)
    with (folder / "names.txt").open("w") as lines:
        lines.writelines(f'"record-{place:07}"\n' for place in range(number))
