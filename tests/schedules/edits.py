"""What people do to a dataset, and how to tell that it is still as they left it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ckan_api_client.syncing.fitting import MARKER_KEY
from schedules.catalog import Catalog

_Dataset = dict[str, Any]
OTHER_ORGANIZATION, GROUP = "other-org", "by-hand-group"


@dataclass(frozen=True)
class Edit:
    """`make` carries it out on a dataset as it is; `is_there` tells whether a dataset still shows it.

    `ends`: after it, the dataset is none of the source's business. `of`: the path at which the source may differ.
    """

    make: Callable[[Catalog, _Dataset], object]
    is_there: Callable[[_Dataset], bool]
    ends: bool = False
    of: str = ""


def _patch(change: Callable[[_Dataset], _Dataset]) -> Callable[[Catalog, _Dataset], object]:
    return lambda catalog, dataset: catalog.act("package_patch", id=dataset["id"], **change(dataset))


def _with_extra(dataset: _Dataset, key: str, value: str | None) -> list[_Dataset]:
    left = [extra for extra in dataset["extras"] if extra["key"] != key]
    return left if value is None else [*left, {"key": key, "value": value}]


def _described(dataset: _Dataset) -> list[_Dataset]:
    first, *rest = dataset["resources"]
    return [{**first, "description": "By hand"}, *rest]


def _extras(dataset: _Dataset) -> dict[str, str]:
    return {extra["key"]: extra["value"] for extra in dataset["extras"]}


EDITS: dict[str, Edit] = {
    "title": Edit(_patch(lambda _: {"title": "By hand"}), lambda now: now["title"] == "By hand", of="title"),
    "tag": Edit(
        _patch(lambda now: {"tags": [*now["tags"], {"name": "by-hand"}]}),
        lambda now: "by-hand" in [tag["name"] for tag in now["tags"]],
    ),
    "extra": Edit(
        _patch(lambda now: {"extras": _with_extra(now, "e1", "By hand")}),
        lambda now: _extras(now).get("e1") == "By hand",
        of="extras.e1",
    ),
    "resource description": Edit(
        _patch(lambda now: {"resources": _described(now)}),
        lambda now: "By hand" in [resource["description"] for resource in now["resources"]],
        of="resources.",
    ),
    "added resource": Edit(
        _patch(lambda now: {"resources": [*now["resources"], {"url": "http://hand.example/"}]}),
        lambda now: "http://hand.example/" in [resource["url"] for resource in now["resources"]],
    ),
    "group": Edit(
        _patch(lambda now: {"groups": [*now["groups"], {"name": GROUP}]}),
        lambda now: GROUP in [group["name"] for group in now["groups"]],
    ),
    "owner_org": Edit(
        _patch(lambda _: {"owner_org": OTHER_ORGANIZATION}),
        lambda now: now["organization"]["name"] == OTHER_ORGANIZATION,
    ),
    "rename": Edit(
        _patch(lambda now: {"name": f"by-hand-{now['id'][:8]}"}), lambda now: now["name"].startswith("by-hand-")
    ),
    "delete": Edit(
        lambda catalog, now: catalog.act("package_delete", id=now["id"]),
        lambda now: now["state"] == "deleted",
        ends=True,
    ),
    "marker removed": Edit(
        _patch(lambda now: {"extras": _with_extra(now, MARKER_KEY, None)}),
        lambda now: MARKER_KEY not in _extras(now),
        ends=True,
    ),
}
