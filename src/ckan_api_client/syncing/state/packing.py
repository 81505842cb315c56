"""Values as they lie in the file: JSON compressed, and a checksum over the columns of each row."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from typing import Any

from ckan_api_client.exceptions import StateError
from ckan_api_client.syncing.base import canonical

#: What a column can hold.
Value = str | int | bytes | None


def to_text(value: Any) -> bytes:
    """Return a JSON value as text. Raises StateError for what is none."""
    try:
        return canonical(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise StateError(f"this cannot be kept, for it is no JSON: {error}") from error


def squeeze(text: bytes, like: bytes = b"") -> bytes:
    """Return a text compressed. `like`: one that it resembles, without which it cannot be read again."""
    # Level 1 takes a third of the time of level 6, and its result is a tenth larger.
    if not like:
        return zlib.compress(text, 1)
    squeezing = zlib.compressobj(1, zdict=like)
    return squeezing.compress(text) + squeezing.flush()


def unsqueeze(squeezed: bytes, like: bytes = b"") -> bytes:
    """Return the text again. Raises ValueError for damage that the checksum of its row has not seen."""
    unsqueezing = zlib.decompressobj(zdict=like)
    try:
        text = unsqueezing.decompress(squeezed)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if not unsqueezing.eof:
        raise ValueError("it is cut")
    return text


def wrap(text: bytes) -> bytes:
    """Return a text as `squeeze` does, with the checksum of zlib and as large as it is: that takes hardly any time."""
    return zlib.compress(text, 0)


def unpack(packed: bytes) -> Any:
    """Return the JSON value that `squeeze` or `wrap` was given. Raises ValueError as `unsqueeze` and `read_json` do."""
    return read_json(unsqueeze(packed))


def read_json(text: bytes) -> Any:
    """Return the value of a JSON text as `to_text` makes it. Raises ValueError for damage that no checksum has seen."""
    try:
        return json.loads(text.decode("utf-8", "surrogatepass"))
    except RecursionError as error:
        raise ValueError(str(error)) from error


def checksum(values: Iterable[Value]) -> int:
    """Return the CRC-32 of the columns of a row: of each its type, its length, and its bytes."""
    parts: list[bytes] = []
    for value in values:
        if isinstance(value, str):
            encoded = value.encode()
            parts += (b"s%d:" % len(encoded), encoded)
        elif isinstance(value, bytes):
            parts += (b"b%d:" % len(value), value)
        else:
            parts.append(b"n" if value is None else b"i%d:" % value)
    return zlib.crc32(b"".join(parts))


def as_key(text: str) -> str:
    """Return a text that rows are found by. Raises StateError for one that is no Unicode."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise StateError(f"{text!r:.200} is no id: it holds half of a surrogate pair") from error
    return text


def as_note(text: str) -> str:
    """Return a text for people to read, whatever it holds."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
