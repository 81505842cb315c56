"""What one run learns, kept on the disk while it lasts: what the source wants, what the catalog lists, what was read.

Sources are larger than memory; so is a catalog. Nothing of this outlives the connection, so it is not compressed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from ckan_api_client.exceptions import StateError
from ckan_api_client.syncing.base import Base
from ckan_api_client.syncing.state.bases import Settled, fields_of
from ckan_api_client.syncing.state.database import Database
from ckan_api_client.syncing.state.lines import Line
from ckan_api_client.syncing.state.packing import Value, as_key, as_note, to_text, unpack, unsqueeze, wrap

#: Rows that are read at once; and those that are read with their contents.
_PAGE, _FEW = 500, 20

_ALL = """
    SELECT record_id FROM (SELECT record_id FROM temp.wanted WHERE record_id {after} ? ORDER BY record_id LIMIT ?)
    UNION
    SELECT record_id FROM (
        SELECT DISTINCT record_id FROM temp.listed WHERE record_id {after} ? ORDER BY record_id LIMIT ?
    )
    UNION
    SELECT record_id FROM (SELECT record_id FROM main.base WHERE record_id {after} ? ORDER BY record_id LIMIT ?)
    ORDER BY record_id LIMIT ?
"""
_OPEN = "SELECT record_id FROM temp.open WHERE record_id {after} ? ORDER BY record_id LIMIT ?"
_ROWS = """
WITH ids AS ({ids})
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

