"""What the tests of applying share: one record, its dataset, and a journal that only listens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckan_api_client.exceptions import StateError
from ckan_api_client.syncing.applying import Terms
from ckan_api_client.syncing.base import Base
from ckan_api_client.syncing.identity import Identity
from ckan_api_client.syncing.rules import Rules

IDENTITY = Identity("geo", "1")
MARKER = {"key": "_harvest_source", "value": "geo:1"}
THEN = "2026-01-01T00:00:00.000001"
DATA: dict[str, Any] = {"name": "wells", "title": "Wells", "owner_org": "org", "groups": []}
ME = {"name": "me", "sysadmin": False}
SUFFIXED = next(name for name in IDENTITY.names("wells", None) if name != "wells")
TERMS = Terms("geo", Rules())
BY_SYSADMIN = Terms("geo", Rules(), by_sysadmin=True)
STRICT = Terms("geo", Rules(), is_strict=True)


def shown(**fields: Any) -> dict[str, Any]:
    return {
        "id": IDENTITY.dataset_id,
        "name": "wells",
        "title": "Wells",
        "state": "active",
        "owner_org": "org-id",
        "organization": {"id": "org-id", "name": "org"},
        "metadata_modified": THEN,
        "extras": [MARKER],
        "resources": [],
        "groups": [],
        **fields,
    }


def base(catalog: Mapping[str, Any], **source: Any) -> Base:
    return Base.of("1", {**DATA, **source}, catalog)


class Listening:
    """A journal that keeps what it is told: (action, dataset, timestamp before, values)."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, str | None, dict[str, Any]]] = []

    def __call__(
        self, action: str, *, dataset_id: str, before: Mapping[str, Any] | None, values: Mapping[str, Any]
    ) -> None:
        modified = None if before is None else before.get("metadata_modified")
        self.told.append((action, dataset_id, modified, dict(values)))

    def refused(self) -> None:
        action, dataset_id, modified, values = self.told.pop()
        self.told.append((f"{action} refused", dataset_id, modified, values))


class Full(Listening):
    """A journal that can take nothing down."""

    def __call__(self, *_: Any, **__: Any) -> None:
        raise StateError("the disk is full")
