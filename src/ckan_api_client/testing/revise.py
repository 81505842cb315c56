"""package_revise: match, filter, update and include, merged as CKAN merges (quirks C3, C4): lists by index."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from .authorization import check_update_package, require_login
from .errors import IntegrityFailure, NotFoundFailure, ValidationFailure
from .packages import editable, show_by_reference, update_package
from .site import Call
from .store import Row
from .values import MISSING

_SHORTEST_ID: Final = 5  # how many letters of an id address an item of a list

Path = tuple[Any, ...]


class _Mismatch(Exception):
    """A path that leads nowhere, or to something of another kind; the argument is CKAN's message."""


def package_revise(call: Call) -> Row:
    request = _read(call.arguments)
    match, flat_match, flat_update = request["match"], request["match__"], request["update__"]
    reference = flat_match.get("id") or match.get("id") or flat_match.get("name") or match.get("name")
    if reference is None:
        raise ValidationFailure({"match__id": MISSING})
    shown: Row | None
    package, shown = show_by_reference(call, reference)
    unmatched = _differences(shown, match, ())
    for key, value in sorted(flat_match.items()):
        try:
            unmatched += _difference_at(shown, key, value)
        except _Mismatch as mismatch:
            raise IntegrityFailure(str(mismatch)) from None
    if unmatched:
        raise ValidationFailure({"match": [_joined(path) for path in unmatched]})
    revised = editable(shown)
    if call.behaviour.no_op_is_no_write:
        revised.pop("metadata_modified", None)
    keep_matching(revised, request["filter"])
    revised["id"] = package["id"]
    _merge("update", lambda: _merge_dict(revised, request["update"], ()))
    for key in sorted(flat_update, key=lambda key: "e" if key.endswith("extend") else key):
        _merge(key, lambda key=key: _merge_at(revised, key, flat_update[key]))  # type: ignore[misc]
    require_login(call, "package_revise")
    if revised.get("id") != package["id"]:  # written over: it is an update of whichever dataset that names
        package, shown = _named(call, revised), None
    check_update_package(call, package, revised, knows_package=not call.behaviour.revise_checks_groups)
    updated, _ = update_package(call, package, revised, shown)
    answer = {"package": updated}
    if "include" in call.arguments:
        answer = editable(answer)
        keep_matching(answer, list(call.arguments["include"]))
    return answer


def _named(call: Call, revised: Row) -> Row:
    reference = revised.get("id") or revised.get("name")
    if reference is None:
        raise ValidationFailure({"id": MISSING})
    package = call.store.by_reference("package", reference)
    if package is None:
        raise NotFoundFailure("Package was not found." if call.is_sysadmin else "")
    return package


def _merge(key: str, merge: Callable[[], None]) -> None:
    try:
        merge()
    except _Mismatch as mismatch:
        raise ValidationFailure({key: [str(mismatch)]}) from None


