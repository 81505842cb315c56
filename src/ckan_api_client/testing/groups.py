"""The actions on groups and organizations: one table, one namespace, one set of rules (quirks D3, D8, E5, F6)."""

import json
from collections.abc import Mapping
from typing import Any, Final

from . import values
from .authorization import (
    check_read_group,
    check_update_group,
    has_permission,
    require_login,
    require_sysadmin,
    require_user,
)
from .errors import InternalFailure, NotAuthorizedFailure, NotFoundFailure, ValidationFailure
from .group_records import group_record, raw_group_record, read_flags
from .group_rules import valid_group
from .packages import reindex
from .saving import add_member
from .site import Call
from .store import Row, new_id, to_json

_TABLES: Final = {"packages": "package", "users": "users", "groups": "groups"}


def group_show(call: Call) -> Row:
    return _show(call, is_organization=False)


def organization_show(call: Call) -> Row:
    return _show(call, is_organization=True)


def _show(call: Call, *, is_organization: bool) -> Row:
    group = call.store.by_reference("groups", call.need("id"))
    read_flags(call)
    if group is None or bool(group["is_organization"]) is not is_organization:
        raise NotFoundFailure("")
    check_read_group(call, group)
    return group_record(call, group)


def group_create(call: Call) -> Row:
    if call.arguments.get("type") == "organization":
        raise InternalFailure("Internal Server Error")
    require_user(call, "group_create", "groups")
    return _create(call, is_organization=False)


def organization_create(call: Call) -> Row:
    require_user(call, "organization_create", "organizations")
    call.arguments.setdefault("type", "organization")
    return _create(call, is_organization=True)


def _create(call: Call, *, is_organization: bool) -> Row:
    call.arguments["is_organization"] = is_organization
    if isinstance(call.arguments.get("type"), list | dict):
        raise values.internal_failure()  # CKAN looks for the plugin of this type
    clean = valid_group(call, call.arguments, None)
    values.check_storable(clean)
    store, user = call.store, call.user or {}
    row = {
        "id": clean.get("id") or new_id(),
        "name": clean["name"],
        "title": clean.get("title", ""),
        "type": clean.get("type", "group"),
        "description": clean.get("description", ""),
        "image_url": clean.get("image_url", ""),
        "created": store.now(),
        "is_organization": int(is_organization),
        "approval_status": clean.get("approval_status", "approved"),
        "state": values.as_column_text(clean.get("state", "active")),
        "extras": _stored_extras(clean.get("extras", []), "[]"),
    }
    store.insert("groups", row)
    for kind in _TABLES:
        if kind in clean:
            _set_members(call, row["id"], kind, clean[kind])
    own = store.row(
        "SELECT * FROM member WHERE group_id = ? AND table_id = ? AND table_name = 'user'", row["id"], user["id"]
    )
    if own:
        store.update("member", own["id"], {"capacity": "admin", "state": "active"})
    else:
        add_member(call, "user", user["id"], row["id"], "admin")
    return group_record(call.with_arguments({}), _as_sent(row, clean), extras_as_sent=True)


def _as_sent(row: Row, clean: Mapping[str, Any]) -> Row:
    """Return a group's row as the write that ends here shows it: what is no text is as it was sent."""
    sent = {extra["key"]: values.as_shown_once(extra["value"]) for extra in clean.get("extras", [])}
    extras = [[key, sent.get(key, value), id_] for key, value, id_ in json.loads(row["extras"])]
    return {**row, "state": values.as_shown_once(clean.get("state", row["state"])), "extras": to_json(extras)}


def _stored_extras(extras: list[dict[str, Any]], before: str) -> str:
    """Return extras as they are stored, with ids; those that were there before keep theirs.

    One that is to be deleted is, if it was there before; otherwise it comes as the others do.
    """
    known = {key: id_ for key, _, id_ in json.loads(before)}
    present = known.keys() & {extra["key"] for extra in extras}
    texts: dict[str, str | None] = {}
    for extra in extras:
        key, value = extra["key"], extra["value"]
        if extra["deleted"] and (key in present or key in texts):
            present -= {key}
            texts.pop(key, None)
            continue
        texts[key] = None if value is None else values.as_column_text(value)
    return to_json([[key, value, known.get(key) or new_id()] for key, value in texts.items()])


def group_update(call: Call) -> Row:
    return _update(call, is_organization=False)


def organization_update(call: Call) -> Row:
    return _update(call, is_organization=True)


def _update(call: Call, *, is_organization: bool, is_patch: bool = False) -> Row:
    noun = "organization" if is_organization else "group"
    arguments = call.arguments
    group = call.store.by_reference("groups", call.need("id"))
    if group is None:
        raise NotFoundFailure("Group was not found.")
    if arguments.get("type") is None:
        arguments["type"] = group["type"]
    elif arguments["type"] != group["type"]:
        key = "type" if call.behaviour.group_update_keeps_users else "message"
        raise ValidationFailure({key: "Type cannot be updated"})
    require_login(call, f"{noun}_update")
    check_update_group(call, group, noun)
    clean = valid_group(call, arguments, group)
    values.check_storable(clean)
    plain = ("name", "title", "description", "image_url", "approval_status", "state")
    changes = {key: clean[key] for key in plain if key in clean and clean[key] != group[key]}
    if "state" in changes:
        changes["state"] = values.as_column_text(changes["state"])
    changes |= _changed_extras(call, clean, group)
    if arguments.get("is_organization") is not None:
        changes["is_organization"] = _as_column(arguments["is_organization"])
    call.store.update("groups", group["id"], changes)
    for kind in ("packages", "users", "groups"):
        if kind == "packages" and (is_organization or kind not in arguments):
            continue
        if kind in clean or not (is_patch or call.behaviour.group_update_keeps_users):
            _set_members(call, group["id"], kind, clean.get(kind, []))
    updated = call.store.row("SELECT * FROM groups WHERE id = ?", group["id"]) or {}
    is_new = {key: value for key, value, _ in json.loads(updated["extras"])} != {
        key: value for key, value, _ in json.loads(group["extras"])
    }
    record = raw_group_record(call, _as_sent(updated, clean), extras_as_sent=is_new)
    if updated["is_organization"] != group["is_organization"]:
        record["is_organization"] = values.as_shown_once(arguments["is_organization"])
    return record


