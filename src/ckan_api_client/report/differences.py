"""What differs between two states of a dataset, an organization or a group, in the paths that a plan has, too.

It knows plain dicts only. What the server sets itself (timestamps, counts, what it derives) is no difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ckan_api_client.quirks.equivalence import (
    SERVER_MADE_DATASET_KEYS,
    SERVER_MADE_GROUP_KEYS,
    SERVER_MADE_RESOURCE_KEYS,
)

#: What CKAN sets itself in whatever kind of thing, or derives from what is compared anyway.
_OF_THE_SERVER = (
    SERVER_MADE_DATASET_KEYS
    | SERVER_MADE_RESOURCE_KEYS
    | SERVER_MADE_GROUP_KEYS
    | {"last_modified", "datastore_active"}
) - {"state"}
#: Lists of objects, by what tells their members from one another.
_KEYED = {"extras": "key", "tags": "name", "groups": "name", "resources": "id"}
_NOTHING: tuple[Any, ...] = (None, "", [], {})


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Iterator[tuple[str, Any, Any]]:
    """Yield path, value before and value after of what differs; None is absent.

    `extras.KEY`, `tags.NAME`, `groups.NAME`, `resources.ID` for a whole one, `resources.ID.FIELD`, `resources` for
    their order alone.
    """
    old, new = before or {}, after or {}
    for key in sorted({*old, *new} - _OF_THE_SERVER):
        one, other = old.get(key), new.get(key)
        if key in _KEYED and all(_is_keyed(value, _KEYED[key]) for value in (one, other)):
            yield from _of_lists(key, one or [], other or [])
        elif one != other and not (one in _NOTHING and other in _NOTHING):
            yield key, one, other


def _is_keyed(value: Any, key: str) -> bool:
    if value is None:
        return True
    return isinstance(value, list) and all(isinstance(item, Mapping) and item.get(key) for item in value)


def _of_lists(name: str, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Iterator[tuple[str, Any, Any]]:
    key = _KEYED[name]
    old, new = ({str(item[key]): item for item in items} for items in (before, after))
    found = False
    for one in [*old, *(key for key in new if key not in old)]:
        for difference in _of_members(name, one, old.get(one), new.get(one)):
            found = True
            yield difference
    if name == "resources" and not found and list(old) != list(new):
        yield name, list(old), list(new)


def _of_members(name: str, key: str, old: dict[str, Any] | None, new: dict[str, Any] | None) -> Iterator[Any]:
    path = f"{name}.{key}"
    if name in {"tags", "groups"}:
        if (old is None) != (new is None):
            yield path, None if old is None else key, None if new is None else key
    elif name == "extras":
        values = [None if item is None else item.get("value") for item in (old, new)]
        if values[0] != values[1]:
            yield path, *values
    elif old is None or new is None:
        yield path, without_empty(old), without_empty(new)
    else:
        yield from ((f"{path}.{field}", one, other) for field, one, other in differences(old, new))


def without_empty(resource: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return what a resource holds that somebody wrote."""
    if resource is None:
        return None
    return {key: value for key, value in resource.items() if value not in _NOTHING and key not in _OF_THE_SERVER}
