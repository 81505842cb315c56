"""A whole run, in both colours, against a catalog of a few lines that answers as CKAN does where it matters here."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.exceptions import NotAuthorized, NotFound, SourceError, TransportError
from ckan_api_client.sources import Complete, Listing, Record
from ckan_api_client.sources.listing import Broken
from ckan_api_client.syncing import AsyncSynchronizationClient, Report, SynchronizationClient
from ckan_api_client.syncing.events import CatalogRead, Event, Planned, Settled, SourceRead
from tiny_catalog import AsyncTinyCatalog, Refused, TinyCatalog

Sync = Callable[..., Report]


@pytest.fixture
def catalog() -> TinyCatalog:
    return TinyCatalog()


@pytest.fixture(params=["blocking", "awaited"])
def sync(request: pytest.FixtureRequest, catalog: TinyCatalog, tmp_path: Path) -> Sync:
    """Runs of one source, which remember one another; `limits` are those of `sync`, all else is the client's."""

    def blocking(data: Any, *, listener: Any = None, limits: Any = None, **options: Any) -> Report:
        given = {"transport": catalog, "state": tmp_path / "geo.sqlite", **options}
        client = SynchronizationClient("http://c.example", "token", **given)
        return client.sync("geo", data, listener=listener, **(limits or {}))

    def awaited(data: Any, *, listener: Any = None, limits: Any = None, **options: Any) -> Report:
        given = {"transport": AsyncTinyCatalog(catalog), "state": tmp_path / "geo.sqlite", **options}
        client = AsyncSynchronizationClient("http://c.example", "token", **given)
        return asyncio.run(client.sync("geo", data, listener=listener, **(limits or {})))

    return blocking if request.param == "blocking" else awaited


def records(*keys: str, title: str = "T", organization: str = "org") -> dict[str, Any]:
    return {"dataset": {key: {"name": f"name-{key}", "title": title, "owner_org": organization} for key in keys}}


def test_a_first_run_creates_and_a_second_writes_nothing(sync: Sync, catalog: TinyCatalog) -> None:
    assert sync(records("1", "2", "3", "4", "5")).counts() == {"created": 5}
    catalog.writes.clear()
    assert sync(records("1", "2", "3", "4", "5")).counts() == {"unchanged": 5}
    assert catalog.writes == []


def test_one_changed_record_is_one_write(sync: Sync, catalog: TinyCatalog) -> None:
    sync(records("1", "2", "3"))
    catalog.writes.clear()
    data = records("1", "2", "3")
    data["dataset"]["2"]["title"] = "New"
    report = sync(data)
    assert report.counts() == {"updated": 1, "unchanged": 2}
    assert [action for action, _ in catalog.writes] == ["package_revise"]


def test_a_record_that_left_is_deleted_and_comes_back_as_the_same_dataset(sync: Sync, catalog: TinyCatalog) -> None:
    sync(records("1", "2"))
    ids = set(catalog.datasets)
    assert sync(records("1")).counts() == {"deleted": 1, "unchanged": 1}
    assert sync(records("1", "2")).counts() == {"revived": 1, "unchanged": 1}
    assert set(catalog.datasets) == ids


def test_deletes_come_first_since_they_free_names(sync: Sync, catalog: TinyCatalog) -> None:
    sync({"dataset": {"old": {"name": "wells", "title": "T", "owner_org": "org"}}})
    catalog.writes.clear()
    data = {"dataset": {"new": {"name": "wells", "title": "T", "owner_org": "org"}}}
    report = sync(data, limits={"max_deletes": 1})
    assert report.counts() == {"created": 1, "deleted": 1}
    assert [action for action, _ in catalog.writes] == ["package_revise", "package_create"]


def test_a_source_that_ends_in_an_error_writes_nothing(sync: Sync, catalog: TinyCatalog) -> None:
    class Broken17:
        name, size, position = "a.jsonl", 1, 0

        def read(self) -> Listing:
            yield Record("1", "dataset", {"title": "T", "owner_org": "org"}, "a.jsonl", 1)
            raise SourceError("is no JSON", file="a.jsonl", line=17)

    with pytest.raises(SourceError, match=r"a\.jsonl:17: is no JSON"):
        sync(Broken17())
    assert catalog.writes == []


def test_what_cannot_be_read_as_a_record_keeps_everything_from_being_deleted(sync: Sync) -> None:
    sync(records("1", "2"))

    class OneBroken:
        name, size, position = "a.jsonl", 1, 0

        def read(self) -> Listing:
            yield Record("1", "dataset", records("1")["dataset"]["1"], "a.jsonl", 1)
            yield Broken("a.jsonl", 2, "has no id")
            return Complete("never trusted here", 1)

    report = sync(OneBroken())
    assert report.counts() == {"refused": 1, "unchanged": 1}
    assert report.no_deletes_because == (
        "the source was not read completely: something in it could not be read as a record with an id"
    )


