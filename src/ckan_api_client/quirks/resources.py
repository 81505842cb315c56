"""Resources: CKAN knows one only by its id, and keeps of it only what it is sent again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

#: CKAN keeps these of a resource when it is sent null; "" clears them (quirk C11).
CLEARED_BY_BLANK = frozenset(
    {"name", "format", "hash", "size", "created", "last_modified", "cache_url", "cache_last_updated", "url_type"}
)


def pair_resources(
    wanted: Iterable[Mapping[str, Any]], current: Iterable[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], Mapping[str, Any] | None]]:
    """Return each wanted resource with the present one that it is, or None for a new one.

    A resource that is sent without its id is a new one to CKAN: the old one goes, and with it its views, its
    DataStore table and every link to it (quirk C9). So ids are looked up: by id, then by URL and name, then by the
    n-th occurrence of the URL; real records repeat URLs.
    """
    wanted, left = list(wanted), list(current)
    paired: list[Mapping[str, Any] | None] = [None] * len(wanted)
    for alike in (_same_id, _same_url_and_name, _same_url):
        for index, resource in enumerate(wanted):
            if paired[index] is None:
                found = next((other for other in left if alike(resource, other)), None)
                if found is not None:
                    paired[index] = found
                    left = [other for other in left if other is not found]
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


def _same_id(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return bool(one.get("id")) and one.get("id") == other.get("id")


def _same_url(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return bool(_bare_url(one)) and _bare_url(one) == _bare_url(other)


def _same_url_and_name(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return _bare_url(one) == _bare_url(other) and (one.get("name") or "") == (other.get("name") or "")


def _bare_url(resource: Mapping[str, Any]) -> str:
    # CKAN strips what it stores and shows `http://` where there is no scheme (ckan/lib/dictization/model_dictize.py).
    url = str(resource.get("url") or "").strip()
    return url if "://" in url or not url else f"http://{url}"
