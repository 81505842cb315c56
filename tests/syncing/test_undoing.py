"""What a run did is taken back: every value is as it was before, but for those that people changed since."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ckan_api_client.exceptions import StateError
from schedules.bench import SOURCE, Bench, laid_out
from schedules.catalog import ORGANIZATION
from undoing.trips import go_there_and_back, there


@pytest.fixture
def bench() -> Iterator[Bench]:
    with laid_out() as made:
        yield made


def record(title: str = "Title", **fields: Any) -> dict[str, Any]:
    return {"title": title, "owner_org": ORGANIZATION, **fields}


@pytest.mark.parametrize("deletes", ["delete", "private", "purge"])
@pytest.mark.parametrize("first", range(0, 60, 20))
def test_a_run_that_is_taken_back_leaves_no_trace(first: int, deletes: str) -> None:
    """180 random runs, of every kind of change, over people's edits; `python -m undoing` does more."""
    for seed in range(first, first + 20):
        go_there_and_back(seed, deletes)


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
