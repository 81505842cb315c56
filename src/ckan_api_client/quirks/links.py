"""Links: CKAN stores any text as a URL, and leaves it to every page and every consumer what becomes of it there.

CKAN's own pages make links of http, https and ftp alone (lib/helpers.py, is_url); themes, extensions and those who read
the API or the feeds often do not look.
"""

from __future__ import annotations

import re

#: A browser passes over these before a scheme, and over the second ones within it (WHATWG URL, 4.4).
_BEFORE, _WITHIN = re.compile(r"^[\x00-\x20]+"), re.compile(r"[\t\r\n]")
_SCRIPT = re.compile(r"(javascript|vbscript):|data:[^,]*\b(html|xml)\b", re.IGNORECASE)
#: Of more than that, no scheme and no type of content is made.
_LONGEST = 1000


def runs_script(url: str) -> bool:
    """Tell whether who follows a link runs what it holds, on the page where it stands or as a page."""
    if url[:8].startswith(("http://", "https://")):
        return False  # Nearly all are, and there are millions.
    return _SCRIPT.match(_WITHIN.sub("", _BEFORE.sub("", url))[:_LONGEST]) is not None
