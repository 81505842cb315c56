"""The data of a record: resources that bear derived ids, and the payload to create its dataset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckan_api_client.syncing.fitting import MARKER_KEY
from ckan_api_client.syncing.identity import Identity


def with_derived_ids(data: Mapping[str, Any], identity: Identity) -> dict[str, Any]:
    """Return the data of a record whose resources each bear an id derived from what the source knows it by.

    The source's own id is derived from; without one, the URL and, for a URL that repeats, its turn.
    """
    if "resources" not in data:
        return dict(data)
    turns: dict[str, int] = {}
    derived = []
    for resource in data["resources"]:
        known = str(resource.get("id") or "")
        if not known:
            url = str(resource.get("url") or "")
            turn = turns[url] = turns.get(url, 0) + 1
            known = f"{url}\n{turn}"
        derived.append({**resource, "id": identity.resource_id(known)})
    return {**data, "resources": derived}


def payload_of(data: Mapping[str, Any], identity: Identity, *, with_datastore: bool = False) -> dict[str, Any]:
    """Return the dataset to create for a record, without its name and id, which are the identity's to say.

    `with_datastore`: the site has a DataStore. It shows every resource as `datastore_active: false`, and up to CKAN
    2.11 the first write after the create stores that, which is a change of each resource; stored at once, it is none.
    """
    payload = {key: value for key, value in data.items() if key != "name"}
    payload["extras"] = [*data.get("extras", []), marker_extra(identity)]
    resources = data.get("resources", [])
    payload["resources"] = [
        {"datastore_active": False, **resource} if with_datastore else dict(resource) for resource in resources
    ]
    return payload


def marker_extra(identity: Identity) -> dict[str, str]:
    """Return the extra that says whose dataset it is."""
    return {"key": MARKER_KEY, "value": identity.marker}
