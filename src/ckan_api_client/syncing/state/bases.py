"""What is remembered of each record, by its id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from ckan_api_client.syncing.base import Base
from ckan_api_client.syncing.state.blobs import Blobs, Text
from ckan_api_client.syncing.state.database import Database
from ckan_api_client.syncing.state.packing import as_key, as_note, read_json, to_text

#: What is short of a base, as JSON, and the numbers of its two contents.
Copy: TypeAlias = tuple[bytes, int, int]
#: Of a base the columns record_id, dataset_id, source_hash and modified; what is short of it, and its sides, as JSON.
Settled: TypeAlias = tuple[tuple[str, ...], bytes, bytes, bytes]
_Row: TypeAlias = tuple[Any, ...]

_FIELDS = ("dataset_id", "source_hash", "modified", "kept", "status", "how")
_PAGE = 200


class Bases:
    """Bases as rows: what is short stands in the row, source and catalog are contents."""

    def __init__(self, database: Database, blobs: Blobs) -> None:
        self._database = database
        self._blobs = blobs

    def get(self, record_id: str) -> Base | None:
        found = self._database.rows("base", "record_id = ?", (as_key(record_id),))
        return self._base(found[0]) if found else None

    def copy(self, record_id: str) -> Copy | None:
        """Return a base as an entry of the journal has it."""
        found = self._database.rows("base", "record_id = ?", (as_key(record_id),))
        return found[0][-3:] if found else None

    def copy_of(self, base: Base) -> Copy:
        """Return a base that is not remembered, as `copy` does."""
        return self._row(base)[-3:]

    def of_copy(self, record_id: str, fields: bytes, source: int, catalog: int) -> Base:
        ours = self._blobs.read(source)
        theirs = self._blobs.read(catalog, ours)
        told = read_json(fields)
        return Base(record_id, source=ours.value, catalog=theirs.value, **told)

    def put(self, base: Base, source: Text | None = None, catalog: Text | None = None) -> None:
        """Remember a record. `source`, `catalog`: its contents, where those are kept already."""
        with self._database.writing():
            self._loosen(as_key(base.record_id))
            self._database.add("base", self._row(base, source, catalog), over=True)

    def put_all(self, settled: Sequence[Settled]) -> None:
        """Remember some records that are present."""
        keys = [columns[0] for columns, *_ in settled]
        with self._database.writing():
            self._loosen(*keys)
            sources = self._blobs.add_all(source for _, _, source, _ in settled)
            catalogs = self._blobs.add_all((catalog for *_, catalog in settled), sources)
            self._database.add_all(
                "base",
                (
                    (*columns, "present", "", fields, source.number, catalog.number)
                    for (columns, fields, *_), source, catalog in zip(settled, sources, catalogs, strict=True)
                ),
            )

    def drop(self, record_id: str) -> None:
        key = as_key(record_id)
        with self._database.writing():
            self._loosen(key)
            self._database.change("DELETE FROM main.base WHERE record_id = ?", (key,))

    def all(self) -> Iterator[Base]:
        """Yield all bases, in order of the record ids."""
        after: str | None = None
        while True:
            sign = ">=" if after is None else ">"
            page = self._database.rows("base", f"record_id {sign} ? ORDER BY record_id LIMIT ?", (after or "", _PAGE))
            yield from map(self._base, page)
            if len(page) < _PAGE:
                return
            after = page[-1][0]

    def count(self) -> int:
        count: int = self._database.read("SELECT count(*) FROM main.base")[0][0]
        return count

    def _row(self, base: Base, source: Text | None = None, catalog: Text | None = None) -> _Row:
        key, fields = as_key(base.record_id), fields_of(base)
        columns = map(as_note, (base.dataset_id, base.source_hash, base.modified, base.status, base.how))
        if source is None:
            source, catalog = self._blobs.add(to_text(base.source)), None
        if catalog is None:
            catalog = self._blobs.add(to_text(base.catalog), source)
        return (key, *columns, fields, source.number, catalog.number)

    def _base(self, row: _Row) -> Base:
        return self.of_copy(row[0], *row[-3:])

    def _loosen(self, *keys: str) -> None:
        query = f"SELECT source, catalog FROM main.base WHERE record_id IN ({', '.join('?' * len(keys))})"
        for contents in self._database.read(query, keys):
            self._blobs.loosen(*contents)


def fields_of(base: Base) -> bytes:
    """Return what is short of a base, as JSON."""
    return to_text({name: getattr(base, name) for name in _FIELDS})
