"""The journal: what was about to be written is on the disk before, and what became of it after."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ckan_api_client.exceptions import StateError
from ckan_api_client.quirks.revising import REMOVED
from ckan_api_client.syncing.state import Ended, Entry, Noted, State
from ckan_api_client.syncing.state import journal as journal_module
from syncing.state.samples import CATALOG, SOURCE, Open, base_of

BEFORE = {"id": "1", "title": "Trees", "metadata_modified": "2026-01-02T03:04:05.678901"}


def intend(state: State, run: int, key: str = "a", action: str = "update") -> int:
    return state.intend(run, "dataset", key, action, dataset_id="1", before=BEFORE, values={"title": "Oaks"}, source={})


def test_an_entry_comes_back_whole(state: State) -> None:
    state.put_base(base_of("a"))
    run = state.begin_run("sync")
    number = state.intend(
        run, "dataset", "a", "update", dataset_id="1", before=BEFORE, values={"title": "Oaks"}, source={"title": "Oak"}
    )
    state.settle(number, did="updated", after={**BEFORE, "title": "Oaks"})
    assert state.entries(run) == [
        Entry(
            1, 1, "dataset", "a", "update", "1",
            before=BEFORE, values={"title": "Oaks"}, source={"title": "Oak"}, after={**BEFORE, "title": "Oaks"},
            did="updated", base_before=base_of("a"),
        )
    ]  # fmt: skip


def test_an_entry_holds_what_was_remembered_then(state: State) -> None:
    run = state.begin_run("sync")
    intend(state, run)
    state.put_base(base_of("a", "Trees"))
    intend(state, run)
    state.put_base(base_of("a", "Oaks"))
    assert [entry.base_before for entry in state.entries(run)] == [base_of("a", "Trees"), None]


def test_an_organization_has_no_base_though_a_record_has_its_name(state: State) -> None:
    state.put_base(base_of("a"))
    run = state.begin_run("sync")
    state.intend(run, "organization", "a", "create", before=None, values={"name": "a"}, source=None)
    (entry,) = state.entries(run)
    assert (entry.base_before, entry.before, entry.source, entry.after, entry.did) == (None, None, None, None, "")


def test_what_is_to_be_removed_comes_back_as_such(open_state: Open) -> None:
    state = open_state()
    run = state.begin_run("sync")
    values = {"title": "Oaks", "url": REMOVED, "version": REMOVED}
    state.intend(run, "dataset", "a", "update", before=BEFORE, values=values, source=None)
    state.close()
    (entry,) = open_state().entries(run)
    assert entry.values == values


def test_the_entries_of_a_run_come_newest_first(state: State) -> None:
    first = state.begin_run("sync")
    for key in "abc":
        intend(state, first, key)
    second = state.begin_run("sync")
    intend(state, second, "d")
    assert [entry.key for entry in state.entries(first)] == ["c", "b", "a"]
    assert [entry.key for entry in state.entries(second)] == ["d"]
    assert state.entries(17) == []


def test_what_nobody_wrote_down_the_end_of_is_told_to_the_next_run(open_state: Open) -> None:
    state = open_state()
    run = state.begin_run("sync")
    state.settle(intend(state, run, "settled"), did="updated", after=None)
    intend(state, run, "open")
    state.settle(intend(state, run, "unclear"), did="unknown", after=None)
    assert list(state.unsettled()) == []
    state.close()
    again = open_state()
    assert [entry.key for entry in again.unsettled()] == ["open", "unclear"]
    again.begin_run("sync")
    first, second = again.unsettled()
    again.resolve(first, did="updated")
    again.resolve(second.number, did="failed")
    assert list(again.unsettled()) == []
    assert [entry.did for entry in again.entries(run)] == ["failed", "updated", "updated"]


def test_an_entry_or_a_run_that_is_not_there_cannot_be_settled(state: State) -> None:
    with pytest.raises(StateError, match="no entry 7 in the journal"):
        state.settle(7, did="updated", after=None)
    with pytest.raises(StateError, match="no run 7"):
        state.finish_run(7, report={}, ended="done")


def test_nothing_is_written_for_a_run_that_was_never_begun(state: State) -> None:
    with pytest.raises(StateError, match="FOREIGN KEY"):
        intend(state, 7)
    assert state.entries(7) == []


def test_runs_are_told_newest_first(open_state: Open) -> None:
    state = open_state()
    assert (state.serial, state.runs()) == (0, [])
    run = state.begin_run("sync", plan_checksum="c0ffee", account="ann")
    state.finish_run(run, report={"counts": {}}, ended="interrupted")
    state.begin_run("apply")
    state.close()
    second, first = open_state().runs()
    assert (first.number, first.kind, first.account, first.plan_checksum) == (1, "sync", "ann", "c0ffee")
    assert (first.ended, first.report, first.undoes, first.undone_by) == ("interrupted", {"counts": {}}, None, None)
    assert (second.number, second.kind, second.undoes) == (2, "apply", None)
    assert (second.ended, second.finished, second.report) == ("", "", None)
    assert first.begun.endswith("+00:00")
    assert first.finished >= first.begun


def test_a_run_tells_which_one_undid_it(state: State) -> None:
    run = state.begin_run("sync")
    undo = state.begin_run("undo", undoes=run)
    state.finish_run(undo, report={}, ended="done")
    undoing, undone = state.runs()
    assert (undone.undone_by, undoing.undoes, undoing.undone_by) == (undo, run, None)


@pytest.mark.parametrize("ended", ["failed", "interrupted"])
def test_an_undoing_that_did_not_get_to_its_end_can_be_gone_on_with(state: State, ended: Ended) -> None:
    run = state.begin_run("sync")
    state.finish_run(state.begin_run("undo", undoes=run), report={}, ended=ended)
    assert state.runs()[1].undone_by is None


def test_the_serial_advances_with_each_run(open_state: Open) -> None:
    state = open_state()
    state.begin_run("sync")
    state.begin_run("apply")
    state.close()
    assert open_state().serial == 2


def test_what_old_runs_wrote_is_forgotten_but_never_what_is_open(
    open_state: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "_KEPT_ENTRIES", 2)
    monkeypatch.setattr(journal_module, "_KEPT_RUNS", 4)
    state = open_state()
    for number in range(6):
        run = state.begin_run("sync")
        state.settle(intend(state, run, f"settled {number}"), did="updated", after=BEFORE)
        if number == 1:
            intend(state, run, "open")
        state.finish_run(run, report={"run": number}, ended="done")
    assert [[entry.key for entry in state.entries(run)] for run in range(1, 7)] == [
        [], ["open"], [], [], ["settled 4"], ["settled 5"],
    ]  # fmt: skip
    assert [record.number for record in state.runs()] == [6, 5, 4, 3, 2]
    state.close()
    assert not open_state().rebuilt_because


def test_what_is_intended_is_there_though_the_process_is_killed_at_once(path: Path, open_state: Open) -> None:
    killed = f"""
