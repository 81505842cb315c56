"""Contents of any size, apart from the rows that are searched."""

from __future__ import annotations

import zlib
from typing import Any

from ckan_api_client.exceptions import StateError
from ckan_api_client.syncing.state.database import Database
from ckan_api_client.syncing.state.packing import squeeze, unpack


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

    def get(self, number: int) -> Any:
        try:
            return unpack(self._packed(number))
        except ValueError as error:
            raise StateError(f"the state is damaged: a content cannot be read: {error}") from error

    def text(self, number: int) -> bytes:
        """Return a content as the JSON that was given."""
        try:
            return zlib.decompress(self._packed(number))
        except zlib.error as error:
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
