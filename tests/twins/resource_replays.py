"""Sequences about single resources, as short as they got."""

from __future__ import annotations

from twins.replaying import INTERNAL, INVALID, Replay
from twins.steps import Id, ResourceId, Step

REPLAYS: dict[str, Replay] = {
    "a resource of no dataset": Replay((Step("resource_create", {"package_id": None}, "editor"),), 409, INVALID),
    "an object for a format": Replay(
        (Step("resource_update", {"id": ResourceId("d1", 0), "format": {}}),), 500, INTERNAL
    ),
    "a resource in what is no organization any more": Replay(
        (
            Step("organization_patch", {"id": Id("o1"), "is_organization": False}),
            Step("bulk_update_delete", {"org_id": Id("o1"), "datasets": [Id("d1")]}),
            Step("resource_delete", {"id": ResourceId("d1", 1)}, "editor"),
        ),
        403,
        "Authorization Error",
    ),
    "what a resource leaves behind": Replay((Step("resource_delete", {"id": ResourceId("d1", 1)}),), 200),
    "a resource that is not there": Replay(
        (Step("resource_patch", {"id": ResourceId("d3", 2), "format": "Foo"}),), 404, "Not Found Error"
    ),
    "any text in a field of one's own": Replay(
        (Step("resource_create", {"package_id": Id("d1"), "unknown": "\u0000"}),), 200
    ),
    "a number for an address": Replay((Step("resource_update", {"id": ResourceId("d1", 1), "url": 5}),), 500, INTERNAL),
    "a time that is not looked at": Replay(
        (Step("resource_create", {"package_id": Id("d1"), "metadata_modified": "\u0000"}, "editor"),), 200
    ),
    "half a character in a field of one's own": Replay(
        (Step("resource_create", {"package_id": Id("d1"), "unknown": "\ud800"}),), 500, INTERNAL
    ),
    "half a character, put into a field of one's own": Replay(
        (Step("resource_patch", {"id": ResourceId("d1", 0), "unknown": "\ud800"}),), 500, INTERNAL
    ),
}
