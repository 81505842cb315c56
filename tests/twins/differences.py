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
    if step.action != "package_search" or not embedded["status"] == real["status"] == 200:
        return False
    return all(embedded["result"][key] == real["result"][key] for key in ("count", "facets", "search_facets"))


DIFFERENCES: dict[str, Difference] = {
    "search-with-the-default-schema": Difference(
        "package_search with use_default_schema gives the rows behind extras, tags and groups: nothing needs their ids",
        lambda step, *told: _both_find(step, *told) and bool(step.arguments.get("use_default_schema")),
    ),
    "all-fields-of-the-index": Difference(
        "fl=*, or a blank, gives what only Solr has: its versions, its own copy of the dataset and the site's id",
        lambda step, *told: _both_find(step, *told) and step.arguments.get("fl") in ("", "*"),
    ),
}


def known_difference(step: Step, embedded: Told, real: Told) -> str | None:
    """Return the name of the known difference that this is, if it is one."""
    return next((name for name, each in DIFFERENCES.items() if each.applies(step, embedded, real)), None)
