"""Contents of any size, apart from the rows that are searched."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ckan_api_client.exceptions import StateError
from ckan_api_client.syncing.state.database import Database
from ckan_api_client.syncing.state.packing import squeeze, unpack, unwrap


class Blobs:
    """JSON texts by number."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._last: int = database.read("SELECT coalesce(max(id), 0) FROM main.blob")[0][0]

    def add(self, text: bytes) -> int:
        squeezed = squeeze(text)
        with self._database.locked():
            self._last += 1
            self._database.add("blob", (self._last, squeezed))
            return self._last

    def add_all(self, texts: Iterable[bytes]) -> range:
        """Add several texts, and return their numbers."""
        squeezed = [squeeze(text) for text in texts]
        with self._database.locked():
            first = self._last + 1
            self._last += len(squeezed)
            self._database.add_all("blob", enumerate(squeezed, first))
            return range(first, self._last + 1)

    def get(self, number: int) -> Any:
        try:
            return unpack(self._packed(number))
        except ValueError as error:
            raise StateError(f"the state is damaged: a content cannot be read: {error}") from error

    def text(self, number: int) -> bytes:
        """Return a content as the JSON that was given."""
        try:
            return unwrap(self._packed(number))
        except ValueError as error:
            raise StateError(f"the state is damaged: a content cannot be read: {error}") from error

    def remove(self, number: int | None) -> None:
        if number is not None:
            self._database.change("DELETE FROM main.blob WHERE id = ?", (number,))

    def _packed(self, number: int) -> bytes:
        found = self._database.rows("blob", "id = ?", (number,))
        if not found:
            raise StateError("the state is damaged: a content is missing")
        packed: bytes = found[0][1]
        return packed