#: A timestamp to the millisecond, as `quirks.moments.is_same_moment` compares them; of a shorter one, nothing.
_MOMENT = (
    "CASE WHEN length({0}) >= 19 "
    "THEN substr(rtrim({0}, 'Z') || CASE WHEN instr({0}, '.') THEN '' ELSE '.' END || '000', 1, 23) END"
)
_SETTLED = f"""
SELECT 1 FROM main.base AS base JOIN temp.listed AS listed ON listed.record_id = base.record_id
WHERE base.record_id = wanted.record_id AND base.status = 'present' AND base.source_hash = wanted.hash
AND listed.dataset_id = base.dataset_id
AND {_MOMENT.format("listed.modified")} = {_MOMENT.format("base.modified")}
AND NOT EXISTS (
    SELECT 1 FROM temp.listed AS other WHERE other.record_id = base.record_id AND other.dataset_id != base.dataset_id
)
"""
_SIDES = """
SELECT settled.*, source.data, catalog.data FROM temp.settled AS settled
JOIN temp.wanted AS wanted USING (record_id) JOIN temp.content AS source ON source.id = wanted.data
JOIN temp.seen AS seen USING (record_id) JOIN temp.content AS catalog ON catalog.id = seen.data
WHERE settled.record_id {after} ? ORDER BY settled.record_id LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Noted:
    """What the source wants of a record: its data as canonical JSON, and the hash of that.

    `digest` and `about`: of the text that it was read from, and what else that says, if it is to be remembered.
    """

    record_id: str
    place: str
    text: bytes
    hash: str
    digest: bytes = b""
    about: int | None = None

    @classmethod
    def of(
        cls, record_id: str, place: str, data: Mapping[str, Any], *, digest: bytes = b"", about: int | None = None
    ) -> Self:
        text = to_text(dict(data))
        return cls(record_id, place, text, hashlib.sha256(text).hexdigest(), digest, about)


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

    @property
    def is_there(self) -> bool:
        """Whether source, catalog or memory have it at all."""
        return self.wanted_hash is not None or self.dataset_id is not None or self.base_status is not None


_DROPPING = "DELETE FROM temp.content WHERE id = (SELECT data FROM temp.{} WHERE record_id = ?)"
_DAMAGED = "a temporary file does not hold what was written to it: {}"

#: `list` is a method there.
_Listed = list[tuple[str, str, str]]


class Spool:
    """The three sides of a run, by record id (to the byte, in the order of code points)."""

    def __init__(self, database: Database, remembered: Callable[[str], Base | None]) -> None:
        self._database = database
        self._remembered = remembered
        self._is_sorted = False
        #: The number of the last content.
        self._last = 0

    def put_all(self, records: Iterable[Noted]) -> None:
        """Note what the source wants of some records, in place of what was noted before."""
        with self._database.locked():
            rows, contents = [], []
            for record in records:
                self._last += 1
                contents.append((self._last, wrap(record.text)))
                digest = None if record.about is None or not record.digest else record.digest
                rows.append(
                    (as_key(record.record_id), as_note(record.place), record.hash, self._last, digest, record.about)
                )
            self._put_contents("wanted", [row[:1] for row in rows], contents)
            self._database.change_all("INSERT OR REPLACE INTO temp.wanted VALUES (?, ?, ?, ?, ?, ?)", rows)

    def put_same(self, records: Iterable[tuple[str, bytes, Line]]) -> None:
        """Note records whose data are those of their bases: of each the place, the digest, and what is known of it."""
        rows = (
            (line.record_id, as_note(place), line.hash, None, digest, line.about) for place, digest, line in records
        )
        self._database.change_all("INSERT INTO temp.wanted VALUES (?, ?, ?, ?, ?, ?)", rows)

    def noted(self, record_ids: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Return place and hash of those of some records that are noted."""
        marks = ", ".join("?" * len(record_ids))
        query = f"SELECT record_id, place, hash FROM temp.wanted WHERE record_id IN ({marks})"
        return {record_id: (place, text) for record_id, place, text in self._database.read(query, record_ids)}

    def get(self, record_id: str) -> tuple[str, dict[str, Any]] | None:
        """Return the place of a record and its data."""
        found = self._database.read(
            "SELECT place, hash, content.data FROM temp.wanted LEFT JOIN temp.content ON id = wanted.data "
            "WHERE record_id = ?",
            (as_key(record_id),),
        )
        if not found:
            return None
        place, source_hash, packed = found[0]
        return place, self._data(record_id, source_hash) if packed is None else _read(packed)

    def remove(self, record_id: str) -> None:
        with self._database.locked():
            self._database.change(_DROPPING.format("wanted"), (as_key(record_id),))
            self._database.change("DELETE FROM temp.wanted WHERE record_id = ?", (record_id,))

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
        self.list_all([(record_id, dataset_id, name, modified)])
        if self._is_sorted:
            self._database.change("INSERT OR IGNORE INTO temp.open VALUES (?)", (record_id,))

    def list_all(self, datasets: Iterable[tuple[str, str, str, str]]) -> None:
        """Note datasets, as `list` does one."""
        self._database.change_all(
            "INSERT OR REPLACE INTO temp.listed VALUES (?, ?, ?, ?)",
            ((as_key(record_id), *map(as_note, told)) for record_id, *told in datasets),
        )

    def unlist(self, record_id: str) -> None:
        """Forget what was listed for a record."""
        self._database.change("DELETE FROM temp.listed WHERE record_id = ?", (as_key(record_id),))

    def clear_listed(self) -> None:
        self._is_sorted = False
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
        self.put_all_seen([(record_id, dataset)])

    def put_all_seen(self, datasets: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        """Keep datasets, as `put_seen` does one."""
        with self._database.locked():
            first = self._last + 1
            self._last += len(datasets)
            keys = [(as_key(record_id),) for record_id, _ in datasets]
            contents = ((number, wrap(to_text(dict(one)))) for number, (_, one) in enumerate(datasets, first))
            self._put_contents("seen", keys, contents)
            rows = ((*key, number) for number, key in enumerate(keys, first))
            self._database.change_all("INSERT OR REPLACE INTO temp.seen VALUES (?, ?)", rows)

    def was_seen(self, record_id: str) -> bool:
        return bool(self._database.read("SELECT 1 FROM temp.seen WHERE record_id = ?", (as_key(record_id),)))

    def seen(self, record_id: str) -> dict[str, Any] | None:
        found = self._database.read(
            "SELECT content.data FROM temp.seen JOIN temp.content ON id = seen.data WHERE record_id = ?",
            (as_key(record_id),),
        )
        return _read(found[0][0]) if found else None

    def sort(self, still_open: Iterable[str] = ()) -> int:
        """Tell apart what is settled: records that the source, the catalog and the memory have alike.

        Returns how many they are. From here on `rows` leaves them out, and yields only what is open, or `still_open`.
        """
        for statement in (
            "DELETE FROM temp.open",
            f"INSERT INTO temp.open SELECT record_id FROM temp.wanted AS wanted WHERE NOT EXISTS ({_SETTLED})",
        ):
            self._database.change(statement)
        self._database.change_all(
            "INSERT OR IGNORE INTO temp.open SELECT record_id FROM temp.wanted WHERE record_id = ?",
            ((as_key(record_id),) for record_id in still_open),
        )
        settled = self.count() - self._count("SELECT count(*) FROM temp.open")
        for table in ("temp.listed", "main.base"):
            self._database.change(
                f"INSERT OR IGNORE INTO temp.open SELECT record_id FROM {table} AS known "
                "WHERE NOT EXISTS (SELECT 1 FROM temp.wanted AS wanted WHERE wanted.record_id = known.record_id)"
            )
        self._is_sorted = True
        return settled

    def settle(self, base: Base) -> None:
        """Set a record aside of which nothing is left to do but to remember this base, whose sides the spool has."""
        key = as_key(base.record_id)
        with self._database.locked():
            if not self.was_seen(key):
                self.put_seen(key, base.catalog)
            told = map(as_note, (base.dataset_id, base.source_hash, base.modified))
            row: tuple[Value, ...] = (key, *told, fields_of(base))
            self._database.change("INSERT OR REPLACE INTO temp.settled VALUES (?, ?, ?, ?, ?)", row)

    def settled(self) -> Iterator[tuple[Settled, ...]]:
        """Yield the bases of what was set aside, in order, some at once. From here on, `rows` leaves them out."""
        self._database.change("DELETE FROM temp.open WHERE record_id IN (SELECT record_id FROM temp.settled)")
        after: str | None = None
        while True:
            page = self._database.read(_SIDES.format(after=_sign(after)), (after or "", _FEW))
            yield tuple(
                (tuple(columns), fields, _unwrapped(source), _unwrapped(catalog))
                for *columns, fields, source, catalog in page
            )
            if len(page) < _FEW:
                return
            after = page[-1][0]

    def rows(self) -> Iterator[Row]:
        """Yield the full outer join of what is wanted, listed and remembered, in order of the record ids.

        After `sort`, of what is open.

        State and spool may be read and written meanwhile, by this thread or by others: what is written for a record
        that was not yielded yet may or may not be seen.
        """
        after: str | None = None
        while True:
            ids = (_OPEN if self._is_sorted else _ALL).format(after=_sign(after))
            values = (after or "", _PAGE)
            page = self._database.read(_ROWS.format(ids=ids), values if self._is_sorted else (*values * 3, _PAGE))
            for row in (Row(*columns) for columns in page):
                if row.is_there:
                    yield row
            if len(page) < _PAGE:
                return
            after = page[-1][0]

    def _data(self, record_id: str, source_hash: str) -> dict[str, Any]:
        """Return the data of a record whose text was not read again: its base has them, until it is written over."""
        base = self._remembered(record_id)
        text = to_text(base.source) if base is not None else b""
        if base is None or hashlib.sha256(text).hexdigest() != source_hash:
            raise StateError(f"the state is damaged: it does not have the data of the record {record_id!r} any more")
        with self._database.locked():
            self._last += 1
            self._database.change("INSERT INTO temp.content VALUES (?, ?)", (self._last, wrap(text)))
            self._database.change("UPDATE temp.wanted SET data = ? WHERE record_id = ?", (self._last, record_id))
        return base.source

    def _put_contents(self, table: str, keys: Iterable[tuple[str]], contents: Iterable[tuple[int, bytes]]) -> None:
        """Add contents in place of those that some records had."""
        self._database.change_all(_DROPPING.format(table), keys)
        self._database.change_all("INSERT INTO temp.content VALUES (?, ?)", contents)

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
        raise StateError(_DAMAGED.format(error)) from error
    return data


def _unwrapped(packed: bytes) -> bytes:
    try:
        return unsqueeze(packed)
    except ValueError as error:
        raise StateError(_DAMAGED.format(error)) from error
