"""Sequences about groups and organizations, and who and what is in them, as short as they got."""

from __future__ import annotations

from twins.replaying import INTERNAL, INVALID, Replay
from twins.steps import Id, Name, Step

REPLAYS: dict[str, Replay] = {
    "a member of a kind that is a number": Replay(
        (Step("member_create", {"id": Id("o1"), "object": Name("d1"), "object_type": 5, "capacity": "member"}),),
        500,
        INTERNAL,
    ),
    "an object for a group to delete": Replay((Step("group_delete", {"id": {}}, "editor"),), 500, INTERNAL),
    "an organization no more": Replay((Step("organization_patch", {"id": Id("o1"), "is_organization": False}),), 200),
    "an organization, or is it": Replay(
        (Step("organization_update", {"id": Id("o1"), "is_organization": []}),), 500, INTERNAL
    ),
    "nobody takes a member out": Replay(
        (Step("organization_member_delete", {"id": Id("o1"), "username": "editor"}, "nobody"),),
        403,
        "Authorization Error",
    ),
    "a number to sort by": Replay((Step("group_list", {"groups": [Name("g1")], "sort": 5}),), 500, INTERNAL),
    "a blank for a flag of an organization": Replay(
        (Step("organization_show", {"id": Id("o1"), "include_extras": ""}),), 409, INVALID
    ),
    "a member as nothing": Replay(
        (Step("member_create", {"id": Name("g1"), "object": "editor", "object_type": "user", "capacity": None}),),
        500,
        INTERNAL,
    ),
    "an organization purged as a group": Replay((Step("group_purge", {"id": Name("o1")}),), 200),
    "a group purged as an organization": Replay((Step("organization_purge", {"id": Name("g1")}),), 200),
    "an organization of no type": Replay((Step("organization_create", {"type": None, "name": Name("o2")}),), 200),
    "members of a kind that is a number": Replay(
        (Step("member_list", {"id": Id("o1"), "object_type": 5}),), 500, INTERNAL
    ),
    "a member that is nothing": Replay((Step("group_patch", {"id": Id("g1"), "users": [{}]}),), 200),
    "an object for an editor's organization": Replay(
        (Step("organization_member_create", {"id": {}, "role": "public", "username": "editor"}, "editor"),),
        403,
        "Authorization Error",
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
    "an organization deleted as a group": Replay((Step("group_delete", {"id": Id("o1")}),), 200),
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
    "an id that nothing can hold": Replay((Step("organization_show", {"id": "\u0000"}),), 500, INTERNAL),
    "an array for a type": Replay((Step("organization_create", {"name": Name("o2"), "type": ["a"]}),), 500, INTERNAL),
    "arrays in an array for a state": Replay((Step("group_patch", {"id": Id("g1"), "state": [["a"]]}),), 200),
    "a blank for a limit": Replay(
        (Step("organization_list", {"organizations": [Name("o1")], "limit": ""}),), 500, INTERNAL
    ),
    "an array of nothing for a role": Replay(
        (Step("member_list", {"id": Id("g1"), "capacity": [None]}, "editor"),), 200
    ),
    "a kind that nothing can hold": Replay(
        (Step("member_list", {"id": Id("g1"), "object_type": "\u0000"}),), 500, INTERNAL
    ),
    "an array for a group's state": Replay((Step("group_create", {"name": Name("g2"), "state": [5]}),), 200),
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
    "a group's name that nothing can hold": Replay((Step("group_create", {"name": "\u0000"}),), 500, INTERNAL),
    "an array to look for": Replay(
        (Step("organization_list", {"organizations": [Name("o1")], "q": []}),), 500, INTERNAL
    ),
    "a flag for a type": Replay(
        (Step("organization_list", {"organizations": [Name("o1")], "type": True}),), 500, INTERNAL
    ),
    "an array of nothing for a type": Replay(
        (Step("organization_list", {"organizations": [Name("o1")], "type": []}),), 200
    ),
    "null for a type": Replay((Step("organization_list", {"organizations": [Name("o1")], "type": None}),), 200),
    "records for a kind of members": Replay(
        (Step("member_delete", {"id": Id("g1"), "object": Name("d1"), "object_type": [{"a": 1}]}, "editor"),),
        409,
        INVALID,
    ),
    "records for a group": Replay((Step("group_delete", {"id": [{"a": 1}]}, "nobody"),), 409, INVALID),
}
