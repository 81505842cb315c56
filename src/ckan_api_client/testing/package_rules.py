"""What CKAN accepts as a dataset, and what it says of one that it refuses (quirks A4, C5 to C21, D1, D5)."""

import mimetypes
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlparse

from . import values
from .authorization import has_permission
from .errors import ValidationFailure
from .formats import format_name
from .shapes import Errors, Parts, add_error, in_order, junk_message, take_apart
from .site import Call
from .store import Row
from .values import MISSING, Invalid

LISTS: Final = ("extras", "groups", "relationships_as_object", "relationships_as_subject", "resources", "tags")
_TEXTS: Final = ("author", "license_id", "maintainer", "notes", "type", "url")
_FIELDS: Final = (
    *("__before", "id", "name", "title", "author", "author_email", "maintainer", "maintainer_email", "license_id"),
    *("notes", "url", "version", "state", "type", "owner_org", "private", "__extras", "__junk", "tag_string"),
    *("plugin_data", "save", "return_to", *LISTS),
)
_RESOURCE_TEXTS: Final = ("cache_url", "description", "hash", "mimetype", "mimetype_inner", "name", "resource_type")
_RESOURCE_IGNORED: Final = frozenset({"package_id", "state", "position"})


@dataclass
class Draft:
    """A dataset on its way in: what is left of what was sent, and what is wrong with it."""

    call: Call
    package: Row | None  # the one to be updated
    parts: Parts
    clean: dict[str, Any] = field(default_factory=dict)
    errors: Errors = field(default_factory=dict)

    def refuse(self, key: str, message: str) -> None:
        add_error(self.errors, key, message)

    def check(self, key: str, check: Callable[[], Any]) -> None:
        try:
            check()
        except Invalid as invalid:
            self.refuse(key, str(invalid))


def valid_package(call: Call, record: Mapping[str, Any], package: Row | None) -> dict[str, Any]:
    """Return a dataset as it may be stored; ValidationFailure says all that is wrong with it."""
    parts = take_apart(record, LISTS, lists_are_values=call.behaviour.lists_of_dicts_are_values)
    draft = Draft(call, package, parts)
    _check_identity(draft)
    _check_texts(draft)
    _check_ownership(draft)
    _check_lists(draft)
    if parts.junk:
        draft.refuse("__junk", junk_message(parts.junk))
    if draft.errors:
        raise ValidationFailure(in_order(draft.errors, LISTS))
    for key in parts.empty_lists:
        if key in LISTS:
            draft.clean.setdefault(key, [])
    return draft.clean


def _check_identity(draft: Draft) -> None:
    sent, call = draft.parts.values, draft.call
    if draft.package is None:
        id_ = sent.get("id")
        if id_ is not None:
            _check_new_id(draft, id_)
        name = sent.get("name")
        if name is None or values.is_empty(name):
            draft.refuse("name", MISSING)
        else:
            _check_package_name(draft, values.as_text(name))
        title = sent.get("title")
        draft.clean["title"] = values.as_text(title or draft.clean.get("name", ""))
    else:
        draft.clean["id"] = draft.package["id"]
        if sent.get("name") is not None:
            _check_package_name(draft, sent["name"])
        if sent.get("title") is not None:
            draft.clean["title"] = values.as_text(sent["title"])
    if (call.is_sysadmin or draft.package is not None) and sent.get("state") is not None:
        draft.clean["state"] = sent["state"]
    if call.behaviour.sysadmin_sets_modified and call.is_sysadmin and sent.get("metadata_modified") is not None:

        def read_modified() -> None:
            draft.clean["metadata_modified"] = values.as_date(sent["metadata_modified"], zones=True)

        draft.check("metadata_modified", read_modified)
    if sent.get("plugin_data") is not None:
        if isinstance(sent["plugin_data"], dict):
            if call.is_sysadmin:
                draft.clean["plugin_data"] = sent["plugin_data"]
        elif sent["plugin_data"] != "":
            draft.refuse("plugin_data", "The value should be a valid JSON object")


def _check_new_id(draft: Draft, id_: Any) -> None:
    if not draft.call.is_sysadmin:
        if id_:
            draft.refuse("id", "The input field id was not expected.")
        return
    if draft.call.behaviour.client_ids_are_uuids:
        draft.check("id", lambda: values.check_id(id_))
    if draft.call.store.value("SELECT 1 FROM package WHERE id = ?", id_):
        draft.refuse("id", "Dataset id already exists")
    draft.clean["id"] = values.as_text(id_)


def _check_package_name(draft: Draft, name: Any) -> None:
    draft.check("name", lambda: values.check_name(name))
    values.check_storable(name)
    if name in ([], [None]):  # an array to PostgreSQL with nothing in it, which is nobody's name
        draft.refuse("name", f'Name "{name}" length is less than minimum {values.MIN_TAG}')
        return
    if not isinstance(name, str):
        raise values.internal_failure()  # CKAN asks PostgreSQL for a name that is no text
    chosen = draft.parts.values.get("id") if draft.call.is_sysadmin else None  # others' is dropped before
    own = draft.package["id"] if draft.package else chosen or ""
    if draft.call.store.value(
        "SELECT 1 FROM package WHERE name = ? AND state != 'deleted' AND id != ?", name, values.as_text(own)
    ):
        draft.refuse("name", "That URL is already in use.")
    if len(name) < values.MIN_TAG:
        draft.refuse("name", f'Name "{name}" length is less than minimum {values.MIN_TAG}')
    if len(name) > values.MAX_NAME:
        draft.refuse("name", f'Name "{name}" length is more than maximum {values.MAX_NAME}')
    draft.clean["name"] = name


