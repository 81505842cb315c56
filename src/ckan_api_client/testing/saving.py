"""Writes a valid dataset into the database: what is replaced, what is kept (quirks C1, C9 to C11, D2)."""

import json
import sqlite3
from collections.abc import Mapping
from typing import Any, Final

from .authorization import has_permission
from .errors import InternalFailure, NotFoundFailure
from .package_rules import stored_extras
from .site import Call
from .store import Row, new_id, to_json
from .values import as_column_text, check_storable, internal_failure

_CLEARED: Final = (
    *("title", "version", "url", "author", "author_email", "maintainer", "maintainer_email", "notes", "license_id"),
)
_CLEARED_OF_RESOURCES: Final = {
    "url": "",
    "description": None,
    "resource_type": None,
    "mimetype": None,
    "mimetype_inner": None,
}
_RESOURCE_COLUMNS: Final = (
    *("id", "package_id", "url", "format", "description", "hash", "position", "name", "resource_type", "mimetype"),
    *("mimetype_inner", "size", "created", "last_modified", "metadata_modified", "cache_url", "cache_last_updated"),
    *("url_type", "state"),
)
_RESOURCE_DROPPED: Final = frozenset({"extras", "revision_timestamp", "tracking_summary"})


class Saved:
    """What came of saving: the dataset's id, and whether anything but its timestamp is different now."""

    def __init__(self, id: str, *, changed: bool) -> None:
        self.id = id
        self.changed = changed


def save_package(
    call: Call, clean: Mapping[str, Any], package: Row | None, untouched: Mapping[int, int] | None = None
) -> Saved:
    """Write a dataset; `untouched` tells for places in the list of resources which old place to take over as it is."""
    check_storable(_stored_part(clean))
    store, behaviour = call.store, call.behaviour
    try:
        if package is None:
            id_, changed = _insert_package(call, clean), True
        else:
            id_, changed = package["id"], _update_package(call, clean, package)
        if package is None or not behaviour.update_keeps_absent_lists or "resources" in clean:
            changed |= _save_resources(call, id_, clean.get("resources") or [], untouched or {}, is_new=package is None)
        changed |= _save_tags(call, id_, clean.get("tags") or [])
        if package is None or not behaviour.update_keeps_absent_lists or "groups" in clean:
            changed |= _save_groups(call, id_, clean.get("groups") or [])
    except sqlite3.IntegrityError as error:
        raise InternalFailure("Internal Server Error") from error
    if changed or not behaviour.no_op_is_no_write:
        owner = store.value("SELECT owner_org FROM package WHERE id = ?", id_)
        if owner and not store.value("SELECT is_organization FROM groups WHERE id = ?", owner):
            raise NotFoundFailure("Organization was not found.")
        changed |= set_owner_row(call, id_, owner)
    return Saved(id_, changed=changed)


