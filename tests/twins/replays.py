"""Sequences that the two once answered differently, as short as they got: each with the last answer of a real 2.11."""

from __future__ import annotations

from typing import NamedTuple

from twins.steps import Fresh, Id, Name, ResourceId, Step, Steps, Text

OURS = [Text(("name:", Name("*")))]


class Replay(NamedTuple):
    steps: Steps
    status: int
    type: str | None = None


INTERNAL = "Internal Server Error"
INVALID = "Validation Error"
REPLAYS: dict[str, Replay] = {
    "a resource of no dataset": Replay((Step("resource_create", {"package_id": None}, "editor"),), 409, INVALID),
    "a patch of a blank": Replay((Step("package_patch", {"id": ""}),), 409, INVALID),
    "a member of a kind that is a number": Replay(
        (Step("member_create", {"id": Id("o1"), "object": Name("d1"), "object_type": 5, "capacity": "member"}),),
        500,
        INTERNAL,
    ),
    "an object for an organization": Replay(
        (Step("package_create", {"name": Name("d2"), "owner_org": {}}),), 500, INTERNAL
    ),
    "an object for a group to delete": Replay((Step("group_delete", {"id": {}}, "editor"),), 500, INTERNAL),
    "an array for the owner of many": Replay(
        (Step("bulk_update_private", {"org_id": [], "datasets": [Id("d1")]}),), 200
    ),
    "an organization no more": Replay((Step("organization_patch", {"id": Id("o1"), "is_organization": False}),), 200),
    "an organization, or is it": Replay(
        (Step("organization_update", {"id": Id("o1"), "is_organization": []}),), 500, INTERNAL
    ),
    "plugin data of an editor": Replay(
        (Step("package_patch", {"id": Name("d1"), "plugin_data": "x"}, "editor"),), 409, INVALID
    ),
    "a blank for a flag": Replay((Step("package_show", {"id": Id("d1"), "include_plugin_data": ""}),), 500, INTERNAL),
    "a blank for a flag of a search": Replay(
        (Step("package_search", {"fq_list": OURS, "include_private": ""}),), 500, INTERNAL
    ),
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
    "the name is no title in the index": Replay(
        (
            Step("package_update", {"id": Id("d1"), "name": Name("d1"), "owner_org": Name("o1")}),
            Step("package_search", {"fq_list": OURS, "fl": "name,title"}),
        ),
        200,
    ),
    "nobody takes a member out": Replay(
        (Step("organization_member_delete", {"id": Id("o1"), "username": "editor"}, "nobody"),),
        403,
        "Authorization Error",
    ),
    "a number to sort by": Replay((Step("group_list", {"groups": [Name("g1")], "sort": 5}),), 500, INTERNAL),
    "a number of tags": Replay(
        (Step("package_create", {"name": Name("d2"), "owner_org": Name("o1"), "tag_string": 5}),), 500, INTERNAL
    ),
    "a reorder by nobody's id": Replay(
        (Step("package_resource_reorder", {"id": None, "order": [ResourceId("d1", 0)]}),), 409, INVALID
    ),
    "null in an order": Replay((Step("package_resource_reorder", {"id": Name("d1"), "order": [None]}),), 409, INVALID),
    "an object of datasets": Replay((Step("bulk_update_private", {"org_id": Id("o1"), "datasets": {}}),), 200),
    "a blank for a flag of an organization": Replay(
        (Step("organization_show", {"id": Id("o1"), "include_extras": ""}),), 409, INVALID
    ),
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
    "a member as nothing": Replay(
        (Step("member_create", {"id": Name("g1"), "object": "editor", "object_type": "user", "capacity": None}),),
        500,
        INTERNAL,
    ),
    "an organization purged as a group": Replay((Step("group_purge", {"id": Name("o1")}),), 200),
    "an array for a name": Replay(
        (Step("package_update", {"id": Name("d1"), "name": [], "owner_org": Name("o1")}),), 409, INVALID
    ),
    "a group purged as an organization": Replay((Step("organization_purge", {"id": Name("g1")}),), 200),
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
    "an object for a format": Replay(
        (Step("resource_update", {"id": ResourceId("d1", 0), "format": {}}),), 500, INTERNAL
    ),
    "the title of an owner in a facet": Replay(
        (
            Step("organization_update", {"id": Id("o1"), "title": "05"}),
            Step("package_search", {"facet.field": ["organization"], "fq_list": OURS}),
        ),
        200,
    ),
    "an organization of no type": Replay((Step("organization_create", {"type": None, "name": Name("o2")}),), 200),
    "a number of groups": Replay((Step("package_patch", {"id": Id("d1"), "groups": 1.5}, "editor"),), 500, INTERNAL),
    "resources that are none, in an update": Replay(
        (Step("package_patch", {"id": Id("d1"), "resources": [["a"]]}, "editor"),), 500, INTERNAL
    ),
    "a blank for resources": Replay(
        (Step("package_patch", {"id": Id("d1"), "resources": ""}),), 400, "Integrity Error"
    ),
    "members of a kind that is a number": Replay(
        (Step("member_list", {"id": Id("o1"), "object_type": 5}),), 500, INTERNAL
    ),
    "a member that is nothing": Replay((Step("group_patch", {"id": Id("g1"), "users": [{}]}),), 200),
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
    "a resource in what is no organization any more": Replay(
        (
            Step("organization_patch", {"id": Id("o1"), "is_organization": False}),
            Step("bulk_update_delete", {"org_id": Id("o1"), "datasets": [Id("d1")]}),
            Step("resource_delete", {"id": ResourceId("d1", 1)}, "editor"),
        ),
        403,
        "Authorization Error",
    ),
    "a query and an order that are none": Replay(
        (Step("package_search", {"q": "title:", "sort": "name", "fq_list": OURS}),), 409, "Search Error"
    ),
    "an order and a filter that are none": Replay(
        (Step("package_search", {"fq": "(", "sort": "name", "fq_list": OURS}),), 400, "Search Query Error"
    ),
    "an object for an editor's organization": Replay(
        (Step("organization_member_create", {"id": {}, "role": "public", "username": "editor"}, "editor"),),
        403,
        "Authorization Error",
    ),
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
    "the copy of one named like another's id": Replay(
        (
            Step("package_create", {"name": Id("d1"), "owner_org": Name("o1")}),
            Step("package_delete", {"id": Name("d1")}),
            Step("package_show", {"id": Name("d1")}),
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
    "an array for a group's extra": Replay(
        (Step("group_patch", {"id": Id("g1"), "extras": [{"key": "a", "value": []}, {"key": "b", "value": 5}]}),), 200
    ),
    "a new group's extra that is no text": Replay(
        (Step("group_create", {"name": Name("g2"), "extras": [{"key": "a", "value": []}, {"key": "b", "value": 5}]}),),
        200,
    ),
    "a number for a state": Replay(
        (
            Step("package_create", {"name": Name("d2"), "owner_org": Name("o1"), "state": 5}),
            Step("package_show", {"id": Name("d2")}),
            Step("package_patch", {"id": Name("d1"), "state": 5}),
            Step("package_show", {"id": Name("d1")}),
            Step("group_patch", {"id": Name("g1"), "state": 5}),
        ),
        200,
    ),
    "a blank for the resources of a patch": Replay(
        (Step("package_patch", {"id": Name("d1"), "resources": {}}),), 400, "Integrity Error"
    ),
    "what a resource leaves behind": Replay((Step("resource_delete", {"id": ResourceId("d1", 1)}),), 200),
    "a resource that is not there": Replay(
        (Step("resource_patch", {"id": ResourceId("d3", 2), "format": "Foo"}),), 404, "Not Found Error"
    ),
    "an organization deleted as a group": Replay((Step("group_delete", {"id": Id("o1")}),), 200),
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
    "an id of an organization's extra": Replay(
        (Step("organization_patch", {"id": Id("o1"), "extras": [{"id": "no-uuid", "key": "k", "value": "v"}]}),),
        409,
        INVALID,
    ),
    "an extra deleted that was not there": Replay(
        (
            Step("group_create", {"name": Name("g2"), "extras": [{"key": "k", "value": "v", "deleted": True}]}),
            Step("group_patch", {"id": Name("g2"), "extras": [{"key": "k", "value": "w", "deleted": None}]}),
            Step(
                "group_patch",
                {
                    "id": Name("g2"),
                    "extras": [
                        {"key": "k", "value": "v", "deleted": False},
                        {"key": "l", "value": "", "deleted": True},
                    ],
                },
            ),
        ),
        200,
    ),
    "null for an editor's groups": Replay(
        (Step("package_patch", {"id": Id("d1"), "groups": None}, "editor"),), 500, INTERNAL
    ),
    "any text in a field of one's own": Replay(
        (Step("resource_create", {"package_id": Id("d1"), "unknown": "\u0000"}),), 200
    ),
    "a name that nothing can hold": Replay((Step("package_patch", {"id": Id("d1"), "name": "\u0000"}),), 500, INTERNAL),
    "an array of nothing for a name": Replay((Step("package_patch", {"id": Id("d1"), "name": [None]}),), 409, INVALID),
    "a blank for a flag that 2.12 has no more": Replay(
        (Step("group_show", {"id": Id("g1"), "include_tags": ""}),), 409, INVALID
    ),
    "a blank for a flag that 2.10 had not yet": Replay(
        (Step("group_show", {"id": Id("g1"), "include_member_count": ""}),), 409, INVALID
    ),
    "a group deleted that datasets are in": Replay(
        (
            Step("package_create", {"name": Name("d2"), "owner_org": Name("o1"), "groups": [{"name": Name("g1")}]}),
            Step("group_delete", {"id": Id("g1")}),
        ),
        200,
    ),
    "an organization deleted that a dataset is a member of": Replay(
        (
            Step("organization_create", {"name": Name("o2")}),
            Step("member_create", {"id": Id("o2"), "object": Name("d1"), "object_type": "package", "capacity": "x"}),
            Step("organization_delete", {"id": Id("o2")}),
            Step("package_show", {"id": Id("d1")}),
        ),
        200,
    ),
    "an organization purged that a dataset is a member of": Replay(
        (
            Step("organization_create", {"name": Name("o2")}),
            Step("member_create", {"id": Id("o2"), "object": Name("d1"), "object_type": "package", "capacity": "x"}),
            Step("organization_patch", {"id": Id("o1"), "title": "New"}),
            Step("organization_purge", {"id": Id("o2")}),
            Step("package_show", {"id": Id("d1")}),
        ),
        200,
    ),
    "a number for an address": Replay((Step("resource_update", {"id": ResourceId("d1", 1), "url": 5}),), 500, INTERNAL),
    "a resource of nothing among others": Replay(
        (Step("package_update", {"id": Id("d1"), "owner_org": Name("o1"), "resources": [{"id": ""}]}),), 200
    ),
    "a fraction for a flag": Replay((Step("group_patch", {"id": Id("g1"), "is_organization": 1.0}),), 200),
    "a number for a flag": Replay((Step("organization_update", {"id": Id("o1"), "is_organization": 0}),), 200),
    "fractions for texts": Replay(
        (
            Step("package_patch", {"id": Id("d1"), "state": 1.5}),
            Step("group_patch", {"id": Id("g1"), "state": 1.5, "extras": [{"key": "k", "value": 2.5}]}),
        ),
        200,
    ),
    "an object for a type in a list": Replay(
        (Step("organization_list", {"organizations": [Name("o1")], "type": {"a": 1}}),), 500, INTERNAL
    ),
    "a parser that there is not": Replay(
        (Step("package_search", {"fq_list": OURS, "defType": ""}),), 409, "Search Error"
    ),
    "any text for a group's title": Replay(
        (Step("package_patch", {"id": Id("d1"), "groups": [{"name": Name("g1"), "title": "\u0000"}]}),), 200
    ),
    "a time that is not looked at": Replay(
        (Step("resource_create", {"package_id": Id("d1"), "metadata_modified": "\u0000"}, "editor"),), 200
    ),
    "an id that nothing can hold": Replay((Step("organization_show", {"id": "\u0000"}),), 500, INTERNAL),
    "an array for a type": Replay((Step("organization_create", {"name": Name("o2"), "type": ["a"]}),), 500, INTERNAL),
    "an array for a dataset's type": Replay(
        (Step("package_create", {"name": Name("d2"), "owner_org": Name("o1"), "type": [None]}),), 500, INTERNAL
    ),
    "arrays for tags": Replay((Step("package_patch", {"id": Id("d1"), "tag_string": [["a"]]}),), 409, INVALID),
    "arrays in an array for a state": Replay((Step("group_patch", {"id": Id("g1"), "state": [["a"]]}),), 200),
    "extras in no order": Replay(
        (
            Step(
                "organization_patch",
                {"id": Id("o1"), "extras": [{"key": "zz", "value": "1"}, {"key": "b", "value": "2"}]},
            ),
            Step(
                "organization_patch",
                {"id": Id("o1"), "extras": [{"key": "zz", "value": "1"}, {"key": "b", "value": "2"}]},
            ),
        ),
        200,
    ),
    "a list for a new organization's extra": Replay(
        (Step("organization_create", {"name": Name("o2"), "extras": [{"key": "k", "value": ["a", "b"]}]}),), 200
    ),
    "an array for an owner": Replay(
        (Step("package_create", {"name": Name("d2"), "owner_org": [], "private": True}),), 409, INVALID
    ),
}

#: What shows each row of the table of differences.
KNOWN: dict[str, Steps] = {
    "search-with-the-default-schema": (Step("package_search", {"fq_list": OURS, "use_default_schema": True}),),
    "all-fields-of-the-index": (Step("package_search", {"fq_list": OURS, "fl": "*"}),),
}
