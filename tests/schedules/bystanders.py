"""Datasets that are none of a source's business, and look as if they were."""

from __future__ import annotations

from typing import Any

from ckan_api_client.syncing.fitting import MARKER_KEY
from ckan_api_client.syncing.identity import Identity
from schedules.catalog import ORGANIZATION, Catalog


def make_bystanders(catalog: Catalog, source: str, keys: list[str], other_organization: str) -> list[str]:
    """Make 20 or more of them, for the first and the last of a source's keys; return their ids."""
    first, last = keys[0], keys[-1]
    others: list[tuple[str | None, dict[str, Any]]] = [
        (None, {"title": "source 1"}),
        (None, {"name": Identity(source, last).dataset_id}),
        (None, {"private": True}),
        (None, {"resources": [{"url": "http://r1.example/"}], "tags": [{"name": "t1"}]}),
        (None, {"owner_org": other_organization}),
        ("", {}),
        (":", {}),
        (source, {"private": True}),
        (source.upper() + f":{first}", {}),
        (f"{source} :{first}", {}),
        (f" {source}:{first}", {}),
        (f"{source}2:{first}", {}),
        (f"x{source}:{first}", {"owner_org": other_organization}),
        (f"other:{first}", {}),
        (f"other:{source}:{first}", {}),
        (f"{source};{first}", {}),
        (f"{source}/{first}", {}),
        (f'"{source}:{first}"', {}),
        (f"{source}-{first}", {"title": "source 2"}),
        (first, {}),
        (last, {"private": True}),
    ]
    made = []
    for number, (marker, more) in enumerate(others):
        extras = [{"key": MARKER_KEY, "value": marker}] if marker else [{"key": "number", "value": str(number)}]
        dataset = {"name": f"bystander-{number}", "owner_org": ORGANIZATION, "extras": extras, **more}
        made.append(str(catalog.act("package_create", **dataset)["id"]))
    return made
