"""`ckanclient import`: the names that the 2014 client had for what is done by other commands now."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest


def test_a_dataset_is_made_and_then_updated(line: Any, tmp_path: Path) -> None:
    path = tmp_path / "roads.json"
    path.write_text('{"name": "roads", "title": "Roads", "owner_org": "test-org"}')
    made = json.loads(line("import", "dataset", "-f", str(path), "--json").stdout)
    path.write_text(json.dumps({**made, "title": "All roads"}))
    assert line("import", "dataset", "-f", str(path)).exit_code == 0
    assert line.show("roads")["title"] == "All roads"


def test_a_folder_is_synchronized(line: Any, tmp_path: Path) -> None:
    (tmp_path / "in" / "dataset").mkdir(parents=True)
    (tmp_path / "in" / "dataset" / "one.json").write_text('{"id": "1", "name": "one", "owner_org": "test-org"}')
    arguments = ("import", "directory", "geo", str(tmp_path / "in"), "--organization-merge-strategy", "update")
    assert "datasets: 1 created" in line(*arguments).stdout
    assert "datasets: 1 unchanged" in line(*arguments).stdout
    assert "geo" in str(line.show("one")["extras"])


def test_an_sqlite_file_is_synchronized_by_the_names_of_its_tables(line: Any, tmp_path: Path) -> None:
    path = tmp_path / "in.sqlite"
    with sqlite3.connect(path) as database:
        for table in ("things", "group", "organization"):
            database.execute(f'CREATE TABLE "{table}" (id TEXT, json_data TEXT)')
        record = '{"id": "1", "name": "one", "owner_org": "test-org"}'
        database.execute("INSERT INTO things VALUES ('1', ?)", [record])
    database.close()
    result = line("import", "sqlite", "geo", str(path), "--dataset-table", "things")
    assert (result.exit_code, "datasets: 1 created" in result.stdout) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("directory", "geo", "a-file"), "a-file is no folder"),
        (("sqlite", "geo", "a-folder"), "`ckanclient import directory` takes those"),
        (("sqlite", "geo", "a-file"), "a-file is no SQLite file"),
        (("dataset",), "Missing option '-f'"),
        (("dataset", "-f", "a-file"), "tags are a list"),
    ],
    ids=str,
)
def test_other_input_is_wrong_usage(
    line: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a-file").write_text('{"name": "roads", "tags": "road"}')
    Path("a-folder").mkdir()
    result = line("import", *arguments)
    assert (result.exit_code, told in result.stderr, line.writes) == (2, True, [])


def test_an_absent_file_is_an_error_of_the_source(line: Any) -> None:
    result = line("import", "sqlite", "geo", "absent")
    assert (result.exit_code, "does not exist" in result.stderr) == (1, True)
