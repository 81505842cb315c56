"""The local state of one source in one catalog: what earlier runs saw, did, and were about to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from ckan_api_client.exceptions import StateError
from ckan_api_client.syncing.base import Base, How
from ckan_api_client.syncing.state import files
from ckan_api_client.syncing.state.bases import Bases
from ckan_api_client.syncing.state.blobs import Blobs
from ckan_api_client.syncing.state.checking import read_meta
from ckan_api_client.syncing.state.database import Database
from ckan_api_client.syncing.state.journal import Ended, Entry, Journal, RunKind, RunRecord
from ckan_api_client.syncing.state.lines import Lines
from ckan_api_client.syncing.state.opening import Opened, open_file, open_memory
from ckan_api_client.syncing.state.packing import as_key, as_note
from ckan_api_client.syncing.state.spool import Spool


class State:
    """Opened by `State.open`, and nobody else's until `close`, or until the process ends, however it ends.

    Whatever changes it is on the disk, whole, when the method returns; where that fails, StateError is raised and what
    was there before is still there. Threads may share it.

    `is_new`: there was none. `rebuilt_because`: why what earlier runs knew is lost, or ""; so until a run is done.
    """

    def __init__(self, opened: Opened, name: str, lock: files.Lock | None) -> None:
        self.is_new = opened.is_new
        self.rebuilt_because = opened.rebuilt_because
        self._lock = lock
        self._database = Database(opened.connection, name, self._witness)
        blobs = Blobs(self._database)
        self._bases, self._blobs = Bases(self._database, blobs), blobs
        self._journal = Journal(self._database, blobs, self._bases, int(read_meta(opened.connection)["serial"]))
        self.spool = Spool(self._database, self.base)
        self.lines = Lines(self._database)

    @classmethod
    def open(cls, path: Path | str, *, catalog: str, source: str) -> Self:
        """Open the state in a file, or make it there; ":memory:" remembers nothing when it is closed.

        A damaged file is kept beside a new one, and `rebuilt_because` says so. Raises StateError where another run has
        it, where it belongs to another catalog or source, was written by a newer version, or cannot be read or written.
        """
        catalog = files.normal(catalog)
        if str(path) == ":memory:":
            return cls(open_memory(catalog, source), "the state", None)
        path = Path(path)
        files.is_there(path)
        lock = files.Lock(path)
        try:
            return cls(open_file(path, lock, catalog, source), str(path), lock)
        except BaseException:
            lock.release()
            raise

    def close(self) -> None:
        """Let go of it. What was noted in the spool is gone."""
        try:
            with suppress(StateError):
                self._database.close()
        finally:
            if self._lock is not None:
                self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def serial(self) -> int:
        """How many runs were begun: it tells a plan that others were carried out since it was made."""
        return self._journal.serial

    def batch(self) -> AbstractContextManager[None]:
        """What is written inside is written at once, all or nothing; other threads wait until then."""
        return self._database.writing()

    def sweep(self) -> None:
        """Remove contents that nothing refers to any more, as `finish_run` does."""
        self._blobs.sweep()

    # Bases

    def base(self, record_id: str) -> Base | None:
        return self._bases.get(record_id)

    def put_base(self, base: Base) -> None:
        """Remember a record, in place of what was remembered before."""
        self._bases.put(base)

    def put_settled(self) -> None:
        """Remember what was set aside in the spool."""
        with self._database.writing():
            for page in self.spool.settled():
                self._bases.put_all(page)

    def drop_base(self, record_id: str) -> None:
        self._bases.drop(record_id)

    def withdraw(self, record_id: str, how: How) -> None:
        """Remember that the source took the dataset of a record away; nothing where there is none."""
        with self._database.writing():
            base = self.base(record_id)
            if base is not None:
                self.put_base(base.withdrawn(how))

    def bases(self) -> Iterator[Base]:
        """Yield all that is remembered, in order of the record ids."""
        return self._bases.all()

    def count_bases(self) -> int:
        return self._bases.count()

    # The journal

    def begin_run(self, kind: RunKind, *, plan_checksum: str = "", undoes: int | None = None, account: str = "") -> int:
        """Begin a run and return its number."""
        return self._journal.begin(kind, plan_checksum=plan_checksum, undoes=undoes, account=account)

    def finish_run(self, run: int, *, report: Mapping[str, Any], ended: Ended) -> None:
        with self._database.writing():
            self._journal.finish(run, report=report, ended=ended)
            if ended == "done":
                self._database.change("DELETE FROM main.meta WHERE key = 'rebuilt'")

    def runs(self) -> list[RunRecord]:
        """Return the runs, the newest first."""
        return self._journal.runs()

    def run(self, number: int | None = None) -> RunRecord | None:
        """Return a run, by default the last one; None where there is no such run."""
        return self._journal.record(number)

    def last_entries_if_cut_short(self) -> list[Entry]:
        """Return what the last run wrote, if it never came to an end; the newest first."""
        return self._journal.last_entries_if_cut_short()

    def intend(
        self,
        run: int,
        kind: str,
        key: str,
        action: str,
        *,
        dataset_id: str = "",
        before: Mapping[str, Any] | None,
        values: Mapping[str, Any] | None,
        source: Mapping[str, Any] | None,
    ) -> int:
        """Take down what is about to be written, and what is remembered of the record; return the entry's number.

        It is on the disk when this returns.
        """
        return self._journal.intend(
            run, kind, key, action, dataset_id=dataset_id, before=before, values=values, source=source
        )

    def settle(self, entry: int, *, did: str, after: Mapping[str, Any] | None, base: Base | None = None) -> None:
        """Take down what became of a write; `did` is "unknown" where nobody knows, and the next run has to look.

        `base`: what is to be remembered of the record. What it has in common with the entry (the same objects, not only
        equal ones) is kept once.
        """
        self._journal.settle(entry, did=did, after=after, base=base)

    def resolve(self, entry: int | Entry, *, did: str) -> None:
        """Take down what, as was found out later, became of a write of an earlier run."""
        self._journal.settle(entry.number if isinstance(entry, Entry) else entry, did=did, after=None)

    def entries(self, run: int) -> list[Entry]:
        """Return what a run wrote, the newest first; nothing for one so old that it cannot be undone any more."""
        return self._journal.entries(run)

    def unsettled(self) -> Iterator[Entry]:
        """Yield the writes of earlier runs of which nobody knows what became of them, the oldest first."""
        return self._journal.unsettled()

    # What CKAN refused

    def quarantine(self, record_id: str, source_hash: str, modified: str, reason: str) -> None:
        """Remember that CKAN refused a record, as it was, for a dataset, as it was."""
        with self._database.writing():
            row = (as_key(record_id), *map(as_note, (source_hash, modified, reason)))
            self._database.add("quarantine", row, over=True)

    def quarantined(self, record_id: str) -> tuple[str, str, str] | None:
        """Return the record's hash, the dataset's timestamp, and the reason."""
        found = self._database.rows("quarantine", "record_id = ?", (as_key(record_id),))
        return (found[0][1], found[0][2], found[0][3]) if found else None

    def all_quarantined(self) -> list[tuple[str, str]]:
        """Return the records that CKAN refused, each with the reason, in the order of their ids."""
        return [(row[0], row[3]) for row in self._database.rows("quarantine", "1 ORDER BY record_id")]

    def release(self, record_id: str) -> None:
        with self._database.writing():
            self._database.change("DELETE FROM main.quarantine WHERE record_id = ?", (as_key(record_id),))

    # What the source has no more

    def note_absent(self, record_ids: Iterable[str], now: datetime) -> None:
        """Count one more complete run without these records; any other is not absent, and begins anew."""
        moment = now.astimezone(UTC).isoformat()
        with self._database.writing():
            known = {row[0]: row for row in self._database.rows("absence")}
            for record_id in record_ids:
                _, runs, since = known.pop(record_id, ("", 0, moment))
                self._database.add("absence", (as_key(record_id), runs + 1, since), over=True)
            for record_id in known:
                self._database.change("DELETE FROM main.absence WHERE record_id = ?", (record_id,))

    def absent(self, record_id: str) -> tuple[int, datetime] | None:
        """Return in how many complete runs the record was missing, and since when."""
        found = self._database.rows("absence", "record_id = ?", (as_key(record_id),))
        return (found[0][1], datetime.fromisoformat(found[0][2])) if found else None

    def all_absent(self) -> list[tuple[str, int, datetime]]:
        """Return the records that were missing in the last complete run: in how many, and since when."""
        return [(row[0], row[1], datetime.fromisoformat(row[2])) for row in self._database.rows("absence")]

    def _witness(self, writes: int) -> None:
        if self._lock is not None:
            self._lock.write(files.Witness(writes, self.serial))


def forget(path: Path | str) -> None:
    """Remove a state for good. Raises StateError while a run is using it. The numbers of runs go on, not from 1."""
    path = Path(path)
    files.is_there(path)
    lock = files.Lock(path)
    try:
        witness = lock.read()
        lock.write(files.Witness(0, 0 if witness is None else witness.serial))
        files.remove(path)
    finally:
        lock.release()
