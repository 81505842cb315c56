"""How CKAN renames uploaded files (H1): small letters, ASCII, dashes for blanks, a hundred characters at most."""

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Final

_MAX_NAME, _MAX_EXTENSION, _MIN_NAME = 100, 21, 3
_LETTERS: Final = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "ð": "th", "þ": "th"})


def munged_filename(name: str) -> str:
    """Return the name under which CKAN serves an uploaded file."""
    text = name.replace("\\", "/").rpartition("/")[2].lower().strip().translate(_LETTERS)
    letters = []
    for letter in text:
        if ord(letter) < 0x80:  # noqa: PLR2004 - ASCII
            letters.append(letter)
        elif ord(letter) <= 0xFF:  # noqa: PLR2004 - Latin-1, the only letters with a counterpart
            letters.append(unicodedata.normalize("NFD", letter)[0])
    kept = re.sub("-+", "-", re.sub(r"[^a-z0-9_. -]", "", "".join(letters)).replace(" ", "-"))
    extension = PurePosixPath(kept).suffix[:_MAX_EXTENSION]
    stem = kept[: len(kept) - len(PurePosixPath(kept).suffix)]
    shortest = max(1, _MIN_NAME - len(extension))
    return stem.ljust(shortest, "_")[: _MAX_NAME - len(extension)] + extension
