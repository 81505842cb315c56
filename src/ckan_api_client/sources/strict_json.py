"""JSON from strangers: what it may hold, and where it is wrong.

Python's parser takes NaN, reads 1e400 as infinity, keeps the last of two equal keys, and gives up on deep nesting and
on integers of more than 4,300 digits with errors of its own. Here each is one ValueError that says what and where.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

__all__ = ["parse_json"]

_DEEPEST = 64


def parse_json(text: str | bytes) -> Any:
    """Return the value that `text` (UTF-8, if bytes) stands for. Raises ValueError with a sentence for a person."""
    if isinstance(text, bytes):
        try:
            text = text.decode()
        except UnicodeDecodeError as error:
            raise ValueError(f"is not UTF-8: byte {error.start + 1} is 0x{error.object[error.start]:02x}") from error
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        where = f"column {error.colno}" if error.lineno == 1 else f"line {error.lineno}, column {error.colno}"
        raise ValueError(f"is not JSON: {error.msg} at {where}") from error
    except RecursionError as error:
        raise ValueError(f"is nested deeper than {_DEEPEST} levels") from error
    except ValueError as error:
        if "digits" in str(error):
            raise ValueError("holds an integer of more than 4,300 digits") from error
        raise
    if _is_deeper(value, _DEEPEST):
        raise ValueError(f"is nested deeper than {_DEEPEST} levels")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        keys = [key for key, _ in pairs]
        repeated = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"holds the key {repeated!r} twice in one object: which value counts?")
    return value


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"holds a number too large for any computer: {text[:20]}")
    return value


def _constant(name: str) -> NoReturn:
    raise ValueError(f"holds {name}, which is not JSON")


def _is_deeper(value: Any, levels: int) -> bool:
    """Whether `value` has containers in more than `levels` levels; level by level, so that no depth can overflow."""
    containers = [value] if isinstance(value, dict | list) else []
    for _ in range(levels):
        if not containers:
            return False
        containers = [
            item
            for container in containers
            for item in (container.values() if isinstance(container, dict) else container)
            if isinstance(item, dict | list)
        ]
    return bool(containers)


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=_number, parse_constant=_constant)
