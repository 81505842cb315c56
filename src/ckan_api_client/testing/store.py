"""The database of the embedded CKAN: SQLite tables shaped like CKAN's, rows in and out as dicts. It knows no rules."""

import json
import sqlite3
import threading
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeAlias

from .errors import InternalFailure

Row: TypeAlias = dict[str, Any]

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS package (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, title TEXT, version TEXT, url TEXT, author TEXT, author_email TEXT,
    maintainer TEXT, maintainer_email TEXT, notes TEXT, license_id TEXT, type TEXT, owner_org TEXT,
    creator_user_id TEXT, metadata_created TEXT, metadata_modified TEXT, private INTEGER NOT NULL DEFAULT 0, state TEXT,
    plugin_data TEXT, extras TEXT NOT NULL DEFAULT '[]');
CREATE INDEX IF NOT EXISTS package_owner ON package (owner_org);
CREATE TABLE IF NOT EXISTS resource (
    id TEXT PRIMARY KEY, package_id TEXT NOT NULL, url TEXT NOT NULL, format TEXT, description TEXT, hash TEXT,
    position INTEGER, name TEXT, resource_type TEXT, mimetype TEXT, mimetype_inner TEXT, size INTEGER, created TEXT,
    last_modified TEXT, metadata_modified TEXT, cache_url TEXT, cache_last_updated TEXT, url_type TEXT,
    extras TEXT NOT NULL DEFAULT '{}', state TEXT);
CREATE INDEX IF NOT EXISTS resource_package ON resource (package_id);
CREATE TABLE IF NOT EXISTS tag (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, vocabulary_id TEXT);
CREATE TABLE IF NOT EXISTS package_tag (package_id TEXT NOT NULL, tag_id TEXT NOT NULL, state TEXT NOT NULL,
    PRIMARY KEY (package_id, tag_id));
CREATE INDEX IF NOT EXISTS package_tag_tag ON package_tag (tag_id);
CREATE TABLE IF NOT EXISTS groups (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, title TEXT, type TEXT, description TEXT, image_url TEXT,
    created TEXT, is_organization INTEGER NOT NULL, approval_status TEXT, state TEXT,
    extras TEXT NOT NULL DEFAULT '[]');
CREATE TABLE IF NOT EXISTS member (
    id TEXT PRIMARY KEY, table_name TEXT NOT NULL, table_id TEXT NOT NULL, capacity TEXT, group_id TEXT NOT NULL,
    state TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS member_table ON member (table_id);
CREATE INDEX IF NOT EXISTS member_group ON member (group_id);
CREATE TABLE IF NOT EXISTS users (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, fullname TEXT, email TEXT, created TEXT, about TEXT,
    last_active TEXT, sysadmin INTEGER NOT NULL DEFAULT 0, state TEXT, image_url TEXT);
CREATE TABLE IF NOT EXISTS api_token (
    id TEXT PRIMARY KEY, name TEXT, user_id TEXT NOT NULL, token TEXT NOT NULL UNIQUE, created_at TEXT,
    last_access TEXT);
"""

_TABLES: Final = ("package", "resource", "tag", "package_tag", "groups", "member", "users", "api_token")


def new_id() -> str:
    return str(uuid.uuid4())


def to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Store:
    """One SQLite database and the lock around it: one request at a time, as if every row of CKAN's were locked."""

    def __init__(self, path: Path | None) -> None:
        self.lock = threading.RLock()
        self.connection = sqlite3.connect(
            path or ":memory:", isolation_level=None, check_same_thread=False, cached_statements=512
        )
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = NORMAL")
        self.connection.executescript(_SCHEMA)
        self._last_time = datetime.min  # noqa: DTZ901 - CKAN's times bear no zone

    def now(self) -> str:
        """Return the time as CKAN writes it, in UTC without a zone; never the same one twice."""
        time = datetime.now(UTC).replace(tzinfo=None)
        if time <= self._last_time:
            time = self._last_time + timedelta(microseconds=1)
        if time.microsecond < 1000:  # noqa: PLR2004 - a millisecond: without any, CKAN would not know its copy again
            time += timedelta(milliseconds=1)
        self._last_time = time
        return time.isoformat()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep what is written inside, unless an exception leaves it."""
        with self.lock:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            self.connection.execute("COMMIT")

    def _execute(self, statement: str, values: Sequence[Any]) -> sqlite3.Cursor:
        """Carry a statement out; values of a kind that has no place in a database break it, as they break CKAN."""
        try:
            return self.connection.execute(statement, values)
        except (sqlite3.ProgrammingError, OverflowError, UnicodeEncodeError) as error:
            raise InternalFailure("Internal Server Error") from error

    def rows(self, statement: str, *values: Any) -> list[Row]:
        cursor = self._execute(statement, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def row(self, statement: str, *values: Any) -> Row | None:
        found = self.rows(statement, *values)
        return found[0] if found else None

    def value(self, statement: str, *values: Any) -> Any:
        row = self._execute(statement, values).fetchone()
        return None if row is None else row[0]

    def insert(self, table: str, row: Mapping[str, Any]) -> None:
        names = ", ".join(row)
        marks = ", ".join("?" * len(row))
        statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names are those of our own columns
        self._execute(statement, tuple(row.values()))

    def update(self, table: str, id: str, changes: Mapping[str, Any]) -> None:
        if changes:
            names = ", ".join(f"{name} = ?" for name in changes)
            statement = f"UPDATE {table} SET {names} WHERE id = ?"  # noqa: S608 - names are those of our own columns
            self._execute(statement, (*changes.values(), id))

    def run(self, statement: str, *values: Any) -> None:
        self._execute(statement, values)

    def by_reference(self, table: str, reference: Any) -> Row | None:
        """Return the row whose id it is, else the one whose name it is, in whatever state (quirk D4).

        As PostgreSQL it breaks on what is no text; CKAN asks it for a blank dataset or resource just as little.
        """
        if reference is None or reference in ("", [], [None]) or (not reference and table in ("package", "resource")):
            return None
        if not isinstance(reference, str) or "\0" in reference:
            raise InternalFailure("Internal Server Error")
        return self.row(f"SELECT * FROM {table} WHERE id = ?", reference) or self.row(  # noqa: S608 - our own tables
            f"SELECT * FROM {table} WHERE name = ?",  # noqa: S608 - our own tables
            reference,
        )

    def clear(self, *, keep: Sequence[str] = ()) -> None:
        """Empty every table, and those of the datastore, but `keep`."""
        with self.transaction():
            for table in _TABLES:
                if table not in keep:
                    self.connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own tables

    def close(self) -> None:
        with self.lock:
            self.connection.close()
