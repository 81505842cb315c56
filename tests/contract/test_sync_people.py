"""What people edit in a synchronized dataset stays, over many runs; where the source changed it too, both are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.exceptions import EditConflict
from ckan_api_client.low_level import CkanLowlevelClient
from ckan_api_client.syncing.identity import Identity
from contract.bench import Bench
from contract.catalogs import Catalog
from contract.syncing import Sync

Edit = Callable[..., dict[str, Any]]


@pytest.fixture
def sync(bench: Bench, tmp_path: Path) -> Sync:
    return Sync(bench, tmp_path)


@pytest.fixture
def record(bench: Bench) -> dict[str, Any]:
    return {
        "name": bench.name(),
        "title": "First",
        "notes": "First notes",
        "author": "First author",
        "tags": ["kept", "gone"],
        "extras": {"a": "first", "b": "first"},
        "resources": [{"id": "r1", "url": "http://data.example/1.csv", "format": "CSV", "description": "First"}],
    }


@pytest.fixture
def edit(catalog: Catalog, bench: Bench) -> Iterator[Edit]:
    """Change a dataset as a person does: another user reads it and writes it back, with some fields changed."""
    with CkanLowlevelClient(catalog.url, catalog.editor_token) as person:

        def change(dataset_id: str, **fields: Any) -> dict[str, Any]:
            person.action.package_update(**{**person.action.package_show(id=dataset_id), **fields})
            return bench.show(dataset_id)

        yield change


def edit_everything(edit: Edit, bench: Bench, dataset_id: str) -> dict[str, Any]:
    """Change a text, another, an extra and a resource; add a tag, an extra, a resource; take a tag off."""
    now = bench.show(dataset_id)
    extras = {extra["key"]: extra["value"] for extra in now["extras"]} | {"a": "theirs", "added": "theirs"}
    return edit(
        dataset_id,
        title="Theirs",
        notes="Their notes",
        tags=[{"name": "kept"}, {"name": "theirs"}],
        extras=[{"key": key, "value": value} for key, value in extras.items()],
        resources=[{**now["resources"][0], "description": "Theirs"}, {"url": "http://data.example/theirs.pdf"}],
    )


def test_people_keep_what_they_edited(sync: Sync, bench: Bench, record: dict[str, Any], edit: Edit) -> None:
    (made,) = sync({"a": record}).outcomes
    edited = edit_everything(edit, bench, made.dataset_id)
    for _ in range(3):
        report = sync({"a": record})
        assert (report.counts(), report.conflicts, sync.writes) == ({"unchanged": 1}, (), [])
    assert bench.show(made.dataset_id) == edited


def test_people_keep_it_while_the_source_changes_other_fields(
    sync: Sync, bench: Bench, record: dict[str, Any], edit: Edit
) -> None:
    (made,) = sync({"a": record}).outcomes
    edited = edit_everything(edit, bench, made.dataset_id)
    report = sync({"a": {**record, "author": "Second author", "extras": {"a": "first", "b": "second"}}})
    assert (report.counts(), report.conflicts) == ({"updated": 1}, ())
    now = bench.show(made.dataset_id)
    assert (now["author"], {"key": "b", "value": "second"} in now["extras"]) == ("Second author", True)
    for field in ("title", "notes", "tags"):
        assert now[field] == edited[field]
    assert [one["description"] for one in now["resources"]] == [one["description"] for one in edited["resources"]]
    extras = {extra["key"]: extra["value"] for extra in now["extras"]}
    assert (extras["a"], extras["added"]) == ("theirs", "theirs")


def changed(record: dict[str, Any]) -> dict[str, Any]:
    return {
        **record,
        "title": "Second",
        "notes": "Second notes",
        "extras": {"a": "second", "b": "first"},
        "resources": [{**record["resources"][0], "description": "Second"}],
    }


def test_what_both_changed_is_told_once_with_both_values(
    sync: Sync, bench: Bench, record: dict[str, Any], edit: Edit
) -> None:
    (made,) = sync({"a": record}).outcomes
    edited = edit_everything(edit, bench, made.dataset_id)
    report = sync({"a": changed(record)})
    resource = Identity(sync.source, "a").resource_id("r1")
    assert {(one.path, one.source, one.catalog, one.taken) for one in report.conflicts} == {
        ("title", "Second", "Theirs", "catalog"),
        ("notes", "Second notes", "Their notes", "catalog"),
        ("extras.a", "second", "theirs", "catalog"),
        (f"resources.{resource}.description", "Second", "Theirs", "catalog"),
    }
    assert (report.counts(), sync.writes) == ({"unchanged": 1}, [])
    again = sync({"a": changed(record)})
    assert (again.counts(), again.conflicts, sync.writes) == ({"unchanged": 1}, (), [])
    assert bench.show(made.dataset_id) == edited


def test_a_person_who_takes_an_edit_back_gets_what_the_source_says_by_now(
    sync: Sync, bench: Bench, record: dict[str, Any], edit: Edit
) -> None:
    (made,) = sync({"a": record}).outcomes
    edit(made.dataset_id, title="Theirs")
    sync({"a": {**record, "title": "Second"}})
    edit(made.dataset_id, title="First")
    assert sync({"a": {**record, "title": "Second"}}).counts() == {"updated": 1}
    assert bench.show(made.dataset_id)["title"] == "Second"


def test_on_conflict_source_takes_the_sources_and_leaves_the_rest(
    sync: Sync, bench: Bench, record: dict[str, Any], edit: Edit
) -> None:
    (made,) = sync({"a": record}).outcomes
    edit_everything(edit, bench, made.dataset_id)
    report = sync.with_options(on_conflict="source")({"a": changed(record)})
    assert {one.taken for one in report.conflicts} == {"source"}
    now = bench.show(made.dataset_id)
    assert (now["title"], now["notes"], now["resources"][0]["description"]) == ("Second", "Second notes", "Second")
    assert [tag["name"] for tag in now["tags"]] == ["kept", "theirs"]
    assert [one["url"] for one in now["resources"]] == ["http://data.example/1.csv", "http://data.example/theirs.pdf"]
    extras = {extra["key"]: extra["value"] for extra in now["extras"]}
    assert (extras["a"], extras["added"]) == ("second", "theirs")


def test_on_conflict_fail_writes_nothing(sync: Sync, bench: Bench, record: dict[str, Any], edit: Edit) -> None:
    (made,) = sync({"a": record}).outcomes
    edited = edit(made.dataset_id, title="Theirs")
    failing = sync.with_options(on_conflict="fail")
    with pytest.raises(EditConflict) as conflict:
        failing({"a": changed(record), "b": {"name": bench.name("b"), "title": "B"}})
    assert [one.path for one in conflict.value.conflicts] == ["title"]
    assert failing.writes == []
    assert bench.show(made.dataset_id) == edited


def test_what_the_source_owns_is_written_over_people(
    sync: Sync, bench: Bench, record: dict[str, Any], edit: Edit
) -> None:
    (made,) = sync({"a": record}).outcomes
    edit(made.dataset_id, title="Theirs", tags=[{"name": "theirs"}], author="Theirs")
    report = sync.with_options(own=("title", "tags"))({"a": record})
    assert (report.counts(), report.conflicts) == ({"updated": 1}, ())
    now = bench.show(made.dataset_id)
    assert (now["title"], [tag["name"] for tag in now["tags"]], now["author"]) == ("First", ["gone", "kept"], "Theirs")


def test_what_is_ignored_is_never_written(sync: Sync, bench: Bench, record: dict[str, Any]) -> None:
    ignoring = sync.with_options(ignore=("notes", "extras.a"))
    (made,) = ignoring({"a": record}).outcomes
    created = bench.show(made.dataset_id)
    assert (created["notes"] or "", "a" in {extra["key"] for extra in created["extras"]}) == ("", False)
    assert ignoring({"a": {**record, "notes": "Second notes"}}).counts() == {"unchanged": 1}
    assert ignoring.writes == []
    assert bench.show(made.dataset_id) == created


def test_a_dataset_that_a_person_deleted_stays_deleted_and_is_told_once(
    sync: Sync, bench: Bench, record: dict[str, Any]
) -> None:
    records = {"a": record, "b": {"name": bench.name("b"), "title": "B"}}
    made = {one.record_id: one.dataset_id for one in sync(records).outcomes}
    bench.action.package_delete(id=made["a"])
    report = sync(records)
    assert [(one.record_id, one.path, one.catalog) for one in report.conflicts] == [("a", "state", "deleted")]
    assert sync.writes == []
    assert sync(records).conflicts == ()
    assert sync.writes == []
    assert bench.show(made["a"])["state"] == "deleted"


def test_a_dataset_that_a_person_deleted_comes_back_if_the_source_wins(
    sync: Sync, bench: Bench, record: dict[str, Any]
) -> None:
    (made,) = sync({"a": record}).outcomes
    bench.action.package_delete(id=made.dataset_id)
    (revived,) = sync.with_options(on_conflict="source")({"a": record}).outcomes
    assert (revived.did.value, revived.dataset_id) == ("revived", made.dataset_id)
    assert bench.show(made.dataset_id)["state"] == "active"


def test_a_dataset_whose_marker_a_person_took_off_is_left_alone(
    sync: Sync, bench: Bench, record: dict[str, Any], edit: Edit
) -> None:
    records = {"a": record, "b": {"name": bench.name("b"), "title": "B"}}
    made = {one.record_id: one.dataset_id for one in sync(records).outcomes}
    edited = edit(made["a"], extras=[{"key": "a", "value": "first"}])
    report = sync({**records, "a": changed(record)})
    assert [(one.record_id, one.path) for one in report.conflicts] == [("a", "extras._harvest_source")]
    assert sync({**records, "a": changed(record)}).conflicts == ()
    assert sync({"b": records["b"]}).counts() == {"unchanged": 1}
    assert sync.writes == []
    assert bench.show(made["a"]) == edited


def test_a_group_that_a_person_took_off_stays_off(sync: Sync, bench: Bench, record: dict[str, Any]) -> None:
    one, other = bench.group("one"), bench.group("other")
    record = {**record, "groups": [one["name"], other["name"]]}
    (made,) = sync({"a": record}).outcomes
    bench.action.package_patch(id=made.dataset_id, groups=[{"name": other["name"]}])
    assert sync({"a": record}).counts() == {"unchanged": 1}
    assert sync({"a": {**record, "title": "Second"}}).counts() == {"updated": 1}
    now = bench.show(made.dataset_id)
    assert (now["title"], [group["name"] for group in now["groups"]]) == ("Second", [other["name"]])
