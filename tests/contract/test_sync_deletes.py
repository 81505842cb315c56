"""What becomes of a dataset whose record is gone: the trash, nothing left, out of sight, or nothing at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.exceptions import NotAuthorized, NotFound
from ckan_api_client.syncing.plan import Plan
from contract.bench import Bench
from contract.syncing import Sync, undated


@pytest.fixture
def sync(bench: Bench, tmp_path: Path) -> Sync:
    return Sync(bench, tmp_path)


def create(sync: Sync, records: dict[str, Any]) -> str:
    """Return the id of the dataset of record a."""
    return next(one.dataset_id for one in sync(records).outcomes if one.record_id == "a")


def test_delete_moves_it_to_the_trash(sync: Sync, bench: Bench, records: dict[str, Any], rest: dict[str, Any]) -> None:
    dataset_id = create(sync, records)
    assert sync(rest).counts() == {"deleted": 1, "unchanged": 2}
    assert bench.show(dataset_id)["state"] == "deleted"
    assert not sync.plan(rest)


def test_purge_leaves_nothing_and_the_record_makes_it_anew(
    sync: Sync, bench: Bench, records: dict[str, Any], rest: dict[str, Any]
) -> None:
    purging = sync.with_options(deletes="purge")
    dataset_id = create(purging, records)
    assert purging(rest).counts() == {"deleted": 1, "unchanged": 2}
    with pytest.raises(NotFound):
        bench.show(dataset_id)
    assert not purging.plan(rest)
    assert purging(records).counts() == {"created": 1, "unchanged": 2}
    assert not purging.plan(records)


def test_purge_is_for_sysadmins(bench: Bench, tmp_path: Path, records: dict[str, Any]) -> None:
    editors = Sync(bench, tmp_path, "editor", deletes="purge")
    with pytest.raises(NotAuthorized, match="only a sysadmin"):
        editors(records)
    assert editors.writes == []


@pytest.mark.parametrize("user", ["sysadmin", "editor"])
def test_private_hides_it_until_the_record_returns(
    bench: Bench, tmp_path: Path, records: dict[str, Any], rest: dict[str, Any], user: str
) -> None:
    hiding = Sync(bench, tmp_path, user, deletes="private")
    dataset_id = create(hiding, records)
    before = bench.show(dataset_id)
    assert hiding(rest).counts() == {"deleted": 1, "unchanged": 2}
    assert undated(bench.show(dataset_id)) == undated({**before, "private": True})
    assert not hiding.plan(rest)
    assert hiding(records).counts() == {"revived": 1, "unchanged": 2}
    assert undated(bench.show(dataset_id)) == undated(before)
    assert not hiding.plan(records)


def test_what_was_private_in_the_source_comes_back_private(
    sync: Sync, bench: Bench, records: dict[str, Any], rest: dict[str, Any]
) -> None:
    records = {**records, "a": {**records["a"], "private": True}}
    hiding = sync.with_options(deletes="private")
    dataset_id = create(hiding, records)
    hiding(rest)
    hiding(records)
    assert bench.show(dataset_id)["private"] is True
    assert not hiding.plan(records)


def test_keep_leaves_it_alone_and_says_so(
    sync: Sync, bench: Bench, records: dict[str, Any], rest: dict[str, Any]
) -> None:
    keeping = sync.with_options(deletes="keep")
    dataset_id = create(keeping, records)
    before = bench.show(dataset_id)
    report = keeping(rest)
    assert (report.counts(), keeping.writes) == ({"unchanged": 2}, [])
    assert report.notes == ("1 dataset is left alone, as asked, though the record is gone",)
    assert bench.show(dataset_id) == before
    assert not keeping.plan(records)


def test_grace_waits_for_so_many_complete_runs_without_the_record(
    sync: Sync, bench: Bench, records: dict[str, Any], rest: dict[str, Any]
) -> None:
    patient = sync.with_options(grace_runs=3)
    dataset_id = create(patient, records)
    for _ in range(2):
        assert patient(rest).counts() == {"unchanged": 2}
        assert patient.writes == []
    assert patient(rest).counts() == {"deleted": 1, "unchanged": 2}
    assert bench.show(dataset_id)["state"] == "deleted"


def test_a_record_that_returns_within_the_grace_begins_anew(
    sync: Sync, records: dict[str, Any], rest: dict[str, Any]
) -> None:
    patient = sync.with_options(grace_runs=2)
    create(patient, records)
    for _ in range(2):
        patient(rest)
        assert patient.writes == []
        assert patient(records).counts() == {"unchanged": 3}


def test_planning_does_not_count_as_a_run(sync: Sync, records: dict[str, Any], rest: dict[str, Any]) -> None:
    patient = sync.with_options(grace_runs=2)
    create(patient, records)
    for _ in range(3):
        assert not patient.plan(rest)
    patient.apply(Plan.from_json(patient.plan(rest).to_json()))
    assert len(patient.plan(rest).deletes) == 1


def test_purge_leaves_no_table_behind(sync: Sync, bench: Bench) -> None:
    purging = sync.with_options(deletes="purge")
    resource = {"url": "http://data.example/1.csv", "name": "Table"}
    records = {key: {"name": bench.name(key), "title": key, "resources": [resource]} for key in ("a", "b", "c")}
    dataset_id = create(purging, records)
    (table,) = (one["id"] for one in bench.show(dataset_id)["resources"])
    bench.action.datastore_create(resource_id=table, records=[{"x": "1"}], force=True)
    assert purging({key: records[key] for key in ("b", "c")}).counts() == {"deleted": 1, "unchanged": 2}
    with pytest.raises(NotFound):
        bench.show(dataset_id)
    with pytest.raises(NotFound):
        bench.action.datastore_search(resource_id=table)
