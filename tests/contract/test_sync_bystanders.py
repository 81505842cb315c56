"""Whatever else is in the catalog stays as it is, to the byte, through the whole life of a source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract.bench import Bench
from contract.bystanders import make_bystanders
from contract.comparing import dumped
from contract.syncing import Sync


@pytest.fixture
def sync(bench: Bench, tmp_path: Path) -> Sync:
    return Sync(bench, tmp_path)


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
