"""The datastore's tables and their rows in SQLite, as JSON. Knows nothing of types or arguments."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

Record: TypeAlias = dict[str, Any]


@dataclass
class Column:
    """A column as its creator described it. `type` is CKAN's name of it in answers: int4, not int."""

    id: str
    type: str
    info: dict[str, Any] | None = None


@dataclass
class Table:
    """A resource's table without its rows."""

    id: str
    columns: list[Column] = field(default_factory=list)
    key: list[str] = field(default_factory=list)
    indexes: list[list[str]] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    last_id: int = 0

    @property
    def names(self) -> list[str]:
        return [column.id for column in self.columns]

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.id == name), None)


class Tables:
    """All tables. The connection's owner commits."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute(
            "CREATE TABLE IF NOT EXISTS datastore_table (id TEXT PRIMARY KEY, description TEXT NOT NULL)"
        )
        connection.execute(
            "CREATE TABLE IF NOT EXISTS datastore_record"
            " (table_id TEXT NOT NULL, number INTEGER NOT NULL, record TEXT NOT NULL, PRIMARY KEY (table_id, number))"
        )

    @contextmanager
    def all_or_nothing(self, *, keeps: bool = True) -> Iterator[None]:
        """Undo what is written in here if it raises, or is not to be kept."""
        self._connection.execute("SAVEPOINT datastore")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK TO datastore")
            self._connection.execute("RELEASE datastore")
            raise
        if not keeps:
            self._connection.execute("ROLLBACK TO datastore")
        self._connection.execute("RELEASE datastore")

    def find(self, reference: str) -> Table | None:
        """The table of a resource, or the one with this alias."""
        statement = "SELECT id, description FROM datastore_table"
        row = self._connection.execute(f"{statement} WHERE id = ?", (reference,)).fetchone()
        if row is not None:
            return _table(row[1])
        every = (_table(row[1]) for row in self._connection.execute(statement))
        return next((table for table in every if reference in table.aliases), None)

    def save(self, table: Table) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO datastore_table (id, description) VALUES (?, ?)",
            (table.id, json.dumps(asdict(table))),
        )

    def drop(self, table: Table) -> None:
        self._connection.execute("DELETE FROM datastore_record WHERE table_id = ?", (table.id,))
        self._connection.execute("DELETE FROM datastore_table WHERE id = ?", (table.id,))

    def clear(self) -> None:
        self._connection.execute("DELETE FROM datastore_record")
        self._connection.execute("DELETE FROM datastore_table")

    def records(self, table: Table) -> dict[int, Record]:
        """By `_id`, in its order; values of columns that came later are missing."""
        rows = self._connection.execute(
            "SELECT number, record FROM datastore_record WHERE table_id = ? ORDER BY number", (table.id,)
        )
        return {row[0]: json.loads(row[1]) for row in rows}

    def count(self, table: Table) -> int:
        row = self._connection.execute(
            "SELECT count(*) FROM datastore_record WHERE table_id = ?", (table.id,)
        ).fetchone()
        return int(row[0])

    def put(self, table: Table, records: dict[int, Record]) -> None:
        """Write these rows, new or not."""
        self._connection.executemany(
            "INSERT OR REPLACE INTO datastore_record (table_id, number, record) VALUES (?, ?, ?)",
            [(table.id, number, json.dumps(record, ensure_ascii=False)) for number, record in records.items()],
        )

    def remove(self, table: Table, numbers: list[int]) -> None:
        self._connection.executemany(
            "DELETE FROM datastore_record WHERE table_id = ? AND number = ?", [(table.id, number) for number in numbers]
        )


def _table(text: str) -> Table:
    description = json.loads(text)
    columns = [Column(**column) for column in description.pop("columns")]
    return Table(columns=columns, **description)
