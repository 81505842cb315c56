"""Frozen values as JSON, and back, with a checksum. It knows no plan: only dataclasses of plain values.

Reading trusts nothing: whatever is not what the dataclass says is a StalePlan that names the place.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from ckan_api_client.exceptions import StalePlan

T = TypeVar("T")

_LONE = re.compile("[\ud800-\udfff]")


def pack(value: Any) -> Any:
    """Return a dataclass as a dict, with those inside of it; what is JSON already is not copied."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: pack(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [pack(item) for item in value]
    return value


def unpack(kind: type[T], packed: Any, place: str = "the plan") -> T:
    """Return the dataclass that a dict stands for. Raises StalePlan where a key or a type is not as it should be."""
    hashable: Any = kind
    hints = _hints(hashable)
    if not isinstance(packed, dict) or set(packed) != set(hints):
        found = f"keys {', '.join(map(repr, packed))}" if isinstance(packed, dict) else type(packed).__name__
        raise StalePlan(f"{place} is no {kind.__name__}: it has {found:.300}")
    return kind(**{name: _checked(hint, packed[name], f"{place}.{name}") for name, hint in hints.items()})


def checksum_of(packed: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical JSON of a dict, in hex, without making that text as a whole."""
    digest = hashlib.sha256()
    for part in _canonical_parts(packed):
        digest.update(part.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def dump(packed: Mapping[str, Any]) -> str:
    """Return a dict as JSON to look at and to compare by lines, and such that it can be written as UTF-8."""
    text = json.dumps(packed, ensure_ascii=False, indent=1)
    return _LONE.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def load(text: str) -> dict[str, Any]:
    """Return the dict that a JSON text holds. Raises StalePlan for whatever else it is."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise StalePlan(f"this is no plan: {error}") from error
    if not isinstance(value, dict):
        raise StalePlan(f"this is no plan, but a JSON {type(value).__name__}")
    return value


def _canonical_parts(packed: Mapping[str, Any]) -> Iterator[str]:
    separator = "{"
    for key in sorted(packed):
        yield f"{separator}{json.dumps(key)}:"
        separator = ","
        if isinstance(packed[key], list):
            yield "["
            for turn, item in enumerate(packed[key]):
                yield f"{',' if turn else ''}{_canonical(item)}"
            yield "]"
        else:
            yield _canonical(packed[key])
    yield "}" if separator == "," else "{}"


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@cache
def _hints(kind: Any) -> dict[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}


def _checked(hint: Any, value: Any, place: str) -> Any:
    if hint is Any:
        return value
    origin, inside = get_origin(hint), get_args(hint)
    if origin is tuple:
        if not isinstance(value, list):
            raise StalePlan(f"{place} is no list")
        return tuple(_checked(inside[0], item, f"{place}[{turn}]") for turn, item in enumerate(value))
    if origin is Literal:
        if not isinstance(value, str) or value not in inside:
            raise StalePlan(f"{place} is none of {', '.join(inside)}")
        return value
    if isinstance(hint, type) and is_dataclass(hint):
        return unpack(hint, value, place)
    wanted = dict if origin is not None else hint
    if type(value) is not wanted:
        raise StalePlan(f"{place} is {type(value).__name__}, not {wanted.__name__}")
    return value
