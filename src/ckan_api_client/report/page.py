"""The report as one page for the browser, which needs nothing else: no network, no other file.

What is shown is data in the page, which its script puts in as texts, never as markup; the policy of the page allows
that script and that style only.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from functools import cache
from importlib.resources import files

from ckan_api_client.report.document import Document

#: What ends a script, or means something to a browser, within one.
_UNSAFE = re.compile("[<>&\u2028\u2029]")
_PLACE = re.compile(r"\{\{(\w+)\}\}")


def to_html(document: Document) -> str:
    """Return the page."""
    script, style = _part("words.js") + _part("page.js"), _part("page.css")
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    data = json.dumps(document.as_dict(), ensure_ascii=True, separators=(",", ":"))
    parts = {
        "policy": policy,
        "title": html.escape(document.title).encode(errors="replace").decode(),
        "style": style,
        "script": script,
        "data": _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", data),
    }
    return _PLACE.sub(lambda found: parts[found[1]], _part("page.html"))


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def _part(name: str) -> str:
    return (files("ckan_api_client.report") / name).read_text(encoding="utf-8")
