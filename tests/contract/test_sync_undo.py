"""An undo writes back what a run wrote over: everything but CKAN's own dates is as before, and people's edits stay."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.exceptions import NotFound, StateError
from contract.bench import Bench
from contract.syncing import Sync, undated


@pytest.fixture(params=["sysadmin", "editor"])
def sync(request: pytest.FixtureRequest, bench: Bench, tmp_path: Path) -> Sync:
    return Sync(bench, tmp_path, request.param)


@pytest.fixture
def records(bench: Bench) -> dict[str, Any]:
    return {
        letter: {
            "name": bench.name(letter),
            "title": letter.upper(),
            "notes": "First",
            "tags": ["one", "two"],
            "extras": {"x": "1", "y": "1"},
            "resources": [
                {"id": "r", "url": f"http://data.example/{letter}.csv", "description": "First"},
                {"id": "s", "url": f"http://data.example/{letter}.pdf"},
            ],
        }
        for letter in ("a", "b", "c")
    }


@pytest.fixture
def made(sync: Sync, records: dict[str, Any]) -> dict[str, str]:
    """The ids of the datasets of the records, which were just made."""
    return {one.record_id: one.dataset_id for one in sync(records).outcomes}


def changed(record: dict[str, Any]) -> dict[str, Any]:
    """Change one of each kind of value, add one, take one away."""
    return {
        "name": record["name"],
        "title": "Second",
        "author": "Second",
        "tags": ["two", "three"],
        "extras": {"y": "2", "z": "2"},
        "resources": [
            {"id": "t", "url": "http://data.example/new.csv"},
            {**record["resources"][0], "description": "Second"},
        ],
    }


def test_what_a_run_created_goes_to_the_trash_and_comes_back_as_it_was(
    sync: Sync, bench: Bench, records: dict[str, Any], made: dict[str, str]
) -> None:
    before = {key: bench.show(made[key]) for key in made}
    assert sync.undo().counts() == {"deleted": 3}
    assert [bench.show(made[key])["state"] for key in made] == ["deleted"] * 3
    assert sync(records).counts() == {"revived": 3}
    assert [undated(bench.show(made[key])) for key in made] == [undated(before[key]) for key in made]


def test_what_a_run_updated_is_as_it_was(
    sync: Sync, bench: Bench, records: dict[str, Any], made: dict[str, str]
) -> None:
    before = bench.show(made["a"])
    assert sync({**records, "a": changed(records["a"])}).counts() == {"updated": 1, "unchanged": 2}
    assert sync.undo().counts() == {"updated": 1}
    now = bench.show(made["a"])
    assert [one["id"] for one in now["resources"]] == [one["id"] for one in before["resources"]]
    assert blanked(undated(now)) == blanked(undated(before))


def blanked(dataset: dict[str, Any]) -> dict[str, Any]:
    """Return a dataset without the difference of null and "", and without the `created` of a resource made anew."""
    resources = [
        {key: value for key, value in one.items() if key != "created" and value not in ("", None)}
        for one in dataset["resources"]
    ]
    return {**{key: value for key, value in dataset.items() if value not in ("", None)}, "resources": resources}


def test_after_it_the_same_source_is_planned_again(sync: Sync, records: dict[str, Any], made: dict[str, str]) -> None:
    new = {**records, "a": changed(records["a"])}
    first = sync.plan(new)
    sync(new)
    sync.undo()
    again = sync.plan(new)
    assert [one.dataset_id for one in again.updates] == [made["a"]]
    assert {one.path for one in again.updates[0].changes} == {one.path for one in first.updates[0].changes}
    assert again.conflicts == ()


def test_what_a_run_deleted_is_as_it_was(
    sync: Sync, bench: Bench, records: dict[str, Any], made: dict[str, str]
) -> None:
    before = bench.show(made["a"])
    sync({"b": records["b"], "c": records["c"]})
    assert sync.undo().counts() == {"revived": 1}
    assert undated(bench.show(made["a"])) == undated(before)
    assert not sync.plan(records)


def test_what_a_run_revived_goes_back_to_the_trash(
    sync: Sync, bench: Bench, records: dict[str, Any], made: dict[str, str]
) -> None:
    rest = {"b": records["b"], "c": records["c"]}
    sync(rest)
    before = bench.show(made["a"])
    sync({**rest, "a": {**records["a"], "title": "Second"}})
    assert sync.undo().counts() == {"deleted": 1}
    assert undated(bench.show(made["a"])) == undated(before)
    assert not sync.plan(rest)


def test_what_a_person_edited_since_stays(
    sync: Sync, bench: Bench, records: dict[str, Any], made: dict[str, str]
) -> None:
    sync({**records, "a": {**records["a"], "title": "Second", "extras": {"x": "2", "y": "1"}}})
    bench.action.package_patch(id=made["a"], author="Somebody", tags=[{"name": "theirs"}])
    assert sync.undo().counts() == {"updated": 1}
    now = bench.show(made["a"])
    assert (now["title"], now["author"], [tag["name"] for tag in now["tags"]]) == ("A", "Somebody", ["theirs"])
    assert {"key": "x", "value": "1"} in now["extras"]


def test_what_a_person_edited_in_the_same_field_is_refused_and_stays(
    sync: Sync, bench: Bench, records: dict[str, Any], made: dict[str, str]
) -> None:
    sync({key: {**record, "title": f"Second {key}"} for key, record in records.items()})
    bench.action.package_patch(id=made["a"], title="Theirs")
    report = sync.undo()
    assert report.counts() == {"updated": 2, "refused": 1}
    assert "title" in report.undone[0].reason
    assert [bench.show(made[key])["title"] for key in "abc"] == ["Theirs", "B", "C"]


def test_a_created_dataset_that_a_person_edited_since_stays(sync: Sync, bench: Bench, made: dict[str, str]) -> None:
    bench.action.package_patch(id=made["a"], author="Somebody")
    assert sync.undo().counts() == {"deleted": 2, "refused": 1}
    assert bench.show(made["a"])["state"] == "active"


def test_a_dataset_whose_marker_a_person_took_off_since_is_left_alone(
    sync: Sync, bench: Bench, records: dict[str, Any], made: dict[str, str]
) -> None:
    sync({**records, "a": {**records["a"], "title": "Second"}})
    bench.action.package_patch(id=made["a"], extras=[])
    before = bench.show(made["a"])
    assert sync.undo().counts() == {"refused": 1}
    assert bench.show(made["a"]) == before


def test_what_a_person_purged_since_is_not_made_again(
    sync: Sync, bench: Bench, records: dict[str, Any], made: dict[str, str]
) -> None:
    sync({**records, "a": {**records["a"], "title": "Second"}})
    bench.action.dataset_purge(id=made["a"])
    assert sync.undo().counts() == {"unchanged": 1}
    with pytest.raises(NotFound):
        bench.show(made["a"])


def test_an_undo_is_taken_back(sync: Sync, bench: Bench, records: dict[str, Any], made: dict[str, str]) -> None:
    new = {"a": {**records["a"], "title": "Second", "extras": {"x": "2"}}, "b": records["b"], **titled(bench, "d")}
    report = sync(new)
    assert report.counts() == {"created": 1, "updated": 1, "deleted": 1, "unchanged": 1}
    (created,) = (one.dataset_id for one in report.outcomes if one.record_id == "d")
    ids = [*made.values(), created]
    after = [undated(bench.show(one)) for one in ids]
    undone = sync.undo()
    assert undone.counts() == {"updated": 1, "revived": 1, "deleted": 1}
    assert sync.undo(undone.run).counts() == {"updated": 1, "revived": 1, "deleted": 1}
    assert [undated(bench.show(one)) for one in ids] == after
    assert not sync.plan(new)


def titled(bench: Bench, letter: str) -> dict[str, Any]:
    return {letter: {"name": bench.name(letter), "title": letter.upper()}}


def test_a_run_is_taken_back_once(sync: Sync, records: dict[str, Any], made: dict[str, str]) -> None:
    assert len(made) == 3
    run = sync({**records, "a": {**records["a"], "title": "Second"}}).run
    sync.undo(run)
    with pytest.raises(StateError, match="was taken back already"):
        sync.undo(run)
    assert sync.writes == []
