"""Three-way merge of two dicts that started as one: what we changed, laid over what others changed meanwhile.

Lists are merged by key: extras by key, tags by name, groups by id or name, resources by id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ckan_api_client.objects.json_values import same_json
from ckan_api_client.quirks.equivalence import (
    IGNORED_DATASET_KEYS,
    IGNORED_GROUP_KEYS,
    IGNORED_RESOURCE_KEYS,
    Differences,
    extras_differences,
    field_differences,
    group_differences,
    resource_differences,
)
from ckan_api_client.quirks.revising import REMOVED

_Item = Mapping[str, Any]
_MISSING: Any = object()


@dataclass(frozen=True, slots=True)
class Clash:
    """Two sides changed the same thing to different values. A side that removed it has None."""

    path: str
    base: Any
    ours: Any
    theirs: Any

    def __str__(self) -> str:
        return f"{self.path}: was {self.base!r}, ours is {self.ours!r}, theirs is {self.theirs!r}"


@dataclass(frozen=True, slots=True)
class Merge:
    """`values`: what must be written over theirs, by top-level key (REMOVED: the key goes). `clashes`: undecided.

    What both changed to the same is neither.
    """

    values: dict[str, Any]
    clashes: tuple[Clash, ...]


def merge_changes(base: _Item, ours: _Item, theirs: _Item, *, kind: str = "dataset") -> Merge:
    """Return what has to be written over `theirs` so that it holds what `ours` changed since `base`.

    Values are the same if they are after CKAN's own normalisation. `kind`: "dataset", "group" (or organization),
    "resource".
    """
    values: dict[str, Any] = {}
    clashes: list[Clash] = []
    for key in [*ours, *(key for key in base if key not in ours)]:
        one, two, three = (side.get(key, _MISSING) for side in (base, ours, theirs))
        if same_json(two, one):
            continue
        if key in _KEYED and all(map(_is_keyed, (one, two, three))):
            before, mine, other = ([] if side is _MISSING else side for side in (one, two, three))
            merged = _merge_lists(key, before, mine, other, clashes)
            if merged is not None:
                values[key] = merged
        elif same_json(three, one):
            values[key] = REMOVED if two is _MISSING else two
        elif not same_json(two, three) and not _agree(kind, key, ours, theirs):
            clashes.append(Clash(key, *_plain(one, two, three)))
    return Merge(values, tuple(clashes))


def _merge_lists(
    key: str, base: Sequence[_Item], ours: Sequence[_Item], theirs: Sequence[_Item], clashes: list[Clash]
) -> list[Any] | None:
    """Return the merged list, or None if theirs needs no change."""
    identify = _KEYED[key]
    aliases = {str(item.get("id")): str(item["name"]) for item in [*base, *theirs] if item.get("name")}
    sides = [_by_key(side, identify, aliases) for side in (base, ours, theirs)]
    if any(side is None for side in sides):
        if same_json(theirs, base):
            return list(ours)
        clashes.append(Clash(key, list(base), list(ours), list(theirs)))
        return None
    old, mine, other = (side or {} for side in sides)
    merged: dict[Any, Any] = {}
    for name in [*other, *(name for name in mine if name not in other)]:
        item = _merge_item(f"{key}.{name}", key, [side.get(name, _MISSING) for side in (old, mine, other)], clashes)
        if item is not _MISSING:
            merged[name] = item
    fresh = _fresh(
        [item for item in ours if identify(item, aliases) is None],
        [item for name, item in other.items() if name not in old and name not in mine],
    )
    if list(other) != list(old):
        result = [*merged.values(), *fresh]
    else:
        # Nobody else moved anything: our order holds.
        merged = {name: merged[name] for name in [*mine, *merged] if name in merged}
        result = _in_order(ours, merged, fresh, lambda item: identify(item, aliases))
    unchanged = not fresh and same_json(merged, other) and (key != "resources" or list(merged) == list(other))
    return None if unchanged else result


def _fresh(items: Sequence[_Item], arrived: Sequence[_Item]) -> list[_Item]:
    """Return the items without a key that are still to be added.

    One that arrived meanwhile and is equal is the one: an earlier try whose answer was lost, or the same object
    written again, must not add it twice.
    """
    fresh, left = [], list(arrived)
    for item in items:
        found = next((other for other in left if not resource_differences(item, other)), None)
        if found is None:
            fresh.append(item)
        else:
            left = [other for other in left if other is not found]
    return fresh


def _in_order(
    ours: Sequence[_Item], merged: Mapping[Any, _Item], fresh: Sequence[_Item], identify: Callable[[_Item], Any]
) -> list[_Item]:
    """Return the merged items and the fresh ones in the order in which we have them."""
    mine = [identify(item) for item in ours]
    result = []
    for item, name in zip(ours, mine, strict=True):
        if name is None:
            result += [item] if any(item is other for other in fresh) else []
        elif name in merged:
            result.append(merged[name])
    return [*result, *(item for name, item in merged.items() if name not in set(mine))]


def _merge_item(path: str, key: str, sides: list[Any], clashes: list[Clash]) -> Any:
    one, two, three = sides
    if key in {"tags", "groups"}:
        # Nothing but membership is ours to say; theirs, where present, carries the details.
        present = two if three is _MISSING else three
        gone = (two is _MISSING and one is not _MISSING) or (three is _MISSING and one is not _MISSING)
        return _MISSING if gone else present
    if same_json(two, one):
        return three
    if same_json(three, one):
        return two
    if key == "resources" and all(isinstance(side, Mapping) for side in sides):
        inner = merge_changes(one, two, three, kind="resource")
        clashes.extend(replace(clash, path=f"{path}.{clash.path}") for clash in inner.clashes)
        laid = {**three, **inner.values}
        return {name: value for name, value in laid.items() if value is not REMOVED}
    same = same_json(two, three)
    if key == "extras":
        same = not extras_differences(*([] if side is _MISSING else [side] for side in (two, three)))
    if not same:
        clashes.append(Clash(path, *_plain(one, two, three)))
    return three


def _agree(kind: str, key: str, ours: _Item, theirs: _Item) -> bool:
    """Tell whether CKAN would show what we have of a key as they have it; what it does not show comes back as null."""
    differences, ignored = _RULES[kind]
    if key not in ours:
        return theirs.get(key) in (None, "")
    return key not in ignored and key not in differences(ours, theirs)


def _is_keyed(side: Any) -> bool:
    """Tell whether a side can be merged by key; a resource may hold any list under the name of one of CKAN's."""
    return side is _MISSING or (isinstance(side, list) and all(isinstance(item, Mapping) for item in side))


