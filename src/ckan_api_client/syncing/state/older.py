"""Bringing a state of an older version along: all or nothing, and once."""

from __future__ import annotations

import sqlite3
from typing import Any

from ckan_api_client.syncing.base import Base
from ckan_api_client.syncing.state.bases import Bases
from ckan_api_client.syncing.state.blobs import Blobs, Text
from ckan_api_client.syncing.state.database import Database
from ckan_api_client.syncing.state.packing import checksum, to_text, unpack
from ckan_api_client.syncing.state.schema import OLDER, VERSION, statements_after


def bring_along(connection: sqlite3.Connection, name: str) -> None:
    """Make a state that is whole one of this version. It takes a millisecond for a record, and another for a write."""
    version: int = connection.execute("PRAGMA main.user_version").fetchone()[0]
    if version == VERSION:
        return
    database = Database(connection, name, lambda _: None)
    with database.writing():
        for statement in statements_after(version):
            database.change(statement)
        row = ("version", str(VERSION))
        database.change("INSERT OR REPLACE INTO meta VALUES (?, ?, ?)", (*row, checksum(row)))
        _share_contents(database)
        for table in OLDER:
            database.change(f"DROP TABLE older_{table}")


def _share_contents(database: Database) -> None:
    """Up to version 2, a base was one content, and what an entry says of the time before another."""
    blobs = Blobs(database)
    bases = Bases(database, blobs)

    def value(number: int | None) -> Any:
        query = "SELECT data FROM older_blob WHERE id = ?"
        return None if number is None else unpack(database.read(query, (number,))[0][0])

    def add(what: Any, like: Text | None = None) -> Text | None:
        return None if what is None else blobs.add(to_text(what), like)

    def number(text: Text | None) -> int | None:
        return None if text is None else text.number

    for *told, report in database.rows("run", "report IS NOT NULL"):
        database.add("run", (*told, number(add(value(report)))), over=True)
    for (blob,) in database.read("SELECT blob FROM older_base ORDER BY record_id"):
        bases.put(Base(**value(blob)))
    columns = ", ".join(OLDER["entry"])
    for *told, blob, did, after in database.read(f"SELECT {columns} FROM older_entry ORDER BY id"):
        base, (before, values, source, removed) = value(blob)
        kept = add(source)
        sent = None if values is None else [values, removed]
        copy = (None, None, None) if base is None else bases.copy_of(Base(**base))
        contents = (number(add(before, kept)), number(add(sent, kept)), number(kept))
        database.add("entry", (*told, *contents, *copy, did, number(add(value(after), kept))))
