"""States of other versions: older ones are brought along, newer ones are left alone."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ckan_api_client.exceptions import StateError
from ckan_api_client.syncing.state.packing import checksum
from syncing.state.samples import Open, base_of, fill
from syncing.state.test_state_full_disk import largest_file

#: As `samples.fill` fills it, written by the release that first had this version.
NEWER = "4"
GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.sqlite"))


def test_there_is_a_golden_file() -> None:
    assert [path.name for path in GOLDEN] == ["version-1.sqlite", "version-2.sqlite", "version-3.sqlite"]


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda path: path.name)
def test_a_state_of_each_released_version_can_be_read(path: Path, open_state: Open, golden: Path) -> None:
    path.parent.mkdir()
    shutil.copy(golden, path)
    state = open_state()
    assert (state.is_new, state.rebuilt_because, state.serial) == (False, "", 2)
    assert list(state.bases()) == sorted(
        (base_of(f"record-{number}") for number in range(12)), key=lambda base: base.record_id
    )
    assert state.quarantined("bad") == ("hash", "2026", "title: Missing value")
    assert [state.absent(record_id) is not None for record_id in ("gone-1", "gone-2", "bad")] == [True, True, False]
    assert [(run.number, run.kind, run.ended, run.account) for run in state.runs()] == [
        (2, "apply", "", ""),
        (1, "sync", "done", "ann"),
    ]
    assert [entry.key for entry in state.entries(1)] == [f"record-{number}" for number in reversed(range(12))]
    (entry,) = state.unsettled()
    assert (entry.key, entry.action, entry.values, entry.base_before) == (
        "record-3", "update", {"title": "Trees!"}, base_of("record-3"),
    )  # fmt: skip
    state.put_base(base_of("later"))
    state.close()
    assert open_state().count_bases() == 13


@pytest.mark.parametrize("golden", GOLDEN[:-1], ids=lambda path: path.name)
def test_a_state_that_cannot_be_brought_along_stays_as_it_was(path: Path, open_state: Open, golden: Path) -> None:
    path.parent.mkdir()
    shutil.copy(golden, path)
    with largest_file(20_000), pytest.raises(StateError, match="disk"):
        open_state()
    assert path.read_bytes() == golden.read_bytes()
    assert open_state().count_bases() == 12


def as_newer_version(connection: sqlite3.Connection) -> None:
    row = ("version", NEWER, checksum(("version", NEWER)))
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?, ?)", row)


def as_newer_version_with_other_tables(connection: sqlite3.Connection) -> None:
    as_newer_version(connection)
    connection.execute("CREATE TABLE more (id)")


def as_much_newer_version(connection: sqlite3.Connection) -> None:
    connection.execute("DROP TABLE meta")


@pytest.mark.parametrize(
    "change",
    [as_newer_version, as_newer_version_with_other_tables, as_much_newer_version],
    ids=lambda one: one.__name__,
)
def test_a_state_of_a_newer_version_is_left_alone(
    path: Path, open_state: Open, change: Callable[[sqlite3.Connection], None]
) -> None:
    state = open_state()
    fill(state)
    state.close()
    with closing(sqlite3.connect(path)) as connection:
        change(connection)
        connection.execute(f"PRAGMA user_version = {NEWER}")
        connection.commit()
    data = path.read_bytes()
    with pytest.raises(StateError, match="written by a newer version of this program"):
        open_state()
    assert path.read_bytes() == data
    assert not list(path.parent.glob("*.damaged*"))


def test_a_version_that_only_the_header_tells_is_damage(path: Path, open_state: Open) -> None:
    open_state().close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {NEWER}")
    assert open_state().rebuilt_because.startswith("it says that it is of version 4, and of version 3")
