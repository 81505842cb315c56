"""Resource ids that another dataset has: one in the trash, say, that an editor, whose memory is lost, does not see.

Only what is added to a dataset that is there gets another id. Where a dataset is to be made, that its resources have
their ids already is a sign that it is there, too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ckan_api_client.exceptions import ValidationError
from ckan_api_client.syncing.identity import is_derived_id, second_id
from ckan_api_client.syncing.merging import Merged
from ckan_api_client.syncing.resource_pairs import IDS


def occupied_ids(refusal: ValidationError, resources: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return which derived ids of the `resources` that were sent CKAN refused."""
    refused = refusal.errors.get("resources")
    told = refused if isinstance(refused, list) else []
    return {
        str(resource["id"])
        for resource, errors in zip(resources, told, strict=False)
        if isinstance(errors, Mapping) and "id" in errors and is_derived_id(resource.get("id"))
    }


def without_occupied(merged: Merged, occupied: Collection[str]) -> Merged:
    """Return the same merge, but that no resource has one of these ids; which it has instead is to be remembered."""
    if not occupied or "resources" not in merged.values:
        return merged
    ids = dict(merged.kept.get(IDS, {}))
    derived_of = {catalog: derived for derived, catalog in ids.items()}
    resources = []
    for resource in merged.values["resources"]:
        known = free = str(resource["id"]) if resource.get("id") else ""
        while free in occupied:
            free = second_id(free)
        if free != known:
            ids[derived_of.get(known, known)] = free
        resources.append({**resource, "id": free} if free != known else resource)
    kept = {**merged.kept, IDS: ids} if ids else merged.kept
    return replace(merged, values={**merged.values, "resources": resources}, kept=kept)
