"""From a path to a connection to a state that is whole: opened, or made, or made anew."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from ckan_api_client.exceptions import StateError
from ckan_api_client.syncing.state import files
from ckan_api_client.syncing.state.checking import Damaged, check, is_damage, read_meta
from ckan_api_client.syncing.state.older import bring_along
from ckan_api_client.syncing.state.packing import as_note, checksum
from ckan_api_client.syncing.state.schema import APPLICATION_ID, VERSION, create_tables
from ckan_api_client.syncing.state.spool_tables import create_spool

#: In bytes: what is remembered of a record takes 2 to 3 kB, of which three fit here, and but one in SQLite's own 4,096.
_PAGE = 8_192
#: Pages in memory, in KiB.
_CACHE = 16_000


@dataclass(frozen=True, slots=True)
class Opened:
    """`is_new`: there was none. `rebuilt_because`: why there is a new one in place of one that was, or ""."""

    connection: sqlite3.Connection
    is_new: bool
    rebuilt_because: str


def open_memory(catalog: str, source: str) -> Opened:
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    _fill(connection, catalog, source)
    _set_up(connection)
    return Opened(connection, is_new=True, rebuilt_because="")


def open_file(path: Path, lock: files.Lock, catalog: str, source: str) -> Opened:
    """Open a state, which must be locked. Raises StateError for one that is not ours to read, or to write over."""
    witness = lock.read()
    if not files.is_there(path):
        lost = "the file is gone" if witness is not None and witness.writes else ""
        return Opened(_create(path, lock, catalog, source, lost=lost), is_new=True, rebuilt_because=lost)
    if witness is None and not is_ours(path):
        raise StateError(f"{path} is no state of a sync: nothing was read or written; name another file")
    try:
        connection = open_checked(path, catalog, source, 0 if witness is None else witness.writes)
    except Damaged as error:
        aside = files.name_aside(path)
        lost = f"{error} (the damaged file is kept: {aside})"
        return Opened(_create(path, lock, catalog, source, lost=lost, aside=aside), is_new=False, rebuilt_because=lost)
    except StateError as error:
        raise StateError(f"{path} cannot be used: {error}") from error
    return Opened(connection, is_new=False, rebuilt_because=read_meta(connection).get("rebuilt", ""))


def open_checked(path: Path, catalog: str, source: str, least_writes: int) -> sqlite3.Connection:
    """Open a state that is whole. Raises Damaged for one that is not; StateError for one that is not ours."""
    with files.reported(path):
        size = path.stat().st_size
    if not size:
        raise Damaged("it is empty")
    if not os.access(path, os.W_OK):
        raise StateError("it may not be written")
    connection: sqlite3.Connection | None = None
    try:
        connection = _connect_plainly(path)
        check(connection, catalog=catalog, source=source, least_writes=least_writes)
        _set_up(connection)
        bring_along(connection, str(path))
    except sqlite3.Error as error:
        _close(connection)
        if is_damage(error) or "readonly" in str(error):
            raise Damaged(str(error)) from error
        raise StateError(str(error)) from error
    except (UnicodeDecodeError, TypeError, ValueError) as error:
        _close(connection)
        raise Damaged(str(error)) from error
    except BaseException:
        _close(connection)
        raise
    return connection


def _connect(path: Path) -> sqlite3.Connection:
    connection = _connect_plainly(path)
    try:
        _set_up(connection)
    except BaseException:
        _close(connection)
        raise
    return connection


def _connect_plainly(path: Path) -> sqlite3.Connection:
    uri = f"file:{quote(os.fsencode(path.absolute()))}?mode=rw"
    connection = sqlite3.connect(
        uri, uri=True, isolation_level=None, check_same_thread=False, timeout=1, cached_statements=256
    )
    # Nobody else may open it anyway; and so no memory has to be shared, which network file systems cannot.
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    return connection


def _set_up(connection: sqlite3.Connection) -> None:
    for setting in (
        "temp_store = FILE",
        f"cache_size = -{_CACHE}",
        "foreign_keys = ON",
        "journal_mode = WAL",
        "synchronous = FULL",
        "fullfsync = ON",
        "trusted_schema = OFF",
    ):
        connection.execute(f"PRAGMA {setting}")
    create_spool(connection)


def _create(
    path: Path, lock: files.Lock, catalog: str, source: str, *, lost: str, aside: Path | None = None
) -> sqlite3.Connection:
    """Make a state. The numbers of its runs go on from those that the lock remembers."""
    witness = lock.read()
    serial = 0 if witness is None else witness.serial
    try:
        with files.made_anew(path, aside) as fresh, closing(_connect_plainly(fresh)) as connection:
            connection.execute(f"PRAGMA page_size = {_PAGE}")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            _fill(connection, catalog, source, serial, lost)
        lock.write(files.Witness(0, serial))
        return _connect(path)
    except sqlite3.Error as error:
        raise StateError(f"{path} cannot be made: {error}") from error


def _fill(connection: sqlite3.Connection, catalog: str, source: str, serial: int = 0, lost: str = "") -> None:
    create_tables(connection)
    made = datetime.now(UTC).isoformat(timespec="seconds")
    values = {
        "version": str(VERSION), "catalog": catalog, "source": source, "serial": str(serial), "made": made,
    }  # fmt: skip
    if lost:
        values["rebuilt"] = as_note(lost)
    rows = [(key, value, checksum((key, value))) for key, value in values.items()]
    connection.executemany("INSERT INTO meta VALUES (?, ?, ?)", rows)


def is_ours(path: Path) -> bool:
    """Tell whether a file is, or was, a state, by its header alone: SQLite might write to what it opens."""
    with files.reported(path), path.open("rb") as file:
        header = file.read(100)
    return header[68:72] == APPLICATION_ID.to_bytes(4, "big")


def _close(connection: sqlite3.Connection | None) -> None:
    if connection is not None:
        with suppress(sqlite3.Error):
            connection.close()
