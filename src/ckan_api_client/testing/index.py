"""What Solr is to CKAN: copies of datasets apart from the database: late, lost, left over, out of reach."""

import json
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .errors import SearchConnectionFailure, SearchIndexFailure
from .search import Document, SearchIndex, SearchResult


class Shown(dict[str, Any]):
    """A dataset as it was when indexed, with its JSON text: pages of search results are put together from those."""

    __slots__ = ("text",)

    def __init__(self, package: Mapping[str, Any]) -> None:
        super().__init__(package)
        self.text = json.dumps(package, ensure_ascii=False)


class Index:
    """The documents by dataset id. Writes wait while the index is frozen or lags."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._documents: dict[str, Document] = {}
        self._ids: dict[str, str] = {}  # by name
        self._search = SearchIndex()
        self._waiting: list[tuple[float, str, Document | None]] = []
        self.frozen = False
        self.lag_seconds = 0.0
        self.down = False
        self.loses = False
        if path is not None and path.exists():
            for document in json.loads(path.read_text(encoding="utf-8")):
                document["validated_data_dict"] = Shown(document["validated_data_dict"])
                self._apply(document["id"], document)

    def put(self, document: Document) -> None:
        self._write(document["id"], document)

    def remove(self, id: str) -> None:
        """Take out the dataset with this id, and that with this name: CKAN asks Solr for either."""
        self._write(id, None)

    def _write(self, id: str, document: Document | None) -> None:
        if self.down:
            raise SearchIndexFailure(
                "Unable to add package to search index: Could not connect to Solr: Connection refused"
            )
        if self.loses and document is not None:
            return
        with self._lock:
            if self.frozen or self.lag_seconds or self._waiting:
                self._waiting.append((time.monotonic() + self.lag_seconds, id, document))
            else:
                self._apply(id, document)

    def _apply(self, id: str, document: Document | None) -> None:
        self._forget(id)
        if document is not None:
            self._documents[id] = document
            self._ids[document["validated_data_dict"]["name"]] = id
            self._search.put(document)
        elif id in self._ids:
            self._forget(self._ids[id])

    def _forget(self, id: str) -> None:
        document = self._documents.pop(id, None)
        if document is None:
            return
        name = document["validated_data_dict"]["name"]
        if self._ids.get(name) == id:
            del self._ids[name]
        self._search.remove(id)

    def settle(self, *, everything: bool = False) -> None:
        """Let writes whose time has come, or all of them, become visible."""
        with self._lock:
            if self.frozen and not everything:
                return
            now = time.monotonic()
            while self._waiting and (everything or self._waiting[0][0] <= now):
                _, dataset, document = self._waiting.pop(0)
                self._apply(dataset, document)

    def get(self, id: str) -> Document | None:
        """Return a dataset's document, if there is one and the index can be reached."""
        with self._lock:
            self.settle()
            return None if self.down else self._documents.get(id)

    def documents(self) -> list[Document]:
        with self._lock:
            self._check_up()
            self.settle()
            return list(self._documents.values())

    def search(self, arguments: Mapping[str, Any], labels: Sequence[str] | None) -> SearchResult:
        """Return what package_search finds; its results are not to be changed."""
        with self._lock:
            self._check_up()
            self.settle()
            return self._search.search(arguments, labels=labels, copies=False)

    def _check_up(self) -> None:
        if self.down:
            raise SearchConnectionFailure("Unable to connect to the search server")

    def lose(self, id: str) -> None:
        """Forget one document, as after a failed reindexing."""
        with self._lock:
            self.settle()
            self._forget(id)

    def clear(self) -> None:
        with self._lock:
            for dataset in list(self._documents):
                self._apply(dataset, None)
            self._waiting.clear()

    def save(self) -> None:
        """Write the documents beside the database's file, if there is one."""
        if self._path is not None:
            with self._lock:
                self.settle(everything=True)
                text = json.dumps(list(self._documents.values()), ensure_ascii=False)
            self._path.write_text(text, encoding="utf-8")
