"""An editor's token suffices, even where a sysadmin put a dataset into a group in which the editor has no role."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract.bench import Bench
from contract.syncing import Sync


@pytest.fixture
def sync(bench: Bench, tmp_path: Path) -> Sync:
    return Sync(bench, tmp_path, "editor")


@pytest.fixture
def records(bench: Bench) -> dict[str, Any]:
    return {
        letter: {
            "name": bench.name(letter),
            "title": letter.upper(),
            "extras": {"x": "1"},
            "resources": [{"id": "r", "url": f"http://data.example/{letter}.csv"}],
        }
        for letter in ("a", "b", "c")
    }


@pytest.fixture
def grouped(sync: Sync, bench: Bench, records: dict[str, Any]) -> str:
    """The id of the dataset of record a, which is in a group of the sysadmin's."""
    made = {one.record_id: one.dataset_id for one in sync(records).outcomes}
    bench.action.package_patch(id=made["a"], groups=[{"name": bench.group("theme")["name"]}])
    return made["a"]


def groups_of(bench: Bench, dataset_id: str) -> list[str]:
    return [group["name"].removeprefix(f"{bench.prefix}-") for group in bench.show(dataset_id)["groups"]]


def test_an_editor_updates_a_dataset_in_a_foreign_group(
    sync: Sync, bench: Bench, records: dict[str, Any], grouped: str
) -> None:
    changed = {**records, "a": {**records["a"], "title": "Second", "extras": {"x": "2"}}}
    assert sync(changed).counts() == {"updated": 1, "unchanged": 2}
    assert (bench.show(grouped)["title"], groups_of(bench, grouped)) == ("Second", ["theme"])
    assert sync(changed).counts() == {"unchanged": 3}
    assert sync.writes == []


def test_an_editor_removes_it_and_brings_it_back_with_its_group(
    sync: Sync, bench: Bench, records: dict[str, Any], grouped: str
) -> None:
    rest = {"b": records["b"], "c": records["c"]}
    assert sync(rest).counts() == {"deleted": 1, "unchanged": 2}
    assert bench.show(grouped)["state"] == "deleted"
    assert sync(rest).counts() == {"unchanged": 2}
    (revived,) = sync(records).outcomes
    assert (revived.did.value, revived.dataset_id) == ("revived", grouped)
    assert (bench.show(grouped)["state"], groups_of(bench, grouped)) == ("active", ["theme"])
    assert sync(records).counts() == {"unchanged": 3}
    assert sync.writes == []


def test_an_editor_takes_an_update_of_it_back(sync: Sync, bench: Bench, records: dict[str, Any], grouped: str) -> None:
    sync({**records, "a": {**records["a"], "title": "Second"}})
    assert sync.undo().counts() == {"updated": 1}
    assert (bench.show(grouped)["title"], groups_of(bench, grouped)) == ("A", ["theme"])


def test_an_editor_takes_a_delete_of_it_back(sync: Sync, bench: Bench, records: dict[str, Any], grouped: str) -> None:
    sync({"b": records["b"], "c": records["c"]})
    assert sync.undo().counts() == {"revived": 1}
    assert (bench.show(grouped)["state"], groups_of(bench, grouped)) == ("active", ["theme"])


def test_an_editor_hides_it_and_shows_it_again(sync: Sync, bench: Bench, records: dict[str, Any], grouped: str) -> None:
    hiding = sync.with_options(deletes="private")
    assert hiding({"b": records["b"], "c": records["c"]}).counts() == {"deleted": 1, "unchanged": 2}
    assert (bench.show(grouped)["private"], groups_of(bench, grouped)) == (True, ["theme"])
    assert hiding(records).counts() == {"revived": 1, "unchanged": 2}
    assert (bench.show(grouped)["private"], groups_of(bench, grouped)) == (False, ["theme"])


def test_a_record_of_an_organization_where_the_editor_has_no_role_fails_alone(
    sync: Sync, bench: Bench, records: dict[str, Any]
) -> None:
    foreign = bench.organization("foreign")
    records = {**records, "b": {**records["b"], "owner_org": foreign["name"]}}
    (note,) = sync.plan(records).notes
    assert note.endswith(
        f" may not make datasets in organization {foreign['name']}: CKAN will refuse 1; "
        "an administrator of it can make the user an editor"
    )
    report = sync(records)
    assert report.counts() == {"created": 2, "failed": 1}
    (failed,) = report.undone
    assert failed.record_id == "b"