import os, signal
from ckan_api_client.syncing.state import State
state = State.open({str(path)!r}, catalog={CATALOG!r}, source={SOURCE!r})
run = state.begin_run("sync")
for key in "abc":
    state.intend(run, "dataset", key, "create", before=None, values={{"name": key}}, source={{}})
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", killed], check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (-9, b"")
    state = open_state()
    assert not state.rebuilt_because
    assert [entry.values for entry in state.unsettled()] == [{"name": "a"}, {"name": "b"}, {"name": "c"}]
    assert state.runs()[0].ended == ""


def test_eight_threads_may_write_at_once(open_state: Open) -> None:
    state = open_state()
    run = state.begin_run("sync")
    failures: list[BaseException] = []

    def write(thread: int) -> None:
        try:
            for number in range(15):
                key = f"{thread}-{number}"
                entry = intend(state, run, key)
                state.spool.put_all([Noted.of(key, "here", {"key": key})])
                with state.batch():
                    state.put_base(base_of(key))
                    state.settle(entry, did="updated", after={"id": key})
                assert state.spool.get(key) == ("here", {"key": key})
                assert sum(1 for _ in state.spool.rows()) >= number
        except BaseException as error:  # noqa: BLE001 - told below, by the thread that may fail the test
            failures.append(error)

    threads = [threading.Thread(target=write, args=(thread,)) for thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    keys = {f"{thread}-{number}" for thread in range(8) for number in range(15)}
    assert {entry.key: (entry.after or {})["id"] for entry in state.entries(run)} == {key: key for key in keys}
    state.close()
    again = open_state()
    assert not again.rebuilt_because
    assert {base.record_id for base in again.bases()} == keys


def test_a_run_that_was_killed_before_its_first_write_is_no_damage(open_state: Open) -> None:
    state = open_state()
    state.begin_run("sync")
    state.close()
    assert open_state().rebuilt_because == ""


def test_a_reader_may_stop_half_way(state: State) -> None:
    for key in "abc":
        state.put_base(base_of(key))
    bases: Iterator[object] = state.bases()
    next(bases)
    del bases
    state.put_base(base_of("d"))
    assert state.count_bases() == 4
