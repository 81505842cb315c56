"""Who may do what (quirks B1, B5, B7, B8): sysadmins everything, others by their roles in organizations and groups."""

from collections.abc import Mapping
from typing import Any, Final

from .errors import InternalFailure, NotAuthorizedFailure, NotFoundFailure, ValidationFailure
from .site import Call
from .store import Row, Store

ROLES: Final[Mapping[str, frozenset[str]]] = {
    "admin": frozenset({"admin", "membership"}),  # and whatever else
    "editor": frozenset({"read", "delete_dataset", "create_dataset", "update_dataset", "manage_group"}),
    "member": frozenset({"read", "manage_group"}),
}


def roles_with(permission: str) -> list[str]:
    return [role for role, permissions in ROLES.items() if permission in permissions or role == "admin"]


def require_login(call: Call, action: str) -> None:
    """Raise for somebody whom a parameter `callback` made unknown; others are refused for the rights they lack."""
    if call.user is None and call.by_callback:
        raise NotAuthorizedFailure(f"Action {action} requires an authenticated user")


def require_sysadmin(call: Call, action: str) -> None:
    require_login(call, action)
    if not call.is_sysadmin:
        raise NotAuthorizedFailure("")


def require_user(call: Call, action: str, plural: str) -> None:
    require_login(call, action)
    if call.user is None:
        raise NotAuthorizedFailure(f"User None not authorized to create {plural}")


def has_permission(call: Call, group: Any, permission: str) -> bool:
    """Tell whether the caller may do this in a group or organization, given by id or name; false if there is none."""
    if not group:
        return False
    found = call.store.by_reference("groups", group)
    if found is None:
        return False
    if call.is_sysadmin:
        return True
    return call.user is not None and bool(
        set(roles_in(call.store, found["id"], call.user["id"])) & set(roles_with(permission))
    )


def roles_in(store: Store, group_id: str, user_id: str) -> list[str]:
    """Return the user's roles there, and admin if it is admin of a parent of the group."""
    roles = [
        row["capacity"]
        for row in store.rows(
            "SELECT capacity FROM member WHERE group_id = ? AND table_id = ? AND table_name = 'user'"
            " AND state = 'active'",
            group_id,
            user_id,
        )
    ]
    for parent in store.rows(
        "SELECT group_id FROM member WHERE table_id = ? AND table_name = 'group' AND state = 'active'", group_id
    ):
        roles += [role for role in roles_in(store, parent["group_id"], user_id) if role == "admin"]
    return roles


def groups_with(call: Call, permission: str, user: Row) -> dict[str, str]:
    """Return the role of a user in each group and organization where it has this permission."""
    marks = roles_with(permission)
    found: dict[str, str] = {}
    for row in call.store.rows(
        "SELECT group_id, capacity FROM member WHERE table_id = ? AND table_name = 'user' AND state = 'active'",
        user["id"],
    ):
        if row["capacity"] in marks:
            found[row["group_id"]] = row["capacity"]
    return found


def organizations_with(call: Call, permission: str, user: Row) -> dict[str, str]:
    """Return the role of a user in each active organization where it has this permission, also by being admin above."""
    roles = groups_with(call, permission, user) if roles_with(permission) else {}
    for group, role in list(roles.items()):
        if role == "admin":
            roles |= dict.fromkeys(_children(call, group), role)
    rows = call.store.rows("SELECT id FROM groups WHERE state = 'active' AND is_organization")
    return {row["id"]: roles[row["id"]] for row in rows if row["id"] in roles}


def _children(call: Call, group: str) -> list[str]:
    rows = call.store.rows(
        "SELECT table_id FROM member WHERE group_id = ? AND table_name = 'group' AND state = 'active'", group
    )
    found = [row["table_id"] for row in rows]
    return found + [child for each in found for child in _children(call, each)]


def labels_of_package(package: Mapping[str, Any]) -> list[str]:
    """Return who may read a dataset: "public", or those with one of these labels."""
    if package["state"] == "active" and not package["private"]:
        return ["public"]
    if package["owner_org"]:
        return [f"member-{package['owner_org']}"]
    return [f"creator-{package['creator_user_id']}"]


