"""Damage: whatever happens to the bytes of a state, it is noticed, or it does no harm; and nothing is thrown away."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ckan_api_client.exceptions import StateError
from damage.spoiling import Sample, closed_state, cut_often, flip_many, killed_state
from syncing.state.samples import Open, base_of, fill

#: How many bytes are changed, and in what steps a file is cut, in a test run; `python -m damage` does more.
FLIPS, STEP = 100, 4001


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return closed_state(tmp_path_factory.mktemp("closed") / "state")


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return killed_state(tmp_path_factory.mktemp("killed") / "state")


def test_samples_are_whole_when_nothing_happens_to_them(closed: Sample, killed: Sample, tmp_path: Path) -> None:
    for number, sample in enumerate((closed, killed)):
        name = "town.sqlite"
        assert sample.spoil(tmp_path / str(number), name, sample.read(name)) == "whole"


def test_a_changed_byte_is_noticed_or_harmless(closed: Sample, tmp_path: Path) -> None:
    found = flip_many(closed, "town.sqlite", tmp_path / "state", FLIPS, seed=1)
    assert set(found) == {"rebuilt", "whole"}


def test_a_changed_byte_in_what_a_killed_run_left_is_noticed(killed: Sample, tmp_path: Path) -> None:
    found = flip_many(killed, "town.sqlite-wal", tmp_path / "state", FLIPS // 4, seed=2)
    assert set(found) == {"rebuilt"}


def test_a_changed_byte_in_the_lock_file_is_harmless(closed: Sample, tmp_path: Path) -> None:
    found = flip_many(closed, "town.sqlite.lock", tmp_path / "state", FLIPS // 10, seed=3)
    assert set(found) == {"whole"}


def test_a_file_cut_anywhere_is_noticed(closed: Sample, tmp_path: Path) -> None:
    assert set(cut_often(closed, "town.sqlite", tmp_path / "state", STEP)) == {"rebuilt"}


def test_what_a_killed_run_left_cut_anywhere_is_noticed(killed: Sample, tmp_path: Path) -> None:
    assert set(cut_often(killed, "town.sqlite-wal", tmp_path / "state", STEP * 20)) == {"rebuilt"}


def test_a_lock_file_cut_anywhere_is_harmless(closed: Sample, tmp_path: Path) -> None:
    assert set(cut_often(closed, "town.sqlite.lock", tmp_path / "state", 10)) == {"whole"}


def test_a_damaged_file_is_kept_and_a_new_one_made(path: Path, open_state: Open) -> None:
    state = open_state()
    fill(state)
    state.close()
    data = path.read_bytes()[:-1]
    path.write_bytes(data)
    state = open_state()
    assert state.rebuilt_because.endswith(f"(the damaged file is kept: {path}.damaged-1)")
    assert (state.is_new, state.count_bases(), state.runs()) == (False, 0, [])
    assert Path(f"{path}.damaged-1").read_bytes() == data


def test_no_damaged_file_is_written_over(path: Path, open_state: Open) -> None:
    for data in (b"one", b"two"):
        open_state().close()
        path.write_bytes(data)
        open_state().close()
    assert [Path(f"{path}.damaged-{number}").read_bytes() for number in (1, 2)] == [b"one", b"two"]


def test_it_is_told_until_a_run_is_done_that_a_state_was_lost(path: Path, open_state: Open) -> None:
    open_state().close()
    path.write_bytes(b"")
    for ended in ("interrupted", "failed", "done"):
        state = open_state()
        assert state.rebuilt_because.startswith("it is empty")
        state.finish_run(state.begin_run("sync"), report={}, ended=ended)
        state.close()
    assert open_state().rebuilt_because == ""


def test_the_numbers_of_runs_go_on_in_a_state_that_was_made_anew(path: Path, open_state: Open) -> None:
    state = open_state()
    fill(state)
    state.close()
    path.write_bytes(b"")
    state = open_state()
    assert state.serial == 2
    assert state.begin_run("sync") == 3


def test_a_state_that_is_gone_is_told_from_one_that_never_was(path: Path, open_state: Open) -> None:
    state = open_state()
    assert (state.is_new, state.rebuilt_because) == (True, "")
    fill(state)
    state.close()
    path.unlink()
    state = open_state()
    assert (state.is_new, state.rebuilt_because, state.serial) == (True, "the file is gone", 2)


def test_a_state_that_was_put_back_from_a_backup_is_noticed(path: Path, open_state: Open) -> None:
    state = open_state()
    fill(state)
    state.close()
    backup = path.read_bytes()
    state = open_state()
    state.put_base(base_of("later"))
    state.close()
    path.write_bytes(backup)
    assert open_state().rebuilt_because.startswith("it is older than when it was last written")


def test_a_state_alone_can_be_moved_elsewhere(path: Path, open_state: Open, tmp_path: Path) -> None:
    state = open_state()
    fill(state)
    state.close()
    moved = tmp_path / "moved.sqlite"
    path.rename(moved)
    assert open_state(moved).count_bases() == 12


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM base WHERE record_id = 'record-3'",
        "UPDATE base SET status = 'withdrawn' WHERE record_id = 'record-3'",
        "DELETE FROM blob WHERE id = 3",
        "UPDATE base SET source = 1",
        "DELETE FROM absence",
        "UPDATE tally SET count = count + 1 WHERE name = 'run'",
        "DELETE FROM tally WHERE name = 'base'",
        "DROP TRIGGER base_added",
        "CREATE TABLE more (id)",
        "DELETE FROM meta WHERE key = 'source'",
        "UPDATE meta SET value = 'https://other.example.org' WHERE key = 'catalog'",
        "DROP TABLE meta",
        "PRAGMA user_version = 0",
        "PRAGMA application_id = 7",
    ],
)
def test_a_row_that_is_missing_or_altered_is_noticed(path: Path, open_state: Open, statement: str) -> None:
    state = open_state()
    fill(state)
    state.close()
    with closing(sqlite3.connect(path)) as connection:
        for table in ("base", "blob", "absence"):
            connection.execute(f"DROP TRIGGER {table}_removed")
        connection.execute(statement)
        connection.commit()
    assert open_state().rebuilt_because != ""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE main.base SET modified = 'never'",
        "UPDATE main.base SET source = 99",
        "DELETE FROM main.blob",
        "UPDATE main.blob SET data = x'00'",
    ],
)
def test_what_is_damaged_while_a_run_lasts_is_not_taken_for_true(open_state: Open, statement: str) -> None:
    state = open_state()
    fill(state)
    state._database.change(statement)
    with pytest.raises(StateError, match="damaged"):
        state.base("record-3")
    with pytest.raises(StateError, match="damaged"):
        list(state.bases())
    state.close()
    assert open_state().rebuilt_because != ""


@pytest.mark.parametrize("data", [b"", b"id,title\n1,Trees\n", b"SQLite format 3\0" + b"\0" * 4080])
def test_a_file_that_never_was_a_state_is_left_alone(path: Path, open_state: Open, data: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(data)
    with pytest.raises(StateError, match="is no state of a sync"):
        open_state()
    assert path.read_bytes() == data
    assert not list(path.parent.glob("*.damaged*"))


def test_a_database_of_something_else_is_left_alone(path: Path, open_state: Open) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE dataset (id TEXT PRIMARY KEY, json_data TEXT)")
    data = path.read_bytes()
    with pytest.raises(StateError, match="is no state of a sync"):
        open_state()
    assert path.read_bytes() == data
