"""Removing for good: nothing that is purged comes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckan_api_client.exceptions import CkanError, NotFound, OperationFailure, ServerError, TransportError
from ckan_api_client.low_level.flows import show, whoami
from ckan_api_client.wire.action import call
from ckan_api_client.wire.messages import Flow


def purge(kind: str, identifier: str) -> Flow[None]:
    """Purge a dataset, an organization or a group by its id; what is gone already is no error.

    Of a dataset the DataStore's tables go first, which a purge would leave behind; but only for a sysadmin: an editor
    may delete the tables, and is refused the purge. Raises OperationFailure where it is still there afterwards.
    """
    if kind == "dataset":
        try:
            dataset = yield from show(kind, identifier)
        except NotFound:
            return
        if any(map(_has_table, dataset.get("resources") or [])) and (yield from whoami()).get("sysadmin") is True:
            yield from drop_tables(dataset)
    yield from purge_record(kind, identifier)
    if not (yield from is_gone(kind, identifier)):
        raise OperationFailure(f"{kind} {identifier!r}: CKAN says that it is purged, and still shows it")


def purge_record(kind: str, identifier: str) -> Flow[None]:
    """Call the purge of a kind, and look what became of it where no answer tells."""
    try:
        yield from call(f"{kind}_purge", {"id": identifier})
    except NotFound:
        return
    except (TransportError, ServerError):
        if not (yield from is_gone(kind, identifier)):
            raise


def drop_tables(dataset: Mapping[str, Any]) -> Flow[None]:
    """Delete the DataStore's tables of a dataset, which a purge would leave behind (quirk H3)."""
    for resource in dataset.get("resources") or []:
        if _has_table(resource):
            try:
                yield from call("datastore_delete", {"resource_id": resource["id"], "force": True})
            except NotFound:
                continue


def _has_table(resource: Mapping[str, Any]) -> bool:
    return resource.get("datastore_active") is True


def is_gone(kind: str, identifier: str) -> Flow[bool]:
    """Tell whether CKAN has something no more, not even in the trash; where it gives no answer, it may."""
    try:
        yield from show(kind, identifier)
    except NotFound:
        return True
    except CkanError:
        return False
    return False
