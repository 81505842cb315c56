"""What follows for one record, from what source, catalog and memory say of it: one row of a table each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from ckan_api_client.syncing.base import hash_of
from ckan_api_client.syncing.holders import Holder
from ckan_api_client.syncing.options import Options
from ckan_api_client.syncing.plan import Adopt, Conflict, Create, Delete, Refused, Revive, Update
from ckan_api_client.syncing.rules import Rules
from planning_model import NOW, THEN, THEN_INDEXED, Model, model, record, shown

FITTED = {"title": "T", "owner_org": "org", "groups": []}
SOURCE_WINS = Options(rules=Rules(on_conflict="source"))


@pytest.fixture(name="model")
def _model() -> Iterator[Model]:
    with model() as made:
        yield made


def test_a_record_that_was_never_there_is_created(model: Model) -> None:
    (change,) = model.plan({"1": record()}).changes
    assert change == Create("1", "data", "T", FITTED)


def test_a_dataset_that_is_as_remembered_needs_no_reading(model: Model) -> None:
    """Only ids and timestamps are listed where the memory has the rest."""
    model.remember("1", record())
    model.list("1")
    plan = model.plan({"1": record()})
    assert (len(plan), plan.unchanged, plan.refused) == (0, 1, ())


def test_a_record_that_changed_is_merged_with_what_is_remembered_of_its_dataset(model: Model) -> None:
    model.remember("1", record())
    model.list("1")
    (change,) = model.plan({"1": record(title="New")}).changes
    assert isinstance(change, Update)
    assert [(one.path, one.before, one.after) for one in change.changes] == [("title", "T", "New")]
    assert change.modified == THEN


def test_a_dataset_that_was_to_be_read_and_could_not_is_left_alone(model: Model) -> None:
    model.list("1", "2026-02-02T00:00:00.000Z")
    (refused,) = model.plan({"1": record()}).refused
    assert refused.reason == "dataset 'id-1' could not be read as this record's: it is left alone"


def test_a_dataset_that_lost_its_marker_after_it_was_listed_is_left_alone(model: Model) -> None:
    model.list("1")
    model.state.spool.put_seen("1", shown("1", extras=[]))
    plan = model.plan({"1": record(title="New")})
    assert (len(plan), [one.record_id for one in plan.refused]) == (0, ["1"])


def test_without_a_memory_what_differs_is_a_conflict_and_stays(model: Model) -> None:
    model.see(shown("1", title="By hand"))
    plan = model.plan({"1": record(notes="N")})
    (change,) = plan.updates
    assert [one.path for one in change.changes] == ["notes"]
    (conflict,) = plan.conflicts
    assert (conflict.path, conflict.source, conflict.catalog, conflict.taken) == ("title", "T", "By hand", "catalog")


def test_a_dataset_under_another_id_than_remembered_is_judged_without_the_memory(model: Model) -> None:
    model.remember("1", record(title="Old"), title="Old", id="id-of-old")
    model.see(shown("1", title="Old"))
    plan = model.plan({"1": record(title="New")})
    assert [one.path for one in plan.conflicts] == ["title"]


GONE = {
    "deleted": ("state", "active", "deleted", "it was deleted in the catalog"),
    "purged": ("state", "active", None, "it was purged in the catalog"),
    "released": ("extras._harvest_source", "geo:1", None, "its marker was taken off in the catalog"),
}


@pytest.mark.parametrize("why", GONE)
def test_what_people_took_away_stays_away_and_is_told_once(model: Model, why: str) -> None:
    base = model.remember("1", record())
    model.facts.gone["1"] = why
    plan = model.plan({"1": record()})
    path, ours, theirs, because = GONE[why]
    assert plan.conflicts == (Conflict("1", "id-1", "T", path, ours, theirs, "catalog", because),)
    assert (len(plan), plan.unchanged) == (0, 1)
    model.state.put_base(base.with_kept(plan.keeps[0].kept))
    again = model.plan({"1": record()})
    assert (again.conflicts, len(again), len(again.notes)) == ((), 0, 1)
    assert len(model.plan({"1": record(title="New")}).conflicts) == 1


@pytest.mark.parametrize(
    ("why", "kind"),
    [("deleted", Revive), ("purged", Create), ("released", None)],
    ids=["deleted", "purged", "released"],
)
def test_where_the_source_wins_it_comes_back_unless_it_is_no_longer_ours(model: Model, why: str, kind: Any) -> None:
    model.remember("1", record())
    model.facts.gone["1"] = why
    plan = model.plan({"1": record()}, SOURCE_WINS)
    assert [type(change) for change in plan.changes] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("why", "told"),
    [("forbidden", "cannot be seen any more with this token"), ("unreadable", "cannot be read: CKAN fails")],
)
def test_what_can_no_longer_be_seen_is_refused(model: Model, why: str, told: str) -> None:
    model.remember("1", record())
    model.facts.gone["1"] = why
    (refused,) = model.plan({"1": record()}).refused
    assert refused.reason == f"dataset 'id-1' {told}; it is left alone"


def test_what_the_server_failed_for_once_is_sent_again(model: Model) -> None:
    """Whose fault that was is not known before the second time."""
    model.state.quarantine("1", hash_of(FITTED), "", "once: package_create: HTTP 500")
    assert len(model.plan({"1": record()}).creates) == 1


def test_what_the_source_had_withdrawn_is_brought_back(model: Model) -> None:
    model.state.put_base(model.remember("1", record()).withdrawn("delete"))
    (change,) = model.plan({"1": record(title="New")}).changes
    assert change == Revive("1", "data", "id-1", "New", {**FITTED, "title": "New"})


def test_what_the_source_had_made_private_is_brought_back(model: Model) -> None:
    model.state.put_base(model.remember("1", record(), private=True).withdrawn("private"))
    model.list("1")
    (change,) = model.plan({"1": record()}).changes
    assert isinstance(change, Revive)


def test_what_the_source_has_made_private_is_no_longer_deleted(model: Model) -> None:
    model.state.put_base(model.remember("1", record(), private=True).withdrawn("private"))
    model.list("1")
    assert not model.plan({}, Options(deletes="private"))


def test_what_people_brought_back_out_of_the_trash_stays_there(model: Model) -> None:
    """The source has not changed since it withdrew the record; they have."""
    model.state.put_base(model.remember("1", record(), state="deleted").withdrawn("delete"))
    model.see(shown("1"))
    plan = model.plan({})
    assert not plan
    assert plan.notes == ("1 dataset is left alone: people brought it back after the source had withdrawn it",)


def test_what_people_brought_back_is_the_record_s_again_once_that_comes_back(model: Model) -> None:
    model.state.put_base(model.remember("1", record(), state="deleted").withdrawn("delete"))
    model.see(shown("1"))
    (change,) = model.plan({"1": record(title="New")}).changes
    assert isinstance(change, Update)


@pytest.mark.parametrize("how", ["delete", "purge", "private"])
def test_a_record_that_left_is_withdrawn_as_asked(model: Model, how: Any) -> None:
    model.see(shown("1"))
    assert model.plan({}, Options(deletes=how)).deletes == (Delete("1", "id-1", "T", how, THEN),)


def test_a_record_that_left_keeps_its_dataset_where_that_is_asked(model: Model) -> None:
    model.see(shown("1"))
    plan = model.plan({}, Options(deletes="keep"))
    assert plan.notes == ("1 dataset is left alone, as asked, though the record is gone",)


@pytest.mark.parametrize(
    ("runs", "days", "is_due"),
    [(0, 9, False), (1, 9, False), (2, 9, False), (2, 10, True), (3, 10, True), (9, 1, False)],
)
def test_a_record_has_to_be_gone_for_so_many_runs_and_so_many_days(
    model: Model, runs: int, days: int, *, is_due: bool
) -> None:
    model.see(shown("1"))
    for _ in range(runs):
        model.state.note_absent(["1"], NOW - timedelta(days=days))
    plan = model.plan({}, Options(grace_runs=3, grace_days=10))
    assert len(plan.deletes) == int(is_due)
    assert plan.absent == (() if is_due else ("1",))


@pytest.mark.parametrize("modified", [THEN, THEN_INDEXED], ids=["as shown", "as indexed"])
def test_what_ckan_refused_is_not_sent_again_before_it_changes(model: Model, modified: str) -> None:
    base = model.remember("1", record())
    model.list("1", modified)
    source_hash = hash_of({**base.source, "title": "New"})
    model.state.quarantine("1", source_hash, THEN, "license_id: no such license")
    plan = model.plan({"1": record(title="New")})
    (refused,) = plan.refused
    assert not plan
    assert refused.reason.startswith("license_id: no such license (an earlier run; not sent again before it changes")
    assert len(model.plan({"1": record(title="Newer")})) == 1
    assert len(model.plan({"1": record(title="New")}, Options(retry_refused=True))) == 1


def test_what_ckan_refused_is_sent_again_once_the_dataset_has_changed(model: Model) -> None:
    base = model.remember("1", record())
    model.see(shown("1", metadata_modified="2026-02-02T00:00:00.123456"))
    model.state.quarantine("1", hash_of({**base.source, "title": "New"}), THEN, "no such license")
    assert len(model.plan({"1": record(title="New")}).updates) == 1


def test_a_new_record_that_ckan_refused_is_not_sent_again(model: Model) -> None:
    model.state.quarantine("1", hash_of(FITTED), "", "no such license")
    assert len(model.plan({"1": record()}).refused) == 1


def holder(marker: str | None = None) -> Holder:
    return Holder("id-x", "wells", "By hand", marker, THEN)


def test_a_name_that_an_unmarked_dataset_has_is_refused_before_anything_is_sent(model: Model) -> None:
    model.facts.holders = {"wells": holder()}
    plan = model.plan({"1": record(name="wells")})
    reason = (
        "the name 'wells' is that of a dataset which no sync made (id-x); "
        "rename one of them, or take it over with --adopt name"
    )
    assert (len(plan), plan.refused) == (0, (Refused("1", "data", "name", reason),))


def test_a_name_that_another_record_has_is_created_with_a_suffix_later(model: Model) -> None:
    model.facts.holders = {"wells": holder("geo:2")}
    assert len(model.plan({"1": record(name="wells")}).creates) == 1


def test_an_unmarked_dataset_is_taken_over_by_its_name_where_that_is_asked(model: Model) -> None:
    model.facts.holders = {"wells": holder()}
    plan = model.plan({"1": record(name="wells"), "2": record(name="wells")}, Options(adopt="name"))
    assert plan.adopts == (Adopt("1", "data", "id-x", "By hand", "name", THEN),)
    assert [create.record_id for create in plan.creates] == ["2"]


@pytest.mark.parametrize("adopt", ["id", "extra:guid"])
def test_an_unmarked_dataset_is_taken_over_by_its_id_or_by_an_extra(model: Model, adopt: str) -> None:
    model.facts.adoptable = {"1": [holder()]}
    plan = model.plan({"1": record()}, Options(adopt=adopt))
    assert plan.adopts == (Adopt("1", "data", "id-x", "By hand", adopt, THEN),)


def test_a_marked_dataset_is_never_taken_over(model: Model) -> None:
    model.facts.adoptable = {"1": [holder("other:1")]}
    plan = model.plan({"1": record()}, Options(adopt="id"))
    assert (plan.adopts, len(plan.creates)) == ((), 1)
