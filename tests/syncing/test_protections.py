"""What protects people's work and the catalog, each in a run that would do harm without it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from applying_model import IDENTITY, TERMS, Full, shown
from ckan_api_client.exceptions import StateError
from ckan_api_client.syncing import SynchronizationClient
from ckan_api_client.syncing.deleting import apply_delete
from ckan_api_client.syncing.plan import Delete
from ckan_api_client.syncing.state import State
from merging_model import World, record
from tiny_catalog import Refused, TinyCatalog

Client = Callable[..., SynchronizationClient]


@pytest.fixture
def catalog() -> TinyCatalog:
    return TinyCatalog()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "geo.sqlite"


@pytest.fixture
def client(catalog: TinyCatalog, state: Path) -> Client:
    """Clients of one catalog, which remember one another."""

    def make(**options: Any) -> SynchronizationClient:
        given = {"transport": catalog, "state": state, "max_in_flight": 1, **options}
        return SynchronizationClient("http://c.example", "token", **given)

    return make


def records(*keys: str, **fields: Any) -> dict[str, Any]:
    return {"dataset": {key: {"name": f"name-{key}", "title": "First", "owner_org": "org", **fields} for key in keys}}


def shown_title(catalog: TinyCatalog, name: str = "name-1") -> str:
    return str(catalog.package_show({"id": name})["title"])


# What proves that something is there, or gone


def test_what_people_deleted_stays_deleted_and_is_told_once(client: Client, catalog: TinyCatalog) -> None:
    client().sync("geo", records("1", "2"))
    catalog.edit("name-1", state="deleted")
    (conflict,) = client().sync("geo", records("1", "2")).conflicts
    assert (conflict.path, conflict.because) == ("state", "it was deleted in the catalog")
    assert client().sync("geo", records("1", "2")).conflicts == ()
    assert catalog.package_show({"id": "name-1"})["state"] == "deleted"


def test_nothing_is_deleted_where_the_number_of_datasets_changes_while_they_are_listed(
    client: Client, catalog: TinyCatalog
) -> None:
    client().sync("geo", records("1", "2", "3"))

    def grow(action: str, body: Mapping[str, Any]) -> None:
        if action == "package_search":
            catalog.promised_too_many = int(body["rows"] == 0)

    catalog.fault = grow
    report = client().sync("geo", records("1", "2"))
    assert report.counts() == {"unchanged": 2}
    assert "changed from 3 to 4 while it was read" in report.no_deletes_because


def test_what_the_index_shows_of_another_source_is_none_of_ours(client: Client, state: Path) -> None:
    class Loose(TinyCatalog):
        def package_search(self, body: Any) -> Any:
            return super().package_search({**body, "fq": body.get("fq", "").replace("_harvest_source", "")})

    catalog = Loose()
    client(transport=catalog, state=state.with_name("other.sqlite")).sync("other", records("1"))
    plan = client(transport=catalog).plan("geo", records("2"))
    assert (plan.managed, plan.deletes, [create.record_id for create in plan.creates]) == (0, (), ["2"])


def test_nothing_is_deleted_by_a_run_whose_memory_was_damaged(client: Client, state: Path) -> None:
    client().sync("geo", records("1", "2", "3"))
    state.write_bytes(state.read_bytes()[:5000])
    report = client().sync("geo", records("1", "2"))
    assert report.counts() == {"unchanged": 2}
    assert "the damaged file is kept" in report.no_deletes_because
    assert client().sync("geo", records("1", "2")).counts() == {"unchanged": 2, "deleted": 1}


# Whose change is whose


def test_what_a_plugin_of_the_site_makes_of_a_value_is_no_person_s_edit(client: Client) -> None:
    class Shouting(TinyCatalog):
        def _store(self, dataset: dict[str, Any]) -> dict[str, Any]:
            return super()._store({**dataset, "title": dataset["title"].upper()})

    catalog = Shouting()
    client(transport=catalog).sync("geo", records("1"))
    for title in ("Second", "Third"):
        report = client(transport=catalog).sync("geo", records("1", title=title))
        assert (report.counts(), report.conflicts) == ({"updated": 1}, ())
        assert shown_title(catalog) == title.upper()


def test_a_field_that_the_source_owns_is_put_back_though_its_record_did_not_change(
    client: Client, catalog: TinyCatalog
) -> None:
    client().sync("geo", records("1"))
    catalog.edit("name-1", title="Theirs")
    assert client(own=["title"]).sync("geo", records("1")).counts() == {"updated": 1}
    assert shown_title(catalog) == "First"


def test_an_edit_is_still_one_after_another_field_was_written(client: Client, catalog: TinyCatalog) -> None:
    client().sync("geo", records("1"))
    catalog.edit("name-1", title="Theirs")
    assert client().sync("geo", records("1", notes="New")).counts() == {"updated": 1}
    report = client().sync("geo", records("1", notes="New", title="Second"))
    assert [conflict.path for conflict in report.conflicts] == ["title"]
    assert shown_title(catalog) == "Theirs"


def test_an_edit_is_still_one_after_a_run_that_wrote_nothing(client: Client, catalog: TinyCatalog) -> None:
    client().sync("geo", records("1"))
    catalog.edit("name-1", title="Theirs")
    assert client().sync("geo", records("1")).counts() == {"unchanged": 1}
    report = client().sync("geo", records("1", title="Second"))
    assert [conflict.path for conflict in report.conflicts] == ["title"]
    assert shown_title(catalog) == "Theirs"


def test_an_edit_is_still_one_after_an_approved_plan_was_carried_out(client: Client, catalog: TinyCatalog) -> None:
    client().sync("geo", records("1"))
    catalog.edit("name-1", title="Theirs")
    client().apply(client().plan("geo", records("1", title="Second")))
    report = client().sync("geo", records("1", title="Third"))
    assert [conflict.path for conflict in report.conflicts] == ["title"]
    assert shown_title(catalog) == "Theirs"


def test_an_edit_of_a_resource_is_no_conflict_where_the_source_knows_it_by_another_id() -> None:
    world = World()
    world.create(record(resources=[{"id": "a", "url": "http://a", "description": "First"}]))
    world.edit(resources=[{**world.now["resources"][0], "description": "Theirs"}])
    merged = world.sync(record(resources=[{"id": "b", "url": "http://a", "description": "First"}]))
    assert (merged.values, merged.conflicts) == ({}, ())


# What is written down, and what a server is spared


def test_a_delete_that_the_journal_cannot_take_down_is_not_sent(play: Any) -> None:
    change = Delete("1", IDENTITY.dataset_id, "Wells")
    with pytest.raises(StateError, match="the disk is full"):
        play(apply_delete(change, TERMS, Full()), [("package_show", shown())])


def test_what_is_taken_down_is_flushed_to_the_disk_at_each_commit(state: Path) -> None:
    with State.open(state, catalog="http://c.example", source="geo") as opened:
        (synchronous,) = opened._database.read("PRAGMA synchronous")
        (mode,) = opened._database.read("PRAGMA journal_mode")
    assert (synchronous, mode) == ((2,), ("wal",))  # 2 is FULL


@pytest.mark.parametrize(
    ("statement", "table"), [("DELETE FROM absence", "absence"), ("DELETE FROM quarantine", "quarantine")]
)
def test_a_row_that_vanished_without_a_trace_is_noticed(state: Path, statement: str, table: str) -> None:
    with State.open(state, catalog="http://c.example", source="geo") as opened:
        opened.note_absent(["1"], datetime(2026, 1, 1, tzinfo=UTC))
        opened.quarantine("1", "", "", "license_id: unknown")
    with closing(sqlite3.connect(state)) as connection:
        trigger = f"{table}_removed"
        (made_by,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (trigger,)).fetchone()
        connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(statement)
        connection.execute(made_by)
        connection.commit()
    with State.open(state, catalog="http://c.example", source="geo") as opened:
        assert opened.rebuilt_because.startswith(f"the table {table} has 0 rows and should have 1")


def test_all_steps_of_a_run_share_one_budget_of_repetitions(client: Client, catalog: TinyCatalog) -> None:
    keys = [f"{number:02}" for number in range(45)]
    client().sync("geo", records(*keys))
    for key in keys[:40]:
        catalog.edit(f"name-{key}", notes="Theirs")
    asked: list[str] = []

    def fail(action: str, _: Mapping[str, Any]) -> None:
        if action == "package_show":
            asked.append(action)
            raise Refused(502, "Bad Gateway", message="overloaded")

    catalog.fault = fail
    report = client().sync("geo", records(*keys[:40], title="Second"), max_deletes=5)
    assert report.counts() == {"refused": 40, "failed": 5}
    # 45 datasets are to be read, 40 to plan and 5 to delete; 100 readings may be repeated.
    assert len(asked) == 145
