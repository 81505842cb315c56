"""From a record to a dataset: every field, its rule.

It knows neither client nor catalog: the same record always gives the same dataset, whatever CKAN it goes to.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ckan_api_client.quirks.booleans import meant_boolean
from ckan_api_client.quirks.datasets import EMAILS, FIELDS, INDEXED, NOT_CONTENT, PLAIN_TYPE, TEXTS
from ckan_api_client.quirks.emails import mend_email
from ckan_api_client.quirks.links import runs_script
from ckan_api_client.quirks.names import is_name
from ckan_api_client.quirks.resources import is_empty
from ckan_api_client.quirks.states import is_active
from ckan_api_client.quirks.tags import mend_tag
from ckan_api_client.quirks.text import VERSION_LIMIT, as_text, is_within, split_text
from ckan_api_client.syncing.fitting.adjustments import Adjustment, Adjustments, Unfit
from ckan_api_client.syncing.fitting.extras import FittedExtras
from ckan_api_client.syncing.fitting.groups import fit_group_fields
from ckan_api_client.syncing.fitting.resources import fit_resource


@dataclass(frozen=True, slots=True)
class Fitted:
    """A record that CKAN takes.

    `dataset` is a payload for package_create but for what is the catalog's to say: no `id`, no marker, no `owner_org`
    and `groups`; no `name` if the record brings no legal one. Its resources keep the source's `id`s, at most one each:
    derive from them, do not send them. `tags`, `resources` and the scalars are there if the record has them.
    `organization` and `groups` have `name`, perhaps `title`, `description`, `image_url`; none means none given.
    """

    dataset: dict[str, Any]
    organization: dict[str, Any] | None
    groups: list[dict[str, Any]]
    adjustments: tuple[Adjustment, ...]


@dataclass(frozen=True, slots=True)
class FittedGroup:
    """An organization or a group that CKAN takes: `name`, perhaps `title`, `description`, `image_url`."""

    group: dict[str, Any]
    adjustments: tuple[Adjustment, ...]


def fit_group(record: Any) -> FittedGroup:
    """Return an organization's or a group's record (an object, or just its name) as CKAN takes it.

    The name is the one that `fit_dataset` gives to it in a dataset's `organization` and `groups`.
    Raises Unfit if neither its name nor its title makes a legal name.
    """
    adjustments = Adjustments()
    group = fit_group_fields(adjustments.copy_clean(record), "", adjustments)
    if group is None:
        raise Unfit("name", "makes no legal name, nor does the title: 2 to 100 of a-z, 0-9, _ and - are needed")
    return FittedGroup(group, adjustments.as_tuple())


def fit_dataset(record: Mapping[str, Any], *, server_made_extras: frozenset[str] = frozenset()) -> Fitted:
    """Return `record` as a dataset that CKAN 2.10 to 2.12 takes, and every adjustment that this needed.

    Takes what package_show answers, the 2014 client's plain form (extras an object, tags and groups lists of names),
    and any other object. Values for which CKAN has no place become extras; `server_made_extras` are left out, where
    the target makes them itself (`harvest_object_id` … with ckanext-harvest). Fitting a fitted dataset changes nothing.

    Raises Unfit if the record is no object, is a draft or deleted in the source, or does not say whether it is private.
    """
    if not isinstance(record, Mapping):
        raise Unfit("record", f"is a {type(record).__name__}, not an object")
    adjustments = Adjustments()
    data = adjustments.copy_clean(record)
    if not is_active(data):
        raise Unfit("state", f"is {data['state']!r} in the source: only active datasets are taken over")
    extras = FittedExtras(adjustments)
    extras.load(data.get("extras"), dropped=server_made_extras)

    dataset: dict[str, Any] = {}
    _fit_name_and_title(data, dataset, extras, adjustments)
    for key in TEXTS:
        if key in data:
            dataset[key] = _fit_text(key, data[key], extras, adjustments)
    if "private" in data:
        dataset["private"] = _fit_private(data["private"], adjustments)
    if data.get("type"):
        dataset["type"] = PLAIN_TYPE
        if data["type"] != PLAIN_TYPE:
            extras.keep_aside("type", data["type"], "a dataset type that needs its plugin", after=PLAIN_TYPE)
    if data.get("tags") is not None or data.get("tag_string"):
        dataset["tags"] = [{"name": tag} for tag in _fit_tags(data, extras, adjustments)]
    if data.get("resources") is not None:
        dataset["resources"] = _fit_resources(data["resources"], extras, adjustments)
    organization = _fit_organization(data, extras, adjustments)
    groups = _fit_groups(data.get("groups"), extras, adjustments)
    known = FIELDS | NOT_CONTENT | server_made_extras
    for key, value in data.items():
        if key not in known and value not in (None, [], {}):
            adjustments.note(key, "no field of a dataset: kept as an extra", value)
            extras.add(key, as_text(value), key)
    fitted_extras = extras.as_list()
    if fitted_extras or "extras" in data:
        dataset["extras"] = fitted_extras
    return Fitted(dataset, organization, groups, adjustments.as_tuple())


def _fit_name_and_title(
    data: Mapping[str, Any], dataset: dict[str, Any], extras: FittedExtras, adjustments: Adjustments
) -> None:
    name = as_text(data.get("name"))
    if is_name(name):
        dataset["name"] = name
    elif name:
        extras.keep_aside("name", data["name"], "no legal name")
    title = as_text(data.get("title"))
    if not title.strip():
        title = name
        if "title" in data and name:
            adjustments.note("title", "blank: the name stands for it", data["title"], name)
    elif not isinstance(data["title"], str):
        adjustments.note("title", "CKAN holds text here", data["title"], title)
    if not is_within(title):
        cut = split_text(title)[0]
        extras.keep_aside("title", title, "longer than 32,766 bytes", after=cut)
        title = cut
    if title:
        dataset["title"] = title


def _fit_text(key: str, value: Any, extras: FittedExtras, adjustments: Adjustments) -> str | None:
    if value is None:
        return None
    text = as_text(value)
    if not isinstance(value, str):
        adjustments.note(key, "CKAN holds text here", value, text)
    if key in EMAILS:
        email = mend_email(text)
        if email is None:
            extras.keep_aside(key, text, "no e-mail address that CKAN takes")
        elif email != text:
            adjustments.note(key, "the address alone", text, email)
        return email
    if key == "version" and len(text) > VERSION_LIMIT:
        extras.keep_aside(key, text, f"longer than {VERSION_LIMIT} characters")
        return None
    if key in INDEXED and not is_within(text):
        extras.keep_aside(key, text, "longer than 32,766 bytes")
        return None
    if key == "url" and runs_script(text):
        extras.keep_aside(key, text, "a link that runs a script")
        return None
    return text


def _fit_private(value: Any, adjustments: Adjustments) -> bool:
    private = meant_boolean(value)
    if private is None:
        raise Unfit("private", f"is {value!r}: neither true nor false")
    if private is not value:
        adjustments.note("private", "true or false is needed", value, private)
    return private


def _fit_tags(data: Mapping[str, Any], extras: FittedExtras, adjustments: Adjustments) -> list[str]:
    given = data.get("tags") or []
    if isinstance(given, str):
        given = given.split(",")
    elif not isinstance(given, list):
        given = [given]
    tags: dict[str, None] = {}
    lost: dict[str, None] = {}
    for index, item in enumerate([*given, *as_text(data.get("tag_string")).split(",")]):
        named = item.get("name") or item.get("display_name") or item if isinstance(item, Mapping) else item
        text = as_text(named).strip()
        if not text:
            continue
        if isinstance(item, Mapping) and item.get("vocabulary_id"):
            adjustments.note(f"tags[{index}].vocabulary_id", "a vocabulary of the source site", item["vocabulary_id"])
        tag = None if isinstance(named, Mapping | list) else mend_tag(text)
        if tag is not None:
            tags[tag] = None
        if tag != text:
            adjustments.note(f"tags[{index}]", "no legal tag", text, tag)
            if tag != " ".join(unicodedata.normalize("NFC", text).split()):
                lost[text] = None
    if lost:
        extras.keep_aside("tags", list(lost), "tags that had to change", after=list(tags))
    return list(tags)


def _fit_resources(given: Any, extras: FittedExtras, adjustments: Adjustments) -> list[dict[str, Any]]:
    resources: list[dict[str, Any]] = []
    odd: list[Any] = []
    ids: set[str] = set()
    for index, item in enumerate(given if isinstance(given, list) else [given]):
        path = f"resources[{index}]"
        resource = item
        if isinstance(item, str):
            resource = {"url": item}
            adjustments.note(path, "a resource's URL", item, resource)
        if not isinstance(resource, Mapping):
            odd.append(item)
            continue
        if not is_active(resource):
            adjustments.note(path, f"{resource['state']} in the source", item)
            continue
        fitted = fit_resource(resource, path, adjustments)
        identity = fitted.get("id")
        if identity is not None and identity in ids:
            adjustments.note(f"{path}.id", "the id repeats in this dataset", identity)
            del fitted["id"]
        elif identity is not None:
            ids.add(identity)
        if is_empty(fitted):
            adjustments.note(path, "an empty resource, which CKAN drops", item)
        else:
            resources.append(fitted)
    if odd:
        extras.keep_aside("resources", odd, "no resources")
    return resources


def _fit_organization(data: Mapping[str, Any], extras: FittedExtras, adjustments: Adjustments) -> dict[str, Any] | None:
    field = "organization" if data.get("organization") else "owner_org"
    organization = fit_group_fields(data.get(field), field, adjustments)
    if organization is None and data.get(field):
        extras.keep_aside(field, data[field], "makes no legal name")
    return organization


def _fit_groups(given: Any, extras: FittedExtras, adjustments: Adjustments) -> list[dict[str, Any]]:
    groups: dict[str, dict[str, Any]] = {}
    odd: list[Any] = []
    for index, item in enumerate(given if isinstance(given, list) else [given]):
        group = fit_group_fields(item, f"groups[{index}]", adjustments)
        if group is not None:
            groups.setdefault(group["name"], group)
        elif item:
            odd.append(item)
    if odd:
        extras.keep_aside("groups", odd, "make no legal names")
    return list(groups.values())
