"""Ways in which a source, or the catalog's list of its datasets, is incomplete; and a run that has to bear them.

Each way takes some records away as well: whoever believed what can be read would delete their datasets.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from random import Random
from typing import Any

from ckan_api_client.exceptions import CkanError, SourceError, UnsafePlan
from ckan_api_client.sources import (
    Broken,
    Complete,
    DirectorySource,
    JsonlSource,
    Listing,
    Partial,
    Record,
    Source,
    SqliteSource,
)
from ckan_api_client.syncing import Report, SynchronizationClient
from ckan_api_client.wire.messages import Request, Response
from tiny_catalog import TinyCatalog


class Reader:
    """A source of somebody's own making."""

    name, size, position = "pages", 1, 0

    def __init__(self, listing: Callable[[], Listing]) -> None:
        self.read = listing


class Scene:
    """A catalog that holds what a source held, and that source with some records less.

    `lost`: how many are gone, few enough for the guards to let them go.
    """

    def __init__(self, seed: int, folder: Path) -> None:
        self.draw = Random(seed)  # noqa: S311 - reproducible on purpose
        self.folder = folder
        self.records = {f"r{number:02}": {"title": f"T{number}", "owner_org": "org"} for number in range(12)}
        self.catalog = TinyCatalog()
        self.answer: Callable[[Request, Response], Response] = lambda _, response: response
        self.lost = self.draw.randint(1, 4)
        self._sync(Reader(self.whole))
        assert len(self.catalog.datasets) == len(self.records)
        for key in self.draw.sample(sorted(self.records), self.lost):
            del self.records[key]

    def run(self, source: Source) -> Report | None:
        """Run, and return the report; None where the run was refused or ended with an error of ours."""
        with suppress(CkanError, UnsafePlan):
            return self._sync(source)
        return None

    def _sync(self, source: Source) -> Report:
        client = SynchronizationClient("http://c.example", "token", transport=self, state=self.folder / "geo.sqlite")
        return client.sync("geo", source)

    def send(self, request: Request) -> Response:
        return self.answer(request, self.catalog.send(request))

    def sleep(self, seconds: float) -> None:
        """Time is not simulated."""

    @property
    def deleted(self) -> int:
        """How many datasets are there no more."""
        return sum(dataset["state"] != "active" for dataset in self.catalog.datasets.values())

    def whole(self) -> Listing:
        yield from self.given()
        return Complete("read to the end", len(self.records))

    def given(self) -> Iterator[Record]:
        return (Record(key, "dataset", record, "pages") for key, record in sorted(self.records.items()))

    def lines(self) -> list[str]:
        return [json.dumps({"id": key, **record}) for key, record in sorted(self.records.items())]

    def with_line(self, line: str) -> Source:
        """Return a file in which one line more stands somewhere."""
        lines = self.lines()
        lines.insert(self.draw.randint(0, len(lines)), line)
        return self.file("\n".join(lines).encode("utf-8", "surrogatepass") + b"\n")

    def file(self, content: bytes, name: str = "records.jsonl") -> Source:
        path = self.folder / name
        path.write_bytes(content)
        return JsonlSource(path)

    def content(self) -> bytes:
        return "\n".join(self.lines()).encode() + b"\n"

    def directory(self) -> Path:
        path = self.folder / "records"
        (path / "dataset").mkdir(parents=True)
        for key, record in self.records.items():
            (path / "dataset" / f"{key}.json").write_text(json.dumps({"id": key, **record}))
        return path

    def database(self, *rows: tuple[Any, Any], sql: str = "") -> Path:
        path = self.folder / "records.sqlite"
        with closing(sqlite3.connect(path)) as connection:
            for table in ("dataset", "group", "organization"):
                connection.execute(f'CREATE TABLE "{table}" (id, json_data)')
            known = [(key, json.dumps(record)) for key, record in self.records.items()]
            connection.executemany("INSERT INTO dataset VALUES (?, ?)", [*known, *rows])
            if sql:
                connection.execute(sql)
            connection.commit()
        return path


def _cut(scene: Scene) -> Source:
    content = scene.content()
    return scene.file(content[: scene.draw.choice([len(content) - 5, len(content) - 30])])


def _cut_gzip(scene: Scene) -> Source:
    packed = gzip.compress(scene.content())
    return scene.file(packed[: scene.draw.randint(20, len(packed) - 1)], "records.jsonl.gz")


def _flipped_gzip(scene: Scene) -> Source:
    packed = bytearray(gzip.compress(scene.content()))
    packed[-scene.draw.randint(1, 8)] ^= 1
    return scene.file(bytes(packed), "records.jsonl.gz")


def _twice(scene: Scene, title: str) -> Source:
    key = scene.draw.choice(sorted(scene.records))
    return scene.with_line(json.dumps({"id": key, **scene.records[key], "title": title}))


def _cut_while_read(scene: Scene) -> Source:
    source = scene.file(scene.content() * 500)

    def read() -> Listing:
        listing = source.read()
        yield next(listing)
        os.truncate(scene.folder / "records.jsonl", len(scene.content()) * 250 + 7)
        return (yield from listing)

    return Reader(read)


def _gone_while_read(scene: Scene) -> Source:
    source = DirectorySource(scene.directory())

    def read() -> Listing:
        listing = source.read()
        yield next(listing)
        (scene.folder / "records" / "dataset" / f"{max(scene.records)}.json").unlink()
        return (yield from listing)

    return Reader(read)


def _no_file(scene: Scene) -> Source:
    path = scene.directory()
    (path / "dataset" / "odd.json").symlink_to(path / "nowhere")
    return DirectorySource(path)


def _no_json_file(scene: Scene) -> Source:
    path = scene.directory()
    (path / "dataset" / "odd.json").write_text(scene.draw.choice(["", "[1]", '{"id": ', '{"title": "no id"}']))
    return DirectorySource(path)


