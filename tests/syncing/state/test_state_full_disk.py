"""A disk that is full, or fails: StateError, nothing half done, and what was there before is still there."""

from __future__ import annotations

import itertools
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from ckan_api_client.exceptions import StateError
from ckan_api_client.syncing.base import Base
from ckan_api_client.syncing.state import Noted, State
from ckan_api_client.syncing.state.files import Lock
from ckan_api_client.syncing.state.opening import Opened, open_file
from syncing.state.samples import CATALOG, SOURCE, Open, base_of

WHEN = datetime(2026, 1, 2, tzinfo=UTC)
LARGE = {"notes": "".join(chr(0x4E00 + number * 7919 % 20_000) for number in range(6_000))}
MADE = {**LARGE, "id": "1"}

Step = Callable[[State], object]

#: All that a run writes, one method at a time.
STEPS: list[Step] = [
    lambda state: state.begin_run("sync"),
    lambda state: state.intend(1, "dataset", "a", "create", before=None, values=LARGE, source=LARGE),
    lambda state: state.put_base(base_of("a")),
    lambda state: state.settle(1, did="created", after=MADE, base=Base.of("a", LARGE, MADE)),
    lambda state: state.intend(1, "dataset", "a", "update", before=LARGE, values={"title": "Oaks"}, source=None),
    lambda state: state.put_base(base_of("a", "Oaks")),
    lambda state: state.withdraw("a", "private"),
    lambda state: state.quarantine("b", "hash", "2026", "title: Missing value"),
    lambda state: state.note_absent(["c", "d"], WHEN),
    lambda state: state.release("b"),
    lambda state: state.resolve(2, did="updated"),
    lambda state: state.drop_base("a"),
    lambda state: state.finish_run(1, report=LARGE, ended="done"),
]


def all_of(state: State) -> Any:
    """All that is in a state, but for times of day."""
    return (
        list(state.bases()),
        state.entries(1),
        [(run.number, run.ended, run.report) for run in state.runs()],
        state.quarantined("b"),
        [state.absent("c"), state.absent("d")],
    )


@pytest.fixture(scope="module")
def stages() -> list[Any]:
    """All that is in a state before the first step, and after each."""
    with State.open(":memory:", catalog=CATALOG, source=SOURCE) as state:
        found = [all_of(state)]
        for step in STEPS:
            step(state)
            found.append(all_of(state))
    assert all(one != two for one, two in itertools.pairwise(found))
    return found


def go(state: State) -> int:
    """Go the steps until one fails; return how many were done."""
    for done, step in enumerate(STEPS):
        try:
            step(state)
        except StateError:
            return done
    return len(STEPS)


class FailingConnection:
    """A connection whose n-th statement that writes fails."""

    def __init__(self, connection: sqlite3.Connection, fails_at: int, code: int) -> None:
        self._connection = connection
        self._left = fails_at
        self._code = code

    def execute(self, statement: str, values: Any = ()) -> sqlite3.Cursor:
        if not statement.startswith(("SELECT", "ROLLBACK")):
            self._left -= 1
            if self._left == 0:
                error = sqlite3.OperationalError("the disk says no")
                error.sqlite_errorcode = self._code
                raise error
        return self._connection.execute(statement, values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def open_failing(path: Path, fails_at: int, code: int) -> State:
    lock = Lock(path)
    opened = open_file(path, lock, CATALOG, SOURCE)
    connection = cast("sqlite3.Connection", FailingConnection(opened.connection, fails_at, code))
    return State(Opened(connection, opened.is_new, opened.rebuilt_because), str(path), lock)


@pytest.mark.parametrize("code", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_FSYNC])
def test_whichever_statement_fails_nothing_is_half_done(tmp_path: Path, stages: list[Any], code: int) -> None:
    for fails_at in itertools.count(1):
        path = tmp_path / f"{fails_at}.sqlite"
        with open_failing(path, fails_at, code) as state:
            done = go(state)
            assert all_of(state) == stages[done]
        with State.open(path, catalog=CATALOG, source=SOURCE) as state:
            assert not state.rebuilt_because
            assert all_of(state) == stages[done]
        if done == len(STEPS):
            assert fails_at > 60
            break


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """No file may become larger: the system refuses to write, as where a quota is used up."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_wherever_the_system_refuses_to_write_nothing_is_half_done(tmp_path: Path, stages: list[Any]) -> None:
    reached = set()
    for size in itertools.count(0, 4_001):
        path = tmp_path / f"{size}.sqlite"
        with State.open(path, catalog=CATALOG, source=SOURCE) as state:
            with largest_file(size):
                done = go(state)
            assert all_of(state) == stages[done]
        with State.open(path, catalog=CATALOG, source=SOURCE) as state:
            assert not state.rebuilt_because
            assert all_of(state) == stages[done]
        reached.add(done)
        if done == len(STEPS):
            break
    assert len(reached) > 5


@pytest.mark.parametrize("size", [0, 1, 20_000])
def test_where_no_state_can_be_made_there_is_none(path: Path, open_state: Open, size: int) -> None:
    with largest_file(size), pytest.raises(StateError):
        open_state()
    assert not path.exists()
    assert open_state().is_new


def test_where_no_state_can_be_made_the_damaged_one_stays_where_it_is(path: Path, open_state: Open) -> None:
    open_state().close()
    path.write_bytes(b"damaged")
    with largest_file(1), pytest.raises(StateError):
        open_state()
    assert path.read_bytes() == b"damaged"
    assert open_state().rebuilt_because.startswith("file is not a database")


def test_a_state_with_no_room_left_can_be_written_when_there_is_room(open_state: Open) -> None:
    state = open_state()
    run = state.begin_run("sync")
    state._database.change("PRAGMA max_page_count = 1")

    def put_many() -> None:
        for number in range(100):
            state.put_base(base_of(f"record-{number}"))

    with pytest.raises(StateError, match="cannot be written: database or disk is full"):
        put_many()
    count = state.count_bases()
    state._database.change("PRAGMA max_page_count = 1000000")
    state.put_base(base_of("with room"))
    state.finish_run(run, report={}, ended="failed")
    assert state.count_bases() == count + 1


def test_a_state_whose_disk_failed_is_not_written_any_more(tmp_path: Path) -> None:
    with open_failing(tmp_path / "town.sqlite", 3, sqlite3.SQLITE_IOERR_FSYNC) as state:
        with pytest.raises(StateError, match="cannot be written: the disk says no; what was remembered before"):
            state.begin_run("sync")
        with pytest.raises(StateError, match="cannot be written any more: the disk says no"):
            state.begin_run("sync")
        assert state.serial == 0


def test_a_spool_with_no_room_is_a_state_error(state: State) -> None:
    state._database.change("PRAGMA temp.max_page_count = 20")

    def put_many() -> None:
        for number in range(100):
            state.spool.put_all([Noted.of(f"{number}", "", LARGE)])

    with pytest.raises(StateError, match="full"):
        put_many()
    count = state.spool.count()
    assert count == sum(1 for _ in state.spool.rows())
    assert state.spool.get(f"{count - 1}") == ("", LARGE)
    state.begin_run("sync")
