"""Whatever else is in the catalog stays as it is, to the byte, through the whole life of a source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.syncing.identity import Identity
from contract.bench import Bench
from contract.comparing import dumped
from contract.syncing import Sync


@pytest.fixture
def sync(bench: Bench, tmp_path: Path) -> Sync:
    return Sync(bench, tmp_path)


def marked(value: str) -> list[dict[str, str]]:
    return [{"key": "_harvest_source", "value": value}]


def make_bystanders(bench: Bench, source: str) -> dict[str, str]:
    """Make twenty datasets that have to do with a source only at first sight; return the id of each."""
    ours = Identity(source, "a")
    organization = bench.organization("theirs")["name"]
    group = bench.group("theme")["name"]
    resource = {"url": "http://data.example/a.csv", "format": "CSV", "description": "Ours"}
    kinds: dict[str, dict[str, Any]] = {
        "unmarked": {},
        "with the title of ours": {"title": "Title a"},
        "with the data of ours": {"title": "Title a", "extras": [{"key": "x", "value": "1"}], "resources": [resource]},
        "with the name of ours": {"name": f"{bench.prefix}-name-taken"},
        "named like our id": {"name": ours.dataset_id},
        "named as ours would be if its name were taken": {"name": next(Identity(source, "d").names(None, "Title d"))},
        "of another source": {"extras": marked("elsewhere:a")},
        "of a source whose name begins with ours": {"extras": marked(f"{source}2:a")},
        "of a source whose name goes on after ours": {"extras": marked(f"{source}-x:a")},
        "of a source whose name ours begins with": {"extras": marked(f"{source[:-1]}:a")},
        "of a source whose name ends with ours": {"extras": marked(f"x{source}:a")},
        "of our source in capitals": {"extras": marked(f"{source.upper()}:a")},
        "marked without a record": {"extras": marked(source)},
        "marked under another key": {"extras": [{"key": "harvest_source", "value": ours.marker}]},
        "with our marker in its text": {"notes": f"_harvest_source {ours.marker}", "title": ours.marker},
        "private": {"private": True},
        "a draft": {"state": "draft"},
        "a draft of another source": {"state": "draft", "extras": marked("elsewhere:a")},
        "in a group": {"groups": [{"name": group}]},
        "of another organization": {"owner_org": organization, "extras": marked("elsewhere:b")},
        "in the trash": {"extras": marked("elsewhere:c")},
    }
    made = {kind: bench.dataset(str(number), **fields)["id"] for number, (kind, fields) in enumerate(kinds.items())}
    bench.action.package_delete(id=made["in the trash"])
    return made


def test_bystanders_stay_as_they_are(sync: Sync, bench: Bench) -> None:
    ids = make_bystanders(bench, sync.source)
    before = {kind: dumped(bench.show(identifier)) for kind, identifier in ids.items()}
    records: dict[str, dict[str, Any]] = {
        key: {
            "title": f"Title {key}",
            "extras": {"x": "1"},
            "resources": [{"id": "r", "url": f"http://data.example/{key}.csv", "description": "Ours"}],
        }
        for key in ("a", "b", "c", "d")
    }
    records["taken"] = {"name": f"{bench.prefix}-name-taken", "title": "Taken"}
    changed = {**records, "a": {**records["a"], "title": "Second"}, "b": {**records["b"], "extras": {"x": "2"}}}
    rest = {key: record for key, record in changed.items() if key not in {"b", "c"}}

    assert sync(records).counts() == {"created": 3, "refused": 2}
    assert sync(changed).counts() == {"updated": 2, "unchanged": 1, "refused": 2}
    assert sync(rest, max_deletes=2).counts() == {"deleted": 2, "unchanged": 1, "refused": 2}
    assert sync(changed).counts() == {"revived": 2, "unchanged": 1, "refused": 2}
    assert sync.undo().counts() == {"deleted": 2}
    assert sync({}, allow_empty=True, max_deletes=1).counts() == {"deleted": 1}
    assert sync(changed).counts() == {"revived": 3, "refused": 2}
    sync.state.unlink()
    assert sync(changed).counts() == {"unchanged": 3, "refused": 2}

    assert {kind: dumped(bench.show(identifier)) for kind, identifier in ids.items()} == before
