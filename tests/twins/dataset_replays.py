"""Sequences about datasets, one or many, as short as they got."""

from __future__ import annotations

from twins.replaying import INTERNAL, INVALID, Replay
from twins.steps import Fresh, Id, Name, ResourceId, Step

REPLAYS: dict[str, Replay] = {
    "a patch of a blank": Replay((Step("package_patch", {"id": ""}),), 409, INVALID),
    "an object for an organization": Replay(
        (Step("package_create", {"name": Name("d2"), "owner_org": {}}),), 500, INTERNAL
    ),
    "plugin data of an editor": Replay(
        (Step("package_patch", {"id": Name("d1"), "plugin_data": "x"}, "editor"),), 409, INVALID
    ),
    "a blank for a flag": Replay((Step("package_show", {"id": Id("d1"), "include_plugin_data": ""}),), 500, INTERNAL),
    "no extra to merge into": Replay(
        (
            Step("package_create", {"name": Name("d3"), "owner_org": Name("o1")}),
            Step("package_revise", {"match": {"name": Name("d3")}, "update__extras__0__value": None}),
        ),
        409,
        INVALID,
    ),
    "null is no object": Replay(
        (Step("package_revise", {"match": {"id": Id("d1")}, "update__extras__0": None}),), 409, INVALID
    ),
    "an id written over": Replay(
        (Step("package_revise", {"match": {"name": Name("d1")}, "update": {"id": Fresh("no")}}),),
        404,
        "Not Found Error",
    ),
    "a number of tags": Replay(
        (Step("package_create", {"name": Name("d2"), "owner_org": Name("o1"), "tag_string": 5}),), 500, INTERNAL
    ),
    "a reorder by nobody's id": Replay(
        (Step("package_resource_reorder", {"id": None, "order": [ResourceId("d1", 0)]}),), 409, INVALID
    ),
    "null in an order": Replay((Step("package_resource_reorder", {"id": Name("d1"), "order": [None]}),), 409, INVALID),
    "an owner that is no organization any more": Replay(
        (
            Step("organization_patch", {"id": Id("o1"), "is_organization": False}),
            Step("package_patch", {"id": Id("d1"), "notes": "Water"}),
        ),
        404,
        "Not Found Error",
    ),
    "a group for an owner": Replay(
        (Step("package_create", {"name": Name("d2"), "owner_org": Id("g1")}),), 404, "Not Found Error"
    ),
    "a dataset of an editor's that is not there": Replay(
        (Step("package_revise", {"match": {"id": Id("d1")}, "update": {"id": Fresh("no")}}, "editor"),),
        404,
        "Not Found Error",
    ),
    "an array for a name": Replay(
        (Step("package_update", {"id": Name("d1"), "name": [], "owner_org": Name("o1")}),), 409, INVALID
    ),
    "a new resource twice": Replay(
        (Step("package_patch", {"id": Id("d1"), "resources": [{"id": Fresh("r1")}, {"id": Fresh("r1")}]}),),
        500,
        INTERNAL,
    ),
    "an array for a key": Replay(
        (Step("package_patch", {"id": Id("d1"), "extras": [{"key": [], "value": "x"}]}),), 500, INTERNAL
    ),
    "a flag that is kept though it is false": Replay(
        (
            Step("package_revise", {"match": {"id": Id("d1")}, "update": {"notes": "x"}}),
            Step("resource_update", {"id": ResourceId("d1", 0)}),
            Step("package_revise", {"match": {"id": Id("d1")}, "update": {}}),
        ),
        200,
    ),
    "a number of groups": Replay((Step("package_patch", {"id": Id("d1"), "groups": 1.5}, "editor"),), 500, INTERNAL),
    "resources that are none, in an update": Replay(
        (Step("package_patch", {"id": Id("d1"), "resources": [["a"]]}, "editor"),), 500, INTERNAL
    ),
    "a blank for resources": Replay(
        (Step("package_patch", {"id": Id("d1"), "resources": ""}),), 400, "Integrity Error"
    ),
    "an editor's id of a dataset": Replay(
        (Step("package_create", {"id": Id("d1"), "name": Name("d1"), "owner_org": Name("o1")}, "editor"),),
        409,
        INVALID,
    ),
    "an editor whose organization is none any more": Replay(
        (
            Step("package_delete", {"id": Id("d1")}),
            Step("organization_patch", {"id": Name("o1"), "is_organization": False}),
            Step("package_revise", {"match": {"id": Id("d1")}, "filter": ["+id", "+name", "-*"]}, "editor"),
        ),
        403,
        "Authorization Error",
    ),
    "the copy of one named like another's id": Replay(
        (
            Step("package_create", {"name": Id("d1"), "owner_org": Name("o1")}),
            Step("package_delete", {"id": Name("d1")}),
            Step("package_show", {"id": Name("d1")}),
        ),
        200,
    ),
    "one named like the id of a purged one that had nothing": Replay(
        (
            Step("package_create", {"name": Name("d2"), "owner_org": Name("o1")}),
            Step("package_create", {"name": Id("d2"), "owner_org": Name("o1")}),
            Step("dataset_purge", {"id": Name("d2")}),
        ),
        200,
    ),
    "one named like a purged one's id": Replay(
        (
            Step("package_create", {"name": Id("d1"), "owner_org": Name("o1")}),
            Step("dataset_purge", {"id": Id("d1")}),
        ),
        200,
    ),
    "a blank for the resources of a patch": Replay(
        (Step("package_patch", {"id": Name("d1"), "resources": {}}),), 400, "Integrity Error"
    ),
    "a change that is none, under an owner renamed": Replay(
        (
            Step("organization_patch", {"id": Id("o1"), "name": Name("o2")}),
            Step("package_patch", {"id": Name("d1"), "num_tags": "x", "organization": {"name": "x"}}),
        ),
        200,
    ),
    "a time without a fraction": Replay(
        (
            Step(
                "package_create",
                {"name": Name("d3"), "owner_org": Name("o1"), "metadata_modified": "2001-01-01T00:00:00"},
            ),
            Step("organization_patch", {"id": Name("o1"), "title": "New"}),
            Step("package_revise", {"match": {"name": Name("d3")}, "update": {}}),
        ),
        200,
    ),
    "tags that are out already": Replay(
        (
            Step("package_patch", {"id": Id("d1"), "tags": []}),
            Step("package_patch", {"id": Id("d1"), "num_tags": "x"}),
        ),
        200,
    ),
    "null for an editor's groups": Replay(
        (Step("package_patch", {"id": Id("d1"), "groups": None}, "editor"),), 500, INTERNAL
    ),
    "a name that nothing can hold": Replay((Step("package_patch", {"id": Id("d1"), "name": "\u0000"}),), 500, INTERNAL),
    "an array of nothing for a name": Replay((Step("package_patch", {"id": Id("d1"), "name": [None]}),), 409, INVALID),
    "a resource of nothing among others": Replay(
        (Step("package_update", {"id": Id("d1"), "owner_org": Name("o1"), "resources": [{"id": ""}]}),), 200
    ),
    "any text for a group's title": Replay(
        (Step("package_patch", {"id": Id("d1"), "groups": [{"name": Name("g1"), "title": "\u0000"}]}),), 200
    ),
    "an array for a dataset's type": Replay(
        (Step("package_create", {"name": Name("d2"), "owner_org": Name("o1"), "type": [None]}),), 500, INTERNAL
    ),
    "arrays for tags": Replay((Step("package_patch", {"id": Id("d1"), "tag_string": [["a"]]}),), 409, INVALID),
    "any text for deleted": Replay(
        (Step("package_patch", {"id": Id("d1"), "extras": [{"key": "k", "value": "v", "deleted": "\u0000"}]}),), 200
    ),
    "an array for an owner": Replay(
        (Step("package_create", {"name": Name("d2"), "owner_org": [], "private": True}),), 409, INVALID
    ),
    "an array for the owner of many": Replay(
        (Step("bulk_update_private", {"org_id": [], "datasets": [Id("d1")]}),), 200
    ),
    "an object of datasets": Replay((Step("bulk_update_private", {"org_id": Id("o1"), "datasets": {}}),), 200),
    "a copy that is changed as it is": Replay(
        (
            Step("group_patch", {"id": Name("g1"), "is_organization": True}),
            Step("bulk_update_public", {"org_id": Id("o1"), "datasets": [Id("d1")]}),
        ),
        200,
    ),
    "private ones as they were indexed": Replay(
        (
            Step("package_patch", {"id": Id("d1"), "title": "Old"}),
            Step("bulk_update_private", {"org_id": Id("o1"), "datasets": [Id("d1")]}),
            Step("package_show", {"id": Id("d1")}),
        ),
        200,
    ),
    "a draft made private": Replay(
        (
            Step("package_patch", {"id": Id("d1"), "state": "draft"}),
            Step("bulk_update_private", {"org_id": Id("o1"), "datasets": [Id("d1")]}),
            Step("package_show", {"id": Id("d1")}),
        ),
        200,
    ),
    "the copy of one named like a deleted one's id": Replay(
        (
            Step("package_create", {"name": Id("d1"), "owner_org": Name("o1")}),
            Step("bulk_update_delete", {"org_id": Id("o1"), "datasets": [Id("d1")]}),
        ),
        200,
    ),
    "a draft deleted with many": Replay(
        (
            Step("package_patch", {"id": Id("d1"), "state": "draft"}),
            Step("bulk_update_delete", {"org_id": Id("o1"), "datasets": [Id("d1")]}),
        ),
        200,
    ),
    "an object of many": Replay(
        (Step("bulk_update_delete", {"org_id": Id("o1"), "datasets": {"a": 1}}),), 404, "Not Found Error"
    ),
    "an array of nothing for the owner of many": Replay(
        (Step("bulk_update_private", {"org_id": [None], "datasets": [Id("d1")]}),), 200
    ),
}
