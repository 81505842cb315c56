"""`ckanclient sync`: what it prints, what it leaves with, and what it does to bad input."""

from __future__ import annotations

import gzip
import json
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.testing import Fault


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "records.jsonl"
    lines = [{"id": f"{number}", "name": f"name-{number}", "title": "T"} for number in range(3)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_it_creates_and_a_second_time_writes_nothing(line: Any, records: Path) -> None:
    first = line("sync", "geo", str(records), "--organization", "test-org")
    assert (first.exit_code, "datasets: 3 created" in first.stdout) == (0, True)
    line.ckan.forget_requests()
    second = line("sync", "geo", str(records), "--organization", "test-org")
    assert (second.exit_code, "datasets: 3 unchanged" in second.stdout) == (0, True)
    assert line.writes == []


def test_nothing_is_written_to_standard_error_that_is_no_terminal(line: Any, records: Path) -> None:
    assert line("sync", "geo", str(records), "--organization", "test-org").stderr == ""


def test_the_report_is_json_if_asked(line: Any, records: Path) -> None:
    result = line("sync", "geo", str(records), "--organization", "test-org", "--json")
    assert json.loads(result.stdout)["counts"]["dataset"] == {"created": 3}


def test_records_that_are_not_taken_are_listed_with_their_places_and_make_exit_code_3(line: Any, records: Path) -> None:
    result = line("sync", "geo", str(records))
    assert result.exit_code == 3
    assert "not done: 3" in result.stdout
    assert f"{records}:1 dataset 0" in result.stdout
    assert "(--organization)" in result.stdout


def test_a_gzipped_file_a_folder_and_a_database_are_read(line: Any, records: Path, tmp_path: Path) -> None:
    packed = tmp_path / "records.gz"
    packed.write_bytes(gzip.compress(records.read_bytes()))
    folder = tmp_path / "folder"
    for kind in ("dataset", "group", "organization"):
        (folder / kind).mkdir(parents=True)
    (folder / "dataset" / "one.json").write_text('{"id": "1", "title": "T", "owner_org": "test-org"}')
    database = tmp_path / "records.sqlite"
    with sqlite3.connect(database) as connection:
        for table in ("datasets", "group", "organization"):
            connection.execute(f'CREATE TABLE "{table}" (id TEXT, json_data TEXT)')
        connection.execute("INSERT INTO datasets VALUES (?, ?)", ("7", '{"title": "T", "owner_org": "test-org"}'))
    connection.close()
    assert "3 created" in line("sync", "a", str(packed), "--organization", "test-org").stdout
    assert "1 created" in line("sync", "b", str(folder)).stdout
    assert "1 created" in line("sync", "c", str(database), "--dataset-table", "datasets").stdout


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "does not exist: nothing was written, nothing was deleted"),
        (b"", "is empty: nothing was written, nothing was deleted"),
        (b'{"id": "1"}\n' * 16 + b'{"id": \n', ":17"),
        (b'{"id": "1", "title": "\xff"}\n', ":1"),
        (gzip.compress(b'{"id": "1"}\n' * 1000)[:-12], "records.jsonl"),
    ],
    ids=["missing", "empty", "broken JSON on line 17", "not UTF-8", "cut gzip"],
)
def test_an_input_that_cannot_be_read_writes_nothing_and_says_where(
    line: Any, tmp_path: Path, content: bytes | None, complaint: str
) -> None:
    path = tmp_path / "records.jsonl"
    if content is not None:
        path.write_bytes(content)
    result = line("sync", "geo", str(path), "--organization", "test-org")
    assert result.exit_code == 1
    assert complaint in result.stderr
    assert "Traceback" not in result.stderr
    assert line.writes == []


def test_a_wrong_token_is_exit_code_6_before_anything_is_read(line: Any, records: Path) -> None:
    result = line("sync", "geo", str(records), "--organization", "test-org", CKAN_API_TOKEN="wrong")
    assert result.exit_code == 6
    assert "CKAN does not know this API token" in result.stderr
    assert "wrong" not in result.stderr.replace("is wrong, expired", "")
    assert line.writes == []


