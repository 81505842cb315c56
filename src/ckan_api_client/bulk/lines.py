"""The lines that are read and written: JSON as ckanapi has it, byte for byte, in files that may be compressed."""

from __future__ import annotations

import gzip
import json
import tempfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO, Any, BinaryIO

from ckan_api_client.exceptions import SourceError

#: What waits for its turn is kept in memory up to so many bytes, then in a temporary file.
_KEPT_IN_MEMORY = 32 * 2**20
#: What no line of text begins with.
_GZIP = b"\x1f\x8b"


def compact_json(value: Any, *, sort_keys: bool = False) -> bytes:
    """Return a value as one line of JSON, without blanks, in UTF-8; a half of a surrogate pair is written out."""
    try:
        return _compact(value, sort_keys=sort_keys, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return _compact(value, sort_keys=sort_keys, ensure_ascii=True).encode()


def pretty_json(value: Any) -> bytes:
    """Return a value as JSON for people: two blanks of indent, keys sorted, in UTF-8."""
    try:
        return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True).encode()
    except UnicodeEncodeError:
        return json.dumps(value, indent=2, sort_keys=True).encode()


def record_line(record: Any) -> bytes:
    """Return a record as a line of a dump: keys sorted, so that two dumps can be compared."""
    return compact_json(record, sort_keys=True)


def read_lines(file: BinaryIO, *, is_gzip: bool = False) -> Iterator[tuple[int, bytes]]:
    """Yield each line that is not blank, with its number, from 1.

    Raises SourceError for a gzip file that is none, and for one that is not said to be one.
    """
    number = 0
    try:
        for number, line in enumerate(gzip.GzipFile(fileobj=file) if is_gzip else file, 1):
            if number == 1 and not is_gzip and line.startswith(_GZIP):
                raise SourceError("the input is compressed by gzip: say so with -z")
            if line.strip():
                yield number, line
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise SourceError(f"the input is no whole gzip file: {error}", line=number + 1) from error


def part_of(
    numbered: Iterator[tuple[int, Any]], *, first: int = 1, most: int | None = None
) -> Iterator[tuple[int, Any]]:
    """Yield what has the numbers from `first` on, `most` of them."""
    for number, item in numbered:
        if most is not None and number >= first + most:
            return
        if number >= first:
            yield number, item


class InOrder:
    """Hands lines on in the order of their numbers, from 0, in whatever order they come; None for a line left out.

    What comes early waits, in memory at first, then in a temporary file.
    """

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._hand_on = write
        self._next = 0
        self._waiting: dict[int, tuple[int, int] | None] = {}
        self._spool: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY)  # noqa: SIM115 - close()
        self._end = 0

    def put(self, number: int, line: bytes | None) -> None:
        if number == self._next:
            self._write(line)
            self._release()
            return
        self._waiting[number] = None
        if line is not None:
            self._spool.seek(self._end)
            self._spool.write(line)
            self._waiting[number] = (self._end, len(line))
            self._end += len(line)

    def close(self) -> None:
        """Hand on what still waits, in order: something before it never came."""
        for number in sorted(self._waiting):
            self._write(self._read(self._waiting.pop(number)))
        self._spool.close()

    def _release(self) -> None:
        while self._next in self._waiting:
            self._write(self._read(self._waiting.pop(self._next)))
        if not self._waiting and self._end:
            self._spool.seek(0)
            self._spool.truncate()
            self._end = 0

    def _read(self, place: tuple[int, int] | None) -> bytes | None:
        if place is None:
            return None
        self._spool.seek(place[0])
        return self._spool.read(place[1])

    def _write(self, line: bytes | None) -> None:
        if line is not None:
            self._hand_on(line)
        self._next += 1


def _compact(value: Any, *, sort_keys: bool, ensure_ascii: bool) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, separators=(",", ":"), sort_keys=sort_keys)
