"""A record for people to read on a terminal: what is in it, and nothing that is empty."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ckan_api_client.cli.output import counted, safe_text

#: Shown in the heading, or in a place of their own.
_ELSEWHERE = frozenset({"title", "name", "display_name", "notes", "description", "extras", "resources", "tags"})
#: They say again what others say, or speak of CKAN's own tables.
_NOISE = frozenset(
    {
        "creator_user_id", "isopen", "license_id", "license_url", "num_resources", "num_tags", "owner_org", "users",
        "relationships_as_object", "relationships_as_subject", "image_display_url", "is_organization",
        "approval_status", "num_followers", "package_count", "tracking_summary", "packages", "position", "url_type",
        "datastore_contains_all_records_of_source_file",
    }
)  # fmt: skip
_UNITS = ("bytes", "kB", "MB", "GB", "TB")
_STEP = 1000


def view(kind: str, data: Mapping[str, Any], address: str) -> RenderableType:
    """Return a record as rich shows it; `address` is that of its page."""
    title = str(data.get("title") or data.get("display_name") or data.get("name") or data.get("url") or data.get("id"))
    parts: list[RenderableType] = [
        _text(title, "bold"),
        Text.assemble((f"{kind} ", "dim"), _text(str(data.get("name") or data.get("id"))), "  ", _text(address, "dim")),
    ]
    if text := str(data.get("notes") or data.get("description") or "").strip():
        parts += ["", *(_text(line) for line in text.splitlines())]
    table = Table.grid(padding=(0, 2))
    table.add_column(style="cyan", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in _rows(data):
        table.add_row(_text(name), _text(value))
    parts += ["", table]
    if resources := data.get("resources"):
        parts += ["", _text(counted(len(resources), "resource"), "bold"), *_resources(resources)]
    return Group(*parts)


def size_text(number: Any) -> str:
    """Return a number of bytes in the unit that suits it; "" where it is none."""
    if not isinstance(number, int | float) or isinstance(number, bool):
        return ""
    size, unit = float(number), 0
    while size >= _STEP and unit < len(_UNITS) - 1:
        size, unit = size / _STEP, unit + 1
    return f"{size:,.0f} {_UNITS[unit]}" if unit == 0 else f"{size:,.1f} {_UNITS[unit]}"


def _rows(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in data.items():
        if key not in _ELSEWHERE | _NOISE and value not in (None, "", [], {}):
            yield key.replace("_", " "), size_text(value) if key == "size" else _shown(value)
    if tags := data.get("tags"):
        yield "tags", _shown(tags)
    if "num_followers" in data and "users" in data:
        yield "members", _shown(data["users"])
    for extra in data.get("extras") or []:
        yield str(extra.get("key")), _shown(extra.get("value"))


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        named = value.get("title") or value.get("display_name") or value.get("name")
        return f"{named} ({value.get('name')})" if named else json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return ", ".join(str(item.get("name") or item) if isinstance(item, Mapping) else str(item) for item in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _resources(resources: list[Mapping[str, Any]]) -> Iterator[Text]:
    for number, one in enumerate(resources, start=1):
        facts = ", ".join(filter(None, [str(one.get("format") or ""), size_text(one.get("size"))]))
        name = str(one.get("name") or "without a name")
        yield Text.assemble(f"{number:>3}. ", _text(name, "bold"), "  ", _text(facts, "dim"))
        if description := one.get("description"):
            yield Text.assemble("     ", _text(str(description), "dim"))
        for whole in filter(None, (one.get("url"), one.get("id"))):
            # Broken in two, an address cannot be clicked, nor copied.
            yield Text.assemble("     ", _text(str(whole), "dim"), no_wrap=True, overflow="ignore")


def _text(text: str, style: str = "") -> Text:
    return Text(safe_text(text), style=style)
