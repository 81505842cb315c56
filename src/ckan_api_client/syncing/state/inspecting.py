"""What a state file is like, seen from outside: a copy is looked into, and nothing is written to its folder."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ckan_api_client.exceptions import StateError
from ckan_api_client.syncing.state import files
from ckan_api_client.syncing.state.checking import Damaged, read_meta
from ckan_api_client.syncing.state.opening import Opened, is_ours, open_checked
from ckan_api_client.syncing.state.schema import VERSION
from ckan_api_client.syncing.state.store import State

#: "missing": there is none; "lost": there was one; "in use": by another run; "newer": of a newer version of this
#: program; "foreign": of another catalog or source, or no state at all; "unreadable": the system does not let us.
Condition = Literal["whole", "missing", "lost", "in use", "damaged", "newer", "foreign", "unreadable"]

_OTHERS = stat.S_IRGRP | stat.S_IROTH | stat.S_IWGRP | stat.S_IWOTH
_PARTS = ("", "-wal", "-journal")
_VERSION_IN_HEADER = slice(60, 64)


@dataclass(frozen=True, slots=True)
class Inspection:
    """`state` is a copy of what the file holds if its condition is "whole", else None. `because`: why it is not.

    `holder`: which process has it, in words. `made`: when. `kept`: damaged ones that lie beside it.
    """

    path: Path
    condition: Condition
    because: str = ""
    state: State | None = None
    version: int | None = None
    made: str = ""
    size: int = 0
    holder: str = ""
    kept: tuple[str, ...] = ()
    is_open_to_others: bool = False


@contextmanager
def inspected(path: Path, *, catalog: str, source: str) -> Iterator[Inspection]:
    """Give what can be said of a state. Whatever is wrong with the file is said there; nothing is raised for it."""
    with tempfile.TemporaryDirectory(prefix="ckanclient-doctor-") as folder:
        inspection = _inspect(path, Path(folder), files.normal(catalog), source)
        try:
            yield inspection
        finally:
            if inspection.state is not None:
                inspection.state.close()


def _inspect(path: Path, folder: Path, catalog: str, source: str) -> Inspection:
    kept = tuple(sorted(str(one) for one in _glob(path) if not one.name.endswith(("-wal", "-shm", "-journal"))))
    try:
        with _shared_lock(path) as holder:
            if holder:
                return Inspection(path, "in use", "another run is using it", holder=holder, kept=kept)
            witness = _witness(path)
            if not files.is_there(path):
                is_lost = witness is not None and witness.writes > 0
                return Inspection(path, "lost" if is_lost else "missing", "the file is gone", kept=kept)
            version = _version(path)
            if witness is None and not is_ours(path):
                return Inspection(path, "foreign", "it is no state of a sync", kept=kept)
            with files.reported(path):
                about = path.stat()
                copy = _copied(path, folder)
    except StateError as error:
        return Inspection(path, "unreadable", str(error), kept=kept)
    whole = Inspection(
        path,
        "whole",
        version=version,
        size=about.st_size,
        kept=kept,
        is_open_to_others=bool(about.st_mode & _OTHERS),
    )
    try:
        connection = open_checked(copy, catalog, source, 0 if witness is None else witness.writes)
        meta = read_meta(connection)
        opened = Opened(connection, is_new=False, rebuilt_because=meta.get("rebuilt", ""))
        state = State(opened, str(path), None)
    except Damaged as error:
        return replace(whole, condition="damaged", because=str(error))
    except (StateError, sqlite3.Error) as error:
        is_newer = version is not None and version > VERSION
        return replace(whole, condition="newer" if is_newer else "foreign", because=str(error))
    return replace(whole, state=state, made=meta.get("made", ""))


@contextmanager
def _shared_lock(path: Path) -> Iterator[str]:
    """Hold off runs that begin while a file is copied; give who has it, if a run has begun already, or ""."""
    lock = _lock_of(path)
    try:
        descriptor = os.open(lock, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        yield ""
        return
    except OSError as error:
        raise StateError(f"{lock} cannot be used: {error.strerror or error}") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            yield _holder(descriptor)
        except OSError as error:
            raise StateError(f"{lock} cannot be used: {error.strerror or error}") from error
        else:
            yield ""
    finally:
        os.close(descriptor)


def _holder(descriptor: int) -> str:
    """Say who holds the lock on a file, as far as the system tells: Linux does, of processes that we may see."""
    about = os.fstat(descriptor)
    place = f"{os.major(about.st_dev):02x}:{os.minor(about.st_dev):02x}:{about.st_ino}"
    with suppress(OSError, ValueError):
        for line in Path("/proc/locks").read_text(encoding="ascii", errors="replace").splitlines():
            words = line.split()
            # "1: FLOCK ADVISORY WRITE 4711 08:01:131 0 EOF"; with "->", one that waits.
            if words[1:2] == ["FLOCK"] and words[5:6] == [place] and int(words[4]) > 0:
                name = Path(f"/proc/{words[4]}/comm").read_text(errors="replace").strip()
                return f"process {words[4]} ({name})"
    return "another process"


def _witness(path: Path) -> files.Witness | None:
    try:
        return files.Witness.of_bytes(_lock_of(path).read_bytes()[:200])
    except OSError:
        return None


def _version(path: Path) -> int | None:
    with files.reported(path), path.open("rb") as file:
        header = file.read(100)
    return int.from_bytes(header[_VERSION_IN_HEADER], "big") if header[:6] == b"SQLite" else None


def _copied(path: Path, folder: Path) -> Path:
    copy = folder / "state.sqlite"
    for end in _PARTS:
        with suppress(FileNotFoundError):
            shutil.copyfile(path.with_name(path.name + end), copy.with_name(copy.name + end))
    return copy


def _glob(path: Path) -> list[Path]:
    with suppress(OSError):
        return [one for one in path.parent.iterdir() if one.name.startswith(f"{path.name}.damaged-")]
    return []


def _lock_of(path: Path) -> Path:
    return path.with_name(path.name + ".lock")
