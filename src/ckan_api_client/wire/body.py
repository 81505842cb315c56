"""The body of an answer as it comes: without its compression, and never more of it than was allowed.

A megabyte of gzip can stand for a gigabyte, and an answer that is compressed twice for a terabyte. So it is unpacked
in small steps, and only what was asked for, plain or gzip, is unpacked at all.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

#: Bytes that are unpacked at once.
_STEP = 1 << 20
#: For zlib: the largest window, and a gzip header.
_GZIP = 16 + zlib.MAX_WBITS


class BrokenBody(Exception):
    """A body that is no gzip, is cut, or is encoded in a way that was not asked for."""


class LargeBody(Exception):
    """A body that is larger than was allowed."""


class Unpacking:
    """Unpacks one body, part by part. `most` limits its bytes, both those that come and those they stand for."""

    def __init__(self, encoding: str, most: int | None = None) -> None:
        self._encoding = encoding.strip().lower()
        self._most = most
        self._came = 0
        self._given = 0
        self._gzip = zlib.decompressobj(_GZIP) if self._encoding == "gzip" else None

    def add(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what a part of the body stands for. Raises BrokenBody or LargeBody."""
        self._came = self._allow(self._came + len(chunk))
        if self._gzip is None:
            if self._encoding not in {"", "identity"}:
                raise BrokenBody(f"the answer is encoded as {self._encoding!r}, which was not asked for")
            yield chunk
            return
        try:
            while chunk:
                if self._gzip.eof:  # What may follow: nothing, padding with zeros, or one more gzip stream.
                    if not (chunk := chunk.lstrip(b"\0")):
                        return
                    self._gzip = zlib.decompressobj(_GZIP)
                part = self._gzip.decompress(chunk, _STEP)
                self._given = self._allow(self._given + len(part))
                yield part
                chunk = self._gzip.unused_data if self._gzip.eof else self._gzip.unconsumed_tail
        except zlib.error as error:
            raise BrokenBody(str(error)) from error

    def end(self) -> None:
        """Raise BrokenBody if the body was cut."""
        if self._gzip is not None and self._came and not self._gzip.eof:
            raise BrokenBody("the compressed answer is cut")

    def _allow(self, size: int) -> int:
        if self._most is not None and size > self._most:
            raise LargeBody
        return size
