"""The tables of a state file.

Whoever changes them counts VERSION up, and brings the older ones along: tests/syncing/state/golden has a file of each.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

#: "CkSt": tells a state from any other SQLite file.
APPLICATION_ID = 0x436B5374
VERSION = 1

#: Columns of the tables whose rows bear a checksum, which is the last column of each. The first one is the key.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "blob": ("id", "data"),
    "base": ("record_id", "dataset_id", "source_hash", "modified", "status", "how", "blob"),
    "run": ("number", "kind", "begun", "account", "plan_checksum", "undoes", "finished", "ended", "report"),
    "entry": ("id", "run", "kind", "key", "action", "dataset_id", "blob", "did", "after"),
    "quarantine": ("record_id", "source_hash", "modified", "reason"),
    "absence": ("record_id", "runs", "since"),
}
#: Columns that hold the number of a blob. No foreign keys: to remove a blob would search the tables for its number.
REFERENCES = (("base", "blob"), ("run", "report"), ("entry", "blob"), ("entry", "after"))

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE tally (name TEXT PRIMARY KEY, count INTEGER NOT NULL, total INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE blob (id INTEGER PRIMARY KEY, data BLOB NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE base (
    record_id TEXT PRIMARY KEY, dataset_id TEXT NOT NULL, source_hash TEXT NOT NULL, modified TEXT NOT NULL,
    status TEXT NOT NULL, how TEXT NOT NULL, blob INTEGER NOT NULL, checksum INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE run (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, begun TEXT NOT NULL, account TEXT NOT NULL,
    plan_checksum TEXT NOT NULL, undoes INTEGER, finished TEXT NOT NULL, ended TEXT NOT NULL, report INTEGER,
    checksum INTEGER NOT NULL
);
CREATE TABLE entry (
    id INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run (number), kind TEXT NOT NULL, key TEXT NOT NULL,
    action TEXT NOT NULL, dataset_id TEXT NOT NULL, blob INTEGER NOT NULL, did TEXT NOT NULL, after INTEGER,
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


def create_tables(connection: sqlite3.Connection) -> None:
    """Make the tables in an empty database."""
    triggers = "".join(_TALLY.format(table=table) for table in COLUMNS)
    connection.executescript(
        f"BEGIN; {_TABLES} {triggers} INSERT INTO tally VALUES ('writes', 0, 0);"
        f"PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {VERSION}; COMMIT"
    )


def describe(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """Return the definitions that a database holds."""
    query = "SELECT type, name, sql FROM main.sqlite_master ORDER BY name"
    return [tuple(row) for row in connection.execute(query)]
