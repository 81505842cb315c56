"""JSON values: independent copies of them, and whether two are the same. No key has a meaning here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["SCALARS", "copy_json", "same_json"]

SCALARS = frozenset({str, int, float, bool, type(None)})
"""What cannot be changed in place, and so needs no copy."""


def copy_json(value: Any) -> Any:
    """Return a copy that shares nothing changeable with `value`: dicts and lists all the way down.

    Any mapping becomes a dict, a tuple a list. TypeError for what JSON does not know (a date, a set, bytes). It takes
    a third of the time of `copy.deepcopy`, which serves anything and so looks at everything.
    """
    kind = type(value)
    if kind in SCALARS:
        return value
    if kind is dict:
        copied = value.copy()  # Most values are scalars: to copy all and then mend some halves the time.
        for key, item in value.items():
            if type(item) not in SCALARS:
                copied[key] = copy_json(item)
        return copied
    if kind is list:
        return [item if type(item) in SCALARS else copy_json(item) for item in value]
    if isinstance(value, Mapping):
        return {key: copy_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [copy_json(item) for item in value]
    if isinstance(value, str | int | float):
        return value
    raise TypeError(f"JSON knows no {kind.__name__}: {value!r:.200}")


def same_json(mine: Any, theirs: Any) -> bool:
    """Tell whether two JSON values are the same: 1 is not true and not 1.0, as they are for Python's `==`.

    The order of an object's keys does not count, that of a list does.
    """
    kind = type(mine)
    if kind is not type(theirs):
        return False
    if kind is dict:
        return len(mine) == len(theirs) and all(
            key in theirs and same_json(item, theirs[key]) for key, item in mine.items()
        )
    if kind is list:
        return len(mine) == len(theirs) and all(map(same_json, mine, theirs))
    # NaN is not equal to itself, and a copy shares it.
    return mine is theirs or bool(mine == theirs)
