"""Counting: a bar where somebody looks, a line of JSON a second where a program listens, else nothing."""

from __future__ import annotations

import json
import sys
import threading

import pytest

from ckan_api_client.cli.counting import Counting


def test_a_program_is_told_each_second_and_at_the_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ckan_api_client.cli.counting._EVERY", 0.01)
    second = threading.Event()
    tick = Counting.tick

    def watched(counting: Counting) -> None:
        tick(counting)
        second.set()

    monkeypatch.setattr(Counting, "tick", watched)
    with Counting("loading", events=True) as counting:
        counting.expect(3)
        counting.advance("created")
        assert second.wait(30)
        counting.advance("failed", 2)
    events = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert {one["event"] for one in events[:-1]} == {"progress"}
    assert (events[0]["done"], events[0]["total"], events[0]["counts"]) == (1, 3, {"created": 1})
    assert (events[-1]["event"], events[-1]["done"], events[-1]["counts"]) == ("ended", 3, {"created": 1, "failed": 2})


def test_what_went_wrong_is_no_end(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(OSError, match="away"), Counting("loading", events=True):
        raise OSError("away")
    assert json.loads(capsys.readouterr().err)["event"] == "stopped"


def test_nothing_is_told_where_nobody_asked(capsys: pytest.CaptureFixture[str]) -> None:
    for counting in (Counting("loading"), Counting("loading", events=True, is_quiet=True)):
        with counting:
            counting.advance("created")
            counting.tick()
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("is_quiet", "is_shown"), [(False, True), (True, False)])
def test_a_terminal_has_a_bar_unless_it_is_to_be_quiet(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], is_quiet: bool, is_shown: bool
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "120")
    with Counting("loading roads", 3, events=True, is_quiet=is_quiet) as counting:
        counting.advance("created", 2)
        counting.tick()
        print("a record")  # noqa: T201 - what a command writes
    told = capsys.readouterr()
    assert ("loading roads" in told.err, "2/3" in told.err, "2 created" in told.err) == (is_shown,) * 3
    assert '"event"' not in told.err
    assert told.out == "a record\n"
