"""How the pace of a client follows what the server answers: requests driven by hand, a clock that only sleeps move."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from ckan_api_client.exceptions import Outcome, TransportError
from ckan_api_client.wire.flow import run
from ckan_api_client.wire.messages import Flow, Request, Response, Sleep
from ckan_api_client.wire.pacing import Pace
from driving import Driver, Script, answer, page, refusal
from gauges import FINE, Gauge, all_at, ask
from timing import Timed

READ = Request("POST", "/api/3/action/package_show", "package_show 'air'", repeatable=True)
BUSY = page(503, "<title>503</title>")
CUT = TransportError("no answer in time", Outcome.UNKNOWN)
SOLR = "SOLR returned an error running query: {...} Error: SolrError('Solr responded with an error (HTTP %s)')"


def started(pace: Pace, limit: int | None = 8) -> Flow[Response]:
    """A request that is on its way."""
    flow = pace.ask(READ, limit)
    assert next(flow) == READ
    return flow


def end(flow: Flow[Response], given: Response | TransportError) -> None:
    with pytest.raises(TransportError) if isinstance(given, TransportError) else pytest.raises(StopIteration):
        flow.throw(given) if isinstance(given, TransportError) else flow.send(given)


def rooms(pace: Pace, *answers: Response | TransportError, limit: int = 8) -> list[int]:
    """The room after each of some answers, one request after the other."""
    found = []
    for given in answers:
        end(started(pace, limit), given)
        found.append(pace.room(limit))
    return found


def grown() -> Pace:
    """A pace that has found that the server answers eight at once as quickly as one, by a clock that stands still."""
    pace = Pace(clock=lambda: 0.0)
    assert rooms(pace, *[FINE] * 300)[-1] == 8
    return pace


def test_one_flow_is_under_way_at_first() -> None:
    assert Pace().room(8) == 1


def test_each_round_of_good_answers_makes_room_for_one_more_up_to_three() -> None:
    assert rooms(Pace(), *[FINE] * 9) == [2, 2, 3, 3, 3, 3, 3, 3, 3]


def test_no_run_has_more_room_than_its_limit() -> None:
    assert rooms(Pace(), *[FINE] * 4, limit=2) == [2, 2, 2, 2]


def test_a_sign_of_overload_halves_the_room_down_to_one() -> None:
    assert rooms(grown(), BUSY, BUSY, BUSY, BUSY) == [4, 2, 1, 1]


@pytest.mark.parametrize(
    ("given", "room"),
    [
        pytest.param(page(429, "x"), 4, id="too many requests"),
        pytest.param(page(502, "x"), 4, id="a broken proxy"),
        pytest.param(page(503, "x"), 4, id="a busy server"),
        pytest.param(page(504, "x"), 4, id="a proxy that waited too long"),
        pytest.param(page(408, "x"), 4, id="a server that waited too long"),
        pytest.param(CUT, 4, id="no answer in time"),
        pytest.param(TransportError("refused", Outcome.NOT_SENT), 4, id="nobody there"),
        pytest.param(refusal(409, "Search Error", message=SOLR % 503), 4, id="a read while Solr is busy"),
        pytest.param(refusal(500, "Search Index Error", message=SOLR % 503), 4, id="a write while Solr is busy"),
        pytest.param(refusal(500, "Search Connection Error", message="x"), 4, id="a read without Solr"),
        pytest.param(refusal(409, "Search Error", message=SOLR % 400), 8, id="a query with a mistake"),
        pytest.param(refusal(500, "Search Index Error", message="an immense term"), 8, id="an immense term"),
        pytest.param(answer(500, "Internal server error"), 8, id="one record's own 500"),
        pytest.param(refusal(409, "Validation Error", title=["Missing value"]), 8, id="a refusal"),
        pytest.param(refusal(404, "Not Found Error", message="x"), 8, id="what is not there"),
        pytest.param(FINE, 8, id="success"),
    ],
)
def test_the_pace_is_cut_by_what_tells_of_overload_alone(given: Response | TransportError, room: int) -> None:
    pace = grown()
    assert rooms(pace, given) == [room]


@pytest.mark.parametrize(
    ("given", "room"),
    [(refusal(404, "Not Found Error", message="x"), 2), (answer(500, "Internal server error"), 1)],
    ids=["404", "500"],
)
def test_a_refusal_is_a_good_answer_and_a_fault_is_not(given: Response, room: int) -> None:
    assert rooms(Pace(), given) == [room]


def test_what_was_on_its_way_when_the_pace_was_cut_cuts_it_no_further() -> None:
    pace = grown()
    together = [started(pace) for _ in range(8)]
    for flow in together:
        end(flow, BUSY)
    assert pace.room(8) == 4


def test_what_was_on_its_way_when_the_pace_was_cut_does_not_quicken_it() -> None:
    pace = grown()
    together = [started(pace) for _ in range(8)]
    end(together[0], BUSY)
    for flow in together[1:]:
        end(flow, FINE)
    assert pace.room(8) == 4


def test_a_cut_counts_from_the_limit_of_the_run_not_from_what_another_run_could_bear() -> None:
    pace = grown()
    assert rooms(pace, BUSY, limit=2) == [1]


def test_the_pace_is_kept_from_run_to_run() -> None:
    pace = grown()
    assert rooms(pace, FINE, limit=3) == [3]
    assert pace.room(8) == 8


def test_single_calls_cut_the_pace_and_do_not_quicken_it() -> None:
    pace = Pace()
    for _ in range(20):
        end(started(pace, None), FINE)
    assert pace.room(8) == 1
    pace = grown()
    end(started(pace, None), BUSY)
    assert pace.room(8) == 4


def test_a_request_that_ends_in_another_error_tells_nothing() -> None:
    pace = grown()
    with pytest.raises(OSError, match="no such file"):
        run(pace.ask(READ, 8), Script(OSError("no such file")))
    assert pace.room(8) == 8


# A Retry-After holds everybody.


def ask_twice(status: int, **headers: str) -> Timed:
    """Two requests; the first is answered with a status and headers."""
    script = Timed(page(status, "", **headers), FINE)
    pace = Pace(clock=script.clock)
    run(pace.ask(READ), script)
    run(pace.ask(READ), script)
    return script


@pytest.mark.parametrize("status", [429, 503])
def test_a_retry_after_holds_the_requests_of_others(status: int) -> None:
    assert ask_twice(status, **{"retry-after": "7"}).times == [0.0, 7.0]


def test_a_retry_after_may_be_a_date_by_the_server_s_clock() -> None:
    until, now = "Wed, 21 Oct 2015 07:28:30 GMT", "Wed, 21 Oct 2015 07:28:00 GMT"
    assert ask_twice(503, **{"retry-after": until, "date": now}).times == [0.0, 30.0]


@pytest.mark.parametrize("value", ["1000000000", "9" * 400])
def test_no_pause_is_longer_than_the_longest(value: str) -> None:
    assert ask_twice(503, **{"retry-after": value}).times == [0.0, 300.0]


@pytest.mark.parametrize("value", ["soon", "", "-5", "1e3", "7, 8", "0", "Wed, 21 Oct 2015 07:28:30 GMT"])
def test_a_retry_after_that_says_nothing_holds_nobody(value: str) -> None:
    assert ask_twice(503, **{"retry-after": value}).times == [0.0, 0.0]


@pytest.mark.parametrize("status", [200, 301, 409, 500, 502])
def test_the_retry_after_of_other_answers_holds_nobody(status: int) -> None:
    assert ask_twice(status, **{"retry-after": "7"}).times == [0.0, 0.0]


def test_without_a_retry_after_nobody_is_held() -> None:
    assert ask_twice(503).times == [0.0, 0.0]


def test_the_later_of_two_times_counts() -> None:
    script = Timed()
    pace = Pace(clock=script.clock)
    first, second, third = started(pace), started(pace), started(pace)
    end(first, page(429, "", **{"retry-after": "5"}))
    end(second, page(429, "", **{"retry-after": "60"}))
    end(third, page(429, "", **{"retry-after": "20"}))
    assert next(pace.ask(READ)) == Sleep(60.0)


def test_who_waits_while_the_time_is_put_off_waits_on() -> None:
    script = Timed()
    pace = Pace(clock=script.clock)
    first, late = started(pace), started(pace)
    end(first, page(429, "", **{"retry-after": "5"}))
    waiting = pace.ask(READ)
    assert next(waiting) == Sleep(5.0)
    script.now += 4
    end(late, page(429, "", **{"retry-after": "10"}))
    script.now += 1
    assert waiting.send(None) == Sleep(9.0)
    script.now += 9
    assert waiting.send(None) == READ


def test_what_is_left_of_a_pause_is_waited_for() -> None:
    script = Timed(page(503, "", **{"retry-after": "7"}), FINE)
    pace = Pace(clock=script.clock)
    run(pace.ask(READ), script)
    script.now += 5
    run(pace.ask(READ), script)
    assert script.sleeps == [2.0]


def test_a_transport_that_sleeps_by_another_clock_is_not_held_for_ever() -> None:
    script = Script(page(503, "", **{"retry-after": "7"}), FINE)
    pace = Pace(clock=lambda: 0.0)
    run(pace.ask(READ), script)
    run(pace.ask(READ), script)
    assert script.sleeps == [7.0]


# In a run.


def paced(name: str, pace: Pace, limit: int) -> Flow[str]:
    yield from pace.ask(ask(name), limit)
    return name


class Moody(Gauge):
    """A gauge that gives each answer as told by its number."""

    def __init__(self, together: int, answer_to: Callable[[int], Response]) -> None:
        super().__init__(together)
        self._answer_to = answer_to

    def end(self, request: Request) -> Response:
        super().end(request)
        return self._answer_to(len(self.finished))


def test_a_server_that_suffers_from_the_start_is_asked_one_thing_at_a_time(driver: Driver) -> None:
    pace, gauge = Pace(), Moody(1, lambda _: page(503, "x"))
    flows = (paced(str(index), pace, 4) for index in range(20))
    assert len(driver.settle(all_at(driver, flows, gauge, limit=4, pace=pace))) == 20
    assert gauge.most == 1


def test_a_server_that_is_well_is_asked_as_much_as_allowed_and_never_more(driver: Driver) -> None:
    pace, gauge = Pace(), Gauge(1)
    for name in "abcdefghi":
        driver.one(paced(name, pace, 3), Script(FINE))
    assert pace.room(3) == 3
    gauge = Gauge(3)
    driver.settle(all_at(driver, (paced(str(index), pace, 3) for index in range(12)), gauge, limit=3, pace=pace))
    assert gauge.most == 3


def test_a_server_that_begins_to_suffer_gets_less_at_once(driver: Driver) -> None:
    pace = grown()
    under_way: list[int] = []

    def flows() -> Iterator[Flow[str]]:
        for index in range(40):
            under_way.append(gauge.now)
            yield paced(str(index), pace, 8)

    gauge = Moody(1, lambda _: page(503, "x"))
    driver.settle(all_at(driver, flows(), gauge, limit=8, pace=pace))
    assert pace.room(8) == 1
    assert max(under_way[20:]) == 0