def test_an_index_that_promises_more_than_it_gives_leads_to_no_delete(sync: Sync, catalog: TinyCatalog) -> None:
    sync(records("1", "2"))
    catalog.promised_too_many = 1
    report = sync(records("1"))
    assert report.counts() == {"unchanged": 1}
    assert "promised 3 datasets and gave 2" in report.no_deletes_because


def test_datasets_without_the_marker_are_never_written(sync: Sync, catalog: TinyCatalog) -> None:
    bystander = {"id": "x", "name": "name-1", "title": "Mine", "state": "active", "extras": [], "owner_org": "org"}
    catalog.datasets["x"] = bystander
    report = sync(records("1", "2"))
    assert report.counts() == {"created": 1, "refused": 1}
    assert catalog.datasets["x"] == bystander
    assert not report


def test_records_of_an_organization_that_cannot_be_made_are_skipped(sync: Sync, catalog: TinyCatalog) -> None:
    def refuse(action: str, _: Mapping[str, Any]) -> None:
        if action == "organization_create":
            raise Refused(403, "Authorization Error", message="no")

    catalog.fault = refuse
    data = records("1") | {}
    data["dataset"]["2"] = {"title": "T", "owner_org": "elsewhere"}
    report = sync(data)
    assert report.counts("organization") == {"failed": 1}
    assert report.counts() == {"created": 1, "skipped": 1}
    assert "organization 'elsewhere'" in report.undone[-1].reason


def test_one_record_that_fails_does_not_stop_the_rest(sync: Sync, catalog: TinyCatalog) -> None:
    def refuse(action: str, body: Mapping[str, Any]) -> None:
        if action == "package_create" and body["name"] == "name-2":
            raise Refused(409, "Validation Error", license_id=["unknown"])

    catalog.fault = refuse
    report = sync(records("1", "2", "3"))
    assert report.counts() == {"created": 2, "failed": 1}
    assert (report.undone[0].record_id, report.undone[0].field) == ("2", "license_id")


def test_a_server_that_fails_again_and_again_is_left_alone(sync: Sync, catalog: TinyCatalog) -> None:
    def fail(action: str, _: Mapping[str, Any]) -> None:
        if action == "package_create":
            raise Refused(500, "Search Index Error", message="down")

    catalog.fault = fail
    report = sync(records(*(f"{number:03}" for number in range(100))), max_in_flight=1)
    assert report.counts() == {"failed": 25, "skipped": 75}
    assert "the server failed 25 times in a row" in report.undone[-1].reason


def test_a_token_that_is_revoked_in_the_middle_stops_the_run(sync: Sync, catalog: TinyCatalog) -> None:
    def revoke(action: str, body: Mapping[str, Any]) -> None:
        if action == "package_create" and body["name"] == "name-2":
            catalog.known = False
        if action == "package_create" and not catalog.known:
            raise Refused(403, "Authorization Error", message="Access denied")

    catalog.fault = revoke
    with pytest.raises(NotAuthorized, match="does not know this API token"):
        sync(records("1", "2", "3", "4"), max_in_flight=1)
    assert len(catalog.writes) == 2


def test_a_token_that_is_revoked_while_the_catalog_is_read_stops_the_run(sync: Sync, catalog: TinyCatalog) -> None:
    def revoke(action: str, _: Mapping[str, Any]) -> None:
        if action == "package_search":
            catalog.known = False

    catalog.fault = revoke
    with pytest.raises(NotAuthorized):
        sync(records("1"))
    assert catalog.writes == []


def test_a_default_organization_that_is_not_there_is_an_error_before_anything_is_written(
    sync: Sync, catalog: TinyCatalog
) -> None:
    with pytest.raises(NotFound, match="there is no organization 'nowhere'"):
        sync(records("1"), default_organization="nowhere")
    assert catalog.writes == []


def test_a_catalog_that_does_not_answer_is_an_error_before_anything_is_written(
    sync: Sync, catalog: TinyCatalog
) -> None:
    def cut(action: str, _: Mapping[str, Any]) -> None:
        if action == "package_search":
            raise TransportError("cut")

    catalog.fault = cut
    with pytest.raises(TransportError):
        sync(records("1"))
    assert catalog.writes == []


def test_a_listener_hears_what_happens_in_order(sync: Sync) -> None:
    heard: list[Event] = []
    sync(records("1", "2"), listener=heard.append)
    assert [type(event) for event in heard] == [SourceRead, CatalogRead, Planned, Settled, Settled]


def test_a_report_is_true_where_all_was_done_and_reads_as_json(sync: Sync) -> None:
    report = sync(records("1"))
    assert report
    told = json.loads(json.dumps(report.as_dict()))
    assert told["counts"] == {"organization": {}, "group": {}, "dataset": {"created": 1}}
    assert told["outcomes"][0]["record_id"] == "1"
    assert str(report) == "geo -> http://c.example\ndatasets: 1 created"


def test_a_source_name_that_cannot_be_a_marker_is_refused_before_anything_is_asked(catalog: TinyCatalog) -> None:
    client = SynchronizationClient("http://c.example", "token", transport=catalog)
    with pytest.raises(ValueError, match="is no name of a source"):
        client.sync("Geo Portal", records("1"))


