"""A catalog of one dataset, as a CKAN would keep it, with a source and a memory beside it; for tests of merging."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ckan_api_client.syncing.identity import Identity
from ckan_api_client.syncing.merging import Merged, merge
from ckan_api_client.syncing.records import payload_of, with_derived_ids
from ckan_api_client.syncing.rules import Rules

IDENTITY = Identity("geo", "1")
MARKER = {"key": "_harvest_source", "value": "geo:1"}
RULES = Rules()
SOURCE_WINS = Rules(on_conflict="source")

_FORMATS = {"csv": "CSV", "text/csv": "CSV", "json": "JSON", "application/json": "JSON"}
_KEPT_BY_NULL = {"name", "format", "hash", "size", "created", "last_modified", "url_type"}
_FIELDS = (*sorted(_KEPT_BY_NULL), "description", "mimetype", "url", "resource_type")


def derived(key: str) -> str:
    """The id in the catalog of the resource that the source knows by this one."""
    return IDENTITY.resource_id(key)


def record(**fields: Any) -> dict[str, Any]:
    """Return the data of a record; its resources get their derived ids."""
    return with_derived_ids({"title": "T", "owner_org": "org", "groups": [], **fields}, IDENTITY)


def dataset(**fields: Any) -> dict[str, Any]:
    """Return a dataset as package_show gives it."""
    return {
        "id": "0" * 8,
        "name": "t",
        "title": "T",
        "notes": None,
        "owner_org": "org-id",
        "organization": {"id": "org-id", "name": "org"},
        "private": False,
        "state": "active",
        "type": "dataset",
        "extras": [MARKER],
        "tags": [],
        "groups": [],
        "resources": [],
        **fields,
    }


@dataclass(frozen=True, slots=True)
class Remembered:
    source: Mapping[str, Any]
    catalog: Mapping[str, Any]
    kept: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class World:
    """One dataset in a catalog, and what is remembered of it."""

    now: dict[str, Any] = field(default_factory=dict)
    base: Remembered | None = None
    writes: int = 0

    def create(self, data: Mapping[str, Any]) -> None:
        sent = {"id": "0" * 8, "name": data.get("name", "t"), **payload_of(data, IDENTITY)}
        self.now = _stored(sent, {}, 0)
        self.base = Remembered(data, copy.deepcopy(self.now))

    def edit(self, **values: Any) -> None:
        """Do what people do in a form."""
        self.writes += 1
        self.now = _stored({**copy.deepcopy(self.now), **values}, self.now, self.writes)

    def sync(self, data: Mapping[str, Any], rules: Rules = RULES) -> Merged:
        """Merge, write, and remember, as a run does."""
        merged = merge(data, self.now, self.base, rules, identity=IDENTITY)
        if merged.values:
            self.edit(**merged.values)
        self.base = Remembered(copy.deepcopy(dict(data)), copy.deepcopy(self.now), merged.kept)
        return merged


def _stored(sent: dict[str, Any], before: Mapping[str, Any], turn: int) -> dict[str, Any]:
    """Return what CKAN shows of what it was sent: stripped, canonical, sorted, null for nothing."""
    owner = sent.get("owner_org") or "org"
    name = owner.removesuffix("-id")
    shown: dict[str, Any] = {
        **{key: value or None if isinstance(value, str) else value for key, value in sent.items()},
        "title": sent.get("title") or sent["name"],
        "private": bool(sent.get("private")),
        "state": "active",
        "type": "dataset",
        "owner_org": f"{name}-id",
        "organization": {"id": f"{name}-id", "name": name, "title": name.upper()},
        "metadata_modified": f"2020-01-01T00:00:{turn:02}",
    }
    for key in ("author_email", "maintainer_email"):
        if isinstance(sent.get(key), str):
            shown[key] = sent[key].strip() or None
    extras = {extra["key"]: str(extra["value"]) for extra in sent.get("extras", []) if extra["value"] is not None}
    assert len(extras) == len(sent.get("extras", []))
    shown["extras"] = [{"key": key, "value": extras[key]} for key in sorted(extras)]
    tags = sorted({tag["name"] for tag in sent.get("tags", [])})
    shown["tags"] = [{"id": f"tag-{tag}", "name": tag, "display_name": tag, "state": "active"} for tag in tags]
    groups = sorted({group["name"] for group in sent.get("groups", [])})
    shown["groups"] = [{"id": f"group-{group}", "name": group, "title": group.upper()} for group in groups]
    known = {resource["id"]: resource for resource in before.get("resources", [])}
    resources = [_stored_resource(item, known) for item in sent.get("resources", [])]
    assert len({item["id"] for item in resources}) == len(resources)
    shown["resources"] = [{**item, "position": index} for index, item in enumerate(resources)]
    return shown


def _stored_resource(sent: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    assert sent["id"]
    present = known.get(sent["id"], {})
    shown = dict(sent)
    for key in _FIELDS:
        if key in _KEPT_BY_NULL and sent.get(key) is None:
            shown[key] = present.get(key)
        else:
            shown[key] = sent.get(key) or None
    url = str(shown["url"] or "").strip()
    shown["url"] = url if urlsplit(url).scheme or not url else f"http://{url}"
    if shown["format"]:
        shown["format"] = _FORMATS.get(str(shown["format"]).lower(), shown["format"])
    shown["state"] = "active"
    shown["package_id"] = "0" * 8
    return shown
