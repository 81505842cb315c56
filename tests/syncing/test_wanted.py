"""What should be: records with their identities, and those that cannot be taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from ckan_api_client.sources import Complete, Listing, MappingSource, Partial, Reading, Record
from ckan_api_client.sources.listing import Broken
from ckan_api_client.syncing import wanted
from ckan_api_client.syncing.identity import Identity
from ckan_api_client.syncing.state import Spool, State
from ckan_api_client.syncing.wanted import Intake, read_source


@pytest.fixture
def spool() -> Iterator[Spool]:
    with State.open(":memory:", catalog="http://c.example", source="geo") as state:
        yield state.spool


def intake_of(spool: Spool, datasets: Mapping[str, Any], **options: Any) -> Intake:
    return read_source("geo", Reading(MappingSource({"dataset": datasets}).read()), spool, **options)


def intake_from(spool: Spool, *items: Record | Broken) -> Intake:
    return read_source("geo", Reading(listing(*items)), spool)


def listing(*items: Record | Broken) -> Listing:
    yield from items
    return Complete("all of it", len(items))


def record(key: str, data: Mapping[str, Any], line: int = 1) -> Record:
    return Record(key, "dataset", data, "a.jsonl", line)


def test_a_record_is_one_dict_with_its_organization_and_the_ids_of_its_resources(spool: Spool) -> None:
    resources = [{"id": "r1", "url": "http://a.example"}, {"url": "http://b.example"}, {"url": "http://b.example"}]
    data = {"title": "T", "owner_org": "org", "groups": ["health"], "extras": {"k": "v"}, "resources": resources}
    intake = intake_of(spool, {"1": data})
    found = spool.get("1")
    assert found is not None
    place, dataset = found
    assert place == "data"
    assert {key: value for key, value in dataset.items() if key != "resources"} == {
        "title": "T",
        "owner_org": "org",
        "groups": [{"name": "health"}],
        "extras": [{"key": "k", "value": "v"}],
    }
    identity = Identity("geo", "1")
    assert [resource["id"] for resource in dataset["resources"]] == [
        identity.resource_id("r1"),
        identity.resource_id("http://b.example\n1"),
        identity.resource_id("http://b.example\n2"),
    ]
    assert (intake.organizations, intake.groups) == ({"org": {"name": "org"}}, {"health": {"name": "health"}})
    assert (intake.used_organizations, intake.used_groups) == ({"org"}, {"health"})
    assert (intake.records, type(intake.ending)) == (1, Complete)


def test_what_is_ignored_is_as_if_the_source_had_never_said_it(spool: Spool) -> None:
    data = {"title": "T", "notes": "N", "owner_org": "org", "extras": {"a": "1", "b": "2"}}
    intake_of(spool, {"1": data}, ignore={"notes", "extras.a"})
    found = spool.get("1")
    assert found is not None
    assert found[1] == {"title": "T", "owner_org": "org", "groups": [], "extras": [{"key": "b", "value": "2"}]}


def test_a_record_without_organization_is_refused_with_what_to_do(spool: Spool) -> None:
    intake = intake_of(spool, {"1": {"title": "T"}})
    assert spool.count() == 0
    assert [(refused.record_id, refused.field) for refused in intake.refused] == [("1", "owner_org")]
    assert "--organization" in intake.refused[0].reason


def test_a_record_without_organization_goes_to_the_default_one(spool: Spool) -> None:
    intake_of(spool, {"1": {"title": "T"}}, default_organization="org")
    found = spool.get("1")
    assert found is not None
    assert found[1]["owner_org"] == "org"


def test_a_refused_record_counts_as_present(spool: Spool) -> None:
    intake = intake_of(spool, {"1": {"title": "T", "owner_org": "org", "state": "draft"}, "2": {"title": "T"}})
    assert intake.present == {"1", "2"}
    assert intake.records == 2


@pytest.mark.parametrize("key", ["a\0b", "\ud800", "x" * 40_000], ids=["NUL", "half a surrogate pair", "long"])
def test_an_id_that_no_marker_can_hold_is_refused(spool: Spool, key: str) -> None:
    intake = intake_from(spool, record(key, {"owner_org": "org"}))
    assert spool.count() == 0
    assert intake.refused[0].field == "id"


def test_two_records_with_one_id_and_different_content_are_both_refused(spool: Spool) -> None:
    first, second = {"title": "A", "owner_org": "org"}, {"title": "B", "owner_org": "org"}
    intake = intake_from(spool, record("1", first, 1), record("1", second, 2), record("1", first, 3))
    assert spool.count() == 0
    assert [refused.place for refused in intake.refused] == ["a.jsonl:2", "a.jsonl:1"]
    assert intake.present == {"1"}


def test_two_records_with_one_id_and_the_same_content_are_one(spool: Spool) -> None:
    data = {"title": "A", "owner_org": "org"}
    intake = intake_from(spool, record("1", data, 1), record("1", data, 2))
    assert list(spool.record_ids()) == ["1"]
    assert intake.refused == []


@pytest.mark.parametrize("at_once", [1, 2, 3, 50])
def test_records_with_one_id_are_told_apart_however_many_are_noted_at_once(
    spool: Spool, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(wanted, "_FEW", at_once)
    one, other = {"title": "A", "owner_org": "org"}, {"title": "B", "owner_org": "org"}
    told = [("1", one), ("2", one), ("2", other), ("3", one), ("1", one), ("3", one), ("4", one), ("4", other)]
    intake = intake_from(spool, *(record(key, data, line) for line, (key, data) in enumerate(told, 1)))
    assert list(spool.record_ids()) == ["1", "3"]
    assert spool.get("1") == ("a.jsonl:1", {"title": "A", "owner_org": "org", "groups": []})
    assert {(refused.record_id, refused.place) for refused in intake.refused} == {
        ("2", "a.jsonl:2"), ("2", "a.jsonl:3"), ("4", "a.jsonl:7"), ("4", "a.jsonl:8")
    }  # fmt: skip
    assert (intake.records, intake.present) == (6, {"2", "4"})


def test_something_broken_is_reported_with_its_place(spool: Spool) -> None:
    intake = intake_from(spool, Broken("a.jsonl", 7, "is a list", None))
    assert [(refused.place, refused.reason) for refused in intake.refused] == [("a.jsonl:7", "is a list")]


def test_one_record_without_an_id_makes_the_whole_source_partial(spool: Spool) -> None:
    intake = intake_from(spool, record("1", {"owner_org": "org"}), Broken("a.jsonl", 7, "has no id", None))
    assert intake.ending == Partial("something in it could not be read as a record with an id", 1)


def test_a_broken_record_with_an_id_leaves_the_source_complete(spool: Spool) -> None:
    intake = intake_from(spool, Broken("a.jsonl", 7, "is a list", "1"))
    assert isinstance(intake.ending, Complete)
    assert intake.present == {"1"}


def test_the_fuller_description_of_an_organization_wins(spool: Spool) -> None:
    full = {"name": "org", "title": "Organization"}
    intake = intake_of(spool, {"1": {"title": "T", "owner_org": "org"}, "2": {"title": "T", "organization": full}})
    assert intake.organizations == {"org": full}


def test_an_organization_that_cannot_be_taken_stops_no_record(spool: Spool) -> None:
    bad = Record("!", "organization", {"description": "D"}, "o.json", None)
    intake = intake_from(spool, bad, record("1", {"owner_org": "org"}))
    assert [(one.kind, one.record_id) for one in intake.refused] == [("organization", "!")]
    assert (spool.count(), intake.records) == (1, 1)


def test_a_broken_organization_is_no_record_of_that_id(spool: Spool) -> None:
    intake = intake_from(
        spool, Broken("o.json", None, "is a list", "1", "organization"), record("1", {"owner_org": "org"})
    )
    assert [(one.kind, one.record_id) for one in intake.refused] == [("organization", "1")]
    assert (spool.count(), intake.present) == (1, set())
