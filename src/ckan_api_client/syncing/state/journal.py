"""What was about to be written to the catalog, and what became of it: on the disk before anything is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

from ckan_api_client.exceptions import StateError
from ckan_api_client.quirks.revising import REMOVED
from ckan_api_client.syncing.base import Base
from ckan_api_client.syncing.state.bases import Bases
from ckan_api_client.syncing.state.blobs import Blobs, Text
from ckan_api_client.syncing.state.database import Database
from ckan_api_client.syncing.state.packing import as_key, as_note, to_text

RunKind = Literal["sync", "apply", "undo"]
Ended = Literal["", "done", "interrupted", "failed"]

#: Columns of an entry: the first and the last of those that hold contents.
_BEFORE, _AFTER = 6, 13
#: Of so many runs what they wrote is kept, so that they can be undone; of so many that they were.
_KEPT_ENTRIES, _KEPT_RUNS = 20, 200
_UNSETTLED = ("", "unknown")

_Row: TypeAlias = tuple[Any, ...]
_Data: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run. `ended` is "" while it lasts, and for one that was killed; times are UTC, ISO 8601."""

    number: int
    kind: str
    begun: str
    account: str
    plan_checksum: str
    undoes: int | None
    finished: str
    ended: str
    report: dict[str, Any] | None
    undone_by: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One write: what was there `before`, the `values` that were sent, and what was there `after`.

    `source`: the record's data it was made of. `base_before`: what was remembered of the record then. `did` is "" for
    one whose outcome was never written down.
    """

    number: int
    run: int
    kind: str
    key: str
    action: str
    dataset_id: str
    before: dict[str, Any] | None
    values: dict[str, Any] | None
    source: dict[str, Any] | None
    after: dict[str, Any] | None
    did: str
    base_before: Base | None


@dataclass(frozen=True, slots=True)
class _Open:
    """An entry of this run that is not settled: its row, and the record's data, as given and as kept."""

    row: _Row
    source: _Data | None
    kept: Text | None


