"""Datasets that no sync made are taken over only where that is asked for, and get the marker, nothing else."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.syncing.plan import Adopt
from contract.bench import Bench
from contract.syncing import Sync, undated


@pytest.fixture
def sync(bench: Bench, tmp_path: Path) -> Sync:
    return Sync(bench, tmp_path)


@pytest.fixture
def by_hand(bench: Bench) -> dict[str, Any]:
    """A dataset that a person made."""
    return bench.dataset(
        "by-hand",
        title="By hand",
        notes="By hand",
        tags=[{"name": "kept"}],
        extras=[{"key": "a", "value": "by hand"}],
        resources=[{"url": "http://data.example/1.csv", "name": "By hand"}],
    )


@pytest.fixture
def harvested(bench: Bench) -> dict[str, Any]:
    """A dataset as ckanext-harvest leaves it, where that plugin is no more."""
    extras = {
        "guid": f"urn:guid:{bench.prefix}",
        "harvest_object_id": str(uuid.uuid4()),
        "harvest_source_id": str(uuid.uuid4()),
        "harvest_source_title": "Elsewhere",
        "spatial": '{"type": "Point", "coordinates": [1, 2]}',
    }
    return bench.dataset(
        "harvested", title="Harvested", extras=[{"key": key, "value": value} for key, value in extras.items()]
    )


def assert_only_the_marker_was_added(bench: Bench, before: dict[str, Any], marker: str) -> None:
    expected = {**before, "extras": [*before["extras"], {"key": "_harvest_source", "value": marker}]}
    assert undated(bench.show(before["id"])) == undated(expected)


def test_a_taken_name_is_refused_and_the_option_is_named(sync: Sync, bench: Bench, by_hand: dict[str, Any]) -> None:
    plan = sync.plan({"a": {"name": by_hand["name"], "title": "Ours"}})
    (refused,) = plan.refused
    assert "--adopt name" in refused.reason
    assert (plan.adopts, plan.creates) == ((), ())
    assert bench.show(by_hand["id"]) == by_hand


def test_adopting_by_name_adds_the_marker_alone(sync: Sync, bench: Bench, by_hand: dict[str, Any]) -> None:
    records = {"a": {"name": by_hand["name"], "title": "Ours"}}
    adopting = sync.with_options(adopt="name")
    plan = adopting.plan(records)
    assert [(one.record_id, one.dataset_id, one.by) for one in plan.adopts] == [("a", by_hand["id"], "name")]
    assert plan.changes == plan.adopts
    assert adopting.apply(plan).counts() == {"adopted": 1}
    assert adopting.writes == ["package_revise"]
    assert_only_the_marker_was_added(bench, by_hand, f"{sync.source}:a")


def test_adopting_by_id(sync: Sync, bench: Bench, by_hand: dict[str, Any]) -> None:
    (adopted,) = sync.with_options(adopt="id")({by_hand["id"]: {"title": "Ours"}}).outcomes
    assert (adopted.did.value, adopted.dataset_id) == ("adopted", by_hand["id"])
    assert_only_the_marker_was_added(bench, by_hand, f"{sync.source}:{by_hand['id']}")


def test_adopting_what_was_harvested_by_its_guid(sync: Sync, bench: Bench, harvested: dict[str, Any]) -> None:
    guid = f"urn:guid:{bench.prefix}"
    adopting = sync.with_options(adopt="extra:guid")
    plan = adopting.plan({guid: {"title": "Harvested"}, "new": {"name": bench.name("new"), "title": "New"}})
    modified = plan.adopts[0].modified
    assert plan.adopts == (Adopt(guid, plan.adopts[0].place, harvested["id"], "Harvested", "extra:guid", modified),)
    assert adopting.apply(plan).counts() == {"created": 1, "adopted": 1}
    assert_only_the_marker_was_added(bench, harvested, f"{sync.source}:{guid}")


def test_after_it_what_differs_is_told_and_stays(sync: Sync, bench: Bench, by_hand: dict[str, Any]) -> None:
    records = {"a": {"name": by_hand["name"], "title": "Ours", "author": "Ours", "extras": {"a": "ours", "b": "ours"}}}
    adopting = sync.with_options(adopt="name")
    adopting(records)
    report = adopting(records)
    assert {(one.path, one.source, one.catalog) for one in report.conflicts} == {
        ("title", "Ours", "By hand"),
        ("extras.a", "ours", "by hand"),
    }
    now = bench.show(by_hand["id"])
    assert (now["title"], now["author"], now["notes"]) == ("By hand", "Ours", "By hand")
    assert {"key": "b", "value": "ours"} in now["extras"]
    assert adopting(records).counts() == {"unchanged": 1}
    assert adopting.writes == []


def test_what_another_source_has_is_not_adopted(sync: Sync, bench: Bench) -> None:
    theirs = bench.dataset("theirs", extras=[{"key": "_harvest_source", "value": "elsewhere:a"}])
    report = sync.with_options(adopt="name")({"a": {"name": theirs["name"], "title": "Ours"}})
    assert report.counts() == {"created": 1}
    assert bench.show(theirs["id"]) == theirs


def test_an_adoption_is_taken_back(sync: Sync, bench: Bench, by_hand: dict[str, Any]) -> None:
    sync.with_options(adopt="name")({"a": {"name": by_hand["name"], "title": "Ours"}})
    assert sync.undo().counts() == {"updated": 1}
    assert undated(bench.show(by_hand["id"])) == undated(by_hand)
    assert len(sync.plan({"a": {"name": by_hand["name"], "title": "Ours"}}).refused) == 1
