"""Progress: nothing where nobody looks, bars where somebody does, and what was done if it is cut short."""

from __future__ import annotations

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


@pytest.mark.parametrize("reads_source", [True, False])
def test_bars_are_shown_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], reads_source: bool
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    with SyncProgress(reads_source=reads_source) as progress:
        for event in EVENTS if reads_source else EVENTS[3:]:
            progress(event)
    shown = capsys.readouterr().err
    assert ("reading the source" in shown, "reading the catalog" in shown) == (reads_source, reads_source)
    assert "writing" in shown
    assert "3/4" in shown
    assert "2 created, 1 refused" in shown


def test_an_undo_has_no_plan_and_shows_what_is_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    with SyncProgress(reads_source=False) as progress:
        progress(UndoPlanned(1))
        progress(Settled(Outcome(Did.DELETED, "dataset", "0")))
    assert "1 deleted" in capsys.readouterr().err


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
