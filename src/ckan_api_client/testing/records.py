"""What CKAN shows of rows: datasets with their resources, tags, extras and groups, in CKAN's order of keys."""

import json
import unicodedata
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlsplit

from .formats import format_name
from .licenses import license_fields
from .munging import munged_filename
from .site import Site
from .store import Row

RESOURCE_COLUMNS: Final = (
    "cache_last_updated",
    "cache_url",
    "created",
    "description",
    "format",
    "hash",
    "id",
    "last_modified",
    "metadata_modified",
    "mimetype",
    "mimetype_inner",
    "name",
    "package_id",
    "position",
    "resource_type",
    "size",
    "state",
    "url",
    "url_type",
)
_PLAIN: Final = (
    "author",
    "author_email",
    "creator_user_id",
    "id",
    "license_id",
    "maintainer",
    "maintainer_email",
    "metadata_created",
    "metadata_modified",
    "name",
    "notes",
    "owner_org",
    "state",
    "url",
    "version",
)
_ORGANIZATION: Final = (
    "id",
    "name",
    "title",
    "type",
    "description",
    "image_url",
    "created",
    "is_organization",
    "approval_status",
    "state",
)


def sort_key(text: str | None) -> str:
    """Return what CKAN sorts names by: letters without regard to case."""
    return unicodedata.normalize("NFD", text or "").lower()


def package_record(site: Site, package: Row, *, extras_as_sent: bool = False, plugin_data: bool = False) -> Row:
    """Return a dataset as package_show gives it from the database.

    `extras_as_sent`: in the order in which they came, as CKAN 2.12 indexes them; otherwise as they are stored.
    """
    store = site.store
    resources = [
        resource_record(site, row, package["type"])
        for row in store.rows(
            "SELECT * FROM resource WHERE package_id = ? AND state = 'active' ORDER BY position, rowid", package["id"]
        )
    ]
    tags = [
        {
            "display_name": row["name"],
            "id": row["id"],
            "name": row["name"],
            "state": row["state"],
            "vocabulary_id": row["vocabulary_id"],
        }
        for row in store.rows(
            "SELECT tag.*, package_tag.state AS state FROM package_tag JOIN tag ON tag.id = tag_id"
            " WHERE package_id = ? AND package_tag.state = 'active' ORDER BY tag.name",
            package["id"],
        )
    ]
    plain: Row = {
        **{name: package[name] for name in _PLAIN},
        **license_fields(package["license_id"]),
        "num_resources": len(resources),
        "num_tags": len(tags),
        "organization": organization_of(site, package["owner_org"]),
        "private": bool(package["private"]),
        "title": (package["title"] or "").strip() or package["name"],
        "type": package["type"] or "dataset",
    }
    if plugin_data and package["plugin_data"]:
        plain["plugin_data"] = json.loads(package["plugin_data"])
    lists: Row = {
        "resources": resources,
        "tags": tags,
        "extras": extras_of(site, package["extras"], as_sent=extras_as_sent),
        "groups": groups_of(site, package["id"]),
        "relationships_as_subject": [],
        "relationships_as_object": [],
    }
    # CKAN's validation sorts keys, first those of values, then those of lists; empty lists are put back after it.
    record = {name: plain[name] for name in sorted(plain)}
    record |= {name: lists[name] for name in sorted(lists) if lists[name]}
    empty = [name for name in lists if not lists[name]]
    if site.behaviour.extras_are_json_text and "extras" in empty:  # there, extras are a column, and columns come first
        empty.remove("extras")
        empty.insert(0, "extras")
    return record | {name: [] for name in empty}


def extras_of(site: Site, stored: str, *, as_sent: bool = False) -> list[Row]:
    """Return extras as a list of key and value: sorted before CKAN 2.12, then in the order of PostgreSQL's JSONB."""
    pairs: list[list[str]] = json.loads(stored)
    if not site.behaviour.extras_are_json_text:
        pairs.sort(key=lambda pair: pair[0])
    elif not as_sent:
        pairs.sort(key=lambda pair: (len(pair[0].encode()), pair[0].encode()))
    return [{"key": key, "value": value} for key, value in pairs]


def resource_record(site: Site, row: Row, package_type: str | None = None) -> Row:
    record: Row = {name: row[name] for name in RESOURCE_COLUMNS if not (name == "created" and row[name] is None)}
    record.update(json.loads(row["extras"]))
    record.setdefault("datastore_active", False)  # the datastore plugin's doing
    record["format"] = format_name(row["format"]) if row["format"] else row["format"]
    url = row["url"]
    if record.get("url_type") == "upload":
        name = munged_filename(url.rsplit("/", maxsplit=1)[-1])
        kind = package_type or "dataset"
        record["url"] = f"{site.url}/{kind}/{row['package_id']}/resource/{row['id']}/download/{name}"
    elif record.get("url_type") == "datastore":
        record["url"] = f"{site.url}/datastore/dump/{row['id']}"
    elif url and not urlsplit(url).scheme:
        record["url"] = "http://" + url.lstrip("/")
    return {name: record[name] for name in sorted(record)}


def organization_of(site: Site, id: str | None) -> Row | None:
    row = site.store.row("SELECT * FROM groups WHERE id = ? AND state = 'active'", id)
    if row is None:
        return None
    row["is_organization"] = bool(row["is_organization"])
    return {name: row[name] for name in _ORGANIZATION}


def groups_of(site: Site, package_id: str) -> list[Row]:
    rows = site.store.rows(
        "SELECT groups.* FROM member JOIN groups ON groups.id = group_id"
        " WHERE table_id = ? AND member.state = 'active' AND NOT is_organization",
        package_id,
    )
    shown = []
    for row in sorted(rows, key=lambda row: sort_key(row["title"] or row["name"])):
        fields = {
            "description": row["description"],
            "display_name": row["title"] or row["name"],
            "id": row["id"],
            "image_display_url": image_address(site, row["image_url"], "group"),
            "name": row["name"],
            "title": row["title"],
        }
        shown.append({name: value for name, value in fields.items() if value is not None})
    return shown


def image_address(site: Site, image: str | None, kind: str) -> str | None:
    if not image or image.startswith("http"):
        return image
    return f"{site.url}/uploads/{kind}/{image}"


def without(record: Row, names: Iterable[str]) -> Row:
    dropped = set(names)
    return {name: value for name, value in record.items() if name not in dropped}
