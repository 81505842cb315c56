"""Files as ckanapi's users give them: open ones, streams, texts, tuples; sent from disk, and whole."""

from __future__ import annotations

import gzip
import io
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client import ckanapi
from ckan_api_client.ckanapi import RemoteCKAN
from ckan_api_client.ckanapi.uploads import is_file_like, upload_of
from ckan_api_client.low_level import CkanLowlevelClient
from ckan_api_client.testing import EmbeddedCkan
from driving import Script, success

Make = Callable[..., RemoteCKAN]
TEXT = "naïve,3\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "data.csv"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def client(embedded: EmbeddedCkan) -> Iterator[CkanLowlevelClient]:
    with CkanLowlevelClient(embedded.url, embedded.sysadmin_token) as client:
        yield client


class Stream:
    """Something that can be read, and has a name that is none of a file."""

    def __init__(self, content: bytes) -> None:
        self.name = "<stdin>"
        self._inner = io.BytesIO(content)

    def read(self, size: int = -1) -> bytes:
        return self._inner.read(size)


def piped(content: bytes) -> Any:
    reader, writer = os.pipe()
    os.write(writer, content)
    os.close(writer)
    return os.fdopen(reader, "rb")


def after(file: Any, size: int) -> Any:
    file.read(size)
    return file


KINDS: dict[str, Callable[[Path], Any]] = {
    "open file": lambda path: path.open("rb"),
    "unbuffered file": lambda path: path.open("rb", buffering=0),
    "text file": lambda path: path.open(encoding="utf-8"),
    "bytes stream": lambda path: io.BytesIO(path.read_bytes()),
    "text stream": lambda path: io.StringIO(path.read_text(encoding="utf-8")),
    "pipe": lambda path: piped(path.read_bytes()),
    "gzip": lambda path: gzip.GzipFile(fileobj=io.BytesIO(gzip.compress(path.read_bytes()))),
    "reader only": lambda path: Stream(path.read_bytes()),
    "bytes": lambda path: path.read_bytes(),
    "text": lambda path: path.read_text(encoding="utf-8"),
    "second half": lambda path: after(io.BytesIO(b"head\n" + path.read_bytes()), 5),
    "name and file": lambda path: ("x.csv", path.open("rb")),
    "name, file and type": lambda path: ("x.csv", path.open("rb"), "text/csv"),
}


@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS.keys())
def test_a_file_of_any_kind_arrives_whole(
    embedded: EmbeddedCkan, client: CkanLowlevelClient, path: Path, make: Callable[[Path], Any]
) -> None:
    client.action.package_create(name="wells", owner_org="test-org")
    value = make(path)
    with RemoteCKAN(embedded.url, embedded.sysadmin_token) as ckan:
        made = ckan.call_action("resource_create", {"package_id": "wells", "name": "ï"}, files={"upload": value})
    for file in value if isinstance(value, tuple) else [value]:
        if hasattr(file, "close"):
            file.close()
    assert (made["url_type"], made["name"], made["size"]) == ("upload", "ï", len(TEXT.encode()))
    url = made["url"].removeprefix(embedded.url)
    assert client.request("GET", url).body == TEXT.encode()


def test_what_can_be_read_among_the_arguments_of_an_action_is_a_file(remote: Make, path: Path) -> None:
    script = Script(success({}))
    with path.open("rb") as file:
        remote(script).action.resource_create(package_id="x", upload=file)
    [request] = script.requests
    [(name, upload)] = request.uploads
    assert (request.fields, name, upload.content) == ((("package_id", "x"),), "upload", file)


def test_an_open_file_is_sent_from_disk_and_not_copied(path: Path) -> None:
    with path.open("rb") as file, ExitStack() as opened:
        assert upload_of("upload", file, opened).content is file


def test_a_copy_is_gone_after_the_call() -> None:
    with ExitStack() as opened:
        copy = upload_of("upload", io.StringIO("x"), opened).content
        assert isinstance(copy, io.IOBase)
        assert not copy.closed
    assert copy.closed


def test_numbers_are_texts_beside_a_file_and_nothing_is_left_out(remote: Make) -> None:
    script = Script(success({}))
    remote(script).call_action(
        "resource_create", {"a": 1, "b": 1.5, "c": True, "d": None, "e": "é"}, files={"upload": b"x"}
    )
    assert script.requests[0].fields == (("a", "1"), ("b", "1.5"), ("c", "True"), ("e", "é"))


@pytest.mark.parametrize(
    ("value", "name", "kind"),
    [
        pytest.param(io.BytesIO(), "upload", "application/octet-stream", id="no name"),
        pytest.param(("days.csv", io.BytesIO()), "days.csv", "text/csv", id="given"),
        pytest.param(("days.csv", io.BytesIO(), "text/x-days"), "days.csv", "text/x-days", id="with its type"),
        pytest.param(Stream(b""), "upload", "application/octet-stream", id="of a stream"),
        pytest.param((None, io.BytesIO()), "upload", "application/octet-stream", id="given as none"),
    ],
)
def test_a_file_has_the_name_that_ckanapi_gives_it(value: Any, name: str, kind: str) -> None:
    with ExitStack() as opened:
        upload = upload_of("upload", value, opened)
    assert (upload.filename, upload.content_type) == (name, kind)


def test_a_file_is_called_as_on_disk_and_a_temporary_one_as_its_field(path: Path) -> None:
    with path.open("rb") as file, tempfile.TemporaryFile() as temporary, ExitStack() as opened:
        assert upload_of("upload", file, opened).filename == "data.csv"
        assert upload_of("upload", temporary, opened).filename == "upload"


@pytest.mark.parametrize("value", [3, Path("x.csv"), ("x", "y", "z", {})], ids=str)
def test_what_is_no_file_is_refused_before_anything_is_sent(remote: Make, value: Any) -> None:
    script = Script()
    with pytest.raises(ckanapi.CKANAPIError, match="file"):
        remote(script).call_action("resource_create", {}, files={"upload": value})
    assert script.requests == []


@pytest.mark.parametrize(
    ("value", "is_one"),
    [(io.BytesIO(), True), (("x", io.StringIO()), True), (("x", "y"), False), ("x", False), (b"x", False), ((), False)],
    ids=["a file", "a named file", "a pair of texts", "text", "bytes", "nothing"],
)
def test_what_can_be_read_is_told_from_data(value: Any, *, is_one: bool) -> None:
    assert is_file_like(value) is is_one
