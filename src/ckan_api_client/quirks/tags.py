"""Tags: which are legal, and the nearest legal one.

CKAN (logic/validators.py, tag_length_validator and tag_name_validator; quirk C20): 2 to 100 letters or digits of any
script, space, `-`, `_`, `.`. One illegal tag refuses the whole dataset. Blanks at the ends and a line feed at the end
pass there, equal tags are merged, case matters, and combining marks (half of Hindi) are no letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["TAG_LIMIT", "is_tag", "mend_tag", "mend_tags"]

TAG_LIMIT = 100
_SHORTEST = 2

_TAG = re.compile(r"[\w\-.](?:[\w \-.]*[\w\-.])")
_GAP = re.compile(r"[^\w\-.]+")


def is_tag(text: str) -> bool:
    """Whether CKAN takes `text` as a tag, and shows it as it is: no blank or line feed at its ends."""
    return _SHORTEST <= len(text) <= TAG_LIMIT and _TAG.fullmatch(text) is not None


def mend_tag(text: str) -> str | None:
    """Return the legal tag nearest to `text`, or None if fewer than two characters would remain.

    Illegal characters between two words become a space if a blank is among them, else a hyphen: "doc/noaa" is
    "doc-noaa", "A, B & C" is "A B C". What is too long is cut at the last space or hyphen.
    """
    if is_tag(text):
        return text
    joined = _GAP.sub(_bridge, unicodedata.normalize("NFC", text)).strip(" -")
    if len(joined) > TAG_LIMIT:
        cut = max(joined.rfind(" ", 0, TAG_LIMIT + 1), joined.rfind("-", 0, TAG_LIMIT + 1))
        joined = joined[: cut if cut > TAG_LIMIT // 2 else TAG_LIMIT].strip(" -")
    return joined if is_tag(joined) else None


def mend_tags(texts: Iterable[str]) -> list[str]:
    """Return the legal tags for `texts`, each once, in the order of their first appearance."""
    return list(dict.fromkeys(tag for text in texts if (tag := mend_tag(text)) is not None))


def _bridge(gap: re.Match[str]) -> str:
    run = gap.group()
    return " " if any(character.isspace() for character in run) else "-"