def _read(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters, JSON texts decoded; ValidationFailure for those of the wrong kind."""
    request: dict[str, Any] = {"match": {}, "update": {}, "filter": [], "include": [], "match__": {}, "update__": {}}
    errors: dict[str, list[str]] = {}
    for key, value in arguments.items():
        if value is None and not key.startswith(("match__", "update__")):
            continue
        if key in ("match", "update"):
            request[key] = _decoded(value)
            if not isinstance(request[key], dict):
                errors[key] = ["Must be a dict"]
        elif key in ("filter", "include"):
            decoded = _decoded(value)
            patterns = decoded.split(",") if isinstance(decoded, str) else decoded
            request[key] = patterns
            if not isinstance(patterns, list):
                errors[key] = ["Not a list"]
            elif wrong := [pattern for pattern in patterns if not isinstance(pattern, str)]:
                errors[key] = [f"Not a string: {wrong[0]}"]
        elif key.startswith("match__"):
            request["match__"][key.removeprefix("match__")] = _decoded(value)
        elif key.startswith("update__"):
            request["update__"][key.removeprefix("update__")] = _decoded(value)
    if errors:
        raise ValidationFailure({key: errors[key] for key in sorted(errors)})
    return request


def _decoded(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _joined(path: Iterable[Any]) -> str:
    return "__".join(str(part) for part in path)


def _differences(data: Any, wanted: Any, path: Path) -> list[Path]:
    """Return the paths at which the data is not as wanted; what is not mentioned may be anything."""
    if isinstance(wanted, dict):
        if not isinstance(data, dict):
            return [path]
        found: list[Path] = []
        for key, value in sorted(wanted.items()):
            found += _differences(data[key], value, (*path, key)) if key in data else [(*path, key)]
        return found
    if isinstance(wanted, list):
        if not isinstance(data, list):
            return [path]
        found = []
        for number, value in enumerate(wanted):
            inside = number < len(data)
            found += _differences(data[number], value, (*path, number)) if inside else [(*path, number)]
        return found
    return [] if data == wanted else [path]


def _difference_at(data: Any, key: str, wanted: Any) -> list[Path]:
    found, path = _follow(data, key)
    return _differences(found, wanted, path)


def _follow(data: Any, key: str) -> tuple[Any, Path]:
    """Return what lies at a flattened key, and its path: items of lists by index, or by the beginning of their id."""
    path: Path = ()
    for part in key.split("__"):
        place = _place(data, part)
        if place is None:
            raise _Mismatch(f"Unmatched key {_joined((*path, part))}")
        data = data[place]
        path = (*path, place)
    return data, path


def _place(data: Any, part: str) -> Any:
    if isinstance(data, dict):
        return part if part in data else None
    if not isinstance(data, list):
        return None
    if len(part) >= _SHORTEST_ID:
        for number, item in enumerate(data):
            if not isinstance(item, dict) or "id" not in item:
                return None
            if item["id"].startswith(part):
                return number
        return None
    try:
        number = int(part)
    except ValueError:
        return None
    return number if -len(data) <= number < len(data) else None


def keep_matching(data: Any, patterns: Sequence[str]) -> None:
    """Remove from the data what the patterns say: "-key__*" removes, "+key" protects, the first that matches wins."""
    _filter(data, [(pattern.startswith("+"), pattern.lstrip("-+").split("__")) for pattern in patterns])


def _filter(data: Any, patterns: Sequence[tuple[bool, Sequence[str]]]) -> None:
    if isinstance(data, dict):
        _filter_dict(data, patterns)
    elif isinstance(data, list):
        _filter_list(data, patterns)


def _filter_dict(data: dict[str, Any], patterns: Sequence[tuple[bool, Sequence[str]]]) -> None:
    protected: dict[str, Any] = {}
    deeper: dict[str, list[tuple[bool, Sequence[str]]]] = {}
    for keep, (head, *rest) in patterns:
        if head == "*":
            if keep:
                protected.update(data)
            else:
                data.clear()
        elif head in data:
            if rest:
                deeper.setdefault(head, []).append((keep, rest))
            elif keep:
                protected[head] = data[head]
            else:
                del data[head]
    data.update(protected)
    for head, below in deeper.items():
        if head in data:
            _filter(data[head], below)


def _filter_list(data: list[Any], patterns: Sequence[tuple[bool, Sequence[str]]]) -> None:
    protected: set[int] = set()
    removed: set[int] = set()
    deeper: dict[int, list[tuple[bool, Sequence[str]]]] = {}
    for keep, (head, *rest) in patterns:
        if head == "*":
            if keep:
                protected |= set(range(len(data))) - removed
            else:
                removed |= set(range(len(data))) - protected
            continue
        place = _place(data, head)
        if place is None:
            continue
        if rest:
            deeper.setdefault(place, []).append((keep, rest))
        elif keep and place not in removed:
            protected.add(place)
        elif not keep and place not in protected:
            removed.add(place)
    gone = removed - protected
    for place, below in deeper.items():
        if place not in gone:
            _filter(data[place], below)
    data[:] = [item for number, item in enumerate(data) if number not in gone]


def _merge_dict(data: dict[str, Any], update: Any, path: Path) -> None:
    if not isinstance(update, dict):
        raise _Mismatch(f"Expected dict for {_joined(path)}")
    for key, value in update.items():
        if isinstance(data.get(key), dict):
            _merge_dict(data[key], value, (*path, key))
        elif isinstance(data.get(key), list):
            _merge_list(data[key], value, (*path, key))
        else:
            data[key] = value


def _merge_list(data: list[Any], update: Any, path: Path) -> None:
    if not isinstance(update, list):
        raise _Mismatch(f"Expected list for {_joined(path)}")
    for number, value in enumerate(update):
        if number >= len(data):
            data.append(value)
        elif isinstance(data[number], dict):
            _merge_dict(data[number], value, (*path, number))
        elif isinstance(data[number], list):
            _merge_list(data[number], value, (*path, number))
        else:
            data[number] = value


def _merge_at(data: dict[str, Any], key: str, value: Any) -> None:
    """Merge at a flattened key; the last part "extend" appends to a list."""
    front, _, last = key.rpartition("__")
    target, path = _follow(data, front) if front else (data, ())
    if isinstance(target, dict):
        _merge_dict(target, {last: value}, path)
    elif isinstance(target, list):
        if last == "extend":
            if not isinstance(value, list):
                raise _Mismatch(f"Expected list for {front}")
            target.extend(value)
            return
        item, (place,) = _follow(target, last)
        if isinstance(item, dict):
            _merge_dict(item, value, (*path, place))
        elif isinstance(item, list):
            _merge_list(item, value, (*path, place))
        else:
            target[place] = value
    else:
        raise _Mismatch(f"Expected list or dict for {front}")
