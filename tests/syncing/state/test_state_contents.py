"""Contents are kept once, as long as anything refers to them, and no longer."""

from __future__ import annotations

import pytest

from ckan_api_client.syncing.base import Base
from ckan_api_client.syncing.state import State
from ckan_api_client.syncing.state import journal as journal_module
from syncing.state.samples import Open

SOURCE = {"title": "Trees", "notes": "oak elm ash " * 100}
OTHER = {**SOURCE, "title": "Oaks"}


def dataset_of(source: dict[str, str], modified: str = "2026-01-02T03:04:05.678901") -> dict[str, str]:
    return {**source, "id": "1", "metadata_modified": modified}


def write(state: State, run: int, source: dict[str, str], key: str = "a") -> Base:
    """Write one record as a run does; return what is remembered of it."""
    made = dataset_of(source)
    entry = state.intend(run, "dataset", key, "create", before=None, values={**source, "name": key}, source=source)
    base = Base.of(key, source, made)
    state.settle(entry, did="created", after=made, base=base)
    return base


def count(state: State) -> int:
    return int(state._database.read("SELECT count(*) FROM main.blob")[0][0])


def test_what_an_entry_and_a_base_have_in_common_is_kept_once(state: State) -> None:
    run = state.begin_run("sync")
    base = write(state, run, SOURCE)
    assert count(state) == 3
    (entry,) = state.entries(run)
    assert (entry.source, entry.after, entry.values) == (SOURCE, base.catalog, {**SOURCE, "name": "a"})
    assert state.base("a") == base


def test_what_only_resembles_the_record_s_data_takes_hardly_any_room(state: State) -> None:
    write(state, state.begin_run("sync"), SOURCE)
    sizes = [size for (size,) in state._database.read("SELECT length(data) FROM main.blob WHERE beside IS NOT NULL")]
    assert len(sizes) == 2
    assert max(sizes) < 100


def test_equal_data_that_are_other_objects_are_not_taken_for_the_same(state: State) -> None:
    """True equals 1, and is another text."""
    run = state.begin_run("sync")
    entry = state.intend(run, "dataset", "a", "create", before=None, values={}, source={"private": True})
    base = Base.of("a", {"private": 1}, dataset_of({}))
    state.settle(entry, did="created", after=dataset_of({}), base=base)
    found = state.base("a")
    assert found is not None
    assert found.source["private"] is not True


def test_what_was_remembered_before_is_there_as_long_as_it_can_be_undone(
    open_state: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "_KEPT_ENTRIES", 2)
    state = open_state()
    first = state.begin_run("sync")
    before = write(state, first, SOURCE)
    state.finish_run(first, report={}, ended="done")
    second = state.begin_run("sync")
    after = write(state, second, OTHER)
    state.finish_run(second, report={}, ended="done")
    state.close()
    state = open_state()
    (entry,) = state.entries(second)
    assert (entry.base_before, state.base("a")) == (before, after)
    for _ in range(2):
        run = state.begin_run("sync")
        write(state, run, SOURCE, "b")
        state.finish_run(run, report={}, ended="done")
    assert state.entries(first) == state.entries(second) == []
    # Of a: its base. Of b: its base, and what was sent; that of the first run, and its base. And four reports.
    assert count(state) == 2 + 3 + 3 + 4
    state.close()
    assert open_state().base("a") == after


def test_what_is_remembered_outlasts_the_entry_that_it_came_of(
    open_state: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "_KEPT_ENTRIES", 1)
    state = open_state()
    run = state.begin_run("sync")
    base = write(state, run, SOURCE)
    state.finish_run(run, report={}, ended="done")
    run = state.begin_run("sync")
    write(state, run, OTHER, "b")
    state.finish_run(run, report={}, ended="done")
    state.close()
    assert open_state().base("a") == base


def test_what_an_entry_refers_to_outlasts_the_base(open_state: Open) -> None:
    state = open_state()
    run = state.begin_run("sync")
    base = write(state, run, SOURCE)
    state.drop_base("a")
    state.finish_run(run, report={}, ended="done")
    state.close()
    (entry,) = open_state().entries(run)
    assert (entry.source, entry.after) == (SOURCE, base.catalog)


def test_a_base_that_no_run_wrote_leaves_nothing_when_there_is_another(state: State) -> None:
    for source in (SOURCE, OTHER):
        state.put_base(Base.of("a", source, dataset_of(source)))
    assert count(state) == 4
    state.sweep()
    assert count(state) == 2


def test_what_a_killed_run_wrote_over_goes_with_the_end_of_the_next_one(open_state: Open) -> None:
    state = open_state()
    state.put_base(Base.of("a", SOURCE, dataset_of(SOURCE)))
    state.begin_run("sync")
    state.put_base(Base.of("a", OTHER, dataset_of(OTHER)))
    state.close()
    state = open_state()
    assert count(state) == 4
    state.finish_run(state.begin_run("sync"), report={}, ended="done")
    assert count(state) == 3  # Two of the base, and the report.
    state.close()
    found = open_state().base("a")
    assert found is not None
    assert found.source == OTHER
