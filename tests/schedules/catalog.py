"""A catalog of the embedded CKAN, as a test sees it: what is in its database, and what people do there."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from contextlib import AbstractContextManager
from typing import Any, Self

from ckan_api_client.syncing.fitting import MARKER_KEY
from ckan_api_client.syncing.identity import Identity
from ckan_api_client.testing import EmbeddedCkan
from ckan_api_client.testing.actions import action_named
from ckan_api_client.testing.site import Call
from schedules.audit import Audit

ORGANIZATION = "test-org"


class Catalog(AbstractContextManager["Catalog"]):
    """People are sysadmins who sit beside the server: no fault befalls them."""

    def __init__(self, version: str = "2.11") -> None:
        self.ckan = EmbeddedCkan(version)
        self._site = self.ckan._site
        self._user = self._site.store.by_reference("users", "sysadmin")
        self.audit = Audit(self._site.store.connection)

    def __exit__(self, *_: object) -> None:
        self.ckan.close()

    def __enter__(self) -> Self:
        return self

    def act(self, action: str, **arguments: Any) -> Any:
        """Carry an action out, as people do it."""
        found = action_named(Call(self._site, None, {}), action)
        assert found is not None
        with self.audit.acting("person", action), self._site.store.lock, self._site.store.transaction():
            return found.carry_out(Call(self._site, self._user, arguments))

    def show(self, reference: str) -> dict[str, Any] | None:
        """Return a dataset as the database has it, in whatever state."""
        if self._site.store.by_reference("package", reference) is None:
            return None
        # Without a document, CKAN makes the dataset of the database's rows.
        with self._site.store.lock:
            shown = dict(self.act("package_show", id=reference, include_plugin_data=True))
        shown.pop("plugin_data", None)
        return dict(json.loads(json.dumps(shown)))

    def rows(self, statement: str) -> list[dict[str, Any]]:
        """Return rows of the database."""
        return self._site.store.rows(statement)

    def marked(self, source: str) -> dict[str, list[dict[str, Any]]]:
        """Return all datasets that bear a marker of a source, by record id: those in the trash, too."""
        found: dict[str, list[dict[str, Any]]] = {}
        for row in self._site.store.rows("SELECT id, extras FROM package ORDER BY id"):
            identity = Identity.of_marker(dict(json.loads(row["extras"])).get(MARKER_KEY, ""))
            if identity is not None and identity.source == source:
                dataset = self.show(row["id"])
                assert dataset is not None
                found.setdefault(identity.record_id, []).append(dataset)
        return dict(sorted(found.items()))

    def bytes_of(self, ids: Collection[str]) -> list[str]:
        """Return all rows of some datasets, to the byte."""
        marks = ", ".join("?" * len(ids))
        tables = {"package": "id", "resource": "package_id", "package_tag": "package_id", "member": "table_id"}
        return [
            json.dumps(row)
            for table, column in tables.items()
            for row in self._site.store.rows(f"SELECT * FROM {table} WHERE {column} IN ({marks}) ORDER BY 1, 2", *ids)  # noqa: S608 - our own names
        ]

    def is_indexed(self, dataset_id: str) -> bool:
        return self._site.index.get(dataset_id) is not None

    def save(self) -> sqlite3.Connection:
        """Return a copy of the database."""
        copy = sqlite3.connect(":memory:")
        self._site.store.connection.backup(copy)
        return copy

    def restore(self, saved: sqlite3.Connection) -> None:
        saved.backup(self._site.store.connection)
        self.heal()
        self.ckan.forget_requests()
        self.audit.clear()

    def let_write(self, *, is_allowed: bool) -> None:
        """Take the right to write from the users of the tokens, or give it back; people keep theirs."""
        capacity, sysadmin = ("editor", 1) if is_allowed else ("member", 0)
        with self._site.store.transaction():
            self._site.store.run("UPDATE users SET sysadmin = ? WHERE name = 'sysadmin'", sysadmin)
            self._site.store.run(
                "UPDATE member SET capacity = ? WHERE table_name = 'user' AND capacity != 'admin'", capacity
            )

    def heal(self) -> None:
        """Nothing goes wrong any more, and the index is as the database."""
        self.let_write(is_allowed=True)
        self.ckan.faults.clear()
        self.ckan.thaw_index()
        self.ckan.reindex()
