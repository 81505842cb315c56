"""`EmbeddedCkan`: a CKAN for tests, started in milliseconds, that can be looked into and made to fail."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from .datastore import Datastore
from .dispatch import Dispatcher, Recorded
from .faults import Faults
from .groups import organization_create
from .http import HttpServer
from .index import Index, Shown
from .indexing import index_package
from .messages import Request, Response
from .saving import add_member
from .search import document_of
from .site import Call, Site
from .store import Row, Store
from .users import add_token, add_user
from .versions import behaviour_of
from .wsgi import Application, application

SYSADMIN, EDITOR, ORGANIZATION = "sysadmin", "editor", "test-org"
_FIXED: Final = ("users", "api_token")


class EmbeddedCkan:
    """A CKAN in this process: with a sysadmin, and an editor of the organization `test-org`.

    Its state is in memory, or in a SQLite file at `path`, with the index and uploaded files beside it; there it
    outlives the process. `with` starts an HTTP server on a free port, or on `port`; without it, `handle` and `wsgi`
    work.
    """

    def __init__(self, version: str = "2.11", path: Path | str | None = None, *, port: int = 0) -> None:
        self.version = version
        behaviour = behaviour_of(version)
        self._path = Path(path) if path is not None else None
        self._port = port
        self._server: HttpServer | None = None
        self._directory: str | None = None
        if self._path is None:
            self._directory = tempfile.mkdtemp(prefix="embedded-ckan-")
            uploads = Path(self._directory)
            index = Index()
        else:
            uploads = self._path.with_name(self._path.name + ".uploads")
            index = Index(self._path.with_name(self._path.name + ".index"))
        self._site = Site(Store(self._path), index, behaviour, f"http://127.0.0.1:{port or 5000}", uploads)
        self._dispatcher = Dispatcher(self._site)
        self._prepare()

    def _prepare(self) -> None:
        store = self._site.store
        with store.transaction():
            sysadmin = store.by_reference("users", SYSADMIN) or add_user(
                store, SYSADMIN, f"{SYSADMIN}@example.org", sysadmin=True
            )
            editor = store.by_reference("users", EDITOR) or add_user(store, EDITOR, f"{EDITOR}@example.org")
            self.sysadmin_token = self._token_of(sysadmin)
            self.editor_token = self._token_of(editor)
            if store.by_reference("groups", ORGANIZATION) is None:
                arguments = {"name": ORGANIZATION, "title": "Test organization"}
                organization = organization_create(Call(self._site, sysadmin, arguments))
                add_member(Call(self._site, sysadmin, {}), "user", editor["id"], organization["id"], "editor")

    def _token_of(self, user: Row) -> str:
        store = self._site.store
        token = store.value("SELECT token FROM api_token WHERE user_id = ? AND name = 'embedded'", user["id"])
        return str(token or add_token(store, user, "embedded")["token"])

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Serve HTTP from now on."""
        if self._server is None:
            self._server = HttpServer(self._port, self.handle)
            self._site.url = f"http://127.0.0.1:{self._server.port}"
            self._server.start()

    def close(self) -> None:
        """Stop serving, and keep or remove the state, as `path` says."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self._site.index.save()
        self._site.store.close()
        if self._directory is not None:
            shutil.rmtree(self._directory, ignore_errors=True)

    @property
    def url(self) -> str:
        return self._site.url

    def handle(self, request: Request) -> Response:
        """Answer one request, in this thread."""
        return self._dispatcher.handle(request)

    @property
    def wsgi(self) -> Application:
        """A WSGI application, such as httpx's WSGITransport takes."""
        return application(self.handle)

    @property
    def faults(self) -> Faults:
        return self._dispatcher.faults

    @property
    def requests(self) -> list[Recorded]:
        """Every request so far: method, path, action, status."""
        return self._dispatcher.requests

    @property
    def writes(self) -> list[Recorded]:
        """Those of actions that write."""
        return self._dispatcher.writes

    @property
    def crashes(self) -> list[Exception]:
        """What the embedded CKAN broke on, where a real one may not have; empty is good."""
        return self._dispatcher.crashes

    def forget_requests(self) -> None:
        self.requests.clear()
        self.writes.clear()

    def reset(self) -> None:
        """Empty everything but users and tokens: no datasets, groups and organizations but `test-org`; no faults."""
        with self._site.store.lock:
            self.faults.clear()
            self._site.index.frozen = False
            self._site.index.clear()
            self._site.store.clear(keep=_FIXED)
            Datastore(self._site.store.connection).clear()
            shutil.rmtree(self._site.uploads, ignore_errors=True)
            self.forget_requests()
            self._prepare()

    def describe(self) -> dict[str, Any]:
        """Return what `scripts/ckan up` prints of a real CKAN."""
        return {
            "url": self.url,
            "version": self._site.behaviour.ckan_version,
            "sysadmin_token": self.sysadmin_token,
            "editor_token": self.editor_token,
            "datastore": True,
        }

    def freeze_index(self) -> None:
        """Let writes wait outside the index until `thaw_index`."""
        self._site.index.frozen = True

    def thaw_index(self) -> None:
        self._site.index.frozen = False
        self._site.index.settle(everything=True)

    def lose_from_index(self, id: str) -> None:
        """Take a dataset, given by id or name, out of the index, and leave it in the database (E2)."""
        with self._site.store.lock:
            package = self._site.store.by_reference("package", id)
            self._site.index.lose(package["id"] if package else id)

    def add_ghost(self, dataset: Mapping[str, Any]) -> None:
        """Put a dataset into the index that the database does not know (E2); it needs an id and a name."""
        record = {
            "metadata_created": "2001-01-01T00:00:00.000001",
            "metadata_modified": "2001-01-01T00:00:00.000001",
            "state": "active",
            "private": False,
            "title": dataset["name"],
            "type": "dataset",
            "owner_org": None,
            "organization": None,
            "num_resources": 0,
            "num_tags": 0,
            "resources": [],
            "tags": [],
            "extras": [],
            "groups": [],
            **dataset,
        }
        document = document_of(record, ["public"])
        document["validated_data_dict"] = Shown(record)
        with self._site.store.lock:
            self._site.index.put(document)

    def reindex(self) -> None:
        """Make the index anew from the database, as `ckan search-index rebuild -c`."""
        with self._site.store.lock:
            self._site.index.clear()
            for package in self._site.store.rows("SELECT * FROM package WHERE state != 'deleted'"):
                index_package(self._site, package)
