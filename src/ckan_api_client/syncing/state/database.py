"""One SQLite connection for several threads: transactions, and errors that say what happened.

It knows no table but the tally of its own writes.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import Any, NoReturn

from ckan_api_client.exceptions import StateError
from ckan_api_client.syncing.state.packing import Value, checksum
from ckan_api_client.syncing.state.schema import COLUMNS

_NOTHING_LOST = "what was remembered before is still there"


class Database:
    """Reads and writes under one lock. `written` is told the number of the last transaction once it is on the disk."""

    def __init__(self, connection: sqlite3.Connection, name: str, written: Callable[[int], None]) -> None:
        self._connection = connection
        self._name = name
        self._written = written
        self._lock = threading.RLock()
        self._depth = 0
        self._spoiled = ""
        self._broken = ""
        self._writes: int = connection.execute("SELECT count FROM main.tally WHERE name = 'writes'").fetchone()[0]

    @contextmanager
    def writing(self) -> Iterator[None]:
        """All or nothing: what is written inside is on the disk after it, or was never there. May be nested."""
        with self._lock:
            if self._depth:
                yield from self._nested()
                return
            if self._broken:
                raise StateError(f"{self._name} cannot be written any more: {self._broken}")
            self._depth, self._spoiled = 1, ""
            try:
                with self._translated("written"):
                    self._connection.execute("BEGIN IMMEDIATE")
                yield
                number = self._commit()
            except BaseException:
                self._roll_back()
                raise
            finally:
                self._depth = 0
            self._written(number)

    def locked(self) -> AbstractContextManager[object]:
        """Several statements that other threads see all of, or none; not a transaction."""
        return self._lock

    def read(self, query: str, values: Sequence[Value] = ()) -> list[tuple[Any, ...]]:
        with self._lock, self._translated("read"):
            return self._connection.execute(query, values).fetchall()

    def change(self, statement: str, values: Sequence[Value] = ()) -> int:
        """Carry one statement out; return the id of the last row that was added."""
        with self._lock, self._translated("written"):
            return self._connection.execute(statement, values).lastrowid or 0

    def add(self, table: str, values: Sequence[Value], *, over: bool = False) -> int:
        """Add a row to a table of the state, with its checksum; return its id. `over`: in place of one with its key."""
        return self.change(_adding(table, over=over), (*values, checksum(values)))

    def add_all(self, table: str, rows: Iterable[Sequence[Value]]) -> None:
        """Add rows to a table of the state, with their checksums, in place of those with their keys."""
        self.change_all(_adding(table, over=True), ((*row, checksum(row)) for row in rows))

    def change_all(self, statement: str, rows: Iterable[Sequence[Value]]) -> None:
        """Carry one statement out for each of some rows, for all or for none."""
        with self._lock, self._translated("written"):
            self._connection.execute("SAVEPOINT many")
            try:
                self._connection.executemany(statement, rows)
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK TO many")
                    self._connection.execute("RELEASE many")
                raise
            self._connection.execute("RELEASE many")

    def rows(self, table: str, where: str = "1", values: Sequence[Value] = ()) -> list[tuple[Any, ...]]:
        """Return rows of a table of the state, without their checksums. Raises StateError for one that is damaged."""
        columns = ", ".join((*COLUMNS[table], "checksum"))
        found = self.read(f"SELECT {columns} FROM main.{table} WHERE {where}", values)
        for row in found:
            if checksum(row[:-1]) != row[-1]:
                raise StateError(f"{self._name} is damaged: a row of the table {table} is not as it was written")
        return [row[:-1] for row in found]

    def close(self) -> None:
        with self._lock, self._translated("closed"):
            self._connection.close()

    def _nested(self) -> Iterator[None]:
        self._depth += 1
        try:
            yield
        except BaseException as error:
            self._spoiled = self._spoiled or str(error) or type(error).__name__
            raise
        finally:
            self._depth -= 1

    def _commit(self) -> int:
        if self._spoiled:
            raise StateError(f"{self._name} was not written: {self._spoiled}")
        with self._translated("written"):
            number = self._writes + 1
            self._connection.execute("UPDATE main.tally SET count = ? WHERE name = 'writes'", (number,))
            self._connection.execute("COMMIT")
        self._writes = number
        return number

    def _roll_back(self) -> None:
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            self._broken = f"a transaction could be neither finished nor undone: {error}"

    def _translated(self, what: str) -> _Translated:
        return _Translated(self._fail, what)

    def _fail(self, what: str, error: sqlite3.Error) -> NoReturn:
        if (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF == sqlite3.SQLITE_IOERR:
            # What the system failed to write once, it may take for written the next time it is asked.
            self._broken = str(error)
        raise StateError(f"{self._name} cannot be {what}: {error}; {_NOTHING_LOST}") from error


class _Translated:
    """Around each statement, so that what SQLite raises is a StateError. A generator would take three times as long."""

    __slots__ = ("_fail", "_what")

    def __init__(self, fail: Callable[[str, sqlite3.Error], NoReturn], what: str) -> None:
        self._fail = fail
        self._what = what

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, sqlite3.Error):
            self._fail(self._what, error)


@cache
def _adding(table: str, *, over: bool) -> str:
    columns = COLUMNS[table]
    marks = ", ".join("?" * (len(columns) + 1))
    statement = f"INSERT INTO main.{table} VALUES ({marks})"
    if not over:
        return statement
    sets = ", ".join(f"{column} = excluded.{column}" for column in (*columns[1:], "checksum"))
    return f"{statement} ON CONFLICT ({columns[0]}) DO UPDATE SET {sets}"
