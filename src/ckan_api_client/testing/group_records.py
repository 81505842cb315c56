"""What CKAN shows of groups and organizations, with members and counts; the counts come from the index."""

import json
from typing import Any, Final

from .authorization import has_permission, labels_of_caller
from .errors import InternalFailure, ValidationFailure
from .finding import search_packages
from .records import image_address, sort_key
from .search import Document
from .site import Call
from .store import Row
from .user_records import user_record
from .values import as_flag

_COLUMNS: Final = (
    *("id", "name", "title", "type", "description", "image_url", "created", "is_organization", "approval_status"),
    "state",
)
_FLAGS: Final = {
    "include_tags": True,
    "include_users": True,
    "include_groups": True,
    "include_extras": True,
    "include_followers": True,
    "include_member_count": False,
}


def group_record(call: Call, group: Row, *, in_list: bool = False, extras_as_sent: bool = False) -> Row:
    """Return a group as group_show does, with what the caller's include_… ask for."""
    raw = raw_group_record(call, group, as_asked=True, extras_as_sent=extras_as_sent)
    if in_list and "package_count" in raw and call.behaviour.counts_private_in_lists:
        raw["package_count"] = count_packages(call, group, private=True)
    raw["num_followers"] = 0
    if "groups" in raw:
        raw["groups"] = [{"name": child["name"], "capacity": child["capacity"]} for child in raw["groups"]]
    if not raw["image_display_url"] and raw["image_display_url"] is None:
        del raw["image_display_url"]
    lists = {name: value for name, value in raw.items() if isinstance(value, list) and name != "state"}
    names = sorted(raw.keys() - lists.keys())
    record = {name: raw[name] for name in names}
    for name in sorted(lists):
        if lists[name]:
            record[name] = [_in_order(call, item) for item in raw[name]]
    return record | {name: [] for name in lists if not lists[name]}


def read_flags(call: Call) -> dict[str, bool]:
    """Return what the caller's include_… ask for; before CKAN looks whether there is such a group."""
    _packages_asked(call)
    sent = dict(call.arguments)
    if not call.behaviour.groups_have_tags:
        sent.pop("include_tags", None)
    if call.behaviour.counts_in_group_lists:
        sent.pop("include_member_count", None)
    try:
        return {name: as_flag(sent.get(name, default)) for name, default in _FLAGS.items()}
    except InternalFailure:
        raise ValidationFailure({"message": "Parameter is not an bool"}) from None


def _in_order(call: Call, item: Row) -> Row:
    """Return a member as CKAN's validation leaves it: keys sorted, before 2.12 without lists of records."""

    def is_lost(value: Any) -> bool:
        is_records = isinstance(value, list) and bool(value) and isinstance(value[0], dict)
        return is_records and not call.behaviour.lists_of_dicts_are_values

    return {key: item[key] for key in sorted(item) if not is_lost(item[key])}


def raw_group_record(call: Call, group: Row, *, as_asked: bool = False, extras_as_sent: bool = False) -> Row:
    """Return a group as the actions that update it do: everything, in the order in which CKAN finds it.

    `extras_as_sent`: in the order in which they came, where CKAN 2.12 has not read them back.
    """
    flags = dict(_FLAGS)
    packages: str | None = "datasets"
    if as_asked:
        packages = _packages_asked(call)
        flags = read_flags(call)
    record: Row = _columns(group)
    extras = _extras(call, group, as_sent=extras_as_sent) if flags["include_extras"] else None
    if extras is not None and call.behaviour.group_extras_are_plain:
        record["extras"] = extras
    record["display_name"] = group["title"] or group["name"]
    if extras is not None:
        record.setdefault("extras", extras)
    if packages == "datasets":
        found = search_packages(call, _search_of(call, group))
        record["packages"], record["package_count"] = found["results"], found["count"]
    elif packages:
        record["package_count"] = count_packages(call, group)
    if flags["include_tags"] and call.behaviour.groups_have_tags:
        record["tags"] = []
    if flags["include_groups"]:
        record["groups"] = _children(call, group)
    if flags["include_users"]:
        record["users"] = _users(call, group)
    if flags["include_member_count"] and not call.behaviour.counts_in_group_lists:
        record["member_count"] = len(_users(call, group))
    record["image_display_url"] = image_address(call.site, group["image_url"], "group")
    return record