def _plain(*sides: Any) -> tuple[Any, ...]:
    return tuple(None if side is _MISSING else side for side in sides)


def _by_key(items: Sequence[_Item], identify: _Identify, aliases: Mapping[str, str]) -> dict[Any, _Item] | None:
    """Return the items by their key, without those that have none yet; None if two share one."""
    found: dict[Any, _Item] = {}
    for item in items:
        name = identify(item, aliases)
        if name is None:
            continue
        if name in found:
            return None
        found[name] = item
    return found


def _extra_key(item: _Item, _: Mapping[str, str]) -> Any:
    return item.get("key")


def _tag_name(item: _Item, _: Mapping[str, str]) -> Any:
    vocabulary = item.get("vocabulary_id")
    return (vocabulary, item.get("name")) if vocabulary else item.get("name")


def _group_name(item: _Item, aliases: Mapping[str, str]) -> Any:
    return item.get("name") or aliases.get(str(item.get("id")), item.get("id"))


def _resource_id(item: _Item, _: Mapping[str, str]) -> Any:
    return item.get("id") or None


_RULES: dict[str, tuple[Callable[[_Item, _Item], Differences], frozenset[str]]] = {
    "dataset": (field_differences, IGNORED_DATASET_KEYS),
    "group": (group_differences, IGNORED_GROUP_KEYS),
    "resource": (resource_differences, IGNORED_RESOURCE_KEYS),
}
_Identify = Callable[[_Item, Mapping[str, str]], Any]
_KEYED: dict[str, _Identify] = {
    "extras": _extra_key,
    "tags": _tag_name,
    "groups": _group_name,
    "resources": _resource_id,
}