class Journal:
    """Runs and their entries."""

    def __init__(self, database: Database, blobs: Blobs, bases: Bases, first: int) -> None:
        self._database = database
        self._blobs = blobs
        self._bases = bases
        self._open: dict[int, _Open] = {}
        self._first = first
        self._current: int | None = None
        self._serial: int | None = None
        self._last: int = database.read("SELECT coalesce(max(id), 0) FROM main.entry")[0][0]

    @property
    def serial(self) -> int:
        """The number of the last run that was begun."""
        with self._database.locked():
            if self._serial is None:
                found: int | None = self._database.read("SELECT max(number) FROM main.run")[0][0]
                self._serial = self._first if found is None else found
            return self._serial

    def begin(self, kind: RunKind, *, plan_checksum: str, undoes: int | None, account: str) -> int:
        with self._database.writing():
            number = self.serial + 1
            row = (number, kind, _now(), as_note(account), as_note(plan_checksum), undoes, "", "", None)
            if self._cut_short() is not None:
                self._blobs.loosen_all()  # What that run loosened, it knew alone.
            self._database.add("run", row)
            self._serial = None
        self._current = number
        return number

    def finish(self, run: int, *, report: Mapping[str, Any], ended: Ended) -> None:
        with self._database.writing():
            row = self._run(run)
            content = self._blobs.add(to_text(dict(report)))
            self._blobs.loosen(row[8])
            self._database.add("run", (*row[:6], _now(), ended, content.number), over=True)
            self._prune(run)
            self._blobs.sweep()
        self._open.clear()
        if self._current == run:
            self._current = None

    def last_entries_if_cut_short(self) -> list[Entry]:
        run = self._cut_short()
        return [] if run is None else self.entries(run)

    def record(self, run: int | None) -> RunRecord | None:
        """Return one run, or the newest, with None if there is none."""
        where, values = ("number = ?", (run,)) if run is not None else ("1 ORDER BY number DESC LIMIT 1", ())
        found = self._database.rows("run", where, values)
        if not found:
            return None
        undone = self._database.rows("run", "undoes = ? AND ended = 'done'", (found[0][0],))
        return self._record(found[0], undone[-1][0] if undone else None)

    def runs(self) -> list[RunRecord]:
        rows = self._database.rows("run", "1 ORDER BY number DESC")
        undone = {row[5]: row[0] for row in rows if row[5] is not None and row[7] == "done"}
        return [self._record(row, undone.get(row[0])) for row in rows]

    def intend(
        self,
        run: int,
        kind: str,
        key: str,
        action: str,
        *,
        dataset_id: str,
        before: _Data | None,
        values: _Data | None,
        source: _Data | None,
    ) -> int:
        with self._database.writing():
            kept = None if source is None else self._blobs.add(to_text(_plain(source)))
            base = self._bases.copy(key) if kind == "dataset" else None
            row = (
                self._last + 1, run, as_note(kind), as_key(key), as_note(action), as_note(dataset_id),
                None if before is None else self._blobs.add(to_text(_plain(before)), kept).number,
                None if values is None else self._blobs.add(_sent(values), kept).number,
                None if kept is None else kept.number,
                *(base or (None, None, None)), "", None,
            )  # fmt: skip
            self._last += 1
            self._database.add("entry", row)
            self._open[self._last] = _Open(row, source, kept)
            return self._last

    def settle(self, number: int, *, did: str, after: _Data | None, base: Base | None = None) -> None:
        text = None if after is None else to_text(_plain(after))
        with self._database.writing():
            known = self._open.pop(number, None) or _Open(self._entry_row(number), None, None)
            self._blobs.loosen(known.row[_AFTER])
            content = None if text is None else self._blobs.add(text, known.kept)
            last = None if content is None else content.number
            self._database.add("entry", (*known.row[: _AFTER - 1], as_note(did), last), over=True)
            if base is not None:
                same_source = known.kept if base.source is known.source else None
                self._bases.put(base, same_source, content if base.catalog is after else None)

    def entries(self, run: int) -> list[Entry]:
        return [self._entry(row) for row in self._database.rows("entry", "run = ? ORDER BY id DESC", (run,))]

    def unsettled(self) -> Iterator[Entry]:
        rows = self._database.rows("entry", "did IN (?, ?) AND run IS NOT ? ORDER BY id", (*_UNSETTLED, self._current))
        return map(self._entry, rows)

    def _cut_short(self) -> int | None:
        """Return the number of the newest run, if it was never finished."""
        newest = self._database.rows("run", "1 ORDER BY number DESC LIMIT 1")
        return newest[0][0] if newest and not newest[0][7] else None

    def _entry_row(self, number: int) -> _Row:
        found = self._database.rows("entry", "id = ?", (number,))
        if not found:
            raise StateError(f"there is no entry {number} in the journal")
        return found[0]

    def _entry(self, row: _Row) -> Entry:
        number, run, kind, key, action, dataset_id, before, sent, source, told, *base, did, after = row
        kept = None if source is None else self._blobs.read(source)

        def read(content: int | None) -> Any:
            return None if content is None else self._blobs.read(content, kept).value

        values, removed = read(sent) or (None, ())
        if values is not None and removed:
            values = {**values, **dict.fromkeys(removed, REMOVED)}
        base_before = None if told is None else self._bases.of_copy(key, told, *base)
        data = None if kept is None else kept.value
        return Entry(
            number, run, kind, key, action, dataset_id, read(before), values, data, read(after), did, base_before
        )

    def _record(self, row: _Row, undone_by: int | None) -> RunRecord:
        number, kind, begun, account, plan_checksum, undoes, finished, ended, blob = row
        report = None if blob is None else self._blobs.read(blob).value
        return RunRecord(number, kind, begun, account, plan_checksum, undoes, finished, ended, report, undone_by)

    def _run(self, number: int) -> _Row:
        found = self._database.rows("run", "number = ?", (number,))
        if not found:
            raise StateError(f"there is no run {number}")
        return found[0]

    def _prune(self, run: int) -> None:
        """Forget what old runs wrote, and very old runs; never what is not settled."""
        newest = "SELECT DISTINCT run FROM main.entry ORDER BY run DESC LIMIT ?"
        where = f"run NOT IN ({newest}) AND did NOT IN (?, ?)"
        old = self._database.rows("entry", where, (_KEPT_ENTRIES, *_UNSETTLED))
        for row in old:
            self._blobs.loosen(*row[_BEFORE:9], *row[10:12], row[_AFTER])
            self._database.change("DELETE FROM main.entry WHERE id = ?", (row[0],))
        very_old = self._database.rows(
            "run", "number <= ? AND number NOT IN (SELECT run FROM main.entry)", (run - _KEPT_RUNS,)
        )
        for row in very_old:
            self._blobs.loosen(row[8])
            self._database.change("DELETE FROM main.run WHERE number = ?", (row[0],))


def _sent(values: _Data) -> bytes:
    """Return values, and which of them are no values but to be removed."""
    removed = [name for name, value in values.items() if value is REMOVED]
    left = _plain(values) if not removed else {name: value for name, value in values.items() if value is not REMOVED}
    return to_text([left, removed])


def _plain(value: _Data) -> dict[str, Any]:
    return value if isinstance(value, dict) else dict(value)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
