"""Whatever bytes come from elsewhere, nothing but this package's own errors comes of them.

Each reader is given something that it understands, and that with pieces replaced, left out, put in, doubled or cut.
Plans and states have such tests of their own: syncing/test_plan.py, syncing/state/test_state_damage.py; so have bodies
of answers: wire/test_body.py.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st

from ckan_api_client.bulk.batching import call_line
from ckan_api_client.bulk.lines import read_lines
from ckan_api_client.bulk.loading import keys_of
from ckan_api_client.ckanapi.calls import result_of
from ckan_api_client.ckanapi.errors import CKANAPIError
from ckan_api_client.cli.given import read_record
from ckan_api_client.cli.profiles import read_profiles
from ckan_api_client.cli.tokens import ckanpass, token_in_file
from ckan_api_client.exceptions import CkanError, Outcome, SourceError, StalePlan
from ckan_api_client.sources import DirectorySource, JsonlSource, Reading, SqliteSource, open_source
from ckan_api_client.syncing.plan import Plan
from ckan_api_client.wire.action import build_request, classify, decipher_response, error_of, retry_after
from ckan_api_client.wire.messages import Request, Response

#: Signs that mean something to one reader or another.
TOKENS = [
    b"{", b"}", b"[", b"]", b'"', b"'", b"\\", b",", b":", b"=", b"#", b"\n", b"\r", b"\0", b"\x1f\x8b", b"\xff",
    b"\xef\xbb\xbf", b"null", b"true", b"NaN", b"-Infinity", b"1e999", b"9" * 5000, b"[" * 3000, b'{"a":' * 500,
    b"\\ud800", b"\xed\xa0\x80", b'"__type"', b'"error"', b'"success"', b'"result"', b"'''", b"[[", b"://", b"@",
    b"1979-05-27T07:32:00Z", b"\nbig = " + b"9" * 5000 + b"\n", b"\ndate = 1979-13-01\n",
]  # fmt: skip
#: Values that are hard to bear.
VALUES = [
    b"9" * 5000, b"[" * 3000 + b"]" * 3000, b'{"a": ' * 3000 + b"1" + b"}" * 3000, b"[" * 200 + b"]" * 200, b"NaN",
    b"1e999", b'"\\ud800"', b'"\\u0000"', b"[[]]", b"{}", b"null", b"-0", b'"' + b"x" * 100_000 + b'"', b"1979-13-01",
]  # fmt: skip
#: How often each reader is tried.
TURNS = settings(max_examples=100)


def altered(*originals: bytes) -> st.SearchStrategy[bytes]:
    """Return some bytes with up to four pieces of them altered, or a value replaced; or bytes from nowhere."""
    piece = st.sampled_from(TOKENS) | st.binary(min_size=1, max_size=4)
    edit = st.tuples(st.floats(0, 1), st.integers(0, 6), st.just(b"") | piece)
    edited = st.builds(_edited, st.sampled_from(originals), st.lists(edit, max_size=4), st.floats(0, 3))
    valued = st.builds(_valued, st.sampled_from(originals), st.floats(0, 0.999), st.sampled_from(VALUES))
    return edited | valued | st.binary(max_size=50) | st.lists(piece, max_size=8).map(b"".join)


def _valued(original: bytes, place: float, value: bytes) -> bytes:
    """Put something else in the place of a text or a number."""
    found = list(re.finditer(rb"(?<=[:=] )(\"[^\"]*\"|[\d.]+)", original)) or list(re.finditer(rb"^|$", original))
    one = found[int(place * len(found))]
    return original[: one.start()] + value + original[one.end() :]


def _edited(original: bytes, edits: list[tuple[float, int, bytes]], cut: float) -> bytes:
    for place, length, piece in edits:
        at = int(place * len(original))
        original = original[:at] + piece + original[at + length :]
    return original[: int(cut * len(original))] if cut < 1 else original


ANSWERS = [
    json.dumps(answer).encode()
    for answer in (
        {"help": "h", "success": True, "result": {"id": "a", "tags": [{"name": "b"}], "size": 1.5}},
        {"help": "h", "success": False, "error": {"__type": "Validation Error", "tags": [{}, {"name": ["bad"]}]}},
        {"success": False, "error": {"__type": "Search Error", "message": "SOLR: ('x', \"y\")"}},
        "Bad request - JSON Error",
    )
]
STATUSES = st.sampled_from([200, 302, 400, 403, 404, 409, 429, 500, 503])
HEADERS = st.dictionaries(
    st.sampled_from(["content-type", "retry-after", "date", "location"]),
    st.text(st.characters(max_codepoint=255), max_size=12)
    | st.sampled_from(
        [
            "text/html; charset=nonsense",
            "9" * 400,
            "Fri, 31 Dec 9999 23:59:59 -2359",
            "Fri, 31 Dec 2027 23:59:59 -0000",
            "application/json",
        ]
    ),
)


@seed(1)
@given(STATUSES, HEADERS, altered(*ANSWERS), st.sampled_from(["package_show", "bulk_update_delete", "package_create"]))
@TURNS
def test_an_answer(status: int, headers: dict[str, str], body: bytes, action: str) -> None:
    response = Response(status, headers, body)
    assert classify(response, action) in Outcome
    assert isinstance(error_of(response), dict)
    assert (retry_after(response) or 0) >= 0
    with suppress(CkanError):
        decipher_response(build_request(action, {"id": "a"}), response)


@seed(2)
@given(STATUSES, HEADERS, altered(*ANSWERS))
@TURNS
def test_an_answer_to_those_who_use_ckanapi(status: int, headers: dict[str, str], body: bytes) -> None:
    with suppress(CkanError):
        result_of("https://catalog.example.org", Response(status, headers, body))


LINES = b"".join(
    json.dumps(record).encode() + b"\n"
    for record in ({"id": "1", "name": "a", "tags": [{"name": "x"}]}, {"id": 2, "extras": {}}, {"name": "c"})
)


@cache
def folder() -> Path:
    """A place for files of these tests; hypothesis asks for one place for all its turns."""
    return Path(tempfile.mkdtemp(prefix="foreign-"))


@pytest.fixture(scope="module", autouse=True)
def _tidy() -> Iterator[None]:
    yield
    for path in sorted(folder().rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    folder().rmdir()
    folder.cache_clear()


def file(name: str, content: bytes) -> Path:
    path = folder() / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o600)
    return path


def everything(source: Any) -> None:
    reading = Reading(source.read())
    with suppress(SourceError):
        assert source.size >= 0
        assert all(item.place for item in reading)
        assert reading.ending.records >= 0


@seed(3)
@given(altered(LINES, gzip.compress(LINES)))
@TURNS
def test_a_source_of_lines(content: bytes) -> None:
    path = file("records.jsonl", content)
    everything(JsonlSource(path))
    with suppress(SourceError):
        everything(open_source(path))


@seed(4)
@given(altered(LINES, LINES[:-1].splitlines()[0]))
@TURNS
def test_a_source_of_files(content: bytes) -> None:
    everything(DirectorySource(file("dataset/a.json", content).parent.parent))


@cache
def database() -> bytes:
    path = folder() / "made.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA page_size = 512")
        for table in ("dataset", "group", "organization"):
            connection.execute(f'CREATE TABLE "{table}" (id TEXT PRIMARY KEY, json_data TEXT)')
        rows = [(f"key-{number}", json.dumps({"title": "x" * number})) for number in range(40)]
        connection.executemany("INSERT INTO dataset VALUES (?, ?)", rows)
        connection.commit()
    return path.read_bytes()


@seed(5)
@given(st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=12), st.floats(0.0, 2.0))
@TURNS
def test_a_source_in_sqlite(flips: list[tuple[float, int]], cut: float) -> None:
    content = bytearray(database())
    for place, value in flips:
        # Half of them where the format and the tables are described.
        content[int(place * 2 * 512) if place < 0.5 else int(place * len(content))] = value
    everything(SqliteSource(file("records.sqlite", bytes(content[: int(min(cut, 1) * len(content))]))))


@seed(6)
@given(altered(LINES), altered(gzip.compress(LINES)))
@TURNS
def test_lines_of_standard_input(plain: bytes, packed: bytes) -> None:
    assert all(line.strip() for _, line in read_lines(io.BytesIO(plain)))
    with suppress(SourceError):
        assert all(line.strip() for _, line in read_lines(io.BytesIO(packed), is_gzip=True))


@seed(7)
@given(altered(Plan("geo", "https://catalog.example.org", rules={"own": ["title"]}).to_json().encode()))
@TURNS
def test_a_plan(content: bytes) -> None:
    with suppress(StalePlan):
        Plan.from_json(content.decode("utf-8", "replace"))


CALL = b'{"action": "package_patch", "data": {"id": "a", "extras": []}, "files": {"upload": "nowhere"}}'


@seed(9)
@given(altered(CALL, CALL.replace(b'"files"', b'"more"')), st.booleans())
@TURNS
def test_a_line_of_batch_or_load(line: bytes, local_files: bool) -> None:
    assert all(isinstance(key, str) for key in keys_of(line))
    asked = list(islice(call_line(line, local_files=local_files), 1))
    assert all(isinstance(request, Request) for request in asked)


@dataclass(frozen=True)
class Reader:
    """A file of the command line: what it may hold, and who reads it."""

    original: bytes
    read: Callable[[Path], Any]


SETTINGS = b"""default_profile = "a"
[profiles.a]
url = "https://a.example.org"
token = "secret"
timeouts = { read = 7 }
[profiles."b c"]
url = 'https://b.example.org/data'
token_command = ["pass", "show"]
token_header = ["X-One"]
insecure = true
"""
READERS = {
    "settings": Reader(SETTINGS, lambda path: read_profiles(path, "here")),
    "ckanpass": Reader(
        b"# mine\nhttps://a.example.org:0a1b-KEY\nhttp\\://localhost\\:5000:4e5f-KEY\n",
        lambda path: ckanpass(path, "https://a.example.org"),
    ),
    "token": Reader(b"0a1b2c3d-KEY\n", token_in_file),
    "record": Reader(
        b'{"title": "T", "tags": [{"name": "x"}], "extras": {"a": "1"}}\n', lambda path: read_record(str(path))
    ),
}


@pytest.mark.parametrize("name", READERS)
def test_a_file_of_the_command_line(name: str) -> None:
    reader = READERS[name]

    @seed(8)
    @given(altered(reader.original))
    @TURNS
    def read(content: bytes) -> None:
        with suppress(click.ClickException, SourceError):
            reader.read(file(name, content))

    reader.read(file(name, reader.original))
    read()


def test_what_each_reader_is_given_can_be_read() -> None:
    for status, body in zip((200, 409, 409, 400), ANSWERS, strict=True):
        assert classify(Response(status, {}, body)) in {Outcome.APPLIED, Outcome.REJECTED, Outcome.UNKNOWN}
    with suppress(CKANAPIError):
        assert result_of("", Response(200, {}, ANSWERS[0])) == {"id": "a", "tags": [{"name": "b"}], "size": 1.5}
    for source in (
        JsonlSource(file("a.jsonl", LINES)),
        JsonlSource(file("a.gz", gzip.compress(LINES))),
        SqliteSource(file("a.sqlite", database())),
    ):
        assert len(list(source.read())) in {3, 40}