def test_a_sync_needs_a_token_and_something_to_read(catalog: TinyCatalog) -> None:
    with pytest.raises(NotAuthorized, match="a sync needs an API token"):
        SynchronizationClient("http://c.example", transport=catalog).sync("geo", records("1"))
    data: Any = ["1"]
    with pytest.raises(TypeError, match="a list is no source: give a path, a mapping, or"):
        SynchronizationClient("http://c.example", "token", transport=catalog).sync("geo", data)


def test_a_path_is_a_source(catalog: TinyCatalog, tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text('{"id": "1", "title": "T", "owner_org": "org"}\n')
    client = SynchronizationClient("http://c.example", "token", transport=catalog, state=tmp_path / "geo.sqlite")
    assert client.sync("geo", path).counts() == {"created": 1}


def test_without_a_memory_what_differs_stays_and_is_told(sync: Sync, catalog: TinyCatalog) -> None:
    sync(records("1"))
    catalog.edit("name-1", title="By hand")
    report = sync(records("1"), state=":memory:")
    assert [(one.path, one.source, one.catalog) for one in report.conflicts] == [("title", "T", "By hand")]
    assert catalog.package_show({"id": "name-1"})["title"] == "By hand"


def test_an_edit_by_a_person_stays_over_many_runs(sync: Sync, catalog: TinyCatalog) -> None:
    sync(records("1"))
    catalog.edit("name-1", title="By hand")
    catalog.writes.clear()
    for _ in range(3):
        report = sync(records("1"))
        assert (report.counts(), report.conflicts) == ({"unchanged": 1}, ())
    assert catalog.writes == []


def test_a_conflict_is_told_once_and_written_once_the_person_gives_way(sync: Sync, catalog: TinyCatalog) -> None:
    sync(records("1"))
    catalog.edit("name-1", title="By hand")
    assert len(sync(records("1", title="New")).conflicts) == 1
    assert sync(records("1", title="New")).conflicts == ()
    catalog.edit("name-1", title="T")
    assert sync(records("1", title="New")).counts() == {"updated": 1}


def test_what_ckan_refused_is_sent_again_once_it_has_changed(sync: Sync, catalog: TinyCatalog) -> None:
    def refuse(_: str, body: Mapping[str, Any]) -> None:
        if body.get("title") == "Bad" or body.get("update", {}).get("title") == "Bad":
            raise Refused(409, "Validation Error", title=["is no title"])

    sync(records("1"))
    catalog.fault = refuse
    bad = records("1", title="Bad") | {}
    bad["dataset"] |= records("2", title="Bad")["dataset"]
    assert sync(bad).counts() == {"failed": 2}
    catalog.writes.clear()
    report = sync(bad)
    assert (report.counts(), catalog.writes) == ({"refused": 2}, [])
    assert "not sent again before it changes, or with --retry-refused" in report.undone[0].reason
    assert sync(bad, retry_refused=True).counts() == {"failed": 2}
    assert sync(records("1", "2", title="Good")).counts() == {"created": 1, "updated": 1}


def test_a_record_that_the_server_fails_for_twice_is_set_aside(sync: Sync, catalog: TinyCatalog) -> None:
    """Only while it takes others: else it is the server."""

    def fail(action: str, body: Mapping[str, Any]) -> None:
        if action == "package_create" and body["name"] == "name-bad":
            raise Refused(500, "Internal Server Error", message="Internal Server Error")

    catalog.fault = fail
    assert sync(records("bad", "1")).counts() == {"created": 1, "failed": 1}
    assert sync(records("bad", "1", "2")).counts() == {"created": 1, "unchanged": 1, "failed": 1}
    catalog.writes.clear()
    assert sync(records("bad", "1", "2")).counts() == {"unchanged": 2, "refused": 1}
    assert catalog.writes == []


def test_a_server_that_fails_for_all_sets_nothing_aside(sync: Sync, catalog: TinyCatalog) -> None:
    def fail(action: str, _: Mapping[str, Any]) -> None:
        if action == "package_create":
            raise Refused(500, "Internal Server Error", message="Internal Server Error")

    catalog.fault = fail
    for _ in range(3):
        assert sync(records("1", "2")).counts() == {"failed": 2}
    catalog.fault = lambda *_: None
    assert sync(records("1", "2")).counts() == {"created": 2}


def test_a_person_s_value_that_was_kept_is_no_reason_to_fail_once_the_dataset_is_gone(
    sync: Sync, catalog: TinyCatalog
) -> None:
    sync(records("1", "2"))
    catalog.edit("name-1", title="By hand")
    sync(records("1", "2", title="New"))
    catalog.datasets = {key: one for key, one in catalog.datasets.items() if one["name"] != "name-1"}
    report = sync(records("1", "2", title="Newer"))
    assert [(one.record_id, one.because) for one in report.conflicts] == [("1", "it was purged in the catalog")]
