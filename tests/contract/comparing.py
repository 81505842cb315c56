"""Two shows of one dataset, compared key by key, to the byte."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def changed_keys(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """Return the keys whose JSON differs, `metadata_modified` aside.

    The order of extras does not count: CKAN 2.12 shows them as they were sent, or, from the database, by the length
    of their keys.
    """
    one, other = (_ordered(side) for side in (before, after))
    return {
        key
        for key in {**one, **other}
        if key != "metadata_modified" and dumped(one.get(key, "ABSENT")) != dumped(other.get(key, "ABSENT"))
    }


def _ordered(dataset: Mapping[str, Any]) -> dict[str, Any]:
    extras = dataset.get("extras")
    if not isinstance(extras, list):
        return dict(dataset)
    return {**dataset, "extras": sorted(extras, key=lambda extra: str(extra["key"]))}
