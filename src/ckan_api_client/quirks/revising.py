"""package_revise: the one compare-and-set of CKAN, and its ways with lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

#: Stands for "this key shall go" among the values of a revision.
REMOVED = object()

_KEPT_WHEN_ABSENT = ("groups", "resources")


def revise_arguments(current: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of package_revise that set values of a dataset, if it is still as `current` shows it.

    Only what is written is sent; CKAN takes the rest from the row that it has locked. Lists and objects would be
    merged by position and by key (quirk C3), so they are filtered out first and then given whole; `resources` and
    `groups` are named even when empty, since CKAN 2.12 keeps what is absent (live on 2.12, C3). `match` holds the
    scalars that are overwritten beside the timestamp, which a sysadmin can freeze on 2.12 (F4).
    """
    match: dict[str, Any] = {"id": current["id"]}
    match |= {key: current[key] for key in ("metadata_modified", "state") if key in current}
    match |= {key: current[key] for key in values if isinstance(current.get(key), str | bool | int)}
    whole = [
        key for key, value in values.items() if key in current and (value is REMOVED or isinstance(value, list | dict))
    ]
    update = {key: value for key, value in values.items() if value is not REMOVED}
    update |= {key: [] for key in _KEPT_WHEN_ABSENT if values.get(key) is REMOVED}
    arguments: dict[str, Any] = {"match": match, "update": update}
    if whole:
        arguments["filter"] = [f"-{key}" for key in whole]
    return arguments


def revised(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return the dataset out of the result of package_revise, which alone wraps it (quirk C27)."""
    return dict(result.get("package", result))


def with_own_groups(current: Mapping[str, Any], values: Mapping[str, Any], own: Iterable[str]) -> dict[str, Any]:
    """Return the values with the groups narrowed to those that the caller may manage (ids or names).

    From CKAN 2.11 on, package_revise refuses a caller who may not manage each group of the dataset, whatever is
    written (ckan/logic/auth/create.py `_check_group_auth`; not so on 2.10). Filtered and given again without the
    foreign groups, the call passes, and CKAN keeps the foreign groups all the same.
    """
    mine = set(own)
    groups = values.get("groups", current.get("groups") or [])
    kept = [group for group in groups if {group.get("id"), group.get("name")} & mine]
    return {**values, "groups": kept}
