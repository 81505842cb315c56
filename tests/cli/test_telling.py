"""What is told of many records: exit codes, rates, and an end where nobody answers any more."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.bulk.batching import call_line
from ckan_api_client.bulk.replies import Reply
from ckan_api_client.bulk.running import Running
from ckan_api_client.cli.telling import WITH_ACTION, Telling, carry_records, telling, uninterrupted
from ckan_api_client.exceptions import Outcome, TransportError
from ckan_api_client.low_level import CkanLowlevelClient
from ckan_api_client.wire.messages import Flow
from ckan_api_client.wire.retry import RetryPolicy
from driving import Server

CALL = b'{"action": "package_patch", "data": {"id": "a"}}'


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Telling]:
    with telling("calling", WITH_ACTION, unit="calls", log=tmp_path / "log", is_quiet=False, window=2) as one:
        yield one


def client(answers: int) -> CkanLowlevelClient:
    """A client whose CKAN answers so many calls, and no more."""
    left = [answers]

    def act(*_: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise TransportError("the connection broke", Outcome.UNKNOWN)
        return {}

    return CkanLowlevelClient("https://example.org", transport=Server(act), retry=RetryPolicy(attempts=1))


def calls(number: int) -> Iterator[tuple[int, Flow[Reply]]]:
    return ((place, call_line(CALL, local_files=False)) for place in range(1, number + 1))


def test_where_nothing_answers_any_more_it_ends_and_says_where_to_go_on(
    told: Telling, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    carry_records(client(7), calls(1000), told, at_once=1)
    assert (told.done, told.failed, told.exit_code) == (
        7,
        51,
        3,
    )  # What is under way when the fiftieth is told ends, too.
    end = capsys.readouterr().err.splitlines()[-1]
    assert end == "Stopped: CKAN gave no answer to 51 records in a row. Go on with --start-record 8 when it is back"
    assert len((tmp_path / "log").read_text().splitlines()) == 58


def test_what_answers_now_and_then_goes_on(told: Telling) -> None:
    for number in range(1, 200):
        error = None if number % 50 == 0 else "TransportError"
        told(number, Reply("update", error, "…"), [])
    assert told.has_answers()


def test_the_rate_is_taken_over_as_many_records_as_there_are_places(
    told: Telling, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(1, 5):
        told(number, Reply("create", None, f"r{number}"), [None])
    rates = [line.split()[2] for line in capsys.readouterr().err.splitlines()]
    assert rates == ["---", "---", "0.00s", "0.00s"]


@pytest.mark.parametrize(
    ("errors", "code"),
    [
        ([], 0),
        ([None, None], 0),
        ([None, "NotFound"], 3),
        (["NotFound", "NotAuthorized"], 1),
        (["NotAuthorized", "NotAuthorized"], 6),
        (["NotAuthorized", None], 3),
    ],
    ids=str,
)
def test_the_exit_code_tells_the_truth(told: Telling, errors: list[str | None], code: int) -> None:
    for number, error in enumerate(errors, 1):
        told(number, Reply("update", error), [None])
    assert told.exit_code == code


def test_an_interrupt_while_something_is_told_loses_and_doubles_nothing() -> None:
    kept: list[int] = []

    def tell(number: int, _: Reply, __: list[int | None]) -> None:
        if number == 3:
            os.kill(os.getpid(), signal.SIGINT)
        kept.append(number)

    running: Running[Reply] = Running(client(1000), limit=3, tell=tell, shield=uninterrupted)
    with pytest.raises(KeyboardInterrupt):
        running.carry_out(calls(1000))
    assert sorted(kept) == list(range(1, running.resume_at))
    assert len(kept) < 100


def test_the_log_is_appended_to(told: Telling, tmp_path: Path) -> None:
    told(1, Reply("create", None, "é", "2026-01-01T00:00:00"), [None])
    told(2, Reply("create", "NotFound", {"b": 1, "a": 2}, "2026-01-01T00:00:01"), [None])
    assert (tmp_path / "log").read_bytes() == (
        '["2026-01-01T00:00:00",1,"create",null,"é"]\n["2026-01-01T00:00:01",2,"create","NotFound",{"b":1,"a":2}]\n'
    ).encode()
    with telling("", WITH_ACTION, unit="", log=tmp_path / "log", is_quiet=True, window=1) as again:
        again(3, Reply("create", None), [None])
    assert [json.loads(line)[1] for line in (tmp_path / "log").read_text().splitlines()] == [1, 2, 3]