def _check_texts(draft: Draft) -> None:
    sent = draft.parts.values
    for key in _TEXTS:
        if sent.get(key) is not None:
            draft.clean[key] = values.as_text(sent[key])
    if sent.get("version") is not None:
        draft.clean["version"] = version = values.as_text(sent["version"])
        if len(version) > values.MAX_VERSION:
            draft.refuse("version", f"Version must be a maximum of {values.MAX_VERSION} characters long")
    for key in ("author_email", "maintainer_email"):
        if sent.get(key) is not None:
            draft.clean[key] = email = values.as_text(sent[key]).strip()
            draft.check(key, lambda email=email: values.check_email(email))  # type: ignore[misc]


def _check_ownership(draft: Draft) -> None:
    sent, call, package = draft.parts.values, draft.call, draft.package
    owner = sent.get("owner_org")
    if owner is None:
        if package is None:
            draft.refuse("owner_org", "An organization must be provided")
    elif owner == "":
        draft.refuse("owner_org", "An organization must be provided")
    else:
        group = call.store.by_reference("groups", owner)
        if group is None:
            draft.refuse("owner_org", "Organization does not exist")
        elif (package is None or package["owner_org"] != group["id"]) and not has_permission(
            call, group["id"], "create_dataset"
        ):
            draft.refuse("owner_org", "You cannot add a dataset to this organization")
        else:
            draft.clean["owner_org"] = group["id"]
    if sent.get("private") is not None:
        private = values.as_boolean(sent["private"], integers=call.behaviour.integers_are_booleans)
        is_owned = draft.clean.get("owner_org") or owner or (package and package["owner_org"])
        has_owner = is_owned or owner == []  # what is refused already
        if private and not has_owner:
            draft.refuse("private", "Datasets with no organization can't be private.")
        draft.clean["private"] = private


def _check_lists(draft: Draft) -> None:
    lists, errors = draft.parts.lists, draft.errors
    checks = {"extras": _extra, "groups": _group, "resources": _resource, "tags": _tag}
    for key, check in checks.items():
        if key not in lists:
            continue
        cleaned, problems = [], []
        for number, item in enumerate(lists[key]):
            clean, wrong = check(draft, number, item)
            cleaned.append(clean)
            problems.append({name: wrong[name] for name in sorted(wrong)})
        draft.clean[key] = [clean for clean in cleaned if clean]
        if not draft.clean[key]:
            del draft.clean[key]  # what holds nothing at all is as good as not sent
        if any(problems):
            errors[key] = problems
    _check_duplicate_extras(draft)
    if draft.parts.values.get("tag_string") is not None:
        _add_tags(draft, draft.parts.values["tag_string"])


def _check_duplicate_extras(draft: Draft) -> None:
    keys = [extra.get("key") for extra in draft.parts.lists.get("extras", ()) if not extra.get("deleted")]
    if any(isinstance(key, list | dict) for key in keys):
        raise values.internal_failure()  # CKAN makes a set of them
    seen: list[Any] = []
    repeated: list[Any] = []
    for key in keys:
        (repeated if key in seen else seen).append(key)
    if repeated:
        again = list(keys)
        for key in seen:
            again.remove(key)
        draft.refuse("extras_validation", f'Duplicate key "{again[0]}"')


def _extra(draft: Draft, number: int, extra: dict[str, Any]) -> tuple[dict[str, Any], Errors]:
    errors: Errors = {}
    clean: dict[str, Any] = {}
    behaviour = draft.call.behaviour
    key = extra.get("key")
    if key is None or values.is_empty(key):
        errors["key"] = [MISSING]
    elif key in _FIELDS or (key == "metadata_modified" and behaviour.sysadmin_sets_modified):
        errors["key"] = ["There is a schema field with the same name"]
    else:
        clean["key"] = values.as_text(key)
    if extra.get("id") is not None:
        check_extra_id(draft.call, extra["id"], errors)
    if "value" not in extra:
        errors["value"] = [MISSING]
    else:
        value = extra["value"]
        clean["value"] = values.as_text(value) if behaviour.extras_are_json_text else value
    if extra.get("deleted") is not None:
        clean["deleted"] = extra["deleted"]
    del number
    return clean, errors


def check_extra_id(call: Call, id_: Any, errors: Errors) -> None:
    """Add what is wrong with an id: looked at since CKAN 2.11, and refused to others than sysadmins since 2.12."""
    if not call.behaviour.client_ids_are_uuids:
        return
    if call.is_sysadmin:
        try:
            values.check_id(id_)
        except Invalid as invalid:
            errors["id"] = [str(invalid)]
    elif id_ and call.behaviour.extras_are_json_text:
        errors["id"] = ["The input field id was not expected."]


