"""The tables of a state file.

Whoever changes them counts VERSION up, and brings the older ones along: tests/syncing/state/golden has a file of each.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping

#: "CkSt": tells a state from any other SQLite file.
APPLICATION_ID = 0x436B5374
VERSION = 3

#: Columns of the tables whose rows bear a checksum, which is the last column of each. The first one is the key.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "blob": ("id", "beside", "data"),
    "base": ("record_id", "dataset_id", "source_hash", "modified", "status", "how", "fields", "source", "catalog"),
    "run": ("number", "kind", "begun", "account", "plan_checksum", "undoes", "finished", "ended", "report"),
    "entry": (
        "id", "run", "kind", "key", "action", "dataset_id", "before", "sent", "source", "base", "base_source",
        "base_catalog", "did", "after",
    ),
    "quarantine": ("record_id", "source_hash", "modified", "reason"),
    "absence": ("record_id", "runs", "since"),
    "line": ("digest", "record_id", "hash", "about"),
    "about": ("id", "text"),
}  # fmt: skip
#: The version that first had a table, where that is not the first one.
SINCE: Mapping[str, int] = {"line": 2, "about": 2}
#: Up to version 2, a base was one content, and so was all that an entry says of what was before.
OLDER: Mapping[str, tuple[str, ...]] = {
    "blob": ("id", "data"),
    "base": ("record_id", "dataset_id", "source_hash", "modified", "status", "how", "blob"),
    "entry": ("id", "run", "kind", "key", "action", "dataset_id", "blob", "did", "after"),
}
#: Columns that hold the number of a blob. No foreign keys: to remove a blob would search the tables for its number.
REFERENCES = (
    ("base", "source"), ("base", "catalog"), ("run", "report"), ("entry", "before"), ("entry", "sent"),
    ("entry", "source"), ("entry", "base_source"), ("entry", "base_catalog"), ("entry", "after"),
)  # fmt: skip
_OLDER_REFERENCES = (("base", "blob"), ("run", "report"), ("entry", "blob"), ("entry", "after"))

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE tally (name TEXT PRIMARY KEY, count INTEGER NOT NULL, total INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE run (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, begun TEXT NOT NULL, account TEXT NOT NULL,
    plan_checksum TEXT NOT NULL, undoes INTEGER, finished TEXT NOT NULL, ended TEXT NOT NULL, report INTEGER,
    checksum INTEGER NOT NULL
);
CREATE TABLE quarantine (
    record_id TEXT PRIMARY KEY, source_hash TEXT NOT NULL, modified TEXT NOT NULL, reason TEXT NOT NULL,
    checksum INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE absence (
    record_id TEXT PRIMARY KEY, runs INTEGER NOT NULL, since TEXT NOT NULL, checksum INTEGER NOT NULL
) WITHOUT ROWID;
"""

#: Up to version 2.
_OLDER_TABLES = """
CREATE TABLE blob (id INTEGER PRIMARY KEY, data BLOB NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE base (
    record_id TEXT PRIMARY KEY, dataset_id TEXT NOT NULL, source_hash TEXT NOT NULL, modified TEXT NOT NULL,
    status TEXT NOT NULL, how TEXT NOT NULL, blob INTEGER NOT NULL, checksum INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE entry (
    id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run (number), kind TEXT NOT NULL, key TEXT NOT NULL,
    action TEXT NOT NULL, dataset_id TEXT NOT NULL, blob INTEGER NOT NULL, did TEXT NOT NULL, after INTEGER,
    checksum INTEGER NOT NULL
);
"""

