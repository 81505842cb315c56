"""What takes ckanapi's place does as ckanapi does: the same small program, with the one import changed."""

from __future__ import annotations

import importlib
import io
import re
from collections.abc import Callable
from contextlib import suppress
from types import ModuleType
from typing import Any

import pytest

from ckan_api_client.exceptions import HTTPError
from contract.bench import Bench
from contract.catalogs import Catalog

OURS = "ckan_api_client.ckanapi"
_CHANGING = [
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?"), "TIME"),
]


class Program:
    """Calls that users of ckanapi write, one after another; what each gave or raised is taken down as a text."""

    def __init__(self, module: ModuleType, bench: Bench) -> None:
        self.module = module
        self.url = bench.catalog.url
        self.token = bench.catalog.sysadmin_token
        self.name = f"{bench.prefix}-ckanapi"
        self.organization = bench.catalog.organization
        self.told: dict[str, str] = {}

    def run(self) -> dict[str, str]:
        with self.module.RemoteCKAN(self.url, apikey=self.token) as ckan:
            self._read_and_write(ckan)
            self._send_files(ckan)
            self._ask_in_vain(ckan)
        with self.module.RemoteCKAN(self.url, self.token, get_only=True) as ckan:
            self._only_get(ckan)
        with self.module.RemoteCKAN(self.url) as ckan:
            self._visit(ckan)
        return self.told

    def note(self, step: str, call: Callable[[], Any]) -> Any:
        try:
            result = call()
        except self.module.CKANAPIError as error:
            self.told[step] = _masked(f"{type(error).__name__}: {error}")
            return None
        self.told[step] = _masked(repr(result))
        return result

    def _read_and_write(self, ckan: Any) -> None:
        data = {"name": self.name, "owner_org": self.organization, "notes": "“ünï”", "private": True}
        self.note("create", lambda: ckan.call_action("package_create", data))
        self.note("show", lambda: ckan.action.package_show(id=self.name))
        self.note("patch", lambda: ckan.action.package_patch(id=self.name, tags=[{"name": "air"}, {"name": "wells"}]))
        self.note("search", lambda: ckan.action.package_search(fq=f"name:{self.name}", include_private=True)["count"])

    def _send_files(self, ckan: Any) -> None:
        file = io.BytesIO("é,1\n".encode())
        made = self.note(
            "upload", lambda: ckan.action.resource_create(package_id=self.name, name="ï", upload=("a.csv", file))
        )
        text = {"upload": ("b.csv", io.StringIO("ß,22\n"))}
        self.note(
            "upload of a text",
            lambda: ckan.call_action("resource_patch", {"id": made["id"], "cache_url": None}, files=text),
        )

    def _ask_in_vain(self, ckan: Any) -> None:
        self.note("name in use", lambda: ckan.action.package_create(name=self.name, owner_org=self.organization))
        self.note("nothing there", lambda: ckan.action.package_show(id="no-such-dataset-anywhere"))
        self.note("no such action", ckan.action.no_such_action)
        self.note("a query of nonsense", lambda: ckan.action.package_search(q="title:[1 TO"))
        self.note("wrong data", lambda: ckan.action.package_update(id=self.name, owner_org="no-such-organization"))

    def _only_get(self, ckan: Any) -> None:
        self.note("show by get", lambda: ckan.action.package_show(id=self.name, include_tracking=False))
        self.note("write by get", lambda: ckan.action.package_patch(id=self.name, title="X"))

    def _visit(self, ckan: Any) -> None:
        self.note("private to a visitor", lambda: ckan.action.package_show(id=self.name))
        self.note("write of a visitor", lambda: ckan.action.package_create(name=self.name))
        self.note("with another's key", lambda: ckan.call_action("package_show", {"id": self.name}, apikey=self.token))
        self.note(
            "with an unknown key", lambda: ckan.call_action("package_search", {"rows": 0}, apikey="x" * 40)["results"]
        )


def _masked(text: str) -> str:
    for pattern, word in _CHANGING:
        text = pattern.sub(word, text)
    return text


@pytest.fixture
def run(catalog: Catalog, bench: Bench) -> Callable[[str], dict[str, str]]:
    """Run the program with the module of a name, on a catalog where nothing of it is left from before."""
    assert catalog is bench.catalog

    def run(name: str) -> dict[str, str]:
        program = Program(importlib.import_module(name), bench)
        bench.purge_later("dataset", program.name)
        with suppress(HTTPError):
            bench.action.dataset_purge(id=program.name)
        return program.run()

    return run


def test_the_program_gives_what_its_author_expects(run: Callable[[str], dict[str, str]]) -> None:
    told = run(OURS)
    assert {step: text.partition(":")[0] for step, text in told.items() if re.match(r"[A-Za-z]+:", text)} == {
        "name in use": "ValidationError",
        "nothing there": "NotFound",
        "no such action": "CKANAPIError",
        "a query of nonsense": "SearchError",
        "wrong data": "ValidationError",
        "write by get": "CKANAPIError",
        "private to a visitor": "NotAuthorized",
        "write of a visitor": "NotAuthorized",
    }
    assert told["search"] == "1"
    assert "'notes': '“ünï”'" in told["show"]
    assert (told["with another's key"], told["with an unknown key"]) == (told["show by get"], "[]")
    assert "'size': 5" in told["upload"]
    assert "'size': 6" in told["upload of a text"]


def test_the_program_gives_the_same_with_ckanapi_itself(run: Callable[[str], dict[str, str]]) -> None:
    assert run(OURS) == run("ckanapi")
