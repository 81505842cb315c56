"""A plan is a pure function of what should be and what is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckan_api_client.sources import Complete, MappingSource, Partial, Reading
from ckan_api_client.syncing.catalog import Catalog
from ckan_api_client.syncing.plan import Create, CreateGroup, Delete, FieldChange, Plan, Update
from ckan_api_client.syncing.planning import make_plan
from ckan_api_client.syncing.strategies import Strategies
from ckan_api_client.syncing.wanted import Intake, read_source


def intake_of(*keys: str, title: str = "T") -> Intake:
    datasets = {key: {"title": title, "owner_org": "org"} for key in keys}
    intake = read_source("geo", Reading(MappingSource({"dataset": datasets}).read()))
    intake.ending = Complete("read to the end", len(keys))
    return intake


def shown(key: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"id-{key}",
        "title": "T",
        "name": key,
        "owner_org": "org-id",
        "extras": [{"key": "_harvest_source", "value": f"geo:{key}"}],
        **fields,
    }


def plan_of(intake: Intake, datasets: Mapping[str, Any], strategies: Strategies | None = None, **more: Any) -> Plan:
    catalog = Catalog(datasets, organizations=frozenset({"org"}), **more)
    return make_plan("geo", intake, catalog, strategies or Strategies())


def test_an_equal_catalog_needs_nothing() -> None:
    plan = plan_of(intake_of("1"), {"1": shown("1")})
    assert not plan
    assert len(plan) == 0
    assert plan.unchanged == 1


def test_each_record_is_created_updated_or_left_and_what_left_the_source_is_deleted() -> None:
    plan = plan_of(intake_of("2", "1", "3"), {"1": shown("1", title="Old"), "3": shown("3"), "9": shown("9")})
    assert plan.creates == (Create("2", "data", "T", "org"),)
    assert plan.updates == (Update("1", "data", "id-1", "T", (FieldChange("title", "Old", "T"),)),)
    assert plan.deletes == (Delete("9", "id-9", "T"),)
    assert plan.unchanged == 1
    assert len(plan) == 3


def test_the_order_of_records_makes_no_difference() -> None:
    assert plan_of(intake_of("a", "b", "c"), {}) == plan_of(intake_of("c", "a", "b"), {})


def test_nothing_is_deleted_on_the_strength_of_a_partial_source() -> None:
    intake = intake_of("1")
    intake.ending = Partial("line 17 is missing", 1)
    plan = plan_of(intake, {"1": shown("1"), "9": shown("9")})
    assert plan.deletes == ()
    assert plan.no_deletes_because == "the source was not read completely: line 17 is missing"


def test_nothing_is_deleted_on_the_strength_of_a_catalog_that_does_not_add_up() -> None:
    plan = plan_of(intake_of("1"), {"9": shown("9")}, doubt="the search index promised 2 datasets and gave 1")
    assert plan.deletes == ()
    assert "promised 2" in plan.no_deletes_because


def test_a_record_that_is_there_and_refused_keeps_its_dataset() -> None:
    intake = intake_of("1")
    intake.present.add("9")
    assert plan_of(intake, {"1": shown("1"), "9": shown("9")}).deletes == ()


def test_two_datasets_with_one_marker_are_left_alone_and_named() -> None:
    plan = plan_of(intake_of("1"), {}, copies={"1": ("x", "y"), "2": ("p", "q")})
    assert not plan
    assert [(refused.record_id, "x, y" in refused.reason or "p, q" in refused.reason) for refused in plan.refused] == [
        ("1", True),
        ("2", True),
    ]


def test_organizations_and_groups_that_the_catalog_lacks_are_made() -> None:
    datasets = {"1": {"title": "T", "organization": {"name": "survey", "title": "New"}, "groups": ["health"]}}
    intake = read_source("geo", Reading(MappingSource({"dataset": datasets}).read()))
    assert plan_of(intake, {}).groups == (
        CreateGroup("organization", "survey", {"name": "survey", "title": "New"}),
        CreateGroup("group", "health", {"name": "health"}),
    )


def test_organizations_that_are_there_are_updated_only_by_strategy() -> None:
    datasets = {"1": {"title": "T", "organization": {"name": "org", "title": "New"}}}
    intake = read_source("geo", Reading(MappingSource({"dataset": datasets}).read()))
    assert plan_of(intake, {}).groups == ()
    assert plan_of(intake, {}, Strategies(organization_merge_strategy="update")).groups == (
        CreateGroup("organization", "org", {"name": "org", "title": "New"}, update=True),
    )