#: `beside`: the blob without which this one cannot be read. `fields`: what is short of a base, as JSON; an entry has it
#: of the base that was there before, and its two contents.
_TABLES_OF_3 = """
CREATE TABLE blob (id INTEGER PRIMARY KEY, beside INTEGER, data BLOB NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE base (
    record_id TEXT PRIMARY KEY, dataset_id TEXT NOT NULL, source_hash TEXT NOT NULL, modified TEXT NOT NULL,
    status TEXT NOT NULL, how TEXT NOT NULL, fields BLOB NOT NULL, source INTEGER NOT NULL, catalog INTEGER NOT NULL,
    checksum INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE entry (
    id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run (number), kind TEXT NOT NULL, key TEXT NOT NULL,
    action TEXT NOT NULL, dataset_id TEXT NOT NULL, before INTEGER, sent INTEGER, source INTEGER, base BLOB,
    base_source INTEGER, base_catalog INTEGER, did TEXT NOT NULL, after INTEGER, checksum INTEGER NOT NULL
);
"""

#: What a text of the source was found to be: the record, the hash of its data, and what else it says. `hash` is binary.
_TABLES_OF_2 = """
CREATE TABLE line (
    digest BLOB PRIMARY KEY, record_id TEXT NOT NULL, hash BLOB NOT NULL, about INTEGER NOT NULL,
    checksum INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE about (id INTEGER PRIMARY KEY, text TEXT NOT NULL, checksum INTEGER NOT NULL);
"""

#: Rows that vanish whole leave no wrong checksum behind: their number and the sum of the checksums is kept.
_TALLY = """
CREATE TRIGGER {table}_added AFTER INSERT ON {table} BEGIN
    UPDATE tally SET count = count + 1, total = total + new.checksum WHERE name = '{table}';
END;
CREATE TRIGGER {table}_changed AFTER UPDATE ON {table} BEGIN
    UPDATE tally SET total = total - old.checksum + new.checksum WHERE name = '{table}';
END;
CREATE TRIGGER {table}_removed AFTER DELETE ON {table} BEGIN
    UPDATE tally SET count = count - 1, total = total - old.checksum WHERE name = '{table}';
END;
INSERT INTO tally VALUES ('{table}', 0, 0);
"""


def create_tables(connection: sqlite3.Connection, version: int = VERSION) -> None:
    """Make the tables of a version in an empty database."""
    tables = _TABLES + (_TABLES_OF_2 if version >= SINCE["line"] else "")
    tables += _OLDER_TABLES if version < VERSION else _TABLES_OF_3
    connection.executescript(
        f"BEGIN; {tables} {_triggers(columns_of(version))} INSERT INTO tally VALUES ('writes', 0, 0);"
        f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {version}; COMMIT"
    )


def statements_after(version: int) -> Iterator[str]:
    """Yield what makes the tables of an older version those of this one; OLDER ones are left beside, as `older_...`."""
    for table in OLDER:
        for event in ("added", "changed", "removed"):
            yield f"DROP TRIGGER {table}_{event}"
        yield f"ALTER TABLE {table} RENAME TO older_{table}"
        yield f"DELETE FROM tally WHERE name = '{table}'"
    more = _TABLES_OF_2 + _triggers(SINCE) if version < SINCE["line"] else ""
    yield from _split(more + _TABLES_OF_3 + _triggers(OLDER))
    yield f"PRAGMA user_version = {VERSION}"


def columns_of(version: int) -> Mapping[str, tuple[str, ...]]:
    """Return the tables of a version with their columns, as COLUMNS has those of this one."""
    older = OLDER if version < VERSION else {}
    return {**{table: columns for table, columns in COLUMNS.items() if SINCE.get(table, 1) <= version}, **older}


def references_of(version: int) -> tuple[tuple[str, str], ...]:
    """Return the columns of a version's tables that hold the number of a blob."""
    return REFERENCES if version == VERSION else _OLDER_REFERENCES


def _triggers(tables: Iterable[str]) -> str:
    return "".join(_TALLY.format(table=table) for table in tables)


def _split(statements: str) -> Iterator[str]:
    """Yield the statements one by one: a script would end the transaction that it is in."""
    statement = ""
    for part in statements.split(";"):
        statement += f"{part};"
        if sqlite3.complete_statement(statement) and part.strip():
            yield statement
            statement = ""


def describe(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """Return the definitions that a database holds."""
    query = "SELECT type, name, sql FROM main.sqlite_master ORDER BY name"
    return [tuple(row) for row in connection.execute(query)]
