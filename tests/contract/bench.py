"""What a test makes in a catalog that others use too: under names of its own, and gone at the end."""

from __future__ import annotations

import uuid
from typing import Any

from ckan_api_client.exceptions import HTTPError
from ckan_api_client.low_level import CkanLowlevelClient
from contract.catalogs import Catalog


class Bench:
    """Makes datasets, organizations and groups as the sysadmin, by plain actions, and purges all it was told of."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.prefix = f"contract-{uuid.uuid4().hex[:12]}"
        self.low_level = CkanLowlevelClient(catalog.url, catalog.sysadmin_token)
        self.action = self.low_level.action
        self._made: list[tuple[str, str]] = []

    def name(self, suffix: str = "it") -> str:
        """Return a name that nobody else uses; whatever bears it at the end is purged."""
        name = f"{self.prefix}-{suffix}"
        self.purge_later("dataset", name)
        return name

    def dataset(self, suffix: str = "it", **fields: Any) -> dict[str, Any]:
        """Return a dataset that was just made; in the editor's organization unless said otherwise."""
        data = {"name": f"{self.prefix}-{suffix}", "owner_org": self.catalog.organization, **fields}
        made: dict[str, Any] = self.action.package_create(**data)
        self.purge_later("dataset", made["id"])
        return made

    def organization(self, suffix: str = "org", **fields: Any) -> dict[str, Any]:
        made: dict[str, Any] = self.action.organization_create(**{"name": f"{self.prefix}-{suffix}", **fields})
        self.purge_later("organization", made["id"])
        return made

    def group(self, suffix: str = "group", **fields: Any) -> dict[str, Any]:
        made: dict[str, Any] = self.action.group_create(**{"name": f"{self.prefix}-{suffix}", **fields})
        self.purge_later("group", made["id"])
        return made

    def show(self, reference: str) -> dict[str, Any]:
        """Return a dataset as the sysadmin sees it, whatever its state."""
        shown: dict[str, Any] = self.action.package_show(id=reference)
        return shown

    def purge_later(self, kind: str, reference: str) -> None:
        """Take something down for the end of the test, by id or name; it need not be there."""
        if (kind, reference) not in self._made:
            self._made.append((kind, reference))

    def close(self) -> None:
        """Purge everything: datasets first, which organizations may own."""
        for kind, reference in sorted(self._made, key=lambda made: made[0] != "dataset"):
            try:
                self.action(f"{kind}_purge", id=reference)
            except HTTPError as error:
                if error.status_code != 404:
                    raise
        self.low_level.close()
