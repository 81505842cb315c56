"""The shapes in which CKAN takes lists: objects only, never null (quirk A13), and the plain shapes people write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

#: The keys of a dataset, group or organization that hold lists of objects.
LISTS = ("extras", "groups", "resources", "tags")


def is_uuid(text: str) -> bool:
    """Tell whether a text is a UUID as CKAN makes them: lower case, with dashes."""
    return _UUID.fullmatch(text) is not None


def reference(text: str) -> dict[str, str]:
    """Return the object that names a group: CKAN drops `{"id": <a name>}` without a word for sysadmins (quirk B8)."""
    return {"id": text} if is_uuid(text) else {"name": text}


def holds_objects(value: Any) -> bool:
    """Tell whether a value is a list of objects, which CKAN up to 2.11 takes under no key but its own (quirk C5b)."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def as_ckan_takes(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy in CKAN's shapes: tags, groups and extras given as texts or a mapping become lists of objects."""
    shaped = dict(data)
    for key in LISTS:
        if key in shaped:
            shaped[key] = _as_list(key, shaped[key])
    return shaped


def _as_list(key: str, value: Any) -> list[Any]:
    if value is None:
        return []
    if key == "extras" and isinstance(value, Mapping):
        return [{"key": name, "value": item} for name, item in value.items()]
    if not isinstance(value, list | tuple | set | frozenset):
        raise TypeError(f"{key} should be a list, and is a {type(value).__name__}: {value!r:.80}")
    items = sorted(value) if isinstance(value, set | frozenset) else list(value)
    if key == "tags":
        return [{"name": item} if isinstance(item, str) else item for item in items]
    if key == "groups":
        return [reference(item) if isinstance(item, str) else item for item in items]
    return items
