"""What should be: records with their identities, and those that cannot be taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ckan_api_client.sources import Complete, Listing, MappingSource, Partial, Reading, Record
from ckan_api_client.sources.listing import Broken
from ckan_api_client.syncing.wanted import Intake, read_source


def intake_of(datasets: Mapping[str, Any], **options: Any) -> Intake:
    return read_source("geo", Reading(MappingSource({"dataset": datasets}).read()), **options)


def listing(*items: Record | Broken) -> Listing:
    yield from items
    return Complete("all of it", len(items))


def record(key: str, data: Mapping[str, Any], line: int = 1) -> Record:
    return Record(key, "dataset", data, "a.jsonl", line)


def test_a_record_becomes_a_dataset_with_its_identity_and_place() -> None:
    intake = intake_of({"1": {"title": "T", "owner_org": "org", "groups": ["health"]}})
    wanted = intake.datasets["1"]
    assert (wanted.identity.marker, wanted.organization, wanted.groups) == ("geo:1", "org", ("health",))
    assert wanted.dataset["title"] == "T"
    assert (intake.organizations, intake.groups) == ({"org": {"name": "org"}}, {"health": {"name": "health"}})
    assert intake.may_delete


def test_a_record_without_organization_is_refused_with_what_to_do() -> None:
    intake = intake_of({"1": {"title": "T"}})
    assert intake.datasets == {}
    assert [(refused.record_id, refused.field) for refused in intake.refused] == [("1", "owner_org")]
    assert "--organization" in intake.refused[0].reason


def test_a_record_without_organization_goes_to_the_default_one() -> None:
    intake = intake_of({"1": {"title": "T"}}, default_organization="org")
    assert intake.datasets["1"].organization == "org"


def test_a_refused_record_counts_as_present() -> None:
    intake = intake_of({"1": {"title": "T", "owner_org": "org", "state": "draft"}, "2": {"title": "T"}})
    assert intake.present == {"1", "2"}


@pytest.mark.parametrize("key", ["a\0b", "\ud800", "x" * 40_000], ids=["NUL", "half a surrogate pair", "long"])
def test_an_id_that_no_marker_can_hold_is_refused(key: str) -> None:
    intake = read_source("geo", Reading(listing(record(key, {"owner_org": "org"}))))
    assert intake.datasets == {}
    assert intake.refused[0].field == "id"


def test_two_records_with_one_id_and_different_content_are_both_refused() -> None:
    first, second = {"title": "A", "owner_org": "org"}, {"title": "B", "owner_org": "org"}
    intake = read_source("geo", Reading(listing(record("1", first, 1), record("1", second, 2), record("1", first, 3))))
    assert intake.datasets == {}
    assert [refused.place for refused in intake.refused] == ["a.jsonl:2", "a.jsonl:1"]
    assert intake.present == {"1"}


def test_two_records_with_one_id_and_the_same_content_are_one() -> None:
    data = {"title": "A", "owner_org": "org"}
    intake = read_source("geo", Reading(listing(record("1", data, 1), record("1", data, 2))))
    assert list(intake.datasets) == ["1"]
    assert intake.refused == []


def test_something_broken_is_reported_with_its_place() -> None:
    intake = read_source("geo", Reading(listing(Broken("a.jsonl", 7, "is a list", None))))
    assert [(refused.place, refused.reason) for refused in intake.refused] == [("a.jsonl:7", "is a list")]


def test_only_a_complete_source_may_lead_to_deletes() -> None:
    assert not Intake().may_delete
    assert not Intake(ending=Partial("cut", 3)).may_delete
    assert Intake(ending=Complete("read to the end", 3)).may_delete


def test_the_fuller_description_of_an_organization_wins() -> None:
    full = {"name": "org", "title": "Organization"}
    intake = intake_of({"1": {"title": "T", "owner_org": "org"}, "2": {"title": "T", "organization": full}})
    assert intake.organizations == {"org": full}
