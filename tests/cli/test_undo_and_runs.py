"""`ckanclient runs` and `ckanclient undo`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

GEO = ("--organization", "test-org")


def record(number: int, **fields: Any) -> dict[str, Any]:
    return {"id": f"{number}", "name": f"name-{number}", "title": f"Title {number}", **fields}


@pytest.fixture
def twice(line: Any) -> Any:
    """A catalog after two runs of `geo`: ten records; then one of them changed, one gone, and one new."""
    assert line("sync", "geo", line.write(*map(record, range(10))), *GEO).exit_code == 0
    second = line.write(record(0, title="New"), *map(record, range(2, 11)))
    assert line("sync", "geo", second, *GEO).exit_code == 0
    line.ckan.forget_requests()
    return line


def test_the_runs_are_listed_the_newest_first(twice: Any) -> None:
    result = twice("runs", "geo")
    assert result.exit_code == 0
    second, first = result.stdout.splitlines()
    assert first.startswith("1  ")
    assert first.endswith("sync, done: 10 datasets created")
    assert second.startswith("2  ")
    assert second.endswith("sync, done: 1 dataset created, 1 dataset updated, 1 dataset deleted, 8 datasets unchanged")


def test_the_runs_can_be_had_as_json(twice: Any) -> None:
    told = json.loads(twice("runs", "geo", "--json").stdout)
    assert [(run["number"], run["kind"], run["ended"]) for run in told] == [(2, "sync", "done"), (1, "sync", "done")]
    assert told[0]["report"]["counts"]["dataset"] == {"created": 1, "updated": 1, "deleted": 1, "unchanged": 8}


def test_the_runs_need_no_catalog_and_no_token(twice: Any) -> None:
    assert twice("runs", "geo", CKAN_API_TOKEN=None).exit_code == 0
    assert twice.ckan.requests == []


def test_a_source_without_runs_has_none(line: Any) -> None:
    assert line("runs", "geo").stdout == "no run so far\n"
    assert line("runs", "geo", "--json").stdout == "[]\n"


@pytest.mark.parametrize(("command", "code"), [("runs", 0), ("undo", 1), ("report", 1)])
def test_a_source_that_never_ran_gets_no_state_by_being_asked_for(
    line: Any, tmp_path: Path, command: str, code: int
) -> None:
    state = tmp_path / "state"
    assert line(command, "goe", "--state", str(state)).exit_code == code
    assert not state.exists()


def test_the_last_run_is_taken_back(twice: Any) -> None:
    result = twice("undo", "geo")
    assert result.exit_code == 0
    assert [twice.show(f"name-{number}")["state"] for number in (0, 1, 9, 10)] == [
        "active",
        "active",
        "active",
        "deleted",
    ]
    assert twice.show("name-0")["title"] == "Title 0"
    newest = twice("runs", "geo").stdout.splitlines()
    assert "undo of run 2" in newest[0]
    assert "undone by run 3" in newest[1]


def test_a_run_is_taken_back_by_its_number(line: Any) -> None:
    line("sync", "geo", line.write(record(1)), *GEO)
    result = line("undo", "geo", "1")
    assert result.exit_code == 0
    assert line.show("name-1")["state"] == "deleted"


def test_the_report_of_a_sync_says_how_to_take_it_back(line: Any) -> None:
    result = line("sync", "geo", line.write(record(1)), *GEO)
    assert result.stdout.splitlines()[-1] == "to take it back: ckanclient undo geo 1"
    state = str(line.folder / "another place.sqlite")
    result = line("sync", "other", line.write(record(2)), *GEO, "--state", state)
    assert result.stdout.splitlines()[-1] == f"to take it back: ckanclient undo other 1 --state '{state}'"
    assert line("undo", "other", "1", "--state", state).exit_code == 0


def test_the_report_of_a_sync_that_did_nothing_has_nothing_to_take_back(line: Any) -> None:
    arguments = ("sync", "geo", line.write(record(1)), *GEO)
    line(*arguments)
    assert "take it back" not in line(*arguments).stdout


@pytest.mark.parametrize("run", ["7", ""])
def test_a_run_that_is_not_remembered_cannot_be_taken_back(line: Any, run: str) -> None:
    result = line("undo", "geo", *([run] if run else []))
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert line.writes == []


@pytest.mark.parametrize("run", ["0", "-1", "last", "1.5"])
def test_what_is_no_number_of_a_run_is_wrong_usage(line: Any, run: str) -> None:
    assert line("undo", "geo", "--", run).exit_code == 2


def test_what_somebody_changed_since_stays(twice: Any) -> None:
    twice.client.action.package_patch(id=twice.show("name-10")["id"], notes="Somebody's")
    result = twice("undo", "geo", "2")
    assert result.exit_code == 3
    assert "was changed since it was created: it is left alone" in result.stdout
    assert twice.show("name-10")["notes"] == "Somebody's"
    assert twice.show("name-0")["title"] == "Title 0"
