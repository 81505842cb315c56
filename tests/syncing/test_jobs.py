"""A job keeps its state in order whatever becomes of it: carried through, failed, interrupted, or dropped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.exceptions import EditConflict, ServerError, StalePlan, StateError, UnsafePlan
from ckan_api_client.sources import MappingSource
from ckan_api_client.syncing.guards import Limits
from ckan_api_client.syncing.jobs import Batch, Job, Workshop
from ckan_api_client.syncing.options import Options
from ckan_api_client.syncing.plan import Plan
from ckan_api_client.syncing.report import Interrupted, Report
from ckan_api_client.wire.flow import run
from schedules.carrying import carry
from tiny_catalog import TinyCatalog


@pytest.fixture
def catalog() -> TinyCatalog:
    return TinyCatalog()


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop("http://c.example", Options(), tmp_path / "geo.sqlite")


def source(*keys: str, title: str = "T") -> MappingSource:
    return MappingSource({"dataset": {key: {"title": title, "owner_org": "org"} for key in keys}})


def sync(workshop: Workshop, *keys: str, title: str = "T") -> Job[Report]:
    return workshop.sync("geo", source(*keys, title=title), Limits(), None)


def up_to_the_creates(job: Job[Report], catalog: TinyCatalog) -> Iterator[Any]:
    """Carry a job through until it gives the batch of creates; return that."""
    step, questions = next(job), True
    while True:
        if not isinstance(step, Batch):
            step = job.send(run(step, catalog))
            continue
        flows = list(step.flows)
        if flows and not questions:
            return iter(flows)
        questions = False
        for flow in flows:
            run(flow, catalog)
        step = job.send(None)


def ends(workshop: Workshop) -> list[str]:
    with workshop.open_state("geo") as state:
        return [record.ended for record in state.runs()]


def test_a_job_that_is_carried_through_ends_its_run(workshop: Workshop, catalog: TinyCatalog) -> None:
    report = carry(sync(workshop, "1"), catalog)
    assert (report.run, ends(workshop)) == (1, ["done"])


def test_a_job_that_is_dropped_has_ended_its_run_and_let_go_of_its_state(
    workshop: Workshop, catalog: TinyCatalog
) -> None:
    job = sync(workshop, "1", "2")
    run(next(up_to_the_creates(job, catalog)), catalog)
    job.close()
    assert ends(workshop) == ["interrupted"]
    with workshop.open_state("geo") as state:
        (record,) = state.runs()
    assert record.report is not None
    assert record.report["counts"]["dataset"] == {"created": 1}


def test_a_job_that_is_dropped_before_it_planned_has_begun_no_run(workshop: Workshop) -> None:
    job = sync(workshop, "1")
    next(job)
    job.close()
    assert ends(workshop) == []


def test_an_interrupted_job_says_what_was_done(workshop: Workshop, catalog: TinyCatalog) -> None:
    job = sync(workshop, "1", "2")
    run(next(up_to_the_creates(job, catalog)), catalog)
    with pytest.raises(Interrupted) as caught:
        job.throw(KeyboardInterrupt())
    assert caught.value.report.counts() == {"created": 1}
    assert ends(workshop) == ["interrupted"]


def test_a_job_that_fails_in_the_middle_keeps_its_report(workshop: Workshop, catalog: TinyCatalog) -> None:
    job = sync(workshop, "1", "2")
    run(next(up_to_the_creates(job, catalog)), catalog)
    with pytest.raises(ServerError):
        job.throw(ServerError(500, "down"))
    assert ends(workshop) == ["failed"]


def test_a_state_is_one_job_s_at_a_time(workshop: Workshop) -> None:
    job = sync(workshop, "1")
    next(job)
    with pytest.raises(StateError, match="another run is using it"):
        next(sync(workshop, "1"))
    job.close()


def test_a_plan_writes_nothing_and_begins_no_run(workshop: Workshop, catalog: TinyCatalog) -> None:
    plan = carry(workshop.plan("geo", source("1"), None), catalog)
    assert (len(plan), catalog.writes, ends(workshop)) == (1, [], [])


def test_a_plan_remembers_what_source_and_catalog_agree_on(workshop: Workshop, catalog: TinyCatalog) -> None:
    """Who never syncs, but plans and applies, has a memory, too: people's edits stay, and no conflict is told."""
    carry(sync(workshop, "1"), catalog)
    workshop.forget_state("geo")
    carry(workshop.plan("geo", source("1"), None), catalog)
    catalog.edit(next(iter(catalog.datasets)), title="By hand")
    plan = carry(workshop.plan("geo", source("1"), None), catalog)
    assert (len(plan), plan.conflicts, plan.unchanged) == (0, (), 1)