def labels_of_caller(call: Call) -> set[str] | None:
    """Return the labels the caller may read; None means all of them."""
    if call.is_sysadmin:
        return None
    if call.user is None:
        return {"public"}
    return {
        "public",
        f"creator-{call.user['id']}",
        *(f"member-{group}" for group in organizations_with(call, "read", call.user)),
    }


def check_read_package(call: Call, package: Row) -> None:
    labels = labels_of_caller(call)
    if labels is not None and labels.isdisjoint(labels_of_package(package)):
        raise NotAuthorizedFailure(f"User {call.user_name} not authorized to read package {package['id']}")


def may_update_package(call: Call, package: Row) -> bool:
    if call.is_sysadmin:
        return True
    if package["owner_org"]:
        return has_permission(call, package["owner_org"], "update_dataset")
    return call.user is not None and _creates_somewhere(call)


def _creates_somewhere(call: Call) -> bool:
    """Tell whether the caller may create datasets in any organization."""
    if call.user is None:
        return False
    return bool(organizations_with(call, "create_dataset", call.user))


def check_update_package(call: Call, package: Row, arguments: Mapping[str, Any], *, knows_package: bool) -> None:
    """Raise unless the caller may edit it, and may put it into the groups that the arguments name.

    `knows_package`: groups that it is in already are not asked about. CKAN knows the dataset in package_update only
    (2.10: everywhere), see live c3.
    """
    if call.is_sysadmin:
        return
    if not may_update_package(call, package):
        raise NotAuthorizedFailure(f"User {call.user_name} not authorized to edit package {package['id']}")
    check_groups(call, arguments, package if knows_package else None)


def check_groups(call: Call, arguments: Mapping[str, Any], package: Row | None) -> None:
    present: set[str] = set()
    if package is not None:
        present = {
            row["group_id"]
            for row in call.store.rows(
                "SELECT group_id FROM member WHERE table_id = ? AND state = 'active'", package["id"]
            )
        }
    named = []
    groups = arguments.get("groups", [])
    if groups is None or isinstance(groups, bool | int | float):
        raise InternalFailure("Internal Server Error")
    for reference in groups:
        if isinstance(reference, dict):
            reference = reference.get("id") or reference.get("name")  # noqa: PLW2901 - either form means the same
            if not reference:
                continue
        group = call.store.by_reference("groups", reference)
        if group is None:
            raise NotFoundFailure("Group was not found.")
        named.append(group["id"])
    if any(not has_permission(call, group, "manage_group") for group in named if group not in present):
        raise NotAuthorizedFailure(f"User {call.user_name} not authorized to edit these groups")


def check_create_package(call: Call) -> None:
    if call.is_sysadmin:
        return
    if not _creates_somewhere(call):
        raise NotAuthorizedFailure(f"User {call.user_name} not authorized to create packages")
    check_groups(call, call.arguments, None)
    organization = call.arguments.get("owner_org")
    if organization and not has_permission(call, organization, "create_dataset"):
        raise NotAuthorizedFailure(f"User {call.user_name} not authorized to add dataset to this organization")


def package_named(call: Call) -> Row:
    """Return the dataset that the arguments name by `id`, as CKAN's auth functions look for it."""
    return _named(call, "package", "Package")


def resource_named(call: Call) -> Row:
    return _named(call, "resource", "Resource")


def group_named(call: Call) -> Row:
    return _named(call, "groups", "Group")


def _named(call: Call, table: str, noun: str) -> Row:
    if not call.arguments.get("id"):
        raise ValidationFailure({"message": f"Missing id, can not get {noun} object"})
    found = call.store.by_reference(table, call.arguments["id"])
    if found is None:
        raise NotFoundFailure("")
    return found


def check_update_group(call: Call, group: Row, noun: str) -> None:
    if not has_permission(call, group["id"], "update"):
        raise NotAuthorizedFailure(f"User {call.user_name} not authorized to edit {noun} {group['id']}")


def check_read_group(call: Call, group: Row) -> None:
    if group["state"] != "active" and not has_permission(call, group["id"], "read"):
        raise NotAuthorizedFailure(f"User {call.user_name} not authorized to read group {group['id']}")
