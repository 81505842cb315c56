"""An SQLite file with one table for each kind of thing, columns `id` and `json_data`: the 2014 client's layout."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from ckan_api_client.exceptions import SourceError

from .keys import as_key, no_object
from .listing import NOTHING_DONE, Broken, Kind, Listing, Record, Tally
from .strict_json import parse_json

__all__ = ["SqliteSource"]


class SqliteSource:
    """The rows of three tables, opened for reading only and read as one snapshot, in the order of their ids.

    A record's key is the row's `id`; None instead of a table's name means that there is none. A row whose `json_data`
    is no JSON object is `Broken` and has its key: the others go on, and the listing is `Partial`. A missing table or
    column raises SourceError. `position` and `size` are rows.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        dataset_table: str | None = "dataset",
        group_table: str | None = "group",
        organization_table: str | None = "organization",
        allow_empty: bool = False,
    ) -> None:
        self._path = Path(path)
        kinds: tuple[tuple[Kind, str | None], ...] = (
            ("organization", organization_table),
            ("group", group_table),
            ("dataset", dataset_table),
        )
        self._tables = [(kind, table) for kind, table in kinds if table is not None]
        self._allow_empty = allow_empty
        self._position = 0

    @property
    def name(self) -> str:
        return str(self._path)

    @property
    def size(self) -> int:
        with self._connect() as connection:
            return sum(_count(connection, table) for _, table in self._tables)

    @property
    def position(self) -> int:
        return self._position

    def read(self) -> Listing:
        tally = Tally()
        self._position = 0
        with self._connect() as connection:
            connection.execute("BEGIN")
            self._check_tables(connection)
            for kind, table in self._tables:
                query = f"SELECT id, json_data FROM {_quoted(table)} ORDER BY id"  # noqa: S608 - a quoted name
                for identity, text in connection.execute(query):
                    self._position += 1
                    yield tally.count(self._make_record(kind, table, identity, text))
        if not self._allow_empty:
            tally.refuse_nothing(self.name)
        tables = ", ".join(table for _, table in self._tables)
        return tally.make_ending(f"read all {self._position} rows of the tables {tables} in one transaction")

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        uri = f"file:{quote(str(self._path.absolute()))}?mode=ro"
        try:
            with closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
                yield connection
        except sqlite3.Error as error:
            raise SourceError(f"cannot be read: {error}: {NOTHING_DONE}", file=self.name) from error

    def _check_tables(self, connection: sqlite3.Connection) -> None:
        for _, table in self._tables:
            columns = {row[1] for row in connection.execute(f"PRAGMA table_info({_quoted(table)})")}
            if not columns:
                there = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
                raise SourceError(
                    f"has no table {table!r}, but {', '.join(sorted(there)) or 'none at all'}: {NOTHING_DONE}. "
                    "Name the table, or have an empty one",
                    file=self.name,
                    key=table,
                )
            missing = sorted({"id", "json_data"} - columns)
            if missing:
                raise SourceError(
                    f"has no column {' and no '.join(missing)}: {NOTHING_DONE}", file=self.name, key=table
                )

    def _make_record(self, kind: Kind, table: str, identity: object, text: object) -> Record | Broken:
        file = f"{self.name}[{table}]"
        key = as_key(identity)
        if key is None:
            return Broken(file, None, f"has {identity!r:.80} for its id: a text or a number is needed", kind=kind)
        if not isinstance(text, str | bytes):
            return Broken(file, None, f"has no text in json_data but {text!r:.80}", key, kind)
        try:
            data = parse_json(text)
        except ValueError as error:
            return Broken(file, None, str(error), key, kind)
        if not isinstance(data, dict):
            return Broken(file, None, no_object(data), key, kind)
        return Record(key, kind, data, file)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _count(connection: sqlite3.Connection, table: str) -> int:
    count: int = connection.execute(f"SELECT count(*) FROM {_quoted(table)}").fetchone()[0]  # noqa: S608 - quoted
    return count
