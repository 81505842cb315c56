"""Single reads of the database: they tell what the index does not, and are noted as if it had."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from typing import Any

from ckan_api_client.exceptions import NotAuthorized, NotFound, SearchError, ServerError
from ckan_api_client.low_level.flows import show
from ckan_api_client.quirks.moments import is_same_moment
from ckan_api_client.syncing.catalog import find_unindexed, look
from ckan_api_client.syncing.identity import Identity, read_marker
from ckan_api_client.syncing.judging import Facts
from ckan_api_client.syncing.pending import reference_of
from ckan_api_client.syncing.state import Entry, Row, Spool
from ckan_api_client.wire.messages import Flow


class Inquiry:
    """Asks for datasets of one source, side by side. What is there is put into the spool; what is not, into the facts.

    `answers`: the datasets of records whose earlier writes are `pending`, as the database has them; None: it has none.
    """

    def __init__(self, source: str, spool: Spool, facts: Facts, pending: Collection[str] = ()) -> None:
        self._source = source
        self._spool = spool
        self._facts = facts
        self._pending = pending
        self._lock = threading.Lock()
        self._lagging: set[str] = set()
        self.answers: dict[str, dict[str, Any] | None] = {}

    def ask(self, row: Row, dataset_id: str) -> Flow[None]:
        """Read one dataset from the database, and note what it is to its record."""
        try:
            dataset = yield from show("dataset", dataset_id)
        except NotFound:
            self._note_gone(row.record_id, "purged")
            return
        except NotAuthorized:
            self._note_gone(row.record_id, "forbidden")
            self._facts.still_open.add(row.record_id)
            return
        except (SearchError, ServerError):
            self._facts.still_open.add(row.record_id)
            if row.dataset_id is None:
                self._note_gone(row.record_id, "unreadable")
            return
        marker = Identity(self._source, row.record_id).marker
        if dataset.get("id") != dataset_id:
            self._note_gone(row.record_id, "purged")
        elif read_marker(dataset) != marker:
            self._note_gone(row.record_id, "released")
        elif dataset.get("state") == "deleted":
            self._note_gone(row.record_id, "deleted", dataset)
        else:
            self._note_there(row.record_id, dataset, row)

    def ask_for_created(self, entry: Entry, row: Row) -> Flow[None]:
        """Look for the dataset of a create of which nobody knows whether it was carried out."""
        reference = reference_of(entry)
        dataset = (yield from look(reference)) if reference else None
        marker = Identity(self._source, entry.key).marker
        if dataset is None or read_marker(dataset) != marker:
            return
        if dataset.get("state") == "deleted":
            self._note_gone(entry.key, "deleted", dataset)
        else:
            self._note_there(entry.key, dataset, row)

    def ask_members(self, organization: str) -> Flow[None]:
        """The second witness: what the database has of an organization and the index does not show."""
        for dataset_id in (yield from find_unindexed(organization)):
            try:
                dataset = yield from show("dataset", dataset_id)
            except (NotFound, NotAuthorized):
                continue
            identity = Identity.of_marker(read_marker(dataset) or "")
            if identity is not None and identity.source == self._source and dataset.get("state") != "deleted":
                self._note_there(identity.record_id, dataset, None)

    def index_doubt(self) -> str:
        """Return in what the index does not agree with the answers, or ""."""
        if not self._lagging:
            return ""
        number = len(self._lagging)
        datasets = "a dataset" if number == 1 else f"{number} datasets"
        return f"the search index is behind the database: it lacks {datasets}, or shows how they were"

    def _note_gone(self, record_id: str, why: str, dataset: Mapping[str, Any] | None = None) -> None:
        with self._lock:
            self._facts.gone[record_id] = why
            if record_id in self._pending:
                self.answers[record_id] = dict(dataset) if dataset is not None else None
        self._spool.unlist(record_id)

    def _note_there(self, record_id: str, dataset: dict[str, Any], row: Row | None) -> None:
        modified = str(dataset.get("metadata_modified") or "")
        self._spool.put_seen(record_id, dataset)
        with self._lock:
            if record_id in self._pending:
                self.answers[record_id] = dataset
            if row is None or row.dataset_id is None or not is_same_moment(row.listed_modified or "", modified):
                self._lagging.add(record_id)
        self._spool.unlist(record_id)
        self._spool.list(record_id, dataset["id"], str(dataset.get("name") or ""), modified)
