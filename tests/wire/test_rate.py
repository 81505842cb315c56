"""How many requests a second are asked for: requests driven by hand, a clock that only sleeps move."""

from __future__ import annotations

import math
from typing import Any

import pytest

from ckan_api_client.wire.flow import run
from ckan_api_client.wire.messages import Request, Sleep
from ckan_api_client.wire.pacing import Pace
from ckan_api_client.wire.rate import RateLimit, checked_in_flight
from driving import page
from gauges import FINE
from timing import Timed

READ = Request("POST", "/api/3/action/package_show", "package_show 'air'", repeatable=True)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def times(limit: RateLimit, clock: Clock, count: int) -> list[float]:
    """When each of some requests goes out, all of which are waiting already."""
    return [round(clock.now + limit.take(), 9) for _ in range(count)]


@pytest.mark.parametrize(
    ("rate", "expected"),
    [(0.5, [0.0, 2.0, 4.0, 6.0]), (1, [0.0, 1.0, 2.0, 3.0]), (4, [0.0, 0.25, 0.5, 0.75])],
)
def test_who_comes_first_gets_the_first_of_times_that_are_evenly_spread(rate: float, expected: list[float]) -> None:
    clock = Clock()
    assert times(RateLimit(rate, clock), clock, 4) == expected


@pytest.mark.parametrize(("rate", "at_once"), [(0.5, 1), (1, 1), (4, 4), (10, 10)], ids=["0.5", "1", "4", "10"])
def test_after_a_quiet_hour_one_second_s_worth_is_made_up_for_and_no_more(rate: float, at_once: int) -> None:
    clock = Clock()
    limit = RateLimit(rate, clock)
    clock.now = 3600.0
    assert times(limit, clock, 40).count(3600.0) == at_once


def test_a_server_that_is_slow_now_and_then_is_asked_as_often_as_allowed_all_the_same() -> None:
    clock = Clock()
    limit = RateLimit(10, clock)
    for number in range(100):
        clock.now += limit.take()
        clock.now += 0.15 if number % 2 else 0.03
    assert clock.now == pytest.approx(10.05, abs=0.1)


@pytest.mark.parametrize("rate", [0, -1, math.nan, math.inf, -math.inf])
def test_what_is_no_rate_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="max_rate is a number of requests a second, above 0, "):
        Pace(max_rate=rate)


@pytest.mark.parametrize("number", [0, -1, 33, 1.5, math.nan])
def test_what_is_no_number_of_requests_is_refused(number: Any) -> None:
    with pytest.raises(ValueError, match="max_in_flight is a number of requests at once, 1 to 32, not "):
        checked_in_flight(number)


# With the pauses that a server asks for.


def test_after_a_pause_requests_go_out_at_the_same_rate() -> None:
    script = Timed(page(429, "", **{"retry-after": "7"}), FINE, FINE)
    pace = Pace(max_rate=0.5, clock=script.clock)
    for _ in range(3):
        run(pace.ask(READ), script)
    assert script.times == [0.0, 7.0, 9.0]


def test_those_whose_turn_came_in_a_pause_do_not_go_out_all_at_once() -> None:
    script = Timed()
    pace = Pace(max_rate=1, clock=script.clock)
    first, *others = (pace.ask(READ) for _ in range(4))
    assert next(first) == READ
    assert [next(flow) for flow in others] == [Sleep(1.0), Sleep(2.0), Sleep(3.0)]
    with pytest.raises(StopIteration):
        first.send(page(429, "", **{"retry-after": "60"}))
    script.now += 3
    assert [flow.send(None) for flow in others] == [Sleep(57.0)] * 3
    script.now += 57
    went_out = [flow.send(None) for flow in others]
    assert went_out == [READ, Sleep(1.0), Sleep(2.0)]
