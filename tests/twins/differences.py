"""What the embedded CKAN is known to do otherwise than a real one, found by random sequences: why it is left so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from twins.steps import Step

Told = dict[str, Any]


class Difference(NamedTuple):
    """`applies` looks at a step and at what the embedded and the real CKAN told of it."""

    reason: str
    applies: Callable[[Step, Told, Told], bool]


def _both_find(step: Step, embedded: Told, real: Told) -> bool:
    return step.action == "package_search" and embedded["status"] == real["status"] == 200


def _texts(result: Any) -> Any:
    """Return a group with the values of its extras as texts."""
    if not isinstance(result, dict):
        return result
    extras = [{**extra, "value": str(extra["value"])} for extra in result.get("extras", [])]
    return {**result, "extras": extras}


DIFFERENCES: dict[str, Difference] = {
    "search-with-the-default-schema": Difference(
        "package_search with use_default_schema gives the rows behind extras, tags and groups: nothing needs their ids",
        lambda step, *told: _both_find(step, *told) and bool(step.arguments.get("use_default_schema")),
    ),
    "all-fields-of-the-index": Difference(
        "fl=*, or a blank, gives what only Solr has: its versions, its own copy of the dataset and the site's id",
        lambda step, *told: _both_find(step, *told) and step.arguments.get("fl") in ("", "*"),
    ),
    "numbers-in-extras-of-groups": Difference(
        "the write itself answers 5 for an extra of a group, every read '5'; the embedded one gives what is stored",
        lambda step, embedded, real: (
            step.action.startswith(("group_", "organization_"))
            and embedded["status"] == real["status"] == 200
            and _texts(embedded["result"]) == _texts(real["result"])
        ),
    ),
}


def known_difference(step: Step, embedded: Told, real: Told) -> str | None:
    """Return the name of the known difference that this is, if it is one."""
    return next((name for name, each in DIFFERENCES.items() if each.applies(step, embedded, real)), None)
