"""The report as a value: of plans, and of runs as they are remembered."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from ckan_api_client.report import Document, Item, document_of_plan, document_of_run
from ckan_api_client.syncing.guards import Limits, Share
from ckan_api_client.syncing.plan import (
    Adopt,
    Conflict,
    Create,
    Delete,
    FieldChange,
    GroupChange,
    Plan,
    Refused,
    Revive,
    Update,
)
from ckan_api_client.syncing.state import Entry, RunRecord

CATALOG = "https://catalog.example.org/data/"
CONFLICT = Conflict("a", "id-a", "A", "title", "source's", "catalog's", "catalog", "both changed it")
PLAN = Plan("geo", CATALOG, "me", made="2026-03-01T12:00:00+00:00", records=9, managed=9)
RUN = RunRecord(
    7, "sync", "2026-03-01T12:00:00+00:00", "me", "c0ffee", None, "2026-03-01T12:01:00+00:00", "done", {}, None
)


def updated(*changes: FieldChange, **data: Any) -> Item:
    (item,) = document_of_plan(replace(PLAN, updates=(Update("a", "f:1", "id-a", "A", data, changes),))).items
    return item


def outcome(did: str, key: str = "a", kind: str = "dataset", **more: Any) -> dict[str, Any]:
    return {"did": did, "kind": kind, "record_id": key, "dataset_id": f"id-{key}", **more}


def entry(number: int, before: dict[str, Any] | None, after: dict[str, Any] | None, **more: Any) -> Entry:
    plain = Entry(number, 7, "dataset", "a", "package_revise", "id-a", before, {}, None, after, "updated", None)
    return replace(plain, **more)


def run_of(*entries: Entry, run: RunRecord = RUN, **report: Any) -> Document:
    return document_of_run("geo", CATALOG, replace(run, report=report), entries)


def test_each_change_of_a_plan_is_an_item_in_the_order_of_writing() -> None:
    data = {"title": "T", "owner_org": "org"}
    plan = replace(
        PLAN,
        groups=(GroupChange("organization", "org", {"title": "The org"}), GroupChange("group", "sea", {}, update=True)),
        deletes=(Delete("d", "id-d", "D"), Delete("e", "id-e", "E", "purge"), Delete("f", "id-f", "F", "private")),
        adopts=(Adopt("g", "f:3", "id-g", "G", "its name"),),
        creates=(Create("h", "f:4", "H", data),),
        revives=(Revive("i", "f:5", "id-i", "I", data),),
        updates=(Update("j", "f:6", "id-j", "J", data),),
        refused=(Refused("k", "f:7", "name", "too long"),),
    )
    assert [(item.did, item.kind, item.key, item.organization) for item in document_of_plan(plan).items] == [
        ("create", "organization", "org", ""),
        ("update", "group", "sea", ""),
        ("delete", "dataset", "d", ""),
        ("purge", "dataset", "e", ""),
        ("make private", "dataset", "f", ""),
        ("adopt", "dataset", "g", ""),
        ("create", "dataset", "h", "org"),
        ("revive", "dataset", "i", "org"),
        ("update", "dataset", "j", "org"),
        ("refused", "dataset", "k", ""),
    ]


def test_what_is_in_the_catalog_has_its_address_there_and_what_is_not_has_none() -> None:
    plan = replace(
        PLAN,
        creates=(Create("a", "", "A", {}),),
        deletes=(Delete("b", "id/b ?", "B"),),
        groups=(GroupChange("group", "sea", {}, update=True),),
    )
    assert [item.url for item in document_of_plan(plan).items] == [
        "https://catalog.example.org/data/group/sea",
        "https://catalog.example.org/data/dataset/id%2Fb%20%3F",
        "",
    ]
    assert [item.url for item in document_of_plan(replace(plan, catalog="javascript:alert(1)")).items] == ["", "", ""]


def test_resources_are_known_by_their_names() -> None:
    item = updated(
        FieldChange("resources.r1.url", "a", "b"),
        FieldChange("resources.r2", {"id": "r2", "name": "Old map", "hash": "", "url": "m"}, None),
        FieldChange("resources.r3.url", "a", "b"),
        FieldChange("resources", ["r1"], ["r2"]),
        resources=[{"id": "r1", "url": "http://example.org/map.png"}],
    )
    assert [(change.label, change.before) for change in item.changes] == [
        ("resource “http://example.org/map.png”, url", "a"),
        ("resource “Old map”", {"id": "r2", "name": "Old map", "url": "m"}),
        ("resource “r3”, url", "a"),
        ("resources", ["r1"]),
    ]


def test_a_long_value_is_cut_and_says_by_how_much() -> None:
    (change,) = updated(FieldChange("notes", "a" * 4000, "b" * 5234)).changes
    assert (change.before, change.after) == ("a" * 4000, "b" * 4000 + "… (1,234 characters more)")


def test_of_very_many_values_the_rest_is_counted() -> None:
    item = updated(*(FieldChange(f"extras.{number}", None, "x") for number in range(203)))
    assert (len(item.changes), item.unshown) == (200, 3)


def test_conflicts_are_with_the_change_or_alone_where_nothing_is_written() -> None:
    other = replace(CONFLICT, record_id="b", dataset_id="id-b", title="B")
    plan = replace(PLAN, updates=(Update("a", "", "id-a", "A", {}),), conflicts=(CONFLICT, other))
    found = [(item.did, item.key, item.title, item.conflicts) for item in document_of_plan(plan).items]
    assert found == [("update", "a", "A", (CONFLICT,)), ("kept", "b", "B", (other,))]


def test_a_plan_tells_the_guards_that_it_violates_and_what_allows_it() -> None:
    plan = replace(PLAN, deletes=tuple(Delete(f"{number}", "id", "D") for number in range(8)))
    (warning,) = document_of_plan(plan).warnings
    assert "--max-deletes" in warning
    assert document_of_plan(plan, Limits(max_deletes=Share(number=8))).warnings == ()


def test_a_plan_that_conflicts_would_stop_says_so() -> None:
    plan = replace(PLAN, conflicts=(CONFLICT,), rules={"on_conflict": "fail"})
    assert document_of_plan(plan).warnings == ("1 conflicts, and --on-conflict fail",)


def test_a_plan_says_whose_it_is_when_it_was_made_and_its_checksum() -> None:
    document = document_of_plan(PLAN)
    assert dict(document.about) == {"as": "me", "made": "2026-03-01T12:00:00+00:00", "checksum": PLAN.checksum}
    assert document.title == "Plan: geo → https://catalog.example.org/data/"


def test_a_run_shows_what_was_there_before_the_first_write_and_after_the_last() -> None:
    first = entry(1, {"title": "A", "notes": "N"}, {"title": "B", "notes": "N"})
    second = entry(2, {"title": "B", "notes": "N"}, {"title": "C", "notes": "N", "organization": {"title": "Org"}})
    (item,) = run_of(second, first, outcomes=[outcome("updated")]).items
    assert [(one.path, one.before, one.after) for one in item.changes if one.path == "title"] == [("title", "A", "C")]
    assert (item.title, item.organization) == ("C", "Org")
    assert item.url == "https://catalog.example.org/data/dataset/id-a"


def test_what_a_run_created_or_deleted_is_told_in_short() -> None:
    dataset = {"title": "A", "name": "a", "notes": "", "resources": [{"format": "CSV"}, {"format": "CSV"}, {}]}
    for made in (entry(1, None, dataset), entry(1, dataset, None, did="deleted")):
        (item,) = run_of(made, outcomes=[outcome("deleted" if made.before else "created")]).items
        assert (item.changes, item.facts) == ((), (("name", "a"), ("resources", "3: CSV")))


def test_what_was_not_done_has_its_place_field_reason_and_notes() -> None:
    failed = outcome("failed", place="f:3", field="url", reason="is no URL", notes=["CKAN dropped x"])
    (item,) = run_of(outcomes=[failed]).items
    told = (item.did, item.place, item.field, item.reason, item.notes)
    assert told == ("failed", "f:3", "url", "is no URL", ("CKAN dropped x",))


def test_where_the_single_values_are_not_kept_any_more_the_report_says_so() -> None:
    assert run_of(outcomes=[outcome("updated")]).notes == ("its single values are no longer kept",)
    assert run_of(outcomes=[outcome("failed")]).notes == ()
    assert run_of(entry(1, {}, {}), outcomes=[outcome("updated")]).notes == ()


@pytest.mark.parametrize(
    ("ended", "words"),
    [("", "has not ended"), ("interrupted", "was interrupted"), ("failed", "ended by an error"), ("done", "")],
)
def test_a_run_that_did_not_come_to_its_end_says_so(ended: str, words: str) -> None:
    warnings = run_of(run=replace(RUN, ended=ended)).warnings
    assert len(warnings) == bool(words)
    assert words in "".join(warnings)


def test_a_run_that_never_wrote_its_report_has_one() -> None:
    document = document_of_run("geo", CATALOG, replace(RUN, report=None, ended=""), [])
    assert (document.items, document.unchanged) == ((), 0)


def test_a_run_says_what_it_undoes_and_what_undid_it() -> None:
    about = dict(run_of(run=replace(RUN, kind="undo", undoes=3, undone_by=8)).about)
    assert (about["run"], about["kind"], about["undone by run"]) == ("7", "undo of run 3", "8")


def test_the_json_is_the_whole_report() -> None:
    document = run_of(
        entry(1, {"title": "A"}, {"title": "\u2028 ü"}),
        outcomes=[outcome("updated")],
        adjusted={"extras hold text only": 2},
        counts={"dataset": {"unchanged": 5}},
    )
    told = json.loads(document.to_json())
    assert (told["kind"], told["counts"], told["unchanged"]) == ("run", {"updated": 1}, 5)
    assert told["adjusted"] == {"extras hold text only": 2}
    assert told["items"][0]["changes"][0]["after"] == "\u2028 ü"


def test_the_json_can_be_written_whatever_is_in_it() -> None:
    half = replace(run_of(), notes=("\ud800",))
    assert json.loads(half.to_json().encode())["notes"] == ["\ud800"]
