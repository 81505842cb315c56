"""A plan is a pure function of what should be, what is, and what is remembered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ckan_api_client.sources import Partial
from ckan_api_client.syncing.options import Options
from ckan_api_client.syncing.plan import Create, Delete, FieldChange, GroupChange, Keep, Update
from ckan_api_client.syncing.rules import Rules
from ckan_api_client.syncing.strategies import Strategies
from planning_model import THEN, Model, model, record, shown

FITTED = {"title": "T", "owner_org": "org", "groups": []}


@pytest.fixture(name="model")
def _model() -> Iterator[Model]:
    with model() as made:
        yield made


def test_an_equal_catalog_needs_nothing(model: Model) -> None:
    model.see(shown("1"))
    plan = model.plan({"1": record()})
    assert not plan
    assert (len(plan), plan.unchanged, plan.managed, plan.records) == (0, 1, 1, 1)


def test_each_record_is_created_updated_or_left_and_what_left_the_source_is_deleted(model: Model) -> None:
    model.remember("1", record(title="Old"), title="Old")
    model.see(shown("1", title="Old"), shown("3"), shown("9"))
    plan = model.plan({key: record() for key in ("2", "1", "3")})
    assert plan.creates == (Create("2", "data", "T", FITTED),)
    changes = (FieldChange("title", "Old", "T"),)
    assert plan.updates == (Update("1", "data", "id-1", "T", FITTED, changes, THEN),)
    assert plan.deletes == (Delete("9", "id-9", "T", "delete", THEN),)
    assert (plan.unchanged, plan.managed, len(plan)) == (1, 3, 3)


def test_the_order_of_records_makes_no_difference(model: Model) -> None:
    one = model.plan({key: record() for key in "abc"})
    other = model.plan({key: record() for key in "cab"})
    assert one == other
    assert [create.record_id for create in one.creates] == ["a", "b", "c"]


def test_nothing_is_deleted_on_the_strength_of_a_partial_source(model: Model) -> None:
    model.see(shown("1"), shown("9"))
    model.ending = Partial("line 17 is missing", 1)
    plan = model.plan({"1": record()})
    assert plan.deletes == ()
    assert plan.no_deletes_because == "the source was not read completely: line 17 is missing"


def test_nothing_is_deleted_on_the_strength_of_a_catalog_that_does_not_add_up(model: Model) -> None:
    model.see(shown("9"))
    model.facts.doubt = "the search index promised 2 datasets and gave 1"
    plan = model.plan({"1": record()})
    assert plan.deletes == ()
    assert plan.no_deletes_because == "the search index promised 2 datasets and gave 1"


def test_nothing_is_deleted_after_the_memory_was_damaged(model: Model) -> None:
    model.see(shown("9"))
    model.doubts = ("the file is gone", "")
    plan = model.plan({"1": record()})
    assert plan.deletes == ()
    assert plan.no_deletes_because == "the file is gone"


def test_a_doubt_is_not_told_where_there_is_nothing_to_delete(model: Model) -> None:
    model.see(shown("1"))
    model.ending = Partial("line 17 is missing", 1)
    assert model.plan({"1": record()}).no_deletes_because == ""


def test_a_record_that_is_there_and_refused_keeps_its_dataset(model: Model) -> None:
    model.see(shown("1"), shown("9"))
    model.datasets = {"9": None}
    assert model.plan({"1": record()}).deletes == ()


@pytest.mark.parametrize("key", ["1", "2"], ids=["in the source", "gone from the source"])
def test_two_datasets_with_one_marker_are_left_alone_and_named(model: Model, key: str) -> None:
    model.list(key, dataset_id="x")
    model.list(key, dataset_id="y")
    plan = model.plan({"1": record()})
    assert not plan.deletes
    assert not plan.updates
    (refused,) = plan.refused
    assert refused.record_id == key
    assert refused.reason == "2 datasets bear the marker of this record (x, y): take it off all but one"


def test_what_people_s_values_stay_is_to_be_remembered(model: Model) -> None:
    model.remember("1", record(title="Old"), title="Old")
    model.see(shown("1", title="By hand"))
    plan = model.plan({"1": record(title="New")})
    assert not plan
    (conflict,) = plan.conflicts
    assert (conflict.path, conflict.source, conflict.catalog, conflict.taken) == ("title", "New", "By hand", "catalog")
    (keep,) = plan.keeps
    assert (type(keep), keep.dataset_id, keep.modified, list(keep.kept)) == (Keep, "id-1", THEN, ["title"])
    assert plan.unchanged == 1


def test_organizations_and_groups_that_the_catalog_lacks_are_made(model: Model) -> None:
    organization = {"name": "survey", "title": "New"}
    plan = model.plan({"1": {"title": "T", "organization": organization, "groups": ["health"]}})
    assert plan.groups == (
        GroupChange("organization", "survey", {"name": "survey", "title": "New"}),
        GroupChange("group", "health", {"name": "health"}),
    )


def test_organizations_that_are_there_are_updated_only_by_strategy(model: Model) -> None:
    records = {"1": {"title": "T", "organization": {"name": "org", "title": "New"}}}
    assert model.plan(records).groups == ()
    by_strategy = Options(rules=Rules(strategies=Strategies(organization_merge_strategy="update")))
    change = GroupChange("organization", "org", {"name": "org", "title": "New"}, update=True)
    assert model.plan(records, by_strategy).groups == (change,)
    model.facts.described = {("organization", "org"): {"name": "org", "title": "New", "description": ""}}
    assert model.plan(records, by_strategy).groups == ()


def test_a_plan_says_how_it_was_made(model: Model) -> None:
    model.state.begin_run("sync")
    plan = model.plan({}, Options(deletes="private", grace_runs=2))
    assert (plan.source, plan.catalog, plan.account, plan.serial) == ("geo", "http://c.example", "me", 1)
    assert (plan.rules["deletes"], plan.rules["grace_runs"], plan.rules["on_conflict"]) == ("private", 2, "catalog")
