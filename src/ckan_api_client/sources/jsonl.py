"""A file with one JSON object a line, perhaps gzipped: JSON Lines, NDJSON, what `ckanapi dump` writes."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from ckan_api_client.exceptions import SourceError

from .keys import as_record, no_object
from .listing import NOTHING_DONE, Broken, Ending, Known, Listing, Record, Same, ShortListing, Tally
from .strict_json import parse_json

__all__ = ["JsonlSource"]

_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_LONGEST_LINE = 64 * 2**20
#: Lines that are looked up at once: so many, or so many bytes.
_LINES, _BYTES = 500, 4 * 2**20


class JsonlSource:
    """The datasets in a file of JSON lines; gzip is recognised by its first bytes. Blank lines do not count.

    `id_key` names the key that identifies a record, where it is neither `id` nor `name`. A line that is no JSON, no
    UTF-8, longer than 64 MiB or cut short raises SourceError: then the rest of the file is not to be trusted either.
    So does a list in the first line. An object without an id is `Broken`, and the listing `Partial`. `position` and
    `size` are bytes of the file.
    """

    def __init__(self, path: str | Path, *, id_key: str | None = None, allow_empty: bool = False) -> None:
        self._path = Path(path)
        self._id_key = id_key
        self._allow_empty = allow_empty
        self._position = 0

    @property
    def name(self) -> str:
        return str(self._path)

    @property
    def size(self) -> int:
        try:
            return self._path.stat().st_size
        except OSError as error:
            raise self._error(f"cannot be read: {error.strerror}") from error

    @property
    def position(self) -> int:
        return self._position

    @property
    def text_format(self) -> str:
        return f"jsonl {self._id_key!r}"

    def read(self) -> Listing:
        tally = Tally()
        before = self._fingerprint()
        number = 0
        for number, line in self._lines():
            yield tally.count(self._parse(number, line))
        return self._end(tally, number, before)

    def read_unknown(self, known: Known) -> ShortListing:
        """Read as `read` does, but yield `Same` for the lines that are `known`."""
        tally = Tally()
        before = self._fingerprint()
        number, name = 0, self.name
        for digests, lines in self._digested():
            keys: Mapping[bytes, str] = known(digests)
            for digest, (number, line) in zip(digests, lines, strict=True):
                key = keys.get(digest)
                if key is not None:
                    yield Same(key, name, number, digest)
                else:
                    yield tally.count(self._parse(number, line, digest))
            tally.count_same(sum(digest in keys for digest in digests))
        return self._end(tally, number, before)

    def _parse(self, number: int, line: bytes, digest: bytes = b"") -> Record | Broken:
        try:
            data = parse_json(line)
        except ValueError as error:
            raise self._error(f"{error}{self._hint(number, line)}: {NOTHING_DONE}", number) from error
        if number == 1 and isinstance(data, list):
            raise self._error(f"{no_object(data)}{self._hint(number, line)}: {NOTHING_DONE}", number)
        record = as_record(data, "dataset", file=self.name, line=number, id_key=self._id_key)
        return replace(record, digest=digest) if digest and isinstance(record, Record) else record

    def _end(self, tally: Tally, number: int, before: tuple[int, int]) -> Ending:
        if not self._allow_empty:
            tally.refuse_nothing(self.name)
        changed = before != self._fingerprint()
        return tally.make_ending(
            f"read to the end: {number} lines, {before[0]} bytes",
            doubt="the file changed while it was read" if changed else "",
        )

    def _digested(self) -> Iterator[tuple[list[bytes], list[tuple[int, bytes]]]]:
        """Yield the digests of some lines, and these; what is before a damaged place comes before the error."""
        stream = self._lines()
        is_over = False
        while not is_over:
            lines: list[tuple[int, bytes]] = []
            size = 0
            failure: SourceError | None = None
            while len(lines) < _LINES and size < _BYTES:
                try:
                    line = next(stream, None)
                except SourceError as error:
                    failure, line = error, None
                if line is None:
                    is_over = True
                    break
                lines.append(line)
                size += len(line[1])
            if lines:
                yield [hashlib.sha256(line).digest() for _, line in lines], lines
            if failure is not None:
                raise failure

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        with ExitStack() as stack:
            try:
                raw = stack.enter_context(self._path.open("rb"))
                zipped = raw.peek(2)[:2] == _GZIP
            except OSError as error:
                raise self._error(f"cannot be read: {error.strerror}: {NOTHING_DONE}") from error
            stream = gzip.GzipFile(fileobj=raw) if zipped else raw
            number = 0
            while True:
                number += 1
                try:
                    line = stream.readline(_LONGEST_LINE)
                except (OSError, EOFError, zlib.error) as error:
                    raise self._error(f"is cut short or damaged ({error}): {NOTHING_DONE}", number) from error
                self._position = raw.tell()
                if not line:
                    return
                if len(line) == _LONGEST_LINE:
                    raise self._error(f"is longer than 64 MiB: {NOTHING_DONE}", number)
                line = line.removeprefix(_BOM) if number == 1 else line
                if line.strip():
                    yield number, line.rstrip()

    def _fingerprint(self) -> tuple[int, int]:
        try:
            status = self._path.stat()
        except OSError as error:
            raise self._error(f"cannot be read: {error.strerror}: {NOTHING_DONE}") from error
        return status.st_size, status.st_mtime_ns

    @staticmethod
    def _hint(number: int, line: bytes) -> str:
        if number > 1:
            return ""
        if line == b"{" or line.startswith(b"["):
            return ". One object a line is needed; this looks like one JSON text (jq -c '.[]' makes lines of a list)"
        return "" if line.startswith(b"{") else ". JSON lines are needed: one object a line"

    def _error(self, message: str, line: int | None = None) -> SourceError:
        return SourceError(message, file=self.name, line=line)
