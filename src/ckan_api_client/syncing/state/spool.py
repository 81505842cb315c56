"""What one run learns, kept on the disk while it lasts: what the source wants, what the catalog lists, what was read.

Sources are larger than memory; so is a catalog. Nothing of this outlives the connection.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ckan_api_client.exceptions import StateError
from ckan_api_client.syncing.state.database import Database
from ckan_api_client.syncing.state.packing import as_key, as_note, squeeze, to_text, unpack

#: Rows that are read at once.
_PAGE = 500

_IDS = """
WITH ids AS (
    SELECT record_id FROM (SELECT record_id FROM temp.wanted WHERE record_id {after} ? ORDER BY record_id LIMIT ?)
    UNION
    SELECT record_id FROM (
        SELECT DISTINCT record_id FROM temp.listed WHERE record_id {after} ? ORDER BY record_id LIMIT ?
    )
    UNION
    SELECT record_id FROM (SELECT record_id FROM main.base WHERE record_id {after} ? ORDER BY record_id LIMIT ?)
    ORDER BY record_id LIMIT ?
)
SELECT
    ids.record_id, wanted.place, wanted.hash, first.dataset_id, first.modified,
    (SELECT count(*) FROM temp.listed AS each WHERE each.record_id = ids.record_id),
    base.source_hash, base.modified, base.dataset_id, base.status, first.name
FROM ids
LEFT JOIN temp.wanted AS wanted ON wanted.record_id = ids.record_id
LEFT JOIN main.base AS base ON base.record_id = ids.record_id
LEFT JOIN temp.listed AS first ON first.record_id = ids.record_id AND first.dataset_id = (
    SELECT min(each.dataset_id) FROM temp.listed AS each WHERE each.record_id = ids.record_id
)
ORDER BY ids.record_id
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One record as source, catalog and memory have it; None where they have it not.

    `copies`: how many datasets of the catalog bear its marker; of several, the one with the lowest id is shown.
    """

    record_id: str
    place: str | None = None
    wanted_hash: str | None = None
    dataset_id: str | None = None
    listed_modified: str | None = None
    copies: int = 0
    base_hash: str | None = None
    base_modified: str | None = None
    base_dataset_id: str | None = None
    base_status: str | None = None
    listed_name: str | None = None


#: `list` is a method there.
_Listed = list[tuple[str, str, str]]


class Spool:
    """The three sides of a run, by record id (to the byte, in the order of code points)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, record_id: str, place: str, data: Mapping[str, Any]) -> None:
        """Note what the source wants of a record, in place of what was noted before."""
        text = to_text(data if isinstance(data, dict) else dict(data))
        with self._database.locked():
            content = self._content("wanted", as_key(record_id), squeeze(text))
            self._database.change(
                "INSERT OR REPLACE INTO temp.wanted VALUES (?, ?, ?, ?)",
                (record_id, as_note(place), hashlib.sha256(text).hexdigest(), content),
            )

    def get(self, record_id: str) -> tuple[str, dict[str, Any]] | None:
        """Return the place of a record and its data."""
        found = self._database.read(
            "SELECT place, content.data FROM temp.wanted JOIN temp.content ON id = wanted.data WHERE record_id = ?",
            (as_key(record_id),),
        )
        return (found[0][0], _read(found[0][1])) if found else None

    def hash_of(self, record_id: str) -> str | None:
        found = self._database.read("SELECT hash FROM temp.wanted WHERE record_id = ?", (as_key(record_id),))
        return found[0][0] if found else None

    def remove(self, record_id: str) -> None:
        self._remove("wanted", as_key(record_id))

    def count(self) -> int:
        """Return how many records there are."""
        return self._count("SELECT count(*) FROM temp.wanted")

    def record_ids(self) -> Iterator[str]:
        """Yield the ids of the records in order."""
        after: str | None = None
        while True:
            page = self._database.read(
                f"SELECT record_id FROM temp.wanted WHERE record_id {_sign(after)} ? ORDER BY record_id LIMIT ?",
                (after or "", _PAGE),
            )
            yield from (record_id for (record_id,) in page)
            if len(page) < _PAGE:
                return
            after = page[-1][0]

    def list(self, record_id: str, dataset_id: str, name: str, modified: str) -> None:
        """Note a dataset that bears the marker of a record; there may be several."""
        self._database.change(
            "INSERT OR REPLACE INTO temp.listed VALUES (?, ?, ?, ?)",
            (as_key(record_id), as_note(dataset_id), as_note(name), as_note(modified)),
        )

    def unlist(self, record_id: str) -> None:
        """Forget what was listed for a record."""
        self._database.change("DELETE FROM temp.listed WHERE record_id = ?", (as_key(record_id),))

    def clear_listed(self) -> None:
        self._database.change("DELETE FROM temp.listed")

    def listed(self, record_id: str) -> _Listed:
        """Return id, name and timestamp of each dataset that bears the marker of a record."""
        return self._database.read(
            "SELECT dataset_id, name, modified FROM temp.listed WHERE record_id = ? ORDER BY dataset_id",
            (as_key(record_id),),
        )

    def count_listed(self) -> int:
        """Return how many datasets are listed."""
        return self._count("SELECT count(*) FROM temp.listed")

    def put_seen(self, record_id: str, dataset: Mapping[str, Any]) -> None:
        """Keep a dataset as it was read from the catalog in this run."""
        packed = squeeze(to_text(dataset if isinstance(dataset, dict) else dict(dataset)))
        with self._database.locked():
            content = self._content("seen", as_key(record_id), packed)
            self._database.change("INSERT OR REPLACE INTO temp.seen VALUES (?, ?)", (record_id, content))

    def seen(self, record_id: str) -> dict[str, Any] | None:
        found = self._database.read(
            "SELECT content.data FROM temp.seen JOIN temp.content ON id = seen.data WHERE record_id = ?",
            (as_key(record_id),),
        )
        return _read(found[0][0]) if found else None

    def rows(self) -> Iterator[Row]:
        """Yield the full outer join of what is wanted, listed and remembered, in order of the record ids.

        State and spool may be read and written meanwhile, by this thread or by others: what is written for a record
        that was not yielded yet may or may not be seen.
        """
        after: str | None = None
        while True:
            query = _IDS.format(after=_sign(after))
            page = self._database.read(query, (*(after or "", _PAGE) * 3, _PAGE))
            for row in page:
                yield Row(*row)
            if len(page) < _PAGE:
                return
            after = page[-1][0]

    def _content(self, table: str, record_id: str, packed: bytes) -> int:
        """Add a content, in place of the one that a record had."""
        self._database.change(
            f"DELETE FROM temp.content WHERE id = (SELECT data FROM temp.{table} WHERE record_id = ?)", (record_id,)
        )
        return self._database.change("INSERT INTO temp.content (data) VALUES (?)", (packed,))

    def _remove(self, table: str, record_id: str) -> None:
        with self._database.locked():
            self._database.change(
                f"DELETE FROM temp.content WHERE id = (SELECT data FROM temp.{table} WHERE record_id = ?)", (record_id,)
            )
            self._database.change(f"DELETE FROM temp.{table} WHERE record_id = ?", (record_id,))

    def _count(self, query: str) -> int:
        count: int = self._database.read(query)[0][0]
        return count


def _sign(after: str | None) -> str:
    """The first page begins at the empty text, with it; the others behind the last id."""
    return ">=" if after is None else ">"


def _read(packed: bytes) -> dict[str, Any]:
    try:
        data: dict[str, Any] = unpack(packed)
    except ValueError as error:
        raise StateError(f"a temporary file does not hold what was written to it: {error}") from error
    return data
