"""The tables of one run's own: they lie in a temporary file that is gone with the connection."""

from __future__ import annotations

import sqlite3

_TABLES = """
PRAGMA temp.journal_mode = MEMORY;
PRAGMA temp.synchronous = OFF;
PRAGMA temp.cache_size = -8000;
CREATE TABLE temp.wanted (
    record_id TEXT PRIMARY KEY, place TEXT NOT NULL, hash TEXT NOT NULL, data INTEGER, digest BLOB, about INTEGER
) WITHOUT ROWID;
CREATE TABLE temp.listed (
    record_id TEXT NOT NULL, dataset_id TEXT NOT NULL, name TEXT NOT NULL, modified TEXT NOT NULL,
    PRIMARY KEY (record_id, dataset_id)
) WITHOUT ROWID;
CREATE TABLE temp.seen (record_id TEXT PRIMARY KEY, data INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE temp.open (record_id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE temp.settled (
    record_id TEXT PRIMARY KEY, dataset_id TEXT NOT NULL, source_hash TEXT NOT NULL, modified TEXT NOT NULL,
    fields BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE temp.loose (id INTEGER PRIMARY KEY);
CREATE TABLE temp.content (id INTEGER PRIMARY KEY, data BLOB NOT NULL);
"""


def create_spool(connection: sqlite3.Connection) -> None:
    connection.executescript(_TABLES)