def _as_column(value: Any) -> int:
    """Return what SQLAlchemy makes of a value for a column of booleans; most break it."""
    if not isinstance(value, bool | int | float) or value not in (0, 1):
        raise values.internal_failure()
    return int(value)


def _changed_extras(call: Call, clean: Mapping[str, Any], group: Row) -> dict[str, str]:
    """Extras left out are kept before CKAN 2.12, and cleared from then on (F6)."""
    extras = clean.get("extras") or []
    if not extras and not call.behaviour.group_update_keeps_users:
        return {}
    return {"extras": _stored_extras(extras, group["extras"])}


def _set_members(call: Call, group_id: str, kind: str, items: list[dict[str, Any]]) -> None:
    """Let these, and no others, be members of the group; datasets that came or went are indexed anew."""
    store, table = call.store, kind[:-1]
    wanted: dict[tuple[str, str], None] = {}
    for item in items:
        found = store.by_reference(_TABLES[kind], item.get("id") or item.get("name"))
        if found and found["id"] not in {id_ for id_, _ in wanted}:
            wanted[found["id"], item.get("capacity", "public")] = None
    members = {
        (row["table_id"], row["capacity"]): row
        for row in store.rows("SELECT * FROM member WHERE group_id = ? AND table_name = ?", group_id, table)
    }
    touched = []
    for key, row in members.items():
        state = "active" if key in wanted else "deleted"
        if row["state"] != state:
            store.update("member", row["id"], {"state": state})
            touched.append(key[0])
    for table_id, capacity in wanted:
        if (table_id, capacity) not in members:
            add_member(call, table, table_id, group_id, capacity)
            touched.append(table_id)
    if kind == "packages":
        for package_id in touched:
            reindex(call, package_id)


def group_patch(call: Call) -> Row:
    return _patch(call, is_organization=False)


def organization_patch(call: Call) -> Row:
    return _patch(call, is_organization=True)


def _patch(call: Call, *, is_organization: bool) -> Row:
    noun = "organization" if is_organization else "group"
    require_login(call, f"{noun}_patch")
    if not call.is_sysadmin:
        if not call.arguments.get("id"):
            raise ValidationFailure({"message": "Missing id, can not get Group object"})
        group = call.store.by_reference("groups", call.arguments["id"])
        if group is None:
            raise NotFoundFailure("")
        check_update_group(call, group, noun)
    shown = _show(call.with_arguments({"id": call.need("id")}), is_organization=is_organization)
    patched = {**shown, **call.arguments}
    return _update(call.with_arguments(patched), is_organization=is_organization, is_patch=True)


def group_delete(call: Call) -> None:
    _delete(call, is_organization=False)


def organization_delete(call: Call) -> None:
    _delete(call, is_organization=True)


def _delete(call: Call, *, is_organization: bool) -> None:
    noun = "organization" if is_organization else "group"
    store, reference = call.store, call.need("id")
    group = store.by_reference("groups", reference)
    if group is None:
        raise NotFoundFailure("Group was not found.")
    require_login(call, f"{noun}_delete")
    if not has_permission(call, group["id"], "delete"):
        raise NotAuthorizedFailure(f"User {call.user_name} not authorized to delete {noun} {group['id']}")
    if is_organization:
        _refuse_with_datasets(call, group, "deleted")
    rows = store.rows(
        "SELECT * FROM member WHERE (table_id = ? OR group_id = ?) AND state = 'active'", reference, reference
    )
    packages = [row["table_id"] for row in rows if row["table_name"] == "package"]
    if not call.behaviour.commit_indexes and not is_organization:
        for package_id in packages:
            reindex(call, package_id)  # CKAN 2.12 reads before it has written that they are no members any more
    for row in rows:
        store.update("member", row["id"], {"state": "deleted"})
    store.update("groups", group["id"], {"state": "deleted"})
    if call.behaviour.commit_indexes:
        for package_id in packages:
            reindex(call, package_id)


def _refuse_with_datasets(call: Call, group: Row, verb: str) -> None:
    if call.store.value("SELECT 1 FROM package WHERE owner_org = ? AND state != 'deleted'", group["id"]):
        raise ValidationFailure({"message": f"Organization cannot be {verb} while it still has datasets"})


def group_purge(call: Call) -> None:
    _purge(call, is_organization=False)


def organization_purge(call: Call) -> None:
    _purge(call, is_organization=True)


def _purge(call: Call, *, is_organization: bool) -> None:
    store = call.store
    group = store.by_reference("groups", call.need("id"))
    if group is None:
        raise NotFoundFailure("Organization was not found" if is_organization else "Group was not found")
    require_sysadmin(call, "organization_purge" if is_organization else "group_purge")
    if is_organization:
        _refuse_with_datasets(call, group, "purged")
    rows = store.rows("SELECT * FROM member WHERE group_id = ? OR table_id = ?", group["id"], group["id"])
    for row in rows:
        store.run("DELETE FROM member WHERE id = ?", row["id"])
    for row in rows:
        if row["table_name"] == "package" and (call.behaviour.commit_indexes or not is_organization):
            reindex(call, row["table_id"])  # while it is still there: either takes groups and organizations
    store.run("DELETE FROM groups WHERE id = ?", group["id"])