def test_the_token_may_be_in_the_2014_variable_and_an_option_wins(line: Any, records: Path) -> None:
    arguments = ("sync", "geo", str(records), "--organization", "test-org")
    assert line(*arguments, CKAN_API_TOKEN=None, CKAN_API_KEY=line.ckan.sysadmin_token).exit_code == 0
    assert line(*arguments, "--token", line.ckan.sysadmin_token, CKAN_API_TOKEN="wrong").exit_code == 0


def test_without_a_catalog_it_says_how_to_name_one(line: Any, records: Path) -> None:
    result = line("sync", "geo", str(records), CKAN_URL=None)
    assert result.exit_code == 2
    assert "CKAN_URL" in result.stderr


@pytest.mark.parametrize(
    ("url", "complaint"),
    [("catalog.example.org", "is no base URL of a CKAN"), ("http://127.0.0.1:9", "cannot reach http://127.0.0.1:9")],
)
def test_a_base_url_that_leads_nowhere_is_one_clear_line(line: Any, records: Path, url: str, complaint: str) -> None:
    result = line("sync", "geo", str(records), CKAN_URL=url)
    assert result.exit_code == 1
    assert complaint in result.stderr
    assert result.stderr.count("\n") == 1


def test_what_a_record_holds_cannot_speak_to_the_terminal(line: Any, tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text(json.dumps({"id": "\u001b[31mred\u202e", "title": "T"}) + "\n")
    result = line("sync", "geo", str(path))
    assert "\\x1b[31mred\\u202e" in result.stdout
    assert "\u001b" not in result.stdout


def test_the_strategies_reach_the_sync(line: Any, records: Path) -> None:
    arguments = ("sync", "geo", str(records), "--organization", "test-org")
    line(*arguments)
    for number in range(3):
        line.client.action.package_patch(id=line.show(f"name-{number}")["id"], name=f"renamed-{number}")
    assert "3 unchanged" in line(*arguments).stdout
    changed = line.write(*({"id": f"{number}", "name": f"new-{number}", "title": "T"} for number in range(3)))
    assert "3 unchanged" in line("sync", "geo", changed, "--organization", "test-org").stdout
    rules = ("--no-preserve-names", "--on-conflict", "source")
    assert "3 updated" in line("sync", "geo", changed, "--organization", "test-org", *rules).stdout
    assert line.show("new-0")["title"] == "T"


def test_an_empty_source_that_is_meant_deletes_what_it_made(line: Any, records: Path, tmp_path: Path) -> None:
    line("sync", "geo", str(records), "--organization", "test-org")
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    assert line("sync", "geo", str(empty)).exit_code == 1
    unsafe = line("sync", "geo", str(empty), "--allow-empty")
    assert (unsafe.exit_code, "(--max-deletes 3 allows it)" in unsafe.stderr) == (4, True)
    result = line("sync", "geo", str(empty), "--allow-empty", "--max-deletes", "100%")
    assert (result.exit_code, "datasets: 3 deleted" in result.stdout) == (0, True)


def test_a_sync_without_a_token_says_what_to_set(line: Any, records: Path) -> None:
    result = line("sync", "geo", str(records), CKAN_API_TOKEN=None)
    assert result.exit_code == 2
    assert "set CKAN_API_TOKEN" in result.stderr


def test_what_was_done_is_told_by_name(line: Any, records: Path) -> None:
    result = line("sync", "geo", str(records), "--organization", "test-org")
    assert "  created: 0, 1, 2\n" in result.stdout


def test_a_reason_is_not_mangled_by_a_short_id(line: Any, tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text('{"id": "a", "title": "T", "state": "draft"}\n')
    assert "is 'draft' in the source: only active datasets are taken over" in line("sync", "geo", str(path)).stdout


def records_of(*titles: str, **fields: Any) -> list[dict[str, Any]]:
    return [{"id": f"{turn}", "name": f"name-{turn}", "title": title, **fields} for turn, title in enumerate(titles)]


GEO = ("--organization", "test-org")


@pytest.fixture
def disputed(line: Any) -> Any:
    """A record whose title was changed by a person in the catalog, and then in the source."""
    line("sync", "geo", line.write(*records_of("First")), *GEO)
    line.client.action.package_patch(id=line.show("name-0")["id"], title="A person's")
    line.write(*records_of("Second"))
    line.ckan.forget_requests()
    return line


def test_a_conflict_is_told_with_both_values_once(disputed: Any) -> None:
    arguments = ("sync", "geo", str(disputed.folder / "records.jsonl"), *GEO)
    result = disputed(*arguments)
    assert result.exit_code == 0
    assert "conflicts: 1 kept from the catalog, 0 taken from the source\n" in result.stdout
    assert "      title: kept from the catalog" in result.stdout
    assert '        source:  "Second"\n        catalog: "A person\'s"\n' in result.stdout
    assert disputed.writes == []
    assert "conflict" not in disputed(*arguments).stdout


def test_the_source_wins_a_conflict_if_that_is_asked_for(disputed: Any) -> None:
    result = disputed("sync", "geo", str(disputed.folder / "records.jsonl"), *GEO, "--on-conflict", "source")
    assert result.exit_code == 0
    assert "conflicts: 0 kept from the catalog, 1 taken from the source\n" in result.stdout
    assert disputed.show("name-0")["title"] == "Second"


def test_a_conflict_stops_everything_if_that_is_asked_for(disputed: Any) -> None:
    result = disputed("sync", "geo", str(disputed.folder / "records.jsonl"), *GEO, "--on-conflict", "fail")
    assert result.exit_code == 5
    assert result.stderr.startswith("Error: 1 value was changed both in the source and in the catalog")
    assert '        source:  "Second"\n        catalog: "A person\'s"\n' in result.stderr
    assert disputed.writes == []


def test_a_plan_with_a_conflict_that_stops_everything_says_so(disputed: Any) -> None:
    path = str(disputed.folder / "records.jsonl")
    result = disputed("plan", "geo", path, *GEO, "--on-conflict", "fail")
    assert result.exit_code == 0
    assert "  ! 1 conflict (--on-conflict catalog or source decides)\n" in result.stdout


def test_a_memory_is_not_forgotten_for_an_input_that_cannot_be_read(disputed: Any) -> None:
    assert disputed("sync", "geo", "nowhere.jsonl", *GEO, "--forget-state").exit_code == 1
    assert len(disputed("runs", "geo").stdout.splitlines()) == 1


def test_a_field_can_be_the_sources_own_or_nobodys(disputed: Any) -> None:
    arguments = ("sync", "geo", str(disputed.folder / "records.jsonl"), *GEO)
    ignored = disputed(*arguments, "--ignore", "title")
    assert ("1 unchanged" in ignored.stdout, "conflict" in ignored.stdout) == (True, False)
    own = disputed(*arguments, "--own", "title", "--own", "extras.year")
    assert ("1 updated" in own.stdout, "conflict" in own.stdout) == (True, False)
    assert disputed.show("name-0")["title"] == "Second"


def test_a_memory_can_be_forgotten(disputed: Any) -> None:
    arguments = ("sync", "geo", str(disputed.folder / "records.jsonl"), *GEO)
    assert "conflicts: 1 kept" in disputed(*arguments).stdout
    assert "conflict" not in disputed(*arguments).stdout
    assert "conflicts: 1 kept" in disputed(*arguments, "--forget-state").stdout
    assert len(disputed("runs", "geo").stdout.splitlines()) == 1


def test_a_memory_can_be_kept_elsewhere(line: Any) -> None:
    elsewhere = line.folder / "memory.sqlite"
    line("sync", "geo", line.write(*records_of("T")), *GEO, "--state", str(elsewhere))
    assert elsewhere.exists()
    assert line("runs", "geo").stdout == "no run so far\n"
    assert line("runs", "geo", "--state", str(elsewhere)).stdout != "no run so far\n"


@pytest.mark.parametrize(
    "wrong",
    [
        ("--own", "extras."),
        ("--ignore", ""),
        ("--adopt", "title"),
        ("--adopt", "extra:"),
        ("--deletes", "burn"),
        ("--on-conflict", "me"),
        ("--max-deletes", "101%"),
        ("--max-updates", "-1"),
        ("--grace-runs", "-1"),
        ("--grace-days", "-0.5"),
        ("--in-flight", "0"),
        ("--max-in-flight", "33"),
        ("--max-rate", "0"),
        ("--max-rate", "-1"),
        ("--max-rate", "nan"),
    ],
    ids=" ".join,
)
def test_a_value_that_an_option_does_not_take_is_wrong_usage(line: Any, wrong: tuple[str, str]) -> None:
    result = line("sync", "geo", line.write(*records_of("T")), *GEO, *wrong)
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr
    assert line.ckan.requests == []


@pytest.mark.parametrize("command", ["sync", "plan", "runs", "undo"])
@pytest.mark.parametrize("name", ["Geo", "../geo", "a:b", ""])
def test_a_name_that_no_source_can_have_is_wrong_usage(line: Any, command: str, name: str) -> None:
    result = line(command, name, *([line.write(*records_of("T"))] if command in {"sync", "plan"} else []))
    assert (result.exit_code, "is no name of a source" in result.stderr) == (2, True)
    assert not (line.folder / "state").exists()


@pytest.mark.parametrize(("how", "state", "private"), [("private", "active", True), ("keep", "active", False)])
def test_what_becomes_of_datasets_whose_record_is_gone_can_be_chosen(
    line: Any, how: str, state: str, private: bool
) -> None:
    line("sync", "geo", line.write(*records_of(*"ABC")), *GEO)
    result = line("sync", "geo", line.write(*records_of(*"AB")), *GEO, "--deletes", how)
    assert result.exit_code == 0
    dataset = line.show("name-2")
    assert (dataset["state"], dataset["private"]) == (state, private)


def test_a_dataset_whose_record_is_gone_can_be_given_grace(line: Any) -> None:
    line("sync", "geo", line.write(*records_of(*"ABC")), *GEO)
    arguments = ("sync", "geo", line.write(*records_of(*"AB")), *GEO, "--grace-runs", "2")
    line(*arguments)
    assert line.show("name-2")["state"] == "active"
    assert "1 deleted" in line(*arguments).stdout


def test_a_dataset_that_no_sync_made_can_be_adopted(line: Any) -> None:
    line.client.action.package_create(name="name-0", title="Mine", owner_org="test-org")
    arguments = ("sync", "geo", line.write(*records_of("Mine")), *GEO)
    refused = line(*arguments)
    assert (refused.exit_code, "--adopt name" in refused.stdout) == (3, True)
    assert "1 adopted" in line(*arguments, "--adopt", "name").stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_and_what_was_done_is_told_and_the_next_run_goes_on(line: Any, number: signal.Signals) -> None:
    path = line.write(*records_of(*map(str, range(60))))
    line.ckan.faults.add(Fault.parse("package_create:*:slow=0.1"))
    command = [sys.executable, "-m", "ckan_api_client.cli", "sync", "geo", path, *GEO]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=line.process_environment()) as process:
        deadline = time.monotonic() + 30
        while len(line.writes) < 3 and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(number)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    done = sum(action == "package_create" for action in line.writes)
    assert errors == (
        f"\nInterrupted in run 1: {done} created, of 60 planned. Run the same command again: it goes on from there.\n"
    )
    assert 3 <= done < 60
    line.ckan.faults.clear()
    result = line("sync", "geo", path, *GEO)
    assert f"datasets: {60 - done} created, {done} unchanged" in result.stdout
    first = line("runs", "geo").stdout.splitlines()[1]
    assert f"sync, interrupted: {done} datasets created" in first