def _stored_part(clean: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a dataset goes into columns: not all of its groups and extras, nor what a resource has as JSON."""
    columns = frozenset(_RESOURCE_COLUMNS) - {"metadata_modified"}
    resources = [
        {key: value for key, value in resource.items() if key in columns} for resource in clean.get("resources") or []
    ]
    groups = [{key: group.get(key) for key in ("id", "name")} for group in clean.get("groups") or []]
    extras = [{key: extra.get(key) for key in ("key", "value")} for extra in clean.get("extras") or []]
    return {**clean, "resources": resources, "groups": groups, "extras": extras}


def _insert_package(call: Call, clean: Mapping[str, Any]) -> str:
    store = call.store
    holder = store.row("SELECT id FROM package WHERE name = ?", clean["name"])
    if holder:  # a deleted one: the rules let no other pass. It loses its name (D2).
        store.update("package", holder["id"], {"name": holder["id"]})
    id_: str = clean.get("id") or new_id()
    created = store.now()
    store.insert(
        "package",
        {
            "id": id_,
            "name": clean["name"],
            **{name: clean.get(name) for name in _CLEARED},
            "type": clean.get("type", "dataset"),
            "owner_org": clean.get("owner_org"),
            "creator_user_id": call.user["id"] if call.user else None,
            "metadata_created": created,
            "metadata_modified": clean.get("metadata_modified") or store.now(),
            "private": int(clean.get("private", False)),
            "state": as_column_text(clean.get("state", "active")),
            "plugin_data": to_json(clean["plugin_data"]) if clean.get("plugin_data") else None,
            "extras": to_json(stored_extras(call, clean.get("extras", []))),
        },
    )
    return id_


def _update_package(call: Call, clean: Mapping[str, Any], package: Row) -> bool:
    new: Row = {name: clean.get(name) for name in _CLEARED}
    new |= {name: clean[name] for name in ("name", "owner_org", "state") if name in clean}
    if "metadata_modified" in clean:
        new["metadata_modified"] = clean["metadata_modified"]
    if "private" in clean:
        new["private"] = int(clean["private"])
    if clean.get("plugin_data"):
        new["plugin_data"] = to_json(clean["plugin_data"])
    changes = {name: value for name, value in new.items() if package[name] != value}
    if "state" in changes:
        changes["state"] = as_column_text(changes["state"])
    extras = stored_extras(call, clean.get("extras") or [])
    if sorted(extras) != sorted(json.loads(package["extras"])):
        changes["extras"] = to_json(extras)
    call.store.update("package", package["id"], changes)
    return bool(changes)


def _save_resources(
    call: Call, package_id: str, resources: list[dict[str, Any]], untouched: Mapping[int, int], *, is_new: bool
) -> bool:
    store = call.store
    old = store.rows(
        "SELECT * FROM resource WHERE package_id = ? AND state != 'deleted' ORDER BY position, rowid", package_id
    )
    trash = store.rows("SELECT id FROM resource WHERE package_id = ? AND state = 'deleted'", package_id)
    changed = False
    places: dict[str, int] = {}
    inserted: set[str] = set()
    order: list[str] = []
    for place, resource in enumerate(resources):
        if place in untouched:
            if untouched[place] >= len(old):
                raise internal_failure()  # a gap in the positions (live d17)
            id_ = old[untouched[place]]["id"]
            changed |= place != untouched[place]
        else:
            if resource.get("id") in inserted:
                raise internal_failure()  # the second is inserted, too
            was_there = store.value("SELECT 1 FROM resource WHERE id = ?", resource.get("id"))
            id_, is_different = _save_resource(call, package_id, resource)
            changed |= is_different
            if not was_there:
                inserted.add(id_)
            if is_new and id_ in places:
                raise internal_failure()
        places[id_] = place
        order.append(id_)
    removed = [row["id"] for row in old if row["id"] not in places]
    if call.behaviour.no_op_is_no_write and order == [row["id"] for row in old]:
        return changed
    for row in trash:
        if row["id"] not in places:
            store.run("DELETE FROM resource WHERE id = ?", row["id"])
    positions = {row["id"]: row["position"] for row in old}
    for id_, place in places.items():
        if positions.get(id_) != place:
            store.update("resource", id_, {"position": place})
            changed = True
    for number, id_ in enumerate(removed, len(resources)):
        store.update("resource", id_, {"state": "deleted", "position": number})
        changed = True
    return changed


def _save_resource(call: Call, package_id: str, resource: dict[str, Any]) -> tuple[str, bool]:
    """Write one resource; returns its id, and whether it is new or different."""
    store = call.store
    sent = {key: value for key, value in resource.items() if key not in _RESOURCE_DROPPED}
    if sent.get("url") and sent.get("url_type") == "upload":
        sent["url"] = sent["url"].rsplit("/", maxsplit=1)[-1]
    sent["package_id"] = package_id
    extras = {key: value for key, value in sent.items() if key not in _RESOURCE_COLUMNS}
    columns = {key: value for key, value in sent.items() if key in _RESOURCE_COLUMNS}
    for key, blank in _CLEARED_OF_RESOURCES.items():
        columns.setdefault(key, blank)
    old = store.row("SELECT * FROM resource WHERE id = ?", columns["id"]) if "id" in columns else None
    if old is None:
        modified = store.now()
        row = {"id": new_id(), "format": "", "hash": "", **columns}
        row["created"] = columns.get("created") or store.now()
        store.insert("resource", {**row, "metadata_modified": modified, "state": "active", "extras": to_json(extras)})
        return row["id"], True
    changes = {key: value for key, value in columns.items() if old[key] != value}
    if extras != json.loads(old["extras"]):
        changes["extras"] = to_json(extras)
    if changes:
        changes["metadata_modified"] = store.now()
    if old["state"] != "active":
        changes["state"] = "active"
    store.update("resource", old["id"], changes)
    return old["id"], bool(changes)


def _save_tags(call: Call, package_id: str, tags: list[dict[str, Any]]) -> bool:
    store = call.store
    old = {
        row["name"]: row
        for row in store.rows(
            "SELECT tag_id, name, state FROM package_tag JOIN tag ON tag.id = tag_id WHERE package_id = ?", package_id
        )
    }
    names = dict.fromkeys(tag["name"] for tag in tags)
    changed = False
    for name in names:
        if name in old:
            if old[name]["state"] != "active":
                _set_tag_state(call, package_id, old[name]["tag_id"], "active")
                changed = True
            continue
        tag_id = store.value("SELECT id FROM tag WHERE name = ?", name)
        if tag_id is None:
            tag_id = new_id()
            store.insert("tag", {"id": tag_id, "name": name, "vocabulary_id": None})
        store.insert("package_tag", {"package_id": package_id, "tag_id": tag_id, "state": "active"})
        changed = True
    for name, row in old.items():
        if name in names:
            continue
        if row["state"] == "active":
            _set_tag_state(call, package_id, row["tag_id"], "deleted")
            changed = True
        elif call.behaviour.no_op_is_no_write:
            changed = True  # CKAN 2.12 takes out again what is out already
    return changed


def _set_tag_state(call: Call, package_id: str, tag_id: str, state: str) -> None:
    call.store.run("UPDATE package_tag SET state = ? WHERE package_id = ? AND tag_id = ?", state, package_id, tag_id)


def _save_groups(call: Call, package_id: str, groups: list[dict[str, Any]]) -> bool:
    """Write into which groups it is: unknown ones are dropped, and none is left that the caller may not read (B8)."""
    store = call.store
    members = {
        row["group_id"]: row
        for row in store.rows(
            "SELECT * FROM member WHERE table_id = ? AND capacity != 'organization' ORDER BY state DESC", package_id
        )
    }
    wanted: dict[str, None] = {}
    for group in groups:
        if group.get("id"):
            found = store.value("SELECT id FROM groups WHERE id = ?", group["id"])
        else:
            found = store.value("SELECT id FROM groups WHERE name = ?", group.get("name"))
        if found:
            wanted[found] = None
    changed = False
    for group_id, member in members.items():
        if group_id not in wanted and member["state"] != "deleted" and has_permission(call, group_id, "read"):
            store.update("member", member["id"], {"state": "deleted", "capacity": "public"})
            changed = True
    for group_id in wanted:
        current = members.get(group_id)
        if (current and current["state"] == "active") or not has_permission(call, group_id, "read"):
            continue
        if current:
            store.update("member", current["id"], {"state": "active", "capacity": "public"})
        else:
            add_member(call, "package", package_id, group_id, "public")
        changed = True
    return changed


def add_member(call: Call, table: str, table_id: str, group_id: str, capacity: str) -> Row:
    row = {
        "id": new_id(),
        "table_name": table,
        "table_id": table_id,
        "capacity": capacity,
        "group_id": group_id,
        "state": "active",
    }
    call.store.insert("member", row)
    return row


def set_owner_row(call: Call, package_id: str, owner: str | None) -> bool:
    """Keep the membership row that tells the owner; one that was deleted is never revived (live c18)."""
    store = call.store
    is_there = changed = False
    for row in store.rows("SELECT * FROM member WHERE table_id = ? AND capacity = 'organization'", package_id):
        if row["group_id"] == owner:
            is_there = True
        elif row["state"] != "deleted":
            store.update("member", row["id"], {"state": "deleted"})
            changed = True
    if owner and not is_there:
        add_member(call, "package", package_id, owner, "organization")
        changed = True
    return changed
