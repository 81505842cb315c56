"""Records and datasets taken apart into cells: what a source says, what a catalog shows, path by path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ckan_api_client.syncing.fitting import MARKER_KEY
from ckan_api_client.syncing.identity import Identity, second_id

Cells = dict[str, Any]


def cells_of_record(source: str, key: str, record: Mapping[str, Any]) -> Cells:
    """Return what a record says; what it does not say is not there."""
    identity = Identity(source, key)
    cells: Cells = {path: record[path] for path in ("title", "notes") if record.get(path)}
    cells |= {f"extras.{name}": value for name, value in record["extras"].items()}
    cells |= {f"tags.{name}": True for name in record["tags"]}
    cells |= {f"groups.{name}": True for name in record["groups"]}
    for resource in record["resources"]:
        derived = identity.resource_id(resource["id"])
        cells |= {f"resources.{derived}": True, f"resources.{derived}.description": resource["description"]}
    return cells


def cells_of_dataset(dataset: Mapping[str, Any], derived: Iterable[str] = ()) -> Cells:
    """Return what a dataset shows of what sources and people write here.

    Of the `derived` ids, one that the dataset lacks may have given way to its second id.
    """
    known = {str(resource["id"]) for resource in dataset["resources"]}
    first_ids = {second_id(one): one for one in derived if one not in known}
    cells: Cells = {path: dataset[path] for path in ("title", "notes", "name") if dataset.get(path)}
    cells["owner_org"] = dataset["organization"]["name"]
    cells |= {f"extras.{one['key']}": one["value"] for one in dataset["extras"] if one["key"] != MARKER_KEY}
    cells |= {f"tags.{tag['name']}": True for tag in dataset["tags"]}
    cells |= {f"groups.{group['name']}": True for group in dataset["groups"]}
    for resource in dataset["resources"]:
        path = f"resources.{first_ids.get(resource['id'], resource['id'])}"
        cells[path] = True
        if resource.get("description"):
            cells[f"{path}.description"] = resource["description"]
    return cells
