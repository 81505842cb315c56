"""Where a record that is gone means out of sight, what people hid, or deleted, is not shown again by its return."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract.bench import Bench
from contract.syncing import Sync


@pytest.fixture
def sync(bench: Bench, tmp_path: Path) -> Sync:
    return Sync(bench, tmp_path, deletes="private")


@pytest.fixture
def dataset_id(sync: Sync, records: dict[str, Any]) -> str:
    """The id of the dataset of record a, which was just made."""
    return next(one.dataset_id for one in sync(records).outcomes if one.record_id == "a")


def test_what_people_had_hidden_stays_hidden_when_its_record_returns(
    sync: Sync, bench: Bench, records: dict[str, Any], rest: dict[str, Any], dataset_id: str
) -> None:
    bench.action.package_patch(id=dataset_id, private=True)
    assert sync(records).counts() == {"unchanged": 3}
    assert sync(rest).counts() == {"unchanged": 3}
    sync(records)
    assert bench.show(dataset_id)["private"] is True
    assert not sync.plan(records)


def test_what_people_delete_while_it_is_out_of_sight_stays_deleted_and_is_told_once(
    sync: Sync, bench: Bench, records: dict[str, Any], rest: dict[str, Any], dataset_id: str
) -> None:
    assert sync(rest).counts() == {"deleted": 1, "unchanged": 2}
    bench.action.package_delete(id=dataset_id)
    report = sync(records)
    assert [(one.record_id, one.path, one.catalog) for one in report.conflicts] == [("a", "state", "deleted")]
    assert sync.writes == []
    assert sync(records).conflicts == ()
    assert bench.show(dataset_id)["state"] == "deleted"
