"""How flows are carried through, one at a time and side by side, blocking and awaited."""

from __future__ import annotations

import asyncio
import gc
import logging
import threading
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from ckan_api_client.exceptions import BadApiError, TransportError
from ckan_api_client.wire.flow import run_all
from ckan_api_client.wire.messages import Flow, Request, Response, Sleep, exchange
from ckan_api_client.wire.tasks import run_all_async
from driving import Driver, Script, Settle
from gauges import FINE, Gauge, ask


def asking(*names: str) -> Flow[list[int]]:
    answers: list[int] = []
    for name in names:
        response = yield from exchange(ask(name))
        answers += [response.status]
    return answers


def test_requests_are_sent_in_their_order_and_answers_come_back(driver: Driver) -> None:
    script = Script(Response(200), Response(404), Response(500))
    assert driver.one(asking("a", "b", "c"), script) == [200, 404, 500]
    assert script.requests == [ask("a"), ask("b"), ask("c")]


def test_a_flow_that_asks_nothing_is_carried_through(driver: Driver) -> None:
    assert driver.one(asking(), Script()) == []


def test_waits_are_made_by_the_transport_between_requests(driver: Driver) -> None:
    def waiting() -> Flow[object]:
        yield from exchange(ask("a"))
        nothing = yield Sleep(1.5)
        yield from exchange(ask("b"))
        return nothing

    script = Script(FINE, FINE)
    assert driver.one(waiting(), script) is None
    assert script.sleeps == [1.5]


def test_a_transport_error_is_thrown_into_the_flow_where_it_asked(driver: Driver) -> None:
    def careful() -> Flow[str]:
        try:
            yield from exchange(ask("a"))
        except TransportError as error:
            yield from exchange(ask("b"))
            return error.message
        return "no error"

    script = Script(TransportError("cut"), FINE)
    assert driver.one(careful(), script) == "cut"
    assert script.requests == [ask("a"), ask("b")]


def test_a_transport_error_that_the_flow_does_not_catch_is_raised(driver: Driver) -> None:
    with pytest.raises(TransportError, match="cut"):
        driver.one(asking("a", "b"), Script(TransportError("cut")))


def test_an_error_of_the_flow_is_raised(driver: Driver) -> None:
    def failing() -> Flow[None]:
        yield from exchange(ask("a"))
        raise BadApiError("nonsense")

    with pytest.raises(BadApiError, match="nonsense"):
        driver.one(failing(), Script(FINE))


@pytest.mark.parametrize("error", [OSError("no such file"), ValueError("x")], ids=repr)
def test_any_other_error_of_the_transport_ends_the_flow_without_asking_it(driver: Driver, error: Exception) -> None:
    seen: list[str] = []

    def nosy() -> Flow[None]:
        try:
            yield from exchange(ask("a"))
        except (OSError, ValueError):
            seen.append("caught")
        finally:
            seen.append("closed")

    with pytest.raises(type(error)):
        driver.one(nosy(), Script(error))
    assert seen == ["closed"]


def test_a_flow_is_closed_when_the_user_interrupts(driver: Driver) -> None:
    seen: list[str] = []

    def careful() -> Flow[None]:
        try:
            yield from exchange(ask("a"))
        finally:
            seen.append("closed")

    with pytest.raises(KeyboardInterrupt):
        driver.one(careful(), Script(KeyboardInterrupt()))
    assert seen == ["closed"]


def named(name: str) -> Flow[str]:
    yield from exchange(ask(name))
    return name


def pulled(names: Iterable[str], taken: list[str]) -> Iterator[Flow[str]]:
    for name in names:
        taken.append(name)
        yield named(name)


def test_all_flows_are_carried_through(driver: Driver) -> None:
    names = [f"flow{index}" for index in range(12)]
    results = driver.settle(driver.all(map(named, names), Gauge(1), limit=3))
    assert sorted(results) == sorted(names)