def _no_folder(scene: Scene) -> Source:
    path = scene.directory()
    shutil.rmtree(path / "dataset")
    (path / "organization").mkdir()
    return DirectorySource(path)


def _cut_database(scene: Scene) -> Source:
    path = scene.database()
    os.truncate(path, path.stat().st_size - scene.draw.choice([4096, 4097, 8192]))
    return SqliteSource(path)


def _own(ending: Callable[[], Any], *, more: tuple[Broken, ...] = ()) -> Callable[[Scene], Source]:
    def make(scene: Scene) -> Source:
        def read() -> Listing:
            yield from scene.given()
            yield from more
            return ending()  # type: ignore[no-any-return]

        return Reader(read)

    return make


def _raise(error: Exception) -> Any:
    raise error


def _answered(change: Callable[[dict[str, Any]], Any]) -> Callable[[Scene], Source]:
    """The source is whole, and lacks some records; the catalog's list of datasets cannot be believed."""

    def make(scene: Scene) -> Source:
        def answer(request: Request, response: Response) -> Response:
            if not request.path.endswith("package_search") or b"_harvest_source" not in (request.body or b""):
                return response
            changed = change(json.loads(response.body))
            return Response(200, {}, changed if isinstance(changed, bytes) else json.dumps(changed).encode())

        scene.answer = answer
        return Reader(scene.whole)

    return make


#: How each is made, by name.
KINDS: dict[str, Callable[[Scene], Source]] = {
    "a file that is cut within a record": _cut,
    "a compressed file that is cut": _cut_gzip,
    "a compressed file with a wrong checksum": _flipped_gzip,
    "a file that is cut while it is read": _cut_while_read,
    "an empty file": lambda scene: scene.file(b""),
    "a file of blank lines": lambda scene: scene.file(b"\n \n\n"),
    "an error page in place of the file": lambda scene: scene.file(b"<html><h1>502 Bad Gateway</h1></html>\n"),
    "a line that is no JSON": lambda scene: scene.with_line("{'id': 1}"),
    "a line that is no object": lambda scene: scene.with_line('["r00"]'),
    "a line of null": lambda scene: scene.with_line("null"),
    "a record without an id": lambda scene: scene.with_line('{"title": "T"}'),
    "a record with an empty id": lambda scene: scene.with_line('{"id": "", "title": "T"}'),
    "a record whose id is null": lambda scene: scene.with_line('{"id": null, "title": "T"}'),
    "a record whose id is a list": lambda scene: scene.with_line('{"id": ["r00"], "title": "T"}'),
    "a record with a key twice": lambda scene: scene.with_line('{"id": "r00", "id": "r01", "title": "T"}'),
    "a record with NaN": lambda scene: scene.with_line('{"id": "r00", "size": NaN}'),
    "a number beyond a computer's": lambda scene: scene.with_line('{"id": "r00", "size": 1e400}'),
    "an integer of 5,000 digits": lambda scene: scene.with_line(f'{{"id": "r00", "size": {"9" * 5000}}}'),
    "a record 3,000 lists deep": lambda scene: scene.with_line(f'{{"id": "r00", "x": {"[" * 3000 + "]" * 3000}}}'),
    "a line that is no UTF-8": lambda scene: scene.file(b'{"id": "\xff\xfe"}\n' + scene.content()),
    "a file of UTF-16": lambda scene: scene.file(scene.content().decode().encode("utf-16")),
    "zeros in a file": lambda scene: scene.file(scene.content()[:100] + bytes(64) + scene.content()[164:]),
    "an id twice with other content": lambda scene: _twice(scene, "another"),
    "all ids changed": lambda scene: scene.file(scene.content().replace(b'"id": "r', b'"id": "https://new/r')),
    "a file of a folder that is no record": _no_json_file,
    "a file of a folder that cannot be opened": _no_file,
    "a folder that lacks its datasets": _no_folder,
    "a folder of which a file goes while it is read": _gone_while_read,
    "a folder that is not there": lambda scene: DirectorySource(scene.folder / "nowhere"),
    "a database that is cut": _cut_database,
    "a database without its table": lambda scene: SqliteSource(scene.database(sql="DROP TABLE dataset")),
    "a database with an empty table": lambda scene: SqliteSource(scene.database(sql="DELETE FROM dataset")),
    "a row without an id": lambda scene: SqliteSource(scene.database((None, "{}"))),
    "a row without content": lambda scene: SqliteSource(scene.database(("r98", None))),
    "a row that is no JSON": lambda scene: SqliteSource(scene.database(("r99", '{"title": '))),
    "a reader that says that a page is missing": _own(lambda: Partial("page 3 of 7 is missing", 8)),
    "a reader that fails": _own(lambda: _raise(SourceError("timed out", file="pages"))),
    "a reader that says nothing at its end": _own(lambda: None),
    "a reader with a broken record": _own(lambda: Complete("all", 8), more=(Broken("pages", 9, "no id"),)),
    "a catalog whose list is short": _answered(
        lambda told: {**told, "result": {**told["result"], "count": told["result"]["count"] + 1}}
    ),
    "a catalog whose list is an error in a 200": _answered(
        lambda _: {"success": False, "error": {"__type": "Search Error", "message": "down"}}
    ),
    "a catalog whose list is null": _answered(lambda told: {**told, "result": None}),
    "a catalog without a result": _answered(lambda told: {"success": True, "help": told.get("help")}),
    "a catalog that shows a page to log in": _answered(lambda _: b"<html><title>Log in</title></html>"),
    "a catalog whose list is cut": _answered(lambda told: json.dumps(told).encode()[:-9]),
}  # fmt: skip
