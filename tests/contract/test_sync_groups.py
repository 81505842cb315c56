"""Organizations and groups that records name are made where they are missing, and an undo takes them away again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract.bench import Bench
from contract.syncing import Sync


@pytest.fixture
def sync(bench: Bench, tmp_path: Path) -> Sync:
    return Sync(bench, tmp_path)


@pytest.fixture
def records(bench: Bench) -> dict[str, Any]:
    return {
        "a": {
            "name": bench.name("a"),
            "title": "A",
            "owner_org": f"{bench.prefix}-theirs",
            "groups": [f"{bench.prefix}-theme"],
        }
    }


def test_what_is_missing_is_made_once(sync: Sync, bench: Bench, records: dict[str, Any]) -> None:
    plan = sync.plan(records)
    assert [(one.kind, one.name) for one in plan.groups] == [
        ("organization", f"{bench.prefix}-theirs"),
        ("group", f"{bench.prefix}-theme"),
    ]
    report = sync.apply(plan)
    assert sorted(sync.writes) == ["group_create", "organization_create", "package_create"]
    (made,) = (one.dataset_id for one in report.outcomes if one.kind == "dataset")
    shown = bench.show(made)
    assert (shown["organization"]["name"], [one["name"] for one in shown["groups"]]) == (
        f"{bench.prefix}-theirs",
        [f"{bench.prefix}-theme"],
    )
    assert not sync.plan(records)


def test_an_undo_takes_them_away_and_the_next_run_brings_them_back(
    sync: Sync, bench: Bench, records: dict[str, Any]
) -> None:
    sync(records)
    undone = sync.undo()
    assert (undone.counts(), undone.counts("organization"), undone.counts("group")) == (
        {"deleted": 1},
        {"deleted": 1},
        {"deleted": 1},
    )
    assert bench.action.organization_show(id=f"{bench.prefix}-theirs")["state"] == "deleted"
    report = sync(records)
    assert (report.counts(), report.counts("organization"), report.counts("group")) == (
        {"revived": 1},
        {"revived": 1},
        {"revived": 1},
    )
    (made,) = (one.dataset_id for one in report.outcomes if one.kind == "dataset")
    shown = bench.show(made)
    assert (shown["state"], shown["organization"]["name"]) == ("active", f"{bench.prefix}-theirs")
    assert [one["name"] for one in shown["groups"]] == [f"{bench.prefix}-theme"]
    assert not sync.plan(records)


def test_one_that_others_use_by_now_stays(sync: Sync, bench: Bench, records: dict[str, Any]) -> None:
    sync(records)
    other = bench.dataset(
        "other", owner_org=f"{bench.prefix}-theirs", groups=[{"name": f"{bench.prefix}-theme"}], title="Other"
    )
    undone = sync.undo()
    assert (undone.counts(), undone.counts("organization"), undone.counts("group")) == (
        {"deleted": 1},
        {"unchanged": 1},
        {"unchanged": 1},
    )
    assert bench.show(other["id"]) == other
