"""The report as Markdown, for a pull request or a chat: short, and with what is foreign made harmless."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from ckan_api_client.report.document import Document, Item

#: How many things are listed, how many values of each, and how much of a value.
_MOST_ITEMS, _MOST_CHANGES, _LONGEST = 100, 10, 120
#: How long it all may be: GitHub's comments end at 65,536 characters.
_WHOLE = 60_000
#: What means something to Markdown wherever it stands, or where a text begins with it.
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&@$]|^[-+]|(?<=\d)[.)](?=\s|$))")

#: What GitHub takes for a user or an issue even if it is escaped.
_REFERENCE = re.compile(r"\\([@#])(?=\w)")


def to_markdown(document: Document) -> str:
    """Return the report, with the first of many things, as long as a comment on GitHub may be; the rest is counted."""
    lines, left = list(_lines(document)), _WHOLE
    for number, line in enumerate(lines):
        left -= len(line) + 1
        if left < 0:
            lines[number:] = ["", f"And {len(lines) - number:,} lines more: as a page or as JSON, the report is whole."]
            break
    return "\n".join(lines) + "\n"


def _lines(document: Document) -> Iterator[str]:
    yield f"# {_text(document.title)}"
    yield ""
    yield from (f"- {_text(label)}: {_text(value)}" for label, value in document.about)
    yield from (f"- {number:,} {_text(did)}" for did, number in sorted(document.counts().items()))
    if document.unchanged:
        yield f"- {document.unchanged:,} unchanged"
    if not document.items:
        yield f"- {'nothing to do' if document.kind == 'plan' else 'nothing was to be done'}"
    for headline, told in (("Attention", document.warnings), ("Notes", document.notes)):
        if told:
            yield from ("", f"## {headline}", "", *(f"- {_text(one)}" for one in told))
    if document.adjusted:
        yield from ("", "## Fitted to what CKAN takes", "")
        yield from (f"- {number:,}: {_text(why)}" for why, number in document.adjusted.items())
    for did in dict.fromkeys(item.did for item in document.items):
        items = [item for item in document.items if item.did == did]
        yield from ("", f"## {_text(did.capitalize())} ({len(items):,})", "")
        for item in items[:_MOST_ITEMS]:
            yield from _item(item)
        if len(items) > _MOST_ITEMS:
            yield f"- and {len(items) - _MOST_ITEMS:,} more"


def _item(item: Item) -> Iterator[str]:
    kind = "" if item.kind == "dataset" else f"{item.kind} "
    title = f" {_text(item.title)}" if item.title else ""
    reason = ": ".join(_text(part) for part in (item.field, item.reason) if part)
    yield f"- {kind}**{_text(item.key)}**{title}{f' ({reason})' if reason else ''}"
    for change in item.changes[:_MOST_CHANGES]:
        yield f"  - {_text(change.label)}: {_value(change.before)} → {_value(change.after)}"
    left = item.unshown + max(0, len(item.changes) - _MOST_CHANGES)
    if left:
        yield f"  - and {left:,} more"
    for conflict in item.conflicts[:_MOST_CHANGES]:
        sides = f"source {_value(conflict.source)}, catalog {_value(conflict.catalog)}"
        yield f"  - conflict in {_text(conflict.path)}: {sides}; the {conflict.taken}'s is taken"
    if len(item.conflicts) > _MOST_CHANGES:
        yield f"  - and {len(item.conflicts) - _MOST_CHANGES:,} more conflicts"


def _value(value: Any) -> str:
    if value is None:
        return "absent"
    return _text(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)) or "empty"


def _text(text: str) -> str:
    """Return a text in one line, as long as can be read; what Markdown or HTML would take for its own is escaped."""
    plain = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in str(text))
    shown = " ".join(plain.split())
    shown = shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"
    return _REFERENCE.sub("\\\\\\1\u200b", _SPECIAL.sub(r"\\\1", shown))
