"""What a record says laid over what is there, and what that changed, for people to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click

from ckan_api_client.cli.kinds import RESOURCE
from ckan_api_client.cli.output import safe_text
from ckan_api_client.cli.values_text import shown_pair
from ckan_api_client.cli.writing import Thing
from ckan_api_client.objects import CkanResource
from ckan_api_client.quirks.equivalence import (
    ABSENT,
    IGNORED_DATASET_KEYS,
    IGNORED_GROUP_KEYS,
    IGNORED_RESOURCE_KEYS,
    SERVER_MADE_DATASET_KEYS,
    SERVER_MADE_GROUP_KEYS,
    SERVER_MADE_RESOURCE_KEYS,
)
from ckan_api_client.quirks.resources import CLEARED_BY_BLANK, overlay_resources
from ckan_api_client.quirks.shapes import as_ckan_takes

_NOT_OURS = {
    "dataset": IGNORED_DATASET_KEYS,
    "organization": IGNORED_GROUP_KEYS,
    "group": IGNORED_GROUP_KEYS,
    "resource": IGNORED_RESOURCE_KEYS,
}
_MADE_BY_CKAN = {
    "dataset": SERVER_MADE_DATASET_KEYS,
    "organization": SERVER_MADE_GROUP_KEYS,
    "group": SERVER_MADE_GROUP_KEYS,
    "resource": SERVER_MADE_RESOURCE_KEYS - {"package_id"},
}


def lay_over(kind: str, thing: Thing, wanted: Mapping[str, Any]) -> None:
    """Set in a thing what a record says otherwise, as CKAN would see it; what the record lacks stays.

    Its resources are those that are there, by id, else by URL and name: they keep their ids.
    """
    now = thing.serialize()
    shaped = dict(wanted) if kind == RESOURCE else as_ckan_takes(wanted)
    if kind == RESOURCE:
        shaped = {key: "" if value is None and key in CLEARED_BY_BLANK else value for key, value in shaped.items()}
    elif isinstance(shaped.get("resources"), list):
        shaped["resources"] = overlay_resources(shaped["resources"], now.get("resources") or [])
    paths = list(type(thing)({**now, **shaped}).differences(now))
    for key, value in shaped.items():
        if key not in _NOT_OURS[kind] and any(_is_below(path, key) for path in paths):
            thing[key] = value


def lay_extras(thing: Thing, given: Mapping[str, Any]) -> None:
    """Set single extras; None takes one out."""
    if isinstance(thing, CkanResource):
        return
    for key, value in given.items():
        if value is None:
            thing.extras.pop(key, None)
        elif key not in thing.extras or thing.extras[key] != value:
            thing.extras[key] = value


def take_out(kind: str, thing: Thing, record: Mapping[str, Any]) -> None:
    """Take the keys out of a thing that a record has no more."""
    for key in list(thing):
        if key not in record and key not in _NOT_OURS[kind]:
            del thing[key]


def left_out(kind: str, thing: Thing, record: Mapping[str, Any]) -> list[str]:
    """Return the keys of a thing that hold something, and that a record does not mention."""
    return [key for key, value in thing.items() if value and key not in record and key not in _NOT_OURS[kind]]


def refuse_made_by_ckan(kind: str, thing: Thing | None, values: Mapping[str, Any]) -> None:
    """Raise UsageError where an argument would set what cannot be set, and would be passed over in silence.

    Without a thing, there is none yet.
    """
    locked = _MADE_BY_CKAN[kind] if thing is None else _NOT_OURS[kind]
    for key, value in values.items():
        if key in locked and (thing is None or thing.get(key) != value):
            members = f": for members there is `ckanclient action {kind}_member_create`" if key == "users" else ""
            raise click.UsageError(f"{key} of a {kind} cannot be set this way{members}")


def changed_lines(before: Thing, after: Thing, keys: Iterable[str]) -> Iterator[str]:
    """Yield a line for each value below some keys that is another one now: `path: before -> after`."""
    both = {path: (theirs, mine) for path, (mine, theirs) in after.differences(before).items()}
    both |= {path: pair for path, pair in before.differences(after).items() if path not in both}
    wanted = list(keys)
    for path, pair in both.items():
        if any(_is_below(path, key) for key in wanted):
            values = (_owner(before), _owner(after)) if path == "owner_org" else pair
            old, new = shown_pair(*(_plain(path, value) for value in values))
            yield f"  {safe_text(path, 80)}: {old} -> {new}"


def _owner(thing: Thing) -> Any:
    """Return the name of the organization that a dataset belongs to, where the record tells it, else what it has."""
    organization, owner = thing.get("organization"), thing.get("owner_org")
    return organization.get("name") if organization and organization.get("id") == owner else owner


def _is_below(path: str, key: str) -> bool:
    return path == key or path.startswith((f"{key}.", f"{key}["))


def _plain(path: str, value: Any) -> Any:
    if value is ABSENT:
        return None
    if path in {"tags", "groups"} and isinstance(value, list):
        return [item.get("name") or item.get("id") if isinstance(item, dict) else item for item in value]
    return value
