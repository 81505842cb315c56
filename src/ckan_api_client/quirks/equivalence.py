"""What differs between a record that was sent and the one that CKAN shows, once CKAN's own doing is taken away.

Pure functions on plain dicts (quirks C5 to C8, C11 to C15, C20, C23: see registry/); the values are
compared by `normalisation.py`, whose functions may be imported from here too. No object, no request is known here.

Every `..._differences(sent, got)` compares the keys that `sent` holds and returns path to (mine, theirs), `ABSENT`
where a side has none. Lists are compared whole: an extra, a tag, a resource that only `got` has is a difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import zip_longest
from typing import Any, Final, TypeAlias

from ckan_api_client.quirks.normalisation import (
    ABSENT,
    Absent,
    as_boolean,
    as_date,
    as_format,
    as_integer,
    as_text,
    as_title,
    as_url,
    extra_as_text,
    same_boolean,
    same_date,
    same_format,
    same_integer,
    same_mimetype,
    same_stripped,
    same_text,
    same_title,
    same_upload_url,
    same_url,
)

__all__ = [
    "ABSENT",
    "IGNORED_DATASET_KEYS",
    "IGNORED_GROUP_KEYS",
    "IGNORED_RESOURCE_KEYS",
    "INJECTED_EXTRAS",
    "SERVER_MADE_DATASET_KEYS",
    "SERVER_MADE_GROUP_KEYS",
    "SERVER_MADE_RESOURCE_KEYS",
    "Absent",
    "Differences",
    "as_boolean",
    "as_date",
    "as_format",
    "as_integer",
    "as_text",
    "as_title",
    "as_url",
    "extra_as_text",
    "extras_as_mapping",
    "extras_differences",
    "field_differences",
    "group_differences",
    "resource_differences",
    "resources_differences",
    "same_boolean",
    "same_date",
    "same_format",
    "same_groups",
    "same_integer",
    "same_mimetype",
    "same_owner",
    "same_stripped",
    "same_tags",
    "same_text",
    "same_title",
    "same_upload_url",
    "same_url",
]


Differences: TypeAlias = dict[str, tuple[Any, Any]]

# Old CKANs (before 2.9) sent these; a resource keeps any key that it does not know (C5), so they must not go back.
_REVISION_KEYS: Final = frozenset({"revision_id", "revision_timestamp", "tracking_summary"})

# Made by package_show from other tables, or obeyed where nobody wants it: 2.12 lets a sysadmin's `metadata_modified`
# freeze the timestamp (F4). CKAN drops the rest (C5), or keeps its own when they are absent (C1: relationships).
SERVER_MADE_DATASET_KEYS: Final = _REVISION_KEYS | {
    "changed_entities",
    "creator_user_id",
    "isopen",
    "license_title",
    "license_url",
    "metadata_created",
    "metadata_modified",
    "num_resources",
    "num_tags",
    "organization",
    "relationships_as_object",
    "relationships_as_subject",
}

# Ignored in a payload (C33), or set by CKAN on every change. `datastore_active` is not among them: it is
# lost when it is not sent (C10).
SERVER_MADE_RESOURCE_KEYS: Final = _REVISION_KEYS | {"metadata_modified", "package_id", "position", "state"}

# Derived by group_show; `users` and `packages` would replace members and datasets (F6).
SERVER_MADE_GROUP_KEYS: Final = _REVISION_KEYS | {
    "created",
    "dataset_count",
    "display_name",
    "image_display_url",
    "is_organization",
    "num_followers",
    "package_count",
    "packages",
    "users",
}

# Nobody edits these in a form; a copy in another catalog has others.
IGNORED_DATASET_KEYS: Final = SERVER_MADE_DATASET_KEYS | {"id"}
IGNORED_GROUP_KEYS: Final = SERVER_MADE_GROUP_KEYS | {"id"}
IGNORED_RESOURCE_KEYS: Final = SERVER_MADE_RESOURCE_KEYS | {
    "id",
    "created",
    "datastore_active",  # The DataStore, DataPusher and XLoader set these two (H5).
    "datastore_contains_all_records_of_source_file",
}

# ckanext-harvest puts these into the answers of package_show; they are not in the database (C8).
INJECTED_EXTRAS: Final = frozenset({"harvest_object_id", "harvest_source_id", "harvest_source_title"})

Same: TypeAlias = Callable[[Any, Any], bool]


def _is_same_string(mine: Any, theirs: Any) -> bool:
    """Tell whether they are one text: that is the same by any rule, and nearly all values are."""
    return type(mine) is str and mine == theirs


def _same_state(mine: Any, theirs: Any) -> bool:
    return (as_text(mine) or "active") == (as_text(theirs) or "active")


def _same_where_given(mine: Any, theirs: Any) -> bool:
    """Tell whether they are the same, or one is empty and CKAN sets it then: a type, a status, a hash."""
    return "" in {as_text(mine), as_text(theirs)} or same_text(mine, theirs)


def _same_date_where_given(mine: Any, theirs: Any) -> bool:
    return "" in {as_text(mine), as_text(theirs)} or same_date(mine, theirs)


_DATASET_RULES: Final[Mapping[str, Same]] = {
    "author_email": same_stripped,
    "maintainer_email": same_stripped,
    "private": same_boolean,
    "state": _same_state,
    "type": _same_where_given,
}

_GROUP_RULES: Final[Mapping[str, Same]] = {
    "approval_status": _same_where_given,
    "state": _same_state,
    "type": _same_where_given,
}

_RESOURCE_RULES: Final[Mapping[str, Same]] = {
    "cache_last_updated": same_date,
    # Uploads and the DataPusher fill these two in (H1, H5).
    "hash": _same_where_given,
    "last_modified": _same_date_where_given,
    "size": same_integer,
}

# Of an uploaded file, CKAN finds these out itself (H1).
_MADE_BY_UPLOAD: Final = frozenset({"format", "mimetype", "size"})


def field_differences(sent: Mapping[str, Any], got: Mapping[str, Any]) -> Differences:
    """Return what differs between two datasets: `title`, `tags`, `groups`, `extras.k`, `resources[0].format`."""
    found: Differences = {}
    for key, mine in sent.items():
        theirs = got.get(key, ABSENT)
        if key in IGNORED_DATASET_KEYS:
            continue
        if key == "extras":
            found.update(extras_differences(mine, theirs))
        elif key == "resources":
            found.update(resources_differences(mine, theirs))
        elif not _same_in_dataset(key, sent, got):
            found[key] = (mine, theirs)
    return found


def _same_in_dataset(key: str, sent: Mapping[str, Any], got: Mapping[str, Any]) -> bool:
    mine, theirs = sent[key], got.get(key, ABSENT)
    if _is_same_string(mine, theirs):
        return True
    if key == "title":
        return same_title(mine, theirs, sent.get("name"), got.get("name"))
    if key == "owner_org":
        return same_owner(sent, got)
    if key == "tags":
        return same_tags(mine, theirs)
    if key == "groups":
        return same_groups(mine, theirs)
    return _DATASET_RULES.get(key, same_text)(mine, theirs)


def group_differences(sent: Mapping[str, Any], got: Mapping[str, Any]) -> Differences:
    """Return what differs between two groups, or two organizations, as `field_differences` does for datasets."""
    found: Differences = {}
    for key, mine in sent.items():
        theirs = got.get(key, ABSENT)
        if key in IGNORED_GROUP_KEYS:
            continue
        if key == "extras":
            found.update(extras_differences(mine, theirs))
        elif key in {"tags", "groups"}:
            if not (same_tags if key == "tags" else same_groups)(mine, theirs):
                found[key] = (mine, theirs)
        elif not _GROUP_RULES.get(key, same_text)(mine, theirs):
            found[key] = (mine, theirs)
    return found


def resource_differences(sent: Mapping[str, Any], got: Mapping[str, Any]) -> Differences:
    """Return what differs between two resources; the paths are the keys. CKAN keeps unknown keys: they are compared."""
    return {
        key: (mine, got.get(key, ABSENT))
        for key, mine in sent.items()
        if key not in IGNORED_RESOURCE_KEYS and not _same_in_resource(key, sent, got)
    }


def _same_in_resource(key: str, sent: Mapping[str, Any], got: Mapping[str, Any]) -> bool:
    mine, theirs = sent[key], got.get(key, ABSENT)
    if _is_same_string(mine, theirs):
        return True
    uploaded = "upload" in (sent.get("url_type"), got.get("url_type"))  # either may be a list
    if uploaded and key in _MADE_BY_UPLOAD and "" in {as_text(mine), as_text(theirs)}:
        return True
    if key == "url":
        return (same_upload_url if uploaded else same_url)(mine, theirs)
    if key in {"format", "mimetype"}:
        is_new = not (sent.get("id") and got.get("id"))
        url = (sent.get("url") or got.get("url")) if is_new else ""
        return (same_format if key == "format" else same_mimetype)(mine, theirs, url)
    return _RESOURCE_RULES.get(key, same_text)(mine, theirs)


def resources_differences(sent: Any, got: Any) -> Differences:
    """Return what differs between two lists of resources, compared in their order (C23): `resources[1].url`.

    A resource that one side lacks is one difference: `resources[1]` with the whole record and `ABSENT`.
    """
    found: Differences = {}
    for index, (mine, theirs) in enumerate(zip_longest(_records(sent), _records(got), fillvalue=ABSENT)):
        path = f"resources[{index}]"
        if mine is ABSENT or theirs is ABSENT:
            found[path] = (mine, theirs)
            continue
        found.update({f"{path}.{key}": both for key, both in resource_differences(mine, theirs).items()})
    return found


def extras_as_mapping(extras: Any) -> dict[str, Any]:
    """Return extras as a mapping, whatever their form: a list of key and value, a mapping, or nothing.

    Of a repeated key the last value counts.
    """
    if isinstance(extras, Mapping):
        return dict(extras)
    return {entry["key"]: entry.get("value") for entry in _records(extras) if isinstance(entry.get("key"), str)}


def extras_differences(sent: Any, got: Any) -> Differences:
    """Return what differs between two sets of extras, compared as mappings of text (C6, C23): `extras.k`.

    The extras that ckanext-harvest shows but does not store (C8) are no difference where only one side has them.
    """
    mine, theirs = extras_as_mapping(sent), extras_as_mapping(got)
    found: Differences = {}
    for key in {**mine, **theirs}:
        both = mine.get(key, ABSENT), theirs.get(key, ABSENT)
        if ABSENT in both and key in INJECTED_EXTRAS:
            continue
        if not _is_same_string(*both) and extra_as_text(both[0]) != extra_as_text(both[1]):
            found[f"extras.{key}"] = both
    return found


def same_tags(mine: Any, theirs: Any) -> bool:
    """Tell whether two lists of tags hold the same names; order and repeats do not count, capitals do (C20, C23)."""
    return _names(mine) == _names(theirs)


def _names(tags: Any) -> set[str]:
    """Return the names in a list of records, or of plain names."""
    if not isinstance(tags, (list, tuple, set, frozenset)):
        return set()
    return {as_text(tag.get("name") if isinstance(tag, Mapping) else tag) for tag in tags}


def same_groups(mine: Any, theirs: Any) -> bool:
    """Tell whether two lists hold the same groups, in any order; a group is known by its id or by its name (B8)."""
    ours, others = _identities(mine), _identities(theirs)
    return _all_in(ours, others) and _all_in(others, ours)


def _identities(groups: Any) -> list[set[str]]:
    if not isinstance(groups, (list, tuple, set, frozenset)):
        return []
    return [
        {as_text(group.get("id")), as_text(group.get("name"))} - {""}
        if isinstance(group, Mapping)
        else {as_text(group)}
        for group in groups
    ]


def _all_in(ours: Iterable[set[str]], others: list[set[str]]) -> bool:
    return all(any(identity & other for other in others) for identity in ours)


def same_owner(sent: Mapping[str, Any], got: Mapping[str, Any]) -> bool:
    """Tell whether two datasets belong to one organization; it may be sent by name and comes back as id (C19)."""
    if same_text(sent.get("owner_org"), got.get("owner_org")):
        return True
    mine, theirs = _owners(sent), _owners(got)
    return as_text(sent.get("owner_org")) in theirs or as_text(got.get("owner_org")) in mine


def _owners(dataset: Mapping[str, Any]) -> set[str]:
    """Return the id and the name of the organization, where the record tells them of its present owner."""
    organization, owner = dataset.get("organization"), as_text(dataset.get("owner_org"))
    if not isinstance(organization, Mapping):
        return set()
    both = {as_text(organization.get("id")), as_text(organization.get("name"))} - {""}
    return both if owner in both else set()


def _records(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, (list, tuple)):
        return []
    return [entry for entry in value if isinstance(entry, Mapping)]