def test_a_conflict_is_told_by_every_plan_until_one_is_applied(workshop: Workshop, catalog: TinyCatalog) -> None:
    carry(sync(workshop, "1"), catalog)
    catalog.edit(next(iter(catalog.datasets)), title="By hand")
    plans = [carry(workshop.plan("geo", source("1", title="New"), None), catalog) for _ in range(2)]
    assert [len(plan.conflicts) for plan in plans] == [1, 1]
    carry(workshop.apply(plans[1], Limits(), None), catalog)
    assert carry(workshop.plan("geo", source("1", title="New"), None), catalog).conflicts == ()


def test_a_plan_is_carried_out_as_it_was_read_from_its_file(workshop: Workshop, catalog: TinyCatalog) -> None:
    plan = carry(workshop.plan("geo", source("1", "2"), None), catalog)
    report = carry(workshop.apply(Plan.from_json(plan.to_json()), Limits(), None), catalog)
    assert report.counts() == {"created": 2}
    catalog.writes.clear()
    assert carry(sync(workshop, "1", "2"), catalog).counts() == {"unchanged": 2}
    assert catalog.writes == []


def planned(workshop: Workshop, catalog: TinyCatalog) -> Plan:
    return carry(workshop.plan("geo", source("1"), None), catalog)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"catalog": "http://other.example"}, "the plan is for http://other.example, and this is http://c.example"),
        ({"account": "somebody"}, "the plan was made as 'somebody', and this is 'me'"),
        ({"serial": 7}, "the plan belongs to another state: it knows 7 runs of 'geo', and this state 0"),
    ],
    ids=["another catalog", "another user", "another state"],
)
def test_a_plan_of_other_circumstances_is_stale_before_anything_is_written(
    workshop: Workshop, catalog: TinyCatalog, changed: dict[str, Any], told: str
) -> None:
    plan = replace(planned(workshop, catalog), **changed)
    with pytest.raises(StalePlan, match=told):
        carry(workshop.apply(plan, Limits(), None), catalog)
    assert catalog.writes == []


def test_a_plan_is_spent_once_it_was_carried_out(workshop: Workshop, catalog: TinyCatalog) -> None:
    plan = planned(workshop, catalog)
    carry(workshop.apply(plan, Limits(), None), catalog)
    with pytest.raises(StalePlan, match="the plan is stale: 1 run"):
        carry(workshop.apply(plan, Limits(), None), catalog)


def test_a_plan_that_looks_like_an_accident_is_refused_when_it_is_applied(
    workshop: Workshop, catalog: TinyCatalog
) -> None:
    carry(sync(workshop, "1", "2"), catalog)
    plan = carry(workshop.plan("geo", source(), None), catalog)
    catalog.writes.clear()
    with pytest.raises(UnsafePlan):
        carry(workshop.apply(plan, Limits(), None), catalog)
    assert (catalog.writes, ends(workshop)) == ([], ["done"])


def test_under_fail_a_conflict_keeps_everything_from_being_written(workshop: Workshop, catalog: TinyCatalog) -> None:
    carry(sync(workshop, "1", "2"), catalog)
    catalog.edit(next(iter(catalog.datasets)), title="By hand")
    catalog.writes.clear()
    strict = replace(workshop, options=Options.taken_from({"on_conflict": "fail"}))
    with pytest.raises(EditConflict) as caught:
        carry(sync(strict, "1", "2", title="New"), catalog)
    assert [conflict.path for conflict in caught.value.conflicts] == ["title"]
    assert catalog.writes == []


def test_in_memory_nothing_is_remembered(catalog: TinyCatalog) -> None:
    workshop = Workshop("http://c.example", Options(), ":memory:")
    carry(sync(workshop, "1"), catalog)
    catalog.edit(next(iter(catalog.datasets)), title="By hand")
    assert [one.path for one in carry(sync(workshop, "1"), catalog).conflicts] == ["title"]
    assert [one.path for one in carry(sync(workshop, "1"), catalog).conflicts] == ["title"]


def test_what_is_remembered_can_be_forgotten(workshop: Workshop, catalog: TinyCatalog) -> None:
    carry(sync(workshop, "1"), catalog)
    workshop.forget_state("geo")
    assert ends(workshop) == []
    assert carry(sync(workshop, "1"), catalog).counts() == {"unchanged": 1}
