"""The actions on members: datasets and users in groups, users in organizations (quirks B7, C17, E6)."""

from typing import Any, Final

from . import values
from .authorization import ROLES, check_read_group, has_permission, require_login
from .errors import NotAuthorizedFailure, NotFoundFailure, ValidationFailure
from .packages import reindex
from .saving import add_member
from .site import Call
from .store import Row
from .values import MISSING

_TABLES: Final = {"package": "package", "user": "users", "group": "groups"}


def member_list(call: Call) -> list[list[str]]:
    group = call.store.by_reference("groups", call.need("id"))
    if group is None:
        raise NotFoundFailure("")
    kind, capacity = call.arguments.get("object_type"), call.arguments.get("capacity")
    check_read_group(call, group)
    if [None] in (kind, capacity):
        return []  # an array to PostgreSQL with nothing in it, which nothing is equal to
    if any(wanted and (not isinstance(wanted, str) or "\0" in wanted) for wanted in (kind, capacity)):
        raise values.internal_failure()
    listed = []
    for row in call.store.rows("SELECT * FROM member WHERE group_id = ? AND state = 'active'", group["id"]):
        if (kind and row["table_name"] != kind) or (capacity and row["capacity"] != capacity):
            continue
        if kind and call.behaviour.member_list_hides_deleted and not _is_active(call, row):
            continue
        role = row["capacity"].title() if row["capacity"] in ROLES else row["capacity"]
        listed.append([row["table_id"], row["table_name"], role])
    return listed


def _is_active(call: Call, row: Row) -> bool:
    table = _TABLES.get(row["table_name"])
    if table is None:
        return True
    found = call.store.by_reference(table, row["table_id"])
    return found is not None and found["state"] == "active"


def member_create(call: Call) -> Row:
    reference, object_, kind, capacity = call.need("id", "object", "object_type", "capacity")
    group, found = _find(call, reference, object_, kind)
    _check_edit(call, group, kind, "member_create")
    return _put(call, group, found, kind, capacity)


def _put(call: Call, group: Row, found: Row, kind: str, capacity: Any) -> Row:
    if capacity is None:
        raise values.internal_failure()
    row = call.store.row(
        "SELECT * FROM member WHERE table_name = ? AND table_id = ? AND group_id = ? ORDER BY state",
        kind,
        found["id"],
        group["id"],
    )
    if row is None:
        row = add_member(call, kind, found["id"], group["id"], capacity)
    else:
        is_own = kind == "user" and call.user is not None and row["table_id"] == call.user["id"]
        if is_own and row["capacity"] == "admin" and capacity != "admin":
            raise NotAuthorizedFailure("Administrators cannot revoke their own admin status")
        row |= {"state": "active", "capacity": capacity}
        call.store.update("member", row["id"], {"state": "active", "capacity": capacity})
    if kind == "package":
        reindex(call, found["id"])
    return {name: row[name] for name in ("id", "table_name", "table_id", "capacity", "group_id", "state")}


def _find(call: Call, reference: Any, object_: Any, kind: Any) -> tuple[Row, Row]:
    group = call.store.by_reference("groups", reference)
    if group is None:
        raise NotFoundFailure("Group was not found.")
    if not isinstance(kind, str):
        raise values.internal_failure()
    title = kind.title()
    if kind not in _TABLES:
        raise ValidationFailure({"message": f"{title} isn't a valid model"})
    found = call.store.by_reference(_TABLES[kind], object_)
    if found is None:
        raise NotFoundFailure(f"{title} was not found.")
    return group, found


def _check_edit(call: Call, group: Row, kind: str, action: str) -> None:
    require_login(call, action)
    permission = "manage_group" if kind == "package" and not group["is_organization"] else "update"
    if not has_permission(call, group["id"], permission):
        raise NotAuthorizedFailure(f"User {call.user_name} not authorized to edit group {group['id']}")


def member_delete(call: Call) -> None:
    reference, object_, kind = call.need("id", "object", "object_type")
    group, found = _find(call, reference, object_, kind)
    _check_edit(call, group, kind, "member_delete")
    _remove(call, group, found, kind)


def _remove(call: Call, group: Row, found: Row, kind: str) -> None:
    row = call.store.row(
        "SELECT * FROM member WHERE table_name = ? AND table_id = ? AND group_id = ? AND state = 'active'",
        kind,
        found["id"],
        group["id"],
    )
    if row is not None:
        call.store.update("member", row["id"], {"state": "deleted"})
        if kind == "package":
            reindex(call, found["id"])


def organization_member_create(call: Call) -> Row:
    return _member_create(call, "organization_member_create")


def group_member_create(call: Call) -> Row:
    return _member_create(call, "group_member_create")


def _member_create(call: Call, action: str) -> Row:
    require_login(call, action)
    if not call.is_sysadmin and not has_permission(call, call.arguments["id"], "membership"):
        raise NotAuthorizedFailure(f"User {call.user_name} not authorized to add members")
    errors = _membership_errors(call)
    if errors:
        raise ValidationFailure(errors)
    group = call.store.by_reference("groups", call.arguments["id"]) or {}
    user = call.store.by_reference("users", call.arguments["username"]) or {}
    return _put(call, group, user, "user", call.arguments["role"])


def _membership_errors(call: Call) -> dict[str, list[str]]:
    sent = call.arguments
    errors: dict[str, list[str]] = {}
    if "id" not in sent:
        errors["id"] = [MISSING]
    elif call.store.by_reference("groups", sent["id"]) is None:
        errors["id"] = ["That group name or ID does not exist."]
    if "role" not in sent:
        errors["role"] = [MISSING]
    elif sent["role"] not in ROLES:
        errors["role"] = ["role does not exist."]
    if "username" not in sent:
        errors["username"] = [MISSING]
    elif call.store.by_reference("users", sent["username"]) is None:
        plain = not call.behaviour.group_update_keeps_users
        errors["username"] = ["Not found: User" if plain else "User not found"]
    return errors


def organization_member_delete(call: Call) -> None:
    _member_delete(call)


def group_member_delete(call: Call) -> None:
    _member_delete(call)


def _member_delete(call: Call) -> None:
    group = call.store.by_reference("groups", call.arguments.get("id"))
    if group is None:
        raise values.internal_failure()
    user = call.store.by_reference("users", call.arguments.get("username") or call.arguments.get("user_id"))
    if user is None:
        raise NotFoundFailure("User was not found.")
    if call.user is None:
        raise NotAuthorizedFailure("Action member_delete requires an authenticated user")
    _check_edit(call, group, "user", "member_delete")
    _remove(call, group, user, "user")
