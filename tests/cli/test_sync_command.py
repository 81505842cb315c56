"""`ckanclient sync`: what it prints, what it leaves with, and what it does to bad input."""

from __future__ import annotations

import gzip
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "records.jsonl"
    lines = [{"id": f"{number}", "name": f"name-{number}", "title": "T"} for number in range(3)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_it_creates_and_a_second_time_writes_nothing(line: Any, records: Path) -> None:
    first = line("sync", "geo", str(records), "--organization", "org")
    assert (first.exit_code, "datasets: 3 created" in first.stdout) == (0, True)
    line.catalog.writes.clear()
    second = line("sync", "geo", str(records), "--organization", "org")
    assert (second.exit_code, "datasets: 3 unchanged" in second.stdout) == (0, True)
    assert line.catalog.writes == []


def test_nothing_is_written_to_standard_error_that_is_no_terminal(line: Any, records: Path) -> None:
    assert line("sync", "geo", str(records), "--organization", "org").stderr == ""


def test_the_report_is_json_if_asked(line: Any, records: Path) -> None:
    result = line("sync", "geo", str(records), "--organization", "org", "--json")
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
    (folder / "dataset" / "one.json").write_text('{"id": "1", "title": "T", "owner_org": "org"}')
    database = tmp_path / "records.sqlite"
    with sqlite3.connect(database) as connection:
        for table in ("datasets", "group", "organization"):
            connection.execute(f'CREATE TABLE "{table}" (id TEXT, json_data TEXT)')
        connection.execute("INSERT INTO datasets VALUES (?, ?)", ("7", '{"title": "T", "owner_org": "org"}'))
    connection.close()
    assert "3 created" in line("sync", "a", str(packed), "--organization", "org").stdout
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
    result = line("sync", "geo", str(path), "--organization", "org")
    assert result.exit_code == 1
    assert complaint in result.stderr
    assert "Traceback" not in result.stderr
    assert line.catalog.writes == []


def test_a_wrong_token_is_exit_code_6_before_anything_is_read(line: Any, records: Path) -> None:
    result = line("sync", "geo", str(records), "--organization", "org", CKAN_API_TOKEN="wrong")
    assert result.exit_code == 6
    assert "CKAN does not know this API token" in result.stderr
    assert "wrong" not in result.stderr.replace("is wrong, expired", "")
    assert line.catalog.writes == []


def test_the_token_may_be_in_the_2014_variable_and_an_option_wins(line: Any, records: Path) -> None:
    arguments = ("sync", "geo", str(records), "--organization", "org")
    assert line(*arguments, CKAN_API_TOKEN=None, CKAN_API_KEY="the-token").exit_code == 0
    assert line(*arguments, "--token", "the-token", CKAN_API_TOKEN="wrong").exit_code == 0


def test_without_a_catalog_it_says_how_to_name_one(line: Any, records: Path) -> None:
    result = line("sync", "geo", str(records), CKAN_URL=None)
    assert result.exit_code == 2
    assert "CKAN_URL" in result.stderr


@pytest.mark.parametrize(
    ("url", "complaint"),
    [("catalog.example.org", "is no base URL of a CKAN"), ("http://127.0.0.1:9", "cannot reach http://127.0.0.1:9")],
)
def test_a_base_url_that_leads_nowhere_is_one_clear_line(line: Any, records: Path, url: str, complaint: str) -> None:
    result = line("sync", "geo", str(records), "--url", url)
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
    arguments = ("sync", "geo", str(records), "--organization", "org")
    line(*arguments)
    for dataset in line.catalog.datasets.values():
        dataset["name"] += "-renamed"
    assert "3 unchanged" in line(*arguments).stdout
    assert "3 updated" in line(*arguments, "--no-preserve-names").stdout


def test_an_empty_source_that_is_meant_deletes_what_it_made(line: Any, records: Path, tmp_path: Path) -> None:
    line("sync", "geo", str(records), "--organization", "org")
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    assert line("sync", "geo", str(empty)).exit_code == 1
    result = line("sync", "geo", str(empty), "--allow-empty")
    assert (result.exit_code, "datasets: 3 deleted" in result.stdout) == (0, True)


def test_a_sync_without_a_token_says_what_to_set(line: Any, records: Path) -> None:
    result = line("sync", "geo", str(records), CKAN_API_TOKEN=None)
    assert result.exit_code == 2
    assert "set CKAN_API_TOKEN" in result.stderr


def test_what_was_done_is_told_by_name(line: Any, records: Path) -> None:
    result = line("sync", "geo", str(records), "--organization", "org")
    assert "  created: 0, 1, 2\n" in result.stdout


def test_a_reason_is_not_mangled_by_a_short_id(line: Any, tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text('{"id": "a", "title": "T", "state": "draft"}\n')
    assert "is 'draft' in the source: only active datasets are taken over" in line("sync", "geo", str(path)).stdout
