"""Lines that were read before are not read again, and nothing is hidden by that."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.exceptions import SourceError
from ckan_api_client.sources import Complete, JsonlSource, Reading, Same, jsonl
from ckan_api_client.sources.strict_json import parse_json
from ckan_api_client.syncing import Report, SynchronizationClient, making
from tiny_catalog import TinyCatalog

Sync = Callable[..., Report]
NUMBER = 4


@pytest.fixture
def catalog() -> TinyCatalog:
    return TinyCatalog()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "records.jsonl"


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The lines that were read."""
    lines: list[bytes] = []

    def note(line: bytes) -> Any:
        lines.append(line)
        return parse_json(line)

    monkeypatch.setattr(jsonl, "parse_json", note)
    return lines


@pytest.fixture
def sync(catalog: TinyCatalog, tmp_path: Path, file: Path, parsed: list[bytes]) -> Sync:
    """Writes the records to a file, syncs it, and leaves in `parsed` what was read for that."""

    def run(*records: dict[str, Any], id_key: str | None = None, **options: Any) -> Report:
        file.write_text("".join(json.dumps(record) + "\n" for record in records))
        parsed.clear()
        given = {"transport": catalog, "state": tmp_path / "geo.sqlite", "max_in_flight": 1, **options}
        with SynchronizationClient("http://c.example", "token", **given) as client:
            return client.sync("geo", JsonlSource(file, id_key=id_key), max_updates="100%", max_deletes="100%")

    return run


def records(**fields: Any) -> list[dict[str, Any]]:
    return [
        {"id": f"{number}", "name": f"name-{number}", "title": "First", "owner_org": "org", **fields}
        for number in range(NUMBER)
    ]


def test_a_second_run_reads_no_line(sync: Sync, parsed: list[bytes]) -> None:
    assert sync(*records()).counts() == {"created": NUMBER}
    assert len(parsed) == NUMBER
    assert sync(*records()).counts() == {"unchanged": NUMBER}
    assert parsed == []


def test_of_a_changed_source_the_changed_lines_are_read(sync: Sync, catalog: TinyCatalog, parsed: list[bytes]) -> None:
    sync(*records())
    report = sync(*records()[:-1], {**records()[-1], "title": "Second"})
    assert report.counts() == {"updated": 1, "unchanged": NUMBER - 1}
    assert [json.loads(line)["title"] for line in parsed] == ["Second"]
    assert sorted(one["title"] for one in catalog.datasets.values()) == ["First"] * (NUMBER - 1) + ["Second"]


def test_a_record_that_has_gone_is_noticed(sync: Sync, parsed: list[bytes]) -> None:
    sync(*records())
    assert sync(*records()[1:]).counts() == {"deleted": 1, "unchanged": NUMBER - 1}
    assert parsed == []


def test_what_people_edited_is_kept_and_merged_with_what_the_line_says(
    sync: Sync, catalog: TinyCatalog, parsed: list[bytes]
) -> None:
    sync(*records())
    catalog.edit("name-1", notes="Theirs")
    assert sync(*records()).counts() == {"unchanged": NUMBER}
    assert sync(*records(), own=("title", "notes")).counts() == {"unchanged": NUMBER}
    catalog.edit("name-1", title="Theirs")
    assert sync(*records(), own=("title",)).counts() == {"updated": 1, "unchanged": NUMBER - 1}
    assert {one["title"] for one in catalog.datasets.values()} == {"First"}
    assert parsed == []


@pytest.mark.parametrize(
    "options",
    [{"ignore": ("notes",)}, {"default_organization": "org"}, {"id_key": "name"}],
    ids=["ignored fields", "another organization", "another key"],
)
def test_with_options_that_shape_the_data_every_line_is_read_again(
    sync: Sync, parsed: list[bytes], options: dict[str, Any]
) -> None:
    sync(*records())
    sync(*records(), **options)
    assert len(parsed) == NUMBER


def test_with_another_code_every_line_is_read_again(
    sync: Sync, parsed: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    sync(*records())
    monkeypatch.setattr(making, "_digest_of_code", lambda: "another")
    assert sync(*records()).counts() == {"unchanged": NUMBER}
    assert len(parsed) == NUMBER
    monkeypatch.setattr(making, "_digest_of_code", lambda: "")
    sync(*records())
    sync(*records())
    assert len(parsed) == NUMBER


def test_the_code_has_a_digest() -> None:
    assert len(making._digest_of_code()) == 64


def test_a_second_line_of_a_known_record_with_another_content_refuses_both(sync: Sync) -> None:
    sync(*records())
    for order in (1, -1):
        report = sync(*[*records(), {**records()[1], "title": "Second"}][::order])
        assert [(one.record_id, one.field) for one in report.undone] == [("1", "id")] * 2
        assert report.counts() == {"unchanged": NUMBER - 1, "refused": 2}


def test_a_line_that_comes_twice_counts_once(sync: Sync) -> None:
    first = sync(*records(version="1" * 200), records(version="1" * 200)[1])
    again = sync(*records(version="1" * 200), records(version="1" * 200)[1])
    assert first.adjusted
    assert first.adjusted == again.adjusted
    assert again.counts() == {"unchanged": NUMBER}


def test_what_known_lines_say_of_organizations_is_not_forgotten(sync: Sync, catalog: TinyCatalog) -> None:
    described = records(owner_org=None, organization={"name": "town", "title": "The Town"})
    sync(*described)
    del catalog.organizations["town"]
    sync(*described)
    assert catalog.organizations["town"]["title"] == "The Town"


def test_known_lines_that_name_no_organization_are_the_default_ones(sync: Sync) -> None:
    nameless = records(owner_org=None)
    sync(*nameless, default_organization="org")
    new = {"id": "new", "name": "new", "owner_org": "org"}
    report = sync(*nameless, new, default_organization="org")
    assert report.counts() == {"created": 1, "unchanged": NUMBER}
    assert report.notes == ()


def test_a_record_that_was_refused_is_read_again_and_told_again(sync: Sync, parsed: list[bytes]) -> None:
    bad = {"id": "bad", "name": "bad", "state": "draft", "owner_org": "org"}
    for _ in range(2):
        report = sync(*records(), bad)
        assert [(one.record_id, one.field) for one in report.undone] == [("bad", "state")]
    assert [json.loads(line)["id"] for line in parsed] == ["bad"]


def test_known_lines_come_before_the_error_behind_them(file: Path) -> None:
    file.write_bytes(b'{"id": "a"}\n{"id": "a", "id": "b"}\n')
    reading = Reading(JsonlSource(file).read_unknown(lambda digests: {digests[0]: "a"}))
    item = next(reading)
    assert isinstance(item, Same)
    assert (item.key, item.place) == ("a", f"{file}:1")
    with pytest.raises(SourceError, match="holds the key 'id' twice"):
        next(reading)


def test_known_lines_are_records_of_the_listing(file: Path) -> None:
    file.write_bytes(b'{"id": "a"}\n\n{"id": "b"}\n')
    source = JsonlSource(file)
    reading = Reading(source.read_unknown(lambda digests: {digests[1]: "b"}))
    assert [(type(item).__name__, item.key) for item in reading] == [("Record", "a"), ("Same", "b")]
    assert reading.ending == Complete(f"read to the end: 3 lines, {source.size} bytes", 2)
