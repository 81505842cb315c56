"""What a run did is taken back: every value is as it was before, but for those that people changed since."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

from ckan_api_client.exceptions import StateError
from ckan_api_client.quirks.equivalence import SERVER_MADE_DATASET_KEYS, SERVER_MADE_RESOURCE_KEYS
from schedules.bench import SOURCE, Bench, laid_out
from schedules.catalog import ORGANIZATION
from schedules.people import GROUP, OTHER_ORGANIZATION, Person
from schedules.source import RandomSource


@pytest.fixture
def bench() -> Iterator[Bench]:
    with laid_out() as made:
        yield made


def record(title: str = "Title", **fields: Any) -> dict[str, Any]:
    return {"title": title, "owner_org": ORGANIZATION, **fields}


def bare(dataset: dict[str, Any]) -> dict[str, Any]:
    """Return all of a dataset that CKAN does not make itself; memberships and tags in no order, as CKAN shows them."""
    kept = {key: value for key, value in dataset.items() if key not in SERVER_MADE_DATASET_KEYS}
    kept["resources"] = [
        {key: value for key, value in resource.items() if key not in SERVER_MADE_RESOURCE_KEYS}
        for resource in dataset["resources"]
    ]
    kept["groups"] = sorted(group["name"] for group in dataset["groups"])
    kept["tags"] = sorted(tag["name"] for tag in dataset["tags"])
    kept["extras"] = sorted((extra["key"], extra["value"]) for extra in dataset["extras"])
    return kept


def there(bench: Bench) -> dict[str, dict[str, Any]]:
    """Return what is not in the trash."""
    found = bench.catalog.marked(SOURCE)
    return {key: bare(dataset) for key, (dataset,) in found.items() if dataset["state"] == "active"}


@pytest.mark.parametrize("deletes", ["delete", "private"])
@pytest.mark.parametrize("first", range(0, 60, 20))
def test_a_run_that_is_taken_back_leaves_no_trace(first: int, deletes: str) -> None:
    """120 random runs, of creates, updates, deletes and revivals, over people's edits."""
    for seed in range(first, first + 20):
        draw = Random(seed)  # noqa: S311 - reproducible, not secret
        with laid_out(draw.choice(["2.10", "2.11", "2.12"])) as bench:
            bench.catalog.act("organization_create", name=OTHER_ORGANIZATION)
            bench.catalog.act("group_create", name=GROUP)
            bench.catalog.act("group_create", name="g1")
            source = RandomSource(draw, with_groups=True)
            person = Person(bench.catalog, SOURCE, draw, is_editor=False)
            bench.sync(source.records, deletes=deletes)
            for _ in range(4):
                source.change()
                person.do_something()
            before = there(bench)
            done = bench.sync(source.records, deletes=deletes)
            undone = bench.undo()
            assert there(bench) == before, f"seed {seed}: {done.counts()}, undone {undone.counts()}"
            assert not undone.undone, seed
            bench.sync(source.records, deletes=deletes)
            bench.catalog.ckan.forget_requests()
            bench.sync(source.records, deletes=deletes)
            assert bench.catalog.ckan.writes == [], seed


def test_an_undo_can_be_taken_back(bench: Bench) -> None:
    bench.sync({"a": record("First"), "b": record()})
    bench.sync({"a": record("Second"), "c": record()})
    after = there(bench)
    undo = bench.undo()
    assert there(bench)["a"]["title"] == "First"
    assert undo.run is not None
    bench.undo(undo.run)
    assert there(bench) == after


def test_a_second_undo_without_a_number_says_which_number_to_give(bench: Bench) -> None:
    bench.sync({"a": record()})
    undo = bench.undo()
    with pytest.raises(StateError, match=f"took run 1 back; .* give its number: undo {SOURCE} {undo.run}$"):
        bench.undo()


def test_a_run_is_taken_back_once(bench: Bench) -> None:
    report = bench.sync({"a": record()})
    bench.undo()
    with pytest.raises(StateError, match="was taken back already, by run 2"):
        bench.undo(report.run)


def test_what_somebody_edited_since_it_was_created_is_left_alone(bench: Bench) -> None:
    bench.sync({"a": record()})
    (dataset,) = bench.catalog.marked(SOURCE)["a"]
    bench.catalog.act("package_patch", id=dataset["id"], title="By hand")
    report = bench.undo()
    assert report.counts() == {"refused": 1}
    assert there(bench)["a"]["title"] == "By hand"


def test_what_somebody_edited_in_another_field_keeps_the_edit(bench: Bench) -> None:
    bench.sync({"a": record("First")})
    bench.sync({"a": record("Second")})
    (dataset,) = bench.catalog.marked(SOURCE)["a"]
    bench.catalog.act("package_patch", id=dataset["id"], notes="By hand")
    bench.undo()
    assert (there(bench)["a"]["title"], there(bench)["a"]["notes"]) == ("First", "By hand")
