"""A sync: it makes what is missing, writes what differs, deletes what left, and nothing else; to the request."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.exceptions import StalePlan, UnsafePlan
from ckan_api_client.syncing.plan import FieldChange, Plan
from contract.bench import Bench
from contract.syncing import Sync

SAMPLE = Path(__file__).parents[2] / "src/ckan_api_client/testing/datagov-100.jsonl.gz"


@pytest.fixture(params=["sysadmin", "editor"])
def sync(request: pytest.FixtureRequest, bench: Bench, tmp_path: Path) -> Sync:
    return Sync(bench, tmp_path, request.param)


@pytest.fixture
def records(bench: Bench) -> dict[str, Any]:
    """Every fifth record of the sample, under names of our own, for the editor's organization."""
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines][::5]
    return {
        record["id"]: {
            **record,
            "name": f"{bench.prefix}-{number}",
            "organization": None,
            "owner_org": None,
            "groups": [],
        }
        for number, record in enumerate(found)
    }


def titled(bench: Bench, *letters: str) -> dict[str, Any]:
    return {letter: {"name": bench.name(letter), "title": letter.upper()} for letter in letters}


def test_the_life_of_a_source(sync: Sync, bench: Bench, records: dict[str, Any]) -> None:
    bystander = bench.dataset("bystander", extras=[{"key": "_harvest_source", "value": f"{sync.source}2:x"}])
    assert sync(records).counts() == {"created": 20}
    assert sync.writes == ["package_create"] * 20

    assert sync(records).counts() == {"unchanged": 20}
    assert sync.writes == []

    changed_id, removed_id = list(records)[3], list(records)[7]

    report = sync({**records, changed_id: {**records[changed_id], "title": "Changed"}})
    assert report.counts() == {"updated": 1, "unchanged": 19}
    assert sync.writes == ["package_revise"]
    (updated,) = report.outcomes
    assert bench.show(updated.dataset_id)["title"] == "Changed"
    sync(records)

    rest = {key: record for key, record in records.items() if key != removed_id}
    report = sync(rest)
    assert report.counts() == {"deleted": 1, "unchanged": 19}
    assert sync.writes == ["package_revise"]
    (deleted,) = report.outcomes
    assert bench.show(deleted.dataset_id)["state"] == "deleted"
    assert sync(rest).counts() == {"unchanged": 19}
    assert sync.writes == []

    report = sync(records)
    assert report.counts() == {"revived": 1, "unchanged": 19}
    (revived,) = report.outcomes
    assert revived.dataset_id == deleted.dataset_id
    assert bench.show(revived.dataset_id)["state"] == "active"
    assert sync(records).counts() == {"unchanged": 20}
    assert bench.show(bystander["id"]) == bystander


def test_a_plan_writes_nothing_and_applying_it_writes_what_it_says(sync: Sync, bench: Bench) -> None:
    old = titled(bench, "a", "b", "c", "d")
    sync(old)
    new = {**old, "b": {**old["b"], "title": "Second"}, **titled(bench, "e", "f")}
    del new["d"]

    plan = sync.plan(new)
    assert sync.writes == []
    assert (len(plan.creates), len(plan.updates), len(plan.deletes)) == (2, 1, 1)
    assert plan.updates[0].changes == (FieldChange("title", "B", "Second"),)

    report = sync.apply(Plan.from_json(plan.to_json()))
    assert report.counts() == {"created": 2, "updated": 1, "deleted": 1, "unchanged": 2}
    assert sorted(sync.writes) == ["package_create"] * 2 + ["package_revise"] * 2

    again = sync.plan(new)
    assert not again
    assert again.unchanged == 5


def test_a_plan_that_was_carried_out_is_stale(sync: Sync, bench: Bench) -> None:
    plan = sync.plan(titled(bench, "a"))
    sync.apply(plan)
    with pytest.raises(StalePlan):
        sync.apply(plan)
    assert sync.writes == []


def test_a_dataset_that_changed_since_it_was_planned_is_not_written(sync: Sync, bench: Bench) -> None:
    old = titled(bench, "a", "b")
    made = {one.record_id: one.dataset_id for one in sync(old).outcomes}
    plan = sync.plan({key: {**record, "title": "Second"} for key, record in old.items()})
    bench.action.package_patch(id=made["a"], author="Somebody")
    report = sync.apply(plan)
    assert report.counts() == {"updated": 1, "refused": 1}
    assert [bench.show(made[key])["title"] for key in "ab"] == ["A", "Second"]


def test_a_source_that_loses_most_is_refused_until_that_is_allowed(sync: Sync, bench: Bench) -> None:
    records = titled(bench, "a", "b", "c")
    sync(records)
    with pytest.raises(UnsafePlan, match="--max-deletes 2"):
        sync({"a": records["a"]})
    assert sync.writes == []
    assert sync({"a": records["a"]}, max_deletes=2).counts() == {"deleted": 2, "unchanged": 1}


def test_an_empty_source_deletes_only_what_may_be_deleted(sync: Sync, bench: Bench) -> None:
    sync(titled(bench, "a", "b"))
    with pytest.raises(UnsafePlan) as refusal:
        sync({})
    assert len(refusal.value.reasons) == 2
    with pytest.raises(UnsafePlan) as refusal:
        sync({}, allow_empty=True)
    assert len(refusal.value.reasons) == 1
    assert sync({}, allow_empty=True, max_deletes=2).counts() == {"deleted": 2}


def test_a_name_that_an_unmarked_dataset_has_is_refused_and_that_is_left_alone(sync: Sync, bench: Bench) -> None:
    bystander = bench.dataset("bystander", title="By hand", tags=[{"name": "kept"}])
    report = sync({"a": {"name": bystander["name"], "title": "Ours"}, "b": {"name": bench.name("b"), "title": "B"}})
    assert report.counts() == {"created": 1, "refused": 1}
    (refused,) = report.undone
    assert (refused.record_id, refused.field) == ("a", "name")
    assert bystander["id"] in refused.reason
    assert bench.show(bystander["id"]) == bystander


def test_a_record_in_the_trash_whose_name_was_taken_since(sync: Sync, bench: Bench) -> None:
    records = titled(bench, "a", "b")
    sync(records)
    (deleted,) = sync({"b": records["b"]}).outcomes
    taken = bench.dataset("a")
    assert sync(records).counts() == {"revived": 1, "unchanged": 1}
    assert bench.show(deleted.dataset_id)["state"] == "active"
    assert bench.show(taken["id"]) == taken


def test_what_was_synchronized_before_is_known_without_a_memory(sync: Sync, bench: Bench) -> None:
    records = titled(bench, "a", "b")
    sync(records)
    sync.state.unlink()
    assert sync(records).counts() == {"unchanged": 2}
    assert sync.writes == []
