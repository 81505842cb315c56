"""Names of datasets, organizations and groups: which are legal, and how a title becomes one.

CKAN (logic/validators.py, name_validator; quirk D1): 2 to 100 of a-z, 0-9, `_` and `-`; not `new`, `edit`, `search`.
Its pattern lets a line feed at the end pass, which makes a dataset that no URL reaches; here it is illegal.
CKAN never mends a name. Its own title-to-name (lib/munge.py) knows Latin-1 only, and may change: `slug` is ours.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["NAME_LIMIT", "RESERVED_NAMES", "is_name", "name_in_trash", "slug"]

NAME_LIMIT = 100
RESERVED_NAMES = frozenset({"new", "edit", "search"})

_NAME = re.compile(r"[a-z0-9_-]{2,100}")
_NO_DECOMPOSITION = str.maketrans(
    {
        "ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o", "đ": "d", "Đ": "d",
        "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "ł": "l", "Ł": "l", "ħ": "h", "Ħ": "h",
        "ŋ": "ng", "Ŋ": "ng", "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "'": None, "\N{RIGHT SINGLE QUOTATION MARK}": None, "\N{MODIFIER LETTER APOSTROPHE}": None,
    }
)  # fmt: skip


def is_name(value: object) -> bool:
    """Whether CKAN takes `value` as a name, and a URL can reach it."""
    return isinstance(value, str) and _NAME.fullmatch(value) is not None and value not in RESERVED_NAMES


def slug(title: str, limit: int = NAME_LIMIT) -> str:
    """Return a name-like text for `title`: the same for the same title, always.

    Letters lose their accents, everything else becomes single hyphens; it is cut at a hyphen to `limit` characters.
    What has no Latin letters gives less, down to "": ask `is_name` before using it as a name.
    """
    letters = unicodedata.normalize("NFKD", title.translate(_NO_DECOMPOSITION))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter)).lower()
    text = re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")
    if len(text) <= limit:
        return text
    head, _, _ = text[: limit + 1].rpartition("-")
    return (head if len(head) > limit // 2 else text[:limit]).strip("-_")


def name_in_trash(identifier: str) -> str:
    """Return a name for a dataset that is deleted, so that another may take or be given its own (quirk D2b)."""
    return f"deleted-{identifier}"
