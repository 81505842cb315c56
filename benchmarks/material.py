"""What is measured with: records, the catalog that holds them, a source that changed a little, and prepared requests.

Records are synthetic, of about 9 kB, unless a file of records is given; that is repeated where it is too short.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ckan_api_client.syncing.fitting import fit_dataset
from ckan_api_client.syncing.identity import Identity
from ckan_api_client.syncing.records import payload_of, with_derived_ids

#: What no title has before.
REVISED = "rebenchmarked"
#: The name of the source, and the organization that scripts/ckan and the embedded CKAN have from the start.
SOURCE, ORGANIZATION = "benchmark", "test-org"
_MODIFIED = "2026-01-01T00:00:00.123456"
_OF_A_HUNDRED = 100
#: Words of eight letters in the notes of a record: of one of 9 kB, and of one of 2 kB.
USUAL, SMALL = 880, 60
#: What a source does not say of its own records here, so that they can be repeated, and are the organization's.
_NOT_REPEATED = {"id", "name", "owner_org", "organization", "groups", "revision_id"}


def records(number: int, words: int = USUAL, given: Path | None = None) -> Iterator[dict[str, Any]]:
    """Yield records, the same each time: synthetic ones, or those of a file of JSON lines."""
    if given is not None:
        text = gzip.decompress(given.read_bytes()) if given.suffix == ".gz" else given.read_bytes()
        known = [json.loads(line) for line in text.splitlines()]
        for place in range(number):
            yield _renamed(known[place % len(known)], place)
        return
    drawn = random.Random(1)  # noqa: S311 - nothing is secret here
    for place in range(number):
        yield _synthetic(place, words, drawn)


def _renamed(one: dict[str, Any], place: int) -> dict[str, Any]:
    resources = [
        {key: value for key, value in resource.items() if key not in {"id", "package_id"}}
        for resource in one.get("resources", [])
    ]
    kept = {key: value for key, value in one.items() if key not in _NOT_REPEATED}
    return {**kept, "resources": resources, "name": f"record-{place:07}", "owner_org": ORGANIZATION}


def _synthetic(place: int, words: int, drawn: random.Random) -> dict[str, Any]:
    text = drawn.randbytes(4 * words).hex()
    return {
        "name": f"record-{place:07}",
        "title": f"Record {place}",
        "notes": " ".join(text[start : start + 8] for start in range(0, len(text), 8)),
        "owner_org": ORGANIZATION,
        "tags": [{"name": f"tag-{place % 97}"}],
        "extras": [{"key": f"key-{index}", "value": drawn.randbytes(8).hex()} for index in range(10)],
        "resources": [
            {"url": f"https://files.example/{place}/{index}.csv", "format": "CSV", "name": f"File {index}"}
            for index in range(3)
        ],
    }


def body_of(one: dict[str, Any]) -> dict[str, Any]:
    """Return what a sync sends to create the dataset of a record, with a sysadmin's token."""
    identity = Identity(SOURCE, one["name"])
    data = with_derived_ids({**fit_dataset(one).dataset, "owner_org": ORGANIZATION, "groups": []}, identity)
    payload = payload_of(data, identity, with_datastore=True)
    return {**payload, "id": identity.dataset_id, "name": one["name"]}


def shown(body: dict[str, Any]) -> dict[str, Any]:
    """Return the dataset that such a request makes, about as CKAN shows it."""
    organization = {
        "id": "b1f1e8f4-0000-4000-8000-000000000000",
        "name": ORGANIZATION,
        "title": "",
        "type": "organization",
    }
    return {
        **body,
        "owner_org": organization["id"],
        "organization": organization,
        "groups": [],
        "state": "active",
        "type": "dataset",
        "private": False,
        "metadata_modified": _MODIFIED,
    }


def marked(one: dict[str, Any]) -> dict[str, Any]:
    """Return the record as ckanapi has to load it, so that the dataset stays the source's: it replaces all extras."""
    marker = {"key": "_harvest_source", "value": Identity(SOURCE, one["name"]).marker}
    return {**one, "extras": [*one.get("extras", []), marker]}


def write(folder: Path, number: int, *, words: int = USUAL, given: Path | None = None) -> None:
    """Write what the tasks read.

    `source.jsonl`; `changed.jsonl`, in which one record in a hundred is another; `rest.jsonl`, which has the first
    alone; `marked-source.jsonl` for ckanapi; `datasets.jsonl`, a catalog; and prepared requests: `create.jsonl`,
    `revise.jsonl`, `delete.jsonl`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    datasets: list[tuple[str, str]] = []
    with ExitStack() as stack:
        names = ("source", "changed", "marked-source", "create", "revise", "delete")
        files = {name: stack.enter_context((folder / f"{name}.jsonl").open("w")) for name in names}
        plain = stack.enter_context((folder / "names.txt").open("w"))
        for place, one in enumerate(records(number, words, given)):
            body = body_of(one)
            another = one
            if place % _OF_A_HUNDRED == 0:
                another = {**one, "title": f"{one.get('title') or one['name']}, {REVISED}"}
                revision = {"match": {"id": body["id"]}, "update": {"title": another["title"]}}
                files["revise"].write(json.dumps(revision) + "\n")
            for name, written in (
                ("source", one), ("changed", another), ("marked-source", marked(one)), ("create", body),
                ("delete", {"id": one["name"]}),
            ):  # fmt: skip
                files[name].write(json.dumps(written) + "\n")
            plain.write(f'"{one["name"]}"\n')
            if not place:
                (folder / "rest.jsonl").write_text(json.dumps(one) + "\n")
            datasets.append((body["id"], json.dumps(shown(body), sort_keys=True)))
    datasets.sort()
    with (folder / "datasets.jsonl").open("w") as lines:
        lines.writelines(f"{text}\n" for _, text in datasets)


def write_part(folder: Path, number: int) -> None:
    """Write the first lines of what ckanapi loads to `part.jsonl`."""
    with (folder / "marked-source.jsonl").open() as lines, (folder / "part.jsonl").open("w") as part:
        part.writelines(line for _, line in zip(range(number), lines, strict=False))


def write_bulk(folder: Path, organization: str) -> None:
    """Write `bulk.jsonl`: one request that takes all datasets of `datasets.jsonl` to the trash."""
    ids = [json.loads(line)["id"] for line in (folder / "datasets.jsonl").read_text().splitlines()]
    (folder / "bulk.jsonl").write_text(json.dumps({"datasets": ids, "org_id": organization}) + "\n")
