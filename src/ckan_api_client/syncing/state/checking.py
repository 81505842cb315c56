"""Whether a state file is whole, and whose it is. It changes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from functools import cache

from ckan_api_client.exceptions import StateError
from ckan_api_client.syncing.state.packing import checksum
from ckan_api_client.syncing.state.schema import (
    APPLICATION_ID,
    VERSION,
    columns_of,
    create_tables,
    describe,
    references_of,
)

#: What SQLite says of a file that is not as it was written; 0 is of its Python module, of a text that is no UTF-8.
#: All else is of the system: no memory, no space, no right.
_OF_THE_FILE = {
    0, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT,
    sqlite3.SQLITE_SCHEMA, sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_MISMATCH,
}  # fmt: skip


class Damaged(Exception):
    """The file was a state, and is none any more."""


def is_damage(error: sqlite3.Error) -> bool:
    """Tell whether an error says that the file is not as it was written, rather than that the system failed."""
    return (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF in _OF_THE_FILE


def check(connection: sqlite3.Connection, *, catalog: str, source: str, least_writes: int) -> None:
    """Raise Damaged unless everything in a state is as it was written; StateError if it is somebody else's.

    `least_writes`: how many transactions it must have seen.
    """
    version = _one(connection, "PRAGMA user_version")
    if _one(connection, "PRAGMA application_id") != APPLICATION_ID:
        raise Damaged("it says that it is something else")
    meta = _meta(connection, version)
    if meta["version"] != str(version):
        raise Damaged(f"it says that it is of version {version}, and of version {meta['version']}")
    if version > VERSION:
        raise StateError(f"it was written by a newer version of this program (format {version}, known is {VERSION})")
    for key, expected, what in (("catalog", catalog, "catalog"), ("source", source, "source")):
        if meta[key] != expected:
            raise StateError(f"it belongs to the {what} {meta[key]!r}, not to {expected!r}")
    check_rows(connection, least_writes, version)


def check_rows(connection: sqlite3.Connection, least_writes: int, version: int = VERSION) -> None:
    """Raise Damaged unless each row is as it was written, and all are there."""
    if describe(connection) != _definitions(version):
        raise Damaged("its tables are not as they were made")
    for (finding,) in connection.execute("PRAGMA main.quick_check(1)"):
        if finding != "ok":
            raise Damaged(str(finding))
    tallies: dict[str, tuple[int, int]] = {
        name: (count, total) for name, count, total in connection.execute("SELECT name, count, total FROM main.tally")
    }
    tables = columns_of(version)
    if set(tallies) != {*tables, "writes"}:
        raise Damaged("it does not say how many rows it has")
    for table, columns in tables.items():
        count = total = 0
        for row in connection.execute(f"SELECT {', '.join(columns)}, checksum FROM main.{table}"):
            if checksum(row[:-1]) != row[-1]:
                raise Damaged(f"a row of the table {table} is not as it was written")
            count += 1
            total += row[-1]
        if (count, total) != tallies[table]:
            raise Damaged(f"the table {table} has {count} rows and should have {tallies[table][0]}")
    for table, column in references_of(version):
        has_none = f"{column} NOT IN (SELECT id FROM main.blob)"
        query = f"SELECT count(*) FROM main.{table} WHERE {column} IS NOT NULL AND {has_none}"
        if _one(connection, query):
            raise Damaged(f"the table {table} has rows whose content is missing")
    if tallies["writes"][0] < least_writes:
        raise Damaged("it is older than when it was last written")


def read_meta(connection: sqlite3.Connection) -> Mapping[str, str]:
    """Return what a state says of itself. Raises Damaged where that is not as it was written."""
    found: dict[str, str] = {}
    for key, value, stored in connection.execute("SELECT key, value, checksum FROM main.meta"):
        if checksum((key, value)) != stored:
            raise Damaged("what it says of itself is not as it was written")
        found[key] = value
    if not {"version", "catalog", "source", "serial"} <= set(found):
        raise Damaged("it does not say whose it is")
    return found


def _meta(connection: sqlite3.Connection, version: int) -> Mapping[str, str]:
    try:
        return read_meta(connection)
    except sqlite3.OperationalError as error:
        if version > VERSION and is_damage(error) and "no such" in str(error):
            raise StateError(f"it was written by a newer version of this program (format {version})") from error
        raise


def _one(connection: sqlite3.Connection, query: str) -> int:
    found: int = connection.execute(query).fetchone()[0]
    return found


@cache
def _definitions(version: int) -> list[tuple[str, str, str]]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        create_tables(connection, version)
        return describe(connection)
