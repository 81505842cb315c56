"""Progress: nothing where nobody looks, bars where somebody does, and what was done if it is cut short."""

from __future__ import annotations

import json
import sys

import pytest

from ckan_api_client.cli.progress import SyncProgress
from ckan_api_client.syncing import Did, Outcome, Report
from ckan_api_client.syncing.events import CatalogRead, Event, Planned, Settled, SourceRead, UndoPlanned
from ckan_api_client.syncing.plan import Create, Plan, Refused
from ckan_api_client.syncing.report import Interrupted

PLAN = Plan(
    "geo",
    creates=tuple(Create(f"{number}", "a", "T", {}) for number in range(3)),
    refused=(Refused("9", "a", "", "no"),),
)
EVENTS: tuple[Event, ...] = (
    SourceRead(100, 200, 2),
    SourceRead(200, 200, 4),
    CatalogRead(0),
    Planned(PLAN),
    Settled(Outcome(Did.REFUSED, "dataset", "9")),
    Settled(Outcome(Did.CREATED, "dataset", "0")),
    Settled(Outcome(Did.CREATED, "dataset", "1")),
)


def test_nothing_is_written_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    with SyncProgress(go_on="Go on.") as progress:
        for event in EVENTS:
            progress(event)
    assert capsys.readouterr() == ("", "")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wide terminal, to which nobody listens who wants events; seconds go by when the test says so."""
    monkeypatch.setattr(type(sys.stderr), "isatty", lambda _: True)  # the class that captures standard error
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("ckan_api_client.cli.counting._EVERY", 1000)


def tick(progress: SyncProgress) -> None:
    assert progress._phase is not None
    progress._phase.tick()


@pytest.mark.usefixtures("capsys", "terminal")
@pytest.mark.parametrize("reads_source", [True, False])
def test_bars_are_shown_on_a_terminal(capsys: pytest.CaptureFixture[str], reads_source: bool) -> None:
    with SyncProgress(reads_source=reads_source, events=True) as progress:
        for event in EVENTS if reads_source else EVENTS[3:]:
            progress(event)
            tick(progress)
    shown = capsys.readouterr().err
    assert ("reading the source" in shown, "reading the catalog" in shown) == (reads_source, reads_source)
    assert "writing" in shown
    assert "3/4" in shown
    assert "2 created, 1 refused" in shown
    assert '"event"' not in shown


@pytest.mark.usefixtures("capsys", "terminal")
def test_what_takes_less_than_a_second_shows_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    with SyncProgress() as progress:
        for event in EVENTS:
            progress(event)
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("capsys", "terminal")
def test_an_undo_has_no_plan_and_shows_what_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    with SyncProgress(reads_source=False) as progress:
        progress(UndoPlanned(1))
        tick(progress)
        progress(Settled(Outcome(Did.DELETED, "dataset", "0")))
    assert "1 deleted" in capsys.readouterr().err


def test_programs_are_told_the_end_of_each_phase_and_what_it_is_at(capsys: pytest.CaptureFixture[str]) -> None:
    with SyncProgress(events=True) as progress:
        for event in EVENTS[:-1]:
            progress(event)
        tick(progress)
    events = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(one["event"], one["doing"], one["unit"], one["done"], one["total"], one["counts"]) for one in events] == [
        ("ended", "reading the source", "records", 4, 4, {}),
        ("ended", "reading the catalog", "datasets", 0, 0, {}),
        ("ended", "comparing", "records", 0, None, {}),
        ("progress", "writing", "records", 2, 4, {"refused": 1, "created": 1}),
        ("ended", "writing", "records", 2, 4, {"refused": 1, "created": 1}),
    ]
    assert all(0 <= one["seconds"] < 60 for one in events)


def test_programs_are_told_that_a_phase_was_cut_short(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit), SyncProgress(events=True, go_on="Go on."):
        raise KeyboardInterrupt
    event, _, told = capsys.readouterr().err.splitlines()
    assert (json.loads(event)["event"], told) == ("stopped", "Interrupted: nothing was done. Go on.")


@pytest.mark.parametrize(
    ("events", "error", "told"),
    [
        ((), KeyboardInterrupt(), "\nInterrupted: nothing was done. Go on.\n"),
        (EVENTS, KeyboardInterrupt(), "\nInterrupted: 2 created, 1 refused, of 3 planned. Go on.\n"),
        (
            EVENTS,
            Interrupted(Report("geo", "http://c", run=7)),
            "\nInterrupted in run 7: 2 created, 1 refused, of 3 planned. Go on.\n",
        ),
        (EVENTS[4:5], KeyboardInterrupt(), "\nInterrupted: 1 refused. Go on.\n"),
    ],
    ids=["before anything", "a planned run", "a numbered run", "without a plan"],
)
def test_an_interruption_is_told_with_what_was_done_and_how_to_go_on(
    capsys: pytest.CaptureFixture[str], events: tuple[Event, ...], error: BaseException, told: str
) -> None:
    progress = SyncProgress(go_on="Go on.")
    for event in events:
        progress(event)
    with pytest.raises(SystemExit) as end, progress:
        raise error
    assert (end.value.code, capsys.readouterr().err) == (130, told)


def test_other_errors_pass_through() -> None:
    with pytest.raises(ValueError, match="else"), SyncProgress(go_on="Go on."):
        raise ValueError("else")