def _group(draft: Draft, number: int, group: dict[str, Any]) -> tuple[dict[str, Any], Errors]:
    del draft, number
    return {key: values.as_text(group[key]) for key in ("id", "name", "title") if group.get(key) is not None}, {}


def _tag(draft: Draft, number: int, tag: dict[str, Any]) -> tuple[dict[str, Any], Errors]:
    del draft, number
    errors: Errors = {}
    name = tag.get("name")
    if name is None or values.is_empty(name):
        return {}, {"name": [MISSING]}
    text = values.as_text(name)
    for check in (values.check_tag_length, values.check_tag_letters):
        try:
            check(text)
        except Invalid as invalid:
            add_error(errors, "name", str(invalid))
    if tag.get("vocabulary_id") is not None:
        errors["vocabulary_id"] = ["Tag vocabulary was not found."]
    return {"name": text}, errors


def _add_tags(draft: Draft, sent: Any) -> None:
    if isinstance(sent, bool | int | float):
        raise values.internal_failure()
    names = [name.strip() for name in sent.split(",") if name.strip()] if isinstance(sent, str) else list(sent)
    if not all(isinstance(name, str | list | dict) for name in names):
        raise values.internal_failure()
    draft.clean["tags"] = [*draft.clean.get("tags", []), *({"name": name} for name in names)]

    def check_names() -> None:
        for name in names:
            values.check_tag_length(name)
            if not isinstance(name, str):
                raise values.internal_failure()
            values.check_tag_letters(name)

    draft.check("tag_string", check_names)


def _resource(draft: Draft, number: int, resource: dict[str, Any]) -> tuple[dict[str, Any], Errors]:
    errors: Errors = {}
    clean: dict[str, Any] = {}
    if resource.get("url") and not isinstance(resource["url"], str):
        raise values.internal_failure()  # CKAN guesses a format from it first
    zones = draft.call.behaviour.reads_dates_with_zone

    def read(key: str, reader: Callable[[Any], Any]) -> None:
        try:
            clean[key] = reader(resource[key])
        except Invalid as invalid:
            add_error(errors, key, str(invalid))

    for key, value in resource.items():
        if key in _RESOURCE_IGNORED or (value is None and key in _KNOWN_OF_RESOURCES):
            continue
        if key == "id":
            if value:
                _check_resource_id(draft, value, errors)
                clean["id"] = values.as_text(value)
        elif key in ("created", "last_modified", "cache_last_updated"):
            read(key, lambda value: values.as_date(value, zones=zones))
        elif key == "size":
            read(key, lambda value: values.fits_column(values.as_integer(value)))
        elif key == "url":
            clean["url"] = values.as_text(value).strip()
        elif key in _RESOURCE_TEXTS or key == "url_type":
            clean[key] = values.as_text(value)
        elif key != "format":
            clean[key] = value
    format_ = resource.get("format") or guessed_format(resource)
    if format_ is not None:
        if not isinstance(format_, str):
            raise values.internal_failure()
        clean["format"] = format_name(format_)
    elif resource.get("format") == "":
        clean["format"] = ""
    elif resource.get("format") is not None:
        raise values.internal_failure()
    del number
    return clean, errors


_KNOWN_OF_RESOURCES: Final = frozenset(
    {*_RESOURCE_TEXTS, "url", "format", "url_type", "size", "created", "last_modified", "cache_last_updated", "id"}
    | {"datastore_active"}
)


def guessed_format(resource: Mapping[str, Any]) -> str | None:
    """Return the MIME type that the address of a resource without id suggests (C13)."""
    url = resource.get("url")
    if resource.get("id") or not url:
        return None
    if not isinstance(url, str):
        raise values.internal_failure()
    parsed = urlparse(url)
    if parsed.scheme and not parsed.path:
        return None
    return mimetypes.guess_type(url)[0]


def _check_resource_id(draft: Draft, id_: Any, errors: Errors) -> None:
    check = values.check_id if draft.call.behaviour.client_ids_are_uuids else values.check_old_resource_id
    try:
        check(id_)
    except Invalid as invalid:
        add_error(errors, "id", str(invalid))
    owner = draft.call.store.value("SELECT package_id FROM resource WHERE id = ? AND state != 'deleted'", id_)
    own = draft.package["id"] if draft.package else draft.parts.values.get("id")
    if owner is not None and owner != own:
        add_error(errors, "id", "Resource id already exists.")


def stored_extras(call: Call, extras: list[dict[str, Any]]) -> list[list[str]]:
    """Return extras as they are stored: text only; before CKAN 2.12 without nulls, and a structure breaks it (C6)."""
    pairs: dict[str, str] = {}
    for extra in extras:
        value = extra["value"]
        if not call.behaviour.extras_are_json_text and (extra.get("deleted") or value is None):
            continue
        pairs[extra["key"]] = values.as_column_text(value)
    return [[key, value] for key, value in pairs.items()]
