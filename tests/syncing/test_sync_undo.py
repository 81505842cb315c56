"""An undo leaves what people changed since, goes as far back as it says, and may be killed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.exceptions import StateError
from ckan_api_client.syncing import SynchronizationClient
from schedules.catalog import ORGANIZATION, Catalog
from schedules.transport import InProcess
from tiny_catalog import TinyCatalog

Client = Callable[..., SynchronizationClient]


@pytest.fixture
def catalog() -> TinyCatalog:
    return TinyCatalog()


@pytest.fixture
def client(catalog: TinyCatalog, tmp_path: Path) -> Client:
    """Clients of one catalog, which remember one another unless they are given another state."""

    def make(**options: Any) -> SynchronizationClient:
        given = {"transport": catalog, "state": tmp_path / "state" / "geo.sqlite", **options}
        return SynchronizationClient("http://c.example", "token", **given)

    return make


def records(title: str, notes: str = "") -> dict[str, Any]:
    return {"dataset": {"1": {"name": "wells", "title": title, "notes": notes, "owner_org": "org"}}}


def test_what_a_person_changed_since_stays_and_is_named_and_all_else_goes_back(
    client: Client, catalog: TinyCatalog
) -> None:
    client().sync("geo", records("First", "First notes"))
    client().sync("geo", records("Second", "Second notes"))
    catalog.edit("wells", title="Theirs")
    (outcome,) = client().undo("geo").outcomes
    assert (outcome.did.value, "title" in outcome.reason, "notes" in outcome.reason) == ("updated", True, False)
    now = catalog.package_show({"id": "wells"})
    assert (now["title"], now["notes"]) == ("Theirs", "First notes")


def test_an_organization_that_a_person_changed_since_is_left_alone_and_named(tmp_path: Path) -> None:
    def data(title: str) -> dict[str, Any]:
        return {
            "dataset": {"1": {"name": "wells", "title": "Wells", "owner_org": ORGANIZATION}},
            "organization": {ORGANIZATION: {"name": ORGANIZATION, "title": title}},
        }

    with Catalog() as catalog:
        client = SynchronizationClient(
            "http://c.example",
            "token",
            transport=InProcess(catalog.ckan, catalog.ckan.sysadmin_token),
            state=tmp_path / "geo.sqlite",
            organization_merge_strategy="update",
        )
        client.sync("geo", data("First"))
        assert client.sync("geo", data("Second")).counts("organization") == {"updated": 1}
        catalog.act("organization_patch", id=ORGANIZATION, title="Theirs")
        report = client.undo("geo")
        assert report.counts("organization") == {"refused": 1}
        assert report.undone[0].reason == f"organization '{ORGANIZATION}' was changed since that run: it is left alone"
        assert catalog.act("organization_show", id=ORGANIZATION)["title"] == "Theirs"


def test_what_a_killed_undo_wrote_is_not_taken_for_a_persons_edit(
    client: Client, catalog: TinyCatalog, tmp_path: Path
) -> None:
    client().sync("geo", records("First"))
    client().sync("geo", records("Second"))

    def keep_the_state(action: str, _: Any) -> None:
        if action == "package_revise":
            shutil.copytree(tmp_path / "state", tmp_path / "killed")

    catalog.fault = keep_the_state
    client().undo("geo")
    catalog.fault = lambda *_: None
    assert catalog.package_show({"id": "wells"})["title"] == "First"
    after_it = client(state=tmp_path / "killed" / "geo.sqlite")
    report = after_it.sync("geo", records("Second"))
    assert (report.counts(), report.conflicts) == ({"updated": 1}, ())
    assert catalog.package_show({"id": "wells"})["title"] == "Second"


def test_a_run_of_which_too_much_is_forgotten_is_refused(client: Client, catalog: TinyCatalog) -> None:
    client().sync("geo", records("0"))
    for number in range(1, 22):
        client().sync("geo", records(str(number)))
    catalog.writes.clear()
    with pytest.raises(StateError, match="run 1 of 'geo' is too old: what it wrote is not remembered any more"):
        client().undo("geo", 1)
    assert catalog.writes == []


def test_runs_that_wrote_nothing_do_not_count_towards_those_that_can_be_taken_back(
    client: Client, catalog: TinyCatalog
) -> None:
    client().sync("geo", records("First"))
    client().sync("geo", records("Second"))
    for _ in range(25):
        client().sync("geo", records("Second"))
    assert client().undo("geo", 2).counts() == {"updated": 1}
    assert catalog.package_show({"id": "wells"})["title"] == "First"
