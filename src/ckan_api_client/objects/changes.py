"""What became of one key between the snapshot and now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ckan_api_client.quirks.normalisation import ABSENT

from .json_values import copy_json, same_json

__all__ = ["ABSENT", "Change", "copy_or_absent", "find_changes"]


@dataclass(frozen=True, slots=True)
class Change:
    """The value of a key before and after; `ABSENT` where there was, or is, no such key."""

    before: Any
    after: Any


def find_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Change]:
    """Return the keys whose values differ, those of `before` first, each in its own order. The values are copies."""
    return {
        key: Change(copy_or_absent(before.get(key, ABSENT)), copy_or_absent(after.get(key, ABSENT)))
        for key in {**before, **after}
        if not same_json(before.get(key, ABSENT), after.get(key, ABSENT))
    }


def copy_or_absent(value: Any) -> Any:
    return value if value is ABSENT else copy_json(value)
