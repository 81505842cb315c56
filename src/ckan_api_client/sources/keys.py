"""The key of a record: which of its values says what it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckan_api_client.quirks.text import clean_text

from .listing import Broken, Kind, Record

__all__ = ["as_key", "as_record", "no_object"]


def as_key(value: Any) -> str | None:
    """Return a text or a number as a key, None for anything else: blank, boolean, list, or with control characters."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    key = str(value)
    return key if key.strip() and clean_text(key) == key else None


def as_record(
    data: Any, kind: Kind, *, file: str, line: int | None = None, id_key: str | None = None
) -> Record | Broken:
    """Return `data` as a record, or what is wrong with it.

    Its key is the value of `id_key`; without one, of a dataset the `id`, else the `name`; of the others the `name`.
    """
    if not isinstance(data, Mapping):
        return Broken(file, line, no_object(data), kind=kind)
    names = (id_key,) if id_key is not None else ("id", "name") if kind == "dataset" else ("name",)
    for name in names:
        if data.get(name) not in (None, ""):
            key = as_key(data[name])
            if key is None:
                return Broken(
                    file, line, f"has {data[name]!r:.80} for its {name}: a text or a number is needed", kind=kind
                )
            return Record(key, kind, data, file, line)
    return Broken(file, line, f"has no {' and no '.join(names)}", kind=kind)


def no_object(data: Any) -> str:
    """Return what is wrong with `data`, in JSON's words."""
    names = {list: "a list", str: "a text", bool: "a boolean", int: "a number", float: "a number", type(None): "null"}
    return f"is {names.get(type(data), f'a {type(data).__name__}')}, not an object"
