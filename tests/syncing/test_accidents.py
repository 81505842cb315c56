"""A source that is wrong as a whole deletes nothing, and the message says why and what to do."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.exceptions import SourceError, UnsafePlan
from ckan_api_client.sources import Complete, Listing, Partial, Record
from ckan_api_client.syncing import Report, SynchronizationClient
from tiny_catalog import TinyCatalog

Sync = Callable[..., Report]


@pytest.fixture
def catalog() -> TinyCatalog:
    return TinyCatalog()


@pytest.fixture
def sync(catalog: TinyCatalog, tmp_path: Path) -> Sync:
    def run(data: Any, **limits: Any) -> Report:
        client = SynchronizationClient("http://c.example", "token", transport=catalog, state=tmp_path / "geo.sqlite")
        return client.sync("geo", data, **limits)

    return run


def records(count: int, *, title: str = "T", of: str = "r") -> dict[str, Any]:
    return {f"{of}{number:03}": {"title": title, "owner_org": "org"} for number in range(count)}


def changed(count: int, of: int) -> dict[str, Any]:
    return {"dataset": records(of) | records(count, title="New")}


def jsonl(path: Path, data: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps({"id": key, **record}) + "\n" for key, record in data.items()))
    return path


def refused(sync: Sync, catalog: TinyCatalog, data: Any, **limits: Any) -> str:
    """Return why a run is refused, and see that it writes nothing."""
    catalog.writes.clear()
    with pytest.raises(UnsafePlan) as caught:
        sync(data, **limits)
    assert catalog.writes == []
    return str(caught.value)


#: The size of a source, and how many of its datasets may be deleted without a word.
DELETES = [(1, 0), (2, 1), (3, 1), (4, 2), (9, 4), (10, 5), (11, 5), (12, 5), (50, 5), (59, 5), (60, 6), (100, 10)]


@pytest.mark.parametrize(("size", "most"), DELETES)
def test_so_many_are_deleted_without_a_word_and_not_one_more(
    sync: Sync, catalog: TinyCatalog, size: int, most: int
) -> None:
    sync({"dataset": records(size)})
    told = refused(sync, catalog, {"dataset": records(size - most - 1)}, allow_empty=True)
    assert f"{most + 1} of {size} datasets would be deleted" in told
    assert f"(--max-deletes {most + 1} allows it)" in told
    assert sync({"dataset": records(size - most)}).counts().get("deleted", 0) == most


@pytest.mark.parametrize(("size", "most"), [(10, 5), (60, 6)])
def test_one_more_is_deleted_where_that_is_allowed(sync: Sync, size: int, most: int) -> None:
    sync({"dataset": records(size)})
    report = sync({"dataset": records(size - most - 1)}, max_deletes=most + 1)
    assert report.counts()["deleted"] == most + 1


#: As above, of updates.
UPDATES = [(20, 20), (21, 20), (39, 20), (40, 20), (41, 20), (42, 21), (60, 30)]


@pytest.mark.parametrize(("size", "most"), UPDATES)
def test_so_many_are_changed_without_a_word_and_not_one_more(
    sync: Sync, catalog: TinyCatalog, size: int, most: int
) -> None:
    sync({"dataset": records(size)})
    if most < size:
        told = refused(sync, catalog, changed(most + 1, size))
        assert f"{most + 1} of {size} datasets would be changed" in told
        assert f"(--max-updates {most + 1} allows it)" in told
    assert sync(changed(most, size)).counts()["updated"] == most


def test_an_empty_source_deletes_nothing(sync: Sync, catalog: TinyCatalog) -> None:
    sync({"dataset": records(3)})
    told = refused(sync, catalog, {"dataset": {}})
    assert "the source holds no dataset that can be taken (--allow-empty allows it)" in told
    assert "3 of 3 datasets would be deleted: that is all that this source has (--max-deletes 3 allows it)" in told
    assert "all that this source has" in refused(sync, catalog, {"dataset": {}}, allow_empty=True)
    assert "holds no dataset" in refused(sync, catalog, {"dataset": {}}, max_deletes=3)
    assert sync({"dataset": {}}, allow_empty=True, max_deletes=3).counts() == {"deleted": 3}


def test_an_empty_source_is_refused_where_there_is_nothing_to_delete_either(sync: Sync, catalog: TinyCatalog) -> None:
    assert "holds no dataset" in refused(sync, catalog, {"dataset": {}})


def test_an_empty_file_deletes_nothing(sync: Sync, catalog: TinyCatalog, tmp_path: Path) -> None:
    path = jsonl(tmp_path / "records.jsonl", records(3))
    sync(path)
    path.write_text("")
    assert "holds no dataset" in refused(sync, catalog, path)


def test_a_source_whose_ids_have_all_changed_deletes_nothing(sync: Sync, catalog: TinyCatalog) -> None:
    sync({"dataset": records(10)})
    told = refused(sync, catalog, {"dataset": records(10, of="new-")})
    assert "10 of 10 datasets would be deleted: that is all that this source has" in told


def test_a_source_of_which_half_is_lost_deletes_nothing(sync: Sync, catalog: TinyCatalog) -> None:
    """Cut between two records, it looks complete: only the guards can tell."""
    sync({"dataset": records(20)})
    told = refused(sync, catalog, {"dataset": records(10)})
    assert "10 of 20 datasets would be deleted: that is more than 5, and more than 10 %" in told


def test_a_file_that_is_cut_within_a_record_deletes_nothing(sync: Sync, catalog: TinyCatalog, tmp_path: Path) -> None:
    path = jsonl(tmp_path / "records.jsonl", records(4))
    sync(path)
    catalog.writes.clear()
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(SourceError, match=r"records\.jsonl:4: .*nothing was written, nothing was deleted"):
        sync(path)
    assert catalog.writes == []


def test_a_compressed_file_that_is_cut_deletes_nothing(sync: Sync, catalog: TinyCatalog, tmp_path: Path) -> None:
    plain = jsonl(tmp_path / "records.jsonl", records(4))
    path = tmp_path / "records.jsonl.gz"
    path.write_bytes(gzip.compress(plain.read_bytes()))
    sync(path)
    catalog.writes.clear()
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(SourceError, match=r"nothing was written, nothing was deleted"):
        sync(path)
    assert catalog.writes == []


@pytest.mark.parametrize("ending", [Partial("page 3 of 7 is missing", 2), Complete("read to the end", 2)])
def test_only_a_source_that_was_read_completely_deletes(sync: Sync, ending: Any) -> None:
    sync({"dataset": records(4)})

    class Ending:
        name, size, position = "pages", 1, 0

        def read(self) -> Listing:
            for key, record in records(3).items():
                yield Record(key, "dataset", record, "pages")
            return ending  # type: ignore[no-any-return]

    report = sync(Ending())
    if isinstance(ending, Partial):
        assert report.counts() == {"unchanged": 3}
        assert report.no_deletes_because == "the source was not read completely: page 3 of 7 is missing"
    else:
        assert report.counts() == {"deleted": 1, "unchanged": 3}


def test_a_record_without_a_readable_id_keeps_everything_else_and_does_the_rest(
    sync: Sync, catalog: TinyCatalog, tmp_path: Path
) -> None:
    path = jsonl(tmp_path / "records.jsonl", records(3))
    sync(path)
    catalog.writes.clear()
    lines = path.read_text().splitlines()
    lines[0] = json.dumps({"id": "r000", "title": "New", "owner_org": "org"})
    lines[2] = json.dumps({"id": {"no": "id"}, "title": "T", "owner_org": "org"})
    path.write_text("\n".join(lines) + "\n")
    report = sync(path)
    assert report.counts() == {"updated": 1, "unchanged": 1, "refused": 1}
    assert [action for action, _ in catalog.writes] == ["package_revise"]
    assert report.no_deletes_because.startswith("the source was not read completely")
    (outcome,) = report.undone
    assert outcome.place.endswith("records.jsonl:3")


def test_a_first_run_that_names_a_source_of_others_by_mistake_deletes_nothing(
    sync: Sync, catalog: TinyCatalog, tmp_path: Path
) -> None:
    """Another source's file under this source's name, by somebody who has no memory of it."""
    sync({"dataset": records(10)})
    client = SynchronizationClient("http://c.example", "token", transport=catalog, state=tmp_path / "other.sqlite")
    catalog.writes.clear()
    with pytest.raises(UnsafePlan, match="10 of 10 datasets would be deleted"):
        client.sync("geo", {"dataset": records(10, of="other-")})
    assert catalog.writes == []
