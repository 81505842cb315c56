"""Where a state file lies, who may read it, and that one run at a time has it. It knows nothing of what is inside."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import platformdirs

from ckan_api_client.exceptions import StateError
from ckan_api_client.syncing.identity import check_source_name

_LONGEST_SLUG = 60
_DIRECTORY, _FILE = 0o700, 0o600
#: What SQLite keeps beside a file.
_COMPANIONS = ("-wal", "-shm", "-journal")


def default_path(catalog: str, source: str) -> Path:
    """Return where the state of a source in a catalog lies when nobody says otherwise: where the system keeps state."""
    catalog = normal(catalog)
    slug = re.sub(r"[^a-z0-9.]+", "-", catalog.partition("://")[2].lower()).strip("-.")[:_LONGEST_SLUG]
    digest = hashlib.sha256(catalog.encode("utf-8", "backslashreplace")).hexdigest()[:8]
    return default_folder() / f"{slug or 'catalog'}-{digest}" / f"{check_source_name(source)}.sqlite"


def default_folder() -> Path:
    """Return the folder of all states whose place nobody named."""
    return platformdirs.user_state_path("ckan-api-client", appauthor=False)


def normal(catalog: str) -> str:
    """Return the base URL of a catalog such that equal ones are equal; without a password, for it is written down."""
    parts = urlsplit(catalog)
    host = parts.netloc.rpartition("@")[2].lower()
    return parts._replace(scheme=parts.scheme.lower(), netloc=host).geturl().rstrip("/")


@dataclass(frozen=True, slots=True)
class Witness:
    """What the lock file says of the state beside it: how many transactions it has seen, and how many runs.

    It is written after the state, so the state can be ahead of it. A state that is behind lost something.
    """

    writes: int
    serial: int

    def to_bytes(self) -> bytes:
        text = b"%020d %020d " % (self.writes, self.serial)
        return text + b"%08x\n" % zlib.crc32(text)

    @classmethod
    def of_bytes(cls, text: bytes) -> Self | None:
        """Return what a lock file says; None for one that says nothing, or nothing that can be read."""
        found = re.fullmatch(rb"(\d{20}) (\d{20}) ([0-9a-f]{8})\n", text)
        if found is None or int(found[3], 16) != zlib.crc32(text[:42]):
            return None
        return cls(int(found[1]), int(found[2]))


class Lock:
    """The lock on a state, held until `release`, or until the process ends, however it ends (flock)."""

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(path.name + ".lock")
        with reported(self._path):
            make_directory(path.parent)
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            self._file = os.fdopen(os.open(self._path, flags, _FILE), "r+b", buffering=0)
        try:
            with reported(self._path):
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise StateError(f"{path} cannot be used now: another run is using it") from None
        except BaseException:
            self._file.close()
            raise

    def read(self) -> Witness | None:
        with reported(self._path):
            return Witness.of_bytes(os.pread(self._file.fileno(), 200, 0))

    def write(self, witness: Witness) -> None:
        """Note how far the state is. That a full disk has no room for it loses nothing but this check."""
        with suppress(OSError):
            os.pwrite(self._file.fileno(), witness.to_bytes(), 0)

    def release(self) -> None:
        self._file.close()


def make_directory(directory: Path) -> None:
    """Make a directory, and those above it, for nobody else's eyes; those that are there stay as they are."""
    missing: list[Path] = []
    while not directory.exists():
        missing.append(directory)
        directory = directory.parent
    for one in reversed(missing):
        with suppress(FileExistsError):
            one.mkdir(_DIRECTORY)
            one.chmod(_DIRECTORY)


def is_there(path: Path) -> bool:
    """Tell whether there is a state file. Raises StateError for what must not be followed or written over."""
    with reported(path):
        for one in (path, *_companions(path), path.with_name(path.name + ".lock")):
            try:
                mode = one.lstat().st_mode
            except FileNotFoundError:
                continue
            if not stat.S_ISREG(mode):
                kind = "a symbolic link" if stat.S_ISLNK(mode) else "no plain file"
                raise StateError(f"{one} is {kind}: nothing was read or written; name a file for the state to lie in")
        return path.exists()


@contextmanager
def made_anew(path: Path, aside: Path | None) -> Iterator[Path]:
    """Yield an empty file to fill; it becomes the state when it is complete, so that a short one is always damage.

    `aside`: where the one that it takes the place of is kept; None where there is none.
    """
    fresh = path.with_name(path.name + ".new")
    with reported(fresh):
        for one in (fresh, *_companions(fresh)):
            one.unlink(missing_ok=True)
        os.close(os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, _FILE))
        fresh.chmod(_FILE)
    try:
        yield fresh
        with reported(path):
            for end in ("", *_COMPANIONS):
                there = path.with_name(path.name + end)
                if aside is None:
                    there.unlink(missing_ok=True)
                elif there.exists():
                    there.rename(aside.with_name(aside.name + end))
            fresh.rename(path)
            _flush(path.parent)
    finally:
        with suppress(OSError):
            for one in (fresh, *_companions(fresh)):
                one.unlink(missing_ok=True)


def name_aside(path: Path) -> Path:
    """Return a path beside a damaged state that nothing is at."""
    number = 1
    while os.path.lexists(aside := path.with_name(f"{path.name}.damaged-{number}")):
        number += 1
    return aside


def remove(path: Path) -> None:
    """Remove a state and what lies beside it, but for its lock."""
    with reported(path):
        for one in (path, *_companions(path)):
            one.unlink(missing_ok=True)


@contextmanager
def reported(path: Path) -> Iterator[None]:
    """Raise what the system says as StateError; a lock that somebody has stays what it is."""
    try:
        yield
    except BlockingIOError:
        raise
    except OSError as error:
        raise StateError(f"{path} cannot be used: {error.strerror or error}") from error
    except ValueError as error:
        raise StateError(f"{path!r} cannot be used: {error}") from error


def _companions(path: Path) -> list[Path]:
    return [path.with_name(path.name + end) for end in _COMPANIONS]


def _flush(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