def test_as_many_flows_as_allowed_are_under_way_and_never_more(driver: Driver) -> None:
    # The barrier of the blocking one opens for 3 at once: with less side by side, it would break.
    gauge = Gauge(3)
    results = driver.settle(driver.all(map(named, map(str, range(12))), gauge, limit=3))
    assert len(results) == 12
    assert gauge.most == 3


def test_with_a_limit_of_one_flows_go_one_after_the_other(driver: Driver) -> None:
    script = Script(*[FINE] * 6)
    flows = [asking("a", "b"), asking("c", "d"), asking("e", "f")]
    assert driver.settle(driver.all(flows, script, limit=1)) == [[200, 200]] * 3
    assert [request.label for request in script.requests] == ["a", "b", "c", "d", "e", "f"]


def test_no_flows_give_no_results(driver: Driver) -> None:
    assert driver.settle(driver.all([], Script(), limit=3)) == []


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_is_refused(driver: Driver, limit: int) -> None:
    with pytest.raises(ValueError, match="limit"):
        driver.settle(driver.all([named("a")], Script(FINE), limit=limit))


def first_of(driver: Driver, results: Any) -> Any:
    """The first result; the rest is given up, as `break` does."""
    if not driver.awaited:
        first = next(results)
        results.close()
        return first

    async def take() -> Any:
        first = await anext(results)
        await results.aclose()
        return first

    return driver.settle(take())


def test_flows_are_taken_only_when_there_is_room(driver: Driver) -> None:
    taken: list[str] = []
    gauge = Gauge(1)
    assert first_of(driver, driver.all(pulled("abcdefgh", taken), gauge, limit=2)) in {"a", "b"}
    assert taken == ["a", "b"]


def test_who_stops_early_finds_those_under_way_finished_and_no_other_started(driver: Driver) -> None:
    gauge = Gauge(1)
    first_of(driver, driver.all(pulled("abcdefgh", []), gauge, limit=3))
    assert sorted(gauge.started) == sorted(gauge.finished)
    assert set(gauge.started) <= {"a", "b", "c"}
    assert gauge.now == 0


def test_after_an_error_no_flow_is_started_and_those_under_way_are_finished(driver: Driver) -> None:
    gauge = Gauge(1)
    names = ["bad", *map(str, range(50))]
    with pytest.raises(TransportError, match="bad"):
        driver.settle(driver.all(pulled(names, []), gauge, limit=2))
    assert sorted(gauge.started) == sorted(gauge.finished)
    assert len(gauge.started) <= 4


def test_an_error_while_flows_are_made_is_raised_after_those_under_way(driver: Driver) -> None:
    def broken() -> Iterator[Flow[str]]:
        yield named("a")
        raise BadApiError("no more")

    gauge = Gauge(1)
    with pytest.raises(BadApiError, match="no more"):
        driver.settle(driver.all(broken(), gauge, limit=2))
    assert gauge.finished == gauge.started


def test_of_several_errors_at_once_one_is_raised_and_none_is_left_to_be_logged(
    driver: Driver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "asyncio")
    with pytest.raises(TransportError, match="bad"):
        driver.settle(driver.all(map(named, ["bad1", "bad2", "bad3"]), Gauge(3), limit=3))
    gc.collect()
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_a_cancelled_run_waits_for_those_under_way(settle: Settle) -> None:
    gauge = Gauge(1)

    async def cancelled() -> None:
        task = asyncio.ensure_future(consume())
        for _ in range(3):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    async def consume() -> None:
        async for _ in run_all_async(map(named, "abcdef"), gauge.awaited, limit=2):
            pass

    settle(cancelled())
    assert gauge.started == ["a", "b"]
    assert gauge.finished == ["a", "b"]


def test_results_come_as_they_are_ready() -> None:
    release = threading.Event()

    class Slow(Script):
        def send(self, request: Request) -> Response:
            if request.label == "slow":
                assert release.wait(5)
            return FINE

    results = run_all(map(named, ["slow", "quick"]), Slow(), limit=2)
    assert next(results) == "quick"
    release.set()
    assert list(results) == ["slow"]