def _packages_asked(call: Call) -> str | None:
    if as_flag(call.arguments.get("include_datasets", False)):
        return "datasets"
    return "count" if as_flag(call.arguments.get("include_dataset_count", True)) else None


def _columns(group: Row) -> Row:
    record = {name: group[name] for name in _COLUMNS}
    record["is_organization"] = bool(group["is_organization"])
    return record


def _extras(call: Call, group: Row, *, as_sent: bool) -> list[Row]:
    items: list[list[str]] = json.loads(group["extras"])
    if call.behaviour.group_extras_are_plain:
        if not as_sent:
            items.sort(key=lambda item: (len(item[0].encode()), item[0].encode()))
        return [{"key": key, "value": value} for key, value, _ in items]
    return [
        {"id": id_, "group_id": group["id"], "key": key, "value": value, "state": "active"}
        for key, value, id_ in sorted(items)
    ]


def _search_of(call: Call, group: Row) -> dict[str, Any]:
    if not group["is_organization"]:
        return {"facet": "false", "fq": f'+groups:"{group["name"]}"'}
    search: dict[str, Any] = {"facet": "false", "fq": f'+owner_org:"{group["id"]}"'}
    if has_permission(call, group["id"], "read"):
        search["include_private"] = True
    return search


def count_packages(call: Call, group: Row, *, every: bool = False, private: bool = False) -> int:
    """Count the active datasets that the index has there; private ones only in an organization of the caller's.

    `private`: those in groups, too, that the caller may see. `every`: whatever there is, as CKAN does for some lists.
    """
    labels = None if every else labels_of_caller(call)
    private |= every or (bool(group["is_organization"]) and has_permission(call, group["id"], "read"))

    def counts(document: Document) -> bool:
        shown = document["validated_data_dict"]
        if shown["state"] != "active" or (shown["private"] and not private):
            return False
        if labels is not None and labels.isdisjoint(document["permission_labels"]):
            return False
        if group["is_organization"]:
            return bool(shown["owner_org"] == group["id"])
        return any(each["name"] == group["name"] for each in shown["groups"])

    return sum(1 for document in call.site.index.documents() if counts(document))


def _children(call: Call, group: Row) -> list[Row]:
    rows = call.store.rows(
        "SELECT groups.*, member.capacity FROM member JOIN groups ON groups.id = table_id"
        " WHERE group_id = ? AND table_name = 'group' AND member.state = 'active'",
        group["id"],
    )
    return listed_groups(call, [(row, row["capacity"]) for row in rows], with_counts=True)


def _users(call: Call, group: Row) -> list[Row]:
    rows = call.store.rows(
        "SELECT users.*, member.capacity FROM member JOIN users ON users.id = table_id"
        " WHERE group_id = ? AND table_name = 'user' AND member.state = 'active'",
        group["id"],
    )
    shown = [user_record(call, row, capacity=row["capacity"], public=True) for row in rows]
    return sorted(shown, key=lambda user: sort_key(user["name"]))


def listed_groups(call: Call, groups: list[tuple[Row, str | None]], *, with_counts: bool) -> list[Row]:
    """Return groups as lists for users show them: columns, role, name to show, count, picture."""
    listed = []
    for row, capacity in groups:
        record = _columns(row)
        if capacity is not None:
            record["capacity"] = capacity
        record["display_name"] = row["title"] or row["name"]
        if with_counts:
            record["package_count"] = count_packages(call, row, every=True)
        record["image_display_url"] = image_address(call.site, row["image_url"], "group")
        listed.append(record)
    return sorted(listed, key=lambda record: sort_key(record["display_name"]))
