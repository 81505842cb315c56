"""Values for people to compare: what a record is called, two values side by side, and conflicts."""

from __future__ import annotations

import json
from typing import Any

import click

from ckan_api_client.cli.output import safe_text
from ckan_api_client.syncing.plan import Conflict

#: How long a value is shown, and how much of it before the first difference.
_WIDTH = 60
_LEAD = 15

_COLORS = {"+": "green", "-": "red", "~": "yellow", "!": "magenta"}


def heading(sign: str, record_id: str, title: str, rest: str = "") -> str:
    """Return the line that a record's part of a list begins with."""
    shown = f"  {click.style(sign, fg=_COLORS[sign])} {safe_text(record_id, 60)}"
    if title:
        shown += f"  {safe_text(title, 60)}"
    return f"{shown}  ({safe_text(rest, 100)})" if rest else shown


def conflict_lines(conflict: Conflict, *, full: bool = False) -> list[str]:
    """Return a conflict with both values, and which of them it will be."""
    source, catalog = shown_pair(conflict.source, conflict.catalog, full=full)
    because = f" ({safe_text(conflict.because)})" if conflict.because else ""
    taken = {"source": "taken from the source", "catalog": "kept from the catalog"}[conflict.taken]
    return [
        heading("!", conflict.record_id, conflict.title),
        f"      {safe_text(conflict.path, 80)}: {taken}{because}",
        f"        source:  {source}",
        f"        catalog: {catalog}",
    ]


def shown_pair(one: Any, two: Any, *, full: bool = False) -> tuple[str, str]:
    """Return two values as they can be told apart: long ones are cut around the first difference."""
    texts = [_as_text(one, full=full), _as_text(two, full=full)]
    if full or max(map(len, texts)) <= _WIDTH:
        return safe_text(texts[0]), safe_text(texts[1])
    same = next((place for place, (a, b) in enumerate(zip(*texts, strict=False)) if a != b), min(map(len, texts)))
    start = max(0, same - _LEAD)
    return _cut(texts[0], start), _cut(texts[1], start)


def _as_text(value: Any, *, full: bool) -> str:
    if value is None:
        return "absent"
    if isinstance(value, dict) and not full:
        # Of a whole resource, what says which one it is comes first, and what it lacks not at all.
        first = {key: value[key] for key in ("name", "url", "format") if key in value}
        value = {key: part for key, part in {**first, **value}.items() if part not in (None, "")}
    return json.dumps(value, ensure_ascii=False)


def _cut(text: str, start: int) -> str:
    if len(text) <= _WIDTH:
        return safe_text(text)
    before, after = "…" if start else "", "…" if start + _WIDTH < len(text) else ""
    return f"{before}{safe_text(text[start : start + _WIDTH])}{after}"
