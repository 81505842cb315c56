"""Text: which characters and how much of it CKAN, its database and its search engine can hold.

CKAN passes text on unchecked. PostgreSQL refuses NUL and UTF-8 refuses lone surrogates: both are a 500 (quirk
A18a). XML knows no other C0 control but tab, line feed and carriage return, nor U+FFFE and U+FFFF: CKAN stores them,
and what it makes of them elsewhere breaks (A18b; lib/search/index.py cleans only the copy in the index). Solr refuses a
string of more than 32,766 bytes (E11a), and with it the dataset: 500.
"""

from __future__ import annotations

import json
import re
from typing import Any

__all__ = ["STRING_LIMIT", "VERSION_LIMIT", "as_text", "clean_text", "is_within", "split_text"]

STRING_LIMIT = 32_766
"""Bytes of UTF-8 that one term of Solr's index may have: url, version, an extra's value, a resource's url … (E11)."""

VERSION_LIMIT = 100
"""Characters of a dataset's version (model/package.py, PACKAGE_VERSION_MAX_LENGTH; quirk C21)."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean_text(text: str) -> str:
    """Return `text` without the characters that CKAN cannot hold; lone surrogates become U+FFFD."""
    # Nearly every text is clean, and what is printable always is: to see that takes less time than to replace nothing.
    if text.isprintable() or not _UNSTORABLE.search(text):
        return text
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _ILLEGAL.sub("", text))


def as_text(value: Any) -> str:
    """Return a JSON value as the text that every CKAN stores alike: text as it is, null as "", the rest as JSON.

    CKAN ≤ 2.11 casts numbers and booleans in the database, drops null and answers a list or an object with a 500;
    CKAN 2.12 makes JSON text with sorted keys, and "" of null (quirk C6). Keys keep their order here: it is the
    source's own.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False)


def is_within(text: str, limit: int = STRING_LIMIT) -> bool:
    """Whether `text` has at most `limit` bytes as UTF-8."""
    return len(text) <= limit and (len(text) * 4 <= limit or len(text.encode()) <= limit)


def split_text(text: str, limit: int = STRING_LIMIT) -> list[str]:
    """Return the parts of `text`, each of at most `limit` bytes as UTF-8, that joined give `text` again."""
    data = text.encode()
    parts = []
    start = 0
    while start < len(data):
        end = min(start + limit, len(data))
        while end < len(data) and data[end] & 0xC0 == 0x80:  # noqa: PLR2004 - 10xxxxxx continues a UTF-8 character
            end -= 1
        parts.append(data[start:end].decode())
        start = end
    return parts or [""]
