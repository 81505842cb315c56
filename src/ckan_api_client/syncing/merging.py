"""What a record makes of the dataset that is there: the values to write over it, by top-level key.

What the source mentions becomes as the source says; what it does not mention stays. Fields are the scalars, each
extra by its key, the tags as one, each resource by its id or URL, and the groups by the strategy. Without a memory of
earlier runs, an extra that left the source cannot be told from one that a person added: it stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckan_api_client.quirks.equivalence import (
    extra_as_text,
    extras_as_mapping,
    field_differences,
    resources_differences,
    same_tags,
)
from ckan_api_client.quirks.resources import CLEARED_BY_BLANK, pair_resources
from ckan_api_client.syncing.fitting import MARKER_KEY
from ckan_api_client.syncing.identity import is_derived_id
from ckan_api_client.syncing.strategies import Strategies
from ckan_api_client.syncing.wanted import Wanted

_Data = Mapping[str, Any]


def payload_of(wanted: Wanted, *, with_datastore: bool = False) -> dict[str, Any]:
    """Return the dataset to create for a record, without its name and id, which are the identity's to say.

    `with_datastore`: the site has a DataStore. It shows every resource as `datastore_active: false`, and up to CKAN
    2.11 the first write after the create stores that, which is a change of each resource; stored at once, it is none.
    """
    resources = resources_of(wanted)
    if with_datastore:
        resources = [{"datastore_active": False, **resource} for resource in resources]
    dataset = {key: value for key, value in wanted.dataset.items() if key != "name"}
    return {
        **dataset,
        "owner_org": wanted.organization,
        "groups": [{"name": name} for name in wanted.groups],
        "extras": [*dataset.get("extras", []), {"key": MARKER_KEY, "value": wanted.identity.marker}],
        "resources": resources,
    }


def values_to_write(wanted: Wanted, current: _Data, strategies: Strategies) -> dict[str, Any]:
    """Return what of `current` has to change for a record; empty where CKAN would show no difference."""
    values: dict[str, Any] = {}
    for key, value in wanted.dataset.items():
        if key in {"extras", "resources", "tags", "name", "type"}:
            continue
        sent = {key: value, **({"name": current.get("name")} if key == "title" else {})}
        if key in field_differences(sent, current):
            values[key] = value
    name = wanted.dataset.get("name")
    if name and not strategies.dataset_preserve_names and name != current.get("name"):
        values["name"] = name
    owner = wanted.organization
    keeps_owner = strategies.dataset_preserve_organization and current.get("owner_org")
    if owner and not keeps_owner and field_differences({"owner_org": owner}, current):
        values["owner_org"] = owner
    lists = {
        "extras": _extras(wanted, current),
        "tags": _tags(wanted, current),
        "resources": _resources(wanted, current),
        "groups": _groups(wanted, current, strategies.dataset_group_merge_strategy),
    }
    return values | {key: value for key, value in lists.items() if value is not None}


def resources_of(wanted: Wanted) -> list[dict[str, Any]]:
    """Return a record's resources, each with an id derived from what the source knows it by.

    The source's own id would do; without one, the URL and, for a URL that repeats, its turn.
    """
    turns: dict[str, int] = {}
    derived = []
    for resource in wanted.dataset.get("resources", []):
        known = str(resource.get("id") or "")
        if not known:
            url = str(resource.get("url") or "")
            turn = turns[url] = turns.get(url, 0) + 1
            known = f"{url}\n{turn}"
        derived.append({**resource, "id": wanted.identity.resource_id(known)})
    return derived


def _extras(wanted: Wanted, current: _Data) -> list[dict[str, Any]] | None:
    asked = {**extras_as_mapping(wanted.dataset.get("extras")), MARKER_KEY: wanted.identity.marker}
    present = list(current.get("extras") or [])
    # A site whose schema has a field of that name shows the value there, and not among the extras (quirk C7).
    asked = {key: value for key, value in asked.items() if extra_as_text(current.get(key)) != extra_as_text(value)}
    known = extras_as_mapping(present)
    if all(key in known and extra_as_text(known[key]) == extra_as_text(value) for key, value in asked.items()):
        return None
    kept = [{**extra, "value": asked.get(extra["key"], extra.get("value"))} for extra in present]
    return [*kept, *({"key": key, "value": value} for key, value in asked.items() if key not in known)]


def _tags(wanted: Wanted, current: _Data) -> list[dict[str, Any]] | None:
    if "tags" not in wanted.dataset:
        return None
    asked, present = wanted.dataset["tags"], current.get("tags") or []
    if same_tags(asked, present):
        return None
    known = {tag.get("name"): tag for tag in present}
    return [known.get(tag["name"], tag) for tag in asked]


def _groups(wanted: Wanted, current: _Data, strategy: str) -> list[dict[str, Any]] | None:
    present = current.get("groups") or []
    names = {group.get("name") for group in present}
    if strategy == "preserve" or names == set(wanted.groups) or (strategy == "add" and names >= set(wanted.groups)):
        return None
    kept = [group for group in present if strategy == "add" or group.get("name") in wanted.groups]
    return [*kept, *({"name": name} for name in wanted.groups if name not in names)]


def _resources(wanted: Wanted, current: _Data) -> list[dict[str, Any]] | None:
    if "resources" not in wanted.dataset:
        return None
    present = current.get("resources") or []
    pairs = pair_resources(resources_of(wanted), present)
    merged = [_laid_over(asked, found) for asked, found in pairs]
    taken = {found["id"] for _, found in pairs if found is not None}
    # Those with an id of our making have left the source; those without were added by somebody else, and stay.
    merged += [dict(item) for item in present if item["id"] not in taken and not is_derived_id(item["id"])]
    same = [item["id"] for item in merged] == [item["id"] for item in present]
    return None if same and not resources_differences(merged, present) else merged


def _laid_over(asked: _Data, present: _Data | None) -> dict[str, Any]:
    if present is None:
        return dict(asked)
    given = {
        key: "" if value is None and key in CLEARED_BY_BLANK and present.get(key) else value
        for key, value in asked.items()
    }
    return {**present, **given, "id": present["id"]}
