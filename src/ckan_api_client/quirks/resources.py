"""Resources: CKAN knows one only by its id, and keeps of it only what it is sent again."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Mapping
from pathlib import PurePath
from typing import Any

#: The fields that hold text (ckan/logic/schema.py, default_resource_schema); all unknown keys are kept (quirk C10).
TEXTS = frozenset(
    {
        "id", "url", "name", "description", "format", "hash", "resource_type", "url_type", "mimetype",
        "mimetype_inner", "cache_url",
    }
)  # fmt: skip
#: Of those, the ones that are strings to Solr too: at most 32,766 bytes (quirk E11a).
INDEXED = frozenset({"url", "format", "resource_type"})
#: Of those, the ones that pages make links of.
LINKS = frozenset({"url", "cache_url"})
DATES = frozenset({"created", "last_modified", "cache_last_updated"})
#: CKAN keeps these of a resource when it is sent null; "" clears them (quirk C11).
CLEARED_BY_BLANK = frozenset({"name", "format", "hash", "size", "cache_url", "url_type", *DATES})
#: They speak of one site's own DataStore and tables.
SITE_BOUND = frozenset({"datastore_active", "datastore_contains_all_records_of_source_file", "resource_group_id"})
#: CKAN drops the first two (lib/dictization/model_save.py), and takes the others for a form's (lib/uploader.py; C32).
SWALLOWED = frozenset({"extras", "__extras", "upload", "clear_upload"})
#: The values of `url_type` with which the URL becomes one of the site that it is sent to (quirk H1b).
FILES_OF_THE_SITE = frozenset({"upload", "datastore", "datapusher", "tabledesigner"})


def is_empty(resource: Mapping[str, Any]) -> bool:
    """Tell whether a resource has no value at all: CKAN drops it without a word (quirk C34)."""
    return all(value is None for value in resource.values())


def format_of(filename: str) -> str:
    """Return a format for a file that comes after its resource; of one that comes with it CKAN finds it out (H1a)."""
    return PurePath(filename).suffix.removeprefix(".")


def pair_resources(
    wanted: Iterable[Mapping[str, Any]], current: Iterable[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], Mapping[str, Any] | None]]:
    """Return each wanted resource with the present one that it is, or None for a new one.

    A resource that is sent without its id is a new one to CKAN: the old one goes, and with it its views, its
    DataStore table and every link to it (quirk C9). So ids are looked up: by id, then by URL and name, then by the
    n-th occurrence of the URL; real records repeat URLs.
    """
    wanted, left = list(wanted), dict(enumerate(current))
    paired: list[Mapping[str, Any] | None] = [None] * len(wanted)
    keys: tuple[Callable[[Mapping[str, Any]], Hashable], ...] = (_id, _url_and_name, _url)
    for key in keys:
        places: dict[Hashable, deque[int]] = defaultdict(deque)
        for place, other in left.items():
            places[key(other)].append(place)
        places.pop(None, None)
        for index, resource in enumerate(wanted):
            if paired[index] is None and (alike := places.get(key(resource))):
                paired[index] = left.pop(alike.popleft())
    return list(zip(wanted, paired, strict=True))


def overlay_resources(
    wanted: Iterable[Mapping[str, Any]], current: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the wanted resources laid over the present ones, so that no id and no other key is lost (C9, C10)."""
    merged = []
    for resource, present in pair_resources(wanted, current):
        given = dict(resource)
        if present is not None:
            given = {**present, **given, "id": present["id"]}
        merged.append(given)
    return merged


def _id(resource: Mapping[str, Any]) -> Hashable:
    return _hashable(resource.get("id") or None)


def _url_and_name(resource: Mapping[str, Any]) -> Hashable:
    return _url(resource), _hashable(resource.get("name") or None)


def _url(resource: Mapping[str, Any]) -> str | None:
    # CKAN strips what it stores and shows `http://` where there is no scheme (ckan/lib/dictization/model_dictize.py).
    url = str(resource.get("url") or "").strip()
    return (url if "://" in url else f"http://{url}") if url else None


def _hashable(value: Any) -> Hashable:
    return repr(value) if isinstance(value, list | dict) else value
