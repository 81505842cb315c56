"""What CKAN accepts as a group or an organization (quirks D3, D5), and what it says of one that it refuses."""

from collections.abc import Mapping
from typing import Any, Final

from . import values
from .authorization import has_permission
from .errors import NotImplementedHere, ValidationFailure
from .package_rules import check_extra_id
from .shapes import Errors, add_error, in_order, take_apart
from .site import Call
from .store import Row
from .values import MISSING, Invalid

LISTS: Final = ("extras", "groups", "packages", "users")
_TEXTS: Final = ("title", "description", "image_url", "type", "approval_status")
_FIELDS: Final = (
    *("id", "name", "title", "description", "image_url", "image_display_url", "type", "state", "created"),
    *("is_organization", "approval_status", "extras", "__extras", "__junk", "packages", "users", "groups"),
)


def valid_group(call: Call, record: Mapping[str, Any], group: Row | None) -> dict[str, Any]:
    """Return a group as it may be stored; ValidationFailure says all that is wrong with it."""
    parts = take_apart(record, LISTS, lists_are_values=call.behaviour.lists_of_dicts_are_values)
    sent, errors = parts.values, Errors()
    clean: dict[str, Any] = {key: values.as_text(sent[key]) for key in _TEXTS if sent.get(key) is not None}
    if group is None:
        _check_new(call, sent, clean, errors)
    elif sent.get("name") is not None:
        if call.behaviour.client_ids_are_uuids and values.is_empty(sent["name"]):
            errors["name"] = [MISSING]
        else:
            _check_free(call, sent["name"], group["id"], errors)
            clean["name"] = values.as_text(sent["name"])
    may_set_state = call.is_sysadmin or (group is not None and has_permission(call, group["id"], "update"))
    if may_set_state and sent.get("state") is not None:
        clean["state"] = sent["state"]
    for key in LISTS:
        if parts.lists.get(key):  # what holds nothing at all is as good as not sent
            clean[key] = [_item(call, key, item) for item in parts.lists[key]]
            problems = [_problems(call, key, item) for item in parts.lists[key]]
            if any(problems):
                errors[key] = problems
    if errors:
        raise ValidationFailure(in_order(errors, LISTS))
    for key in parts.empty_lists:
        if key in LISTS:
            clean.setdefault(key, [])
    return clean


def _check_new(call: Call, sent: Mapping[str, Any], clean: dict[str, Any], errors: Errors) -> None:
    if sent.get("id") is not None:
        _check_id(call, sent["id"], clean, errors)
    name = sent.get("name")
    if name is None or values.is_empty(name):
        errors["name"] = [MISSING]
        return
    text = values.as_text(name)
    try:
        values.check_name(text)
    except Invalid as invalid:
        add_error(errors, "name", str(invalid))
    _check_free(call, text, "", errors)
    clean["name"] = text


def _check_id(call: Call, id_: Any, clean: dict[str, Any], errors: Errors) -> None:
    exists = call.store.value("SELECT 1 FROM groups WHERE id = ?", id_)
    if call.behaviour.client_ids_are_uuids:
        if not call.is_sysadmin:
            if id_:
                errors["id"] = ["The input field id was not expected."]
            return
        try:
            values.check_id(id_)
        except Invalid as invalid:
            add_error(errors, "id", str(invalid))
        if exists:
            add_error(errors, "id", "Id already exists")
    elif exists:
        raise NotImplementedHere("CKAN 2.10 would overwrite the group that has this id")
    clean["id"] = values.as_text(id_)


def _check_free(call: Call, name: Any, own_id: str, errors: Errors) -> None:
    """Names of groups and organizations stay taken when these are deleted (D3)."""
    if not isinstance(name, str):
        raise values.internal_failure()
    values.check_storable(name)
    if call.store.value("SELECT 1 FROM groups WHERE name = ? AND id != ?", name, own_id):
        add_error(errors, "name", "Group name already exists in database")


def _item(call: Call, key: str, item: Mapping[str, Any]) -> dict[str, Any]:
    if key == "extras":
        value = item.get("value")
        text = values.as_text(value) if call.behaviour.extras_are_json_text else value
        return {
            "key": values.as_text(item.get("key")),
            "value": text,
            "deleted": item.get("deleted") is not None and not call.behaviour.group_extras_are_plain,
        }
    names = ("id", "name", "title") if key == "packages" else ("name", "capacity")
    return {name: item[name] for name in names if item.get(name) is not None}


def _problems(call: Call, key: str, item: Mapping[str, Any]) -> Errors:
    errors = Errors()
    if key == "extras":
        if values.is_empty(item.get("key")):
            errors["key"] = [MISSING]
        elif item["key"] in _FIELDS:
            errors["key"] = ["There is a schema field with the same name"]
        if "value" not in item:
            errors["value"] = [MISSING]
        if item.get("id") is not None:
            check_extra_id(call, item["id"], errors)
    elif key == "packages":
        if values.is_empty(item.get("id")):
            errors["id"] = [MISSING]
        elif call.store.by_reference("package", item["id"]) is None:
            plain = not call.behaviour.group_update_keeps_users
            errors["id"] = ["Not found: Dataset" if plain else "Dataset not found"]
    elif values.is_empty(item.get("name")):
        errors["name"] = [MISSING]
    return errors
