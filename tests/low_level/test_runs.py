"""What the flows of one client share: its pace, its pauses, and the budget of a run."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ckan_api_client.exceptions import CkanError, RateLimited
from ckan_api_client.low_level import CkanLowlevelClient
from ckan_api_client.low_level.flows import create, show
from ckan_api_client.wire.messages import Flow, Request, Response, Sleep, exchange
from ckan_api_client.wire.retry import RetryBudget, RetryPolicy
from driving import Awaited, Clients, page, success
from gauges import Gauge, ask

AIR = {"id": "a1", "name": "air"}
FINE = success(AIR)
BUSY = page(503, "<title>503</title>")
IN_A_WEEK = {"retry-after": "604800"}


class Timed:
    """A server in both colours whose clock moves when somebody sleeps; it answers by the number of the request."""

    def __init__(self, answer_to: Callable[[int], Response]) -> None:
        self._answer_to = answer_to
        self._lock = threading.Lock()
        self.now = 0.0
        self.times: list[float] = []
        self.awaited = Awaited(self)

    def send(self, _: Request) -> Response:
        with self._lock:
            self.times.append(self.now)
            return self._answer_to(len(self.times))

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.now += seconds

    def clock(self) -> float:
        return self.now


def answering(*answers: Response) -> Timed:
    return Timed(lambda number: answers[number - 1])


def tolerant(flow: Flow[Any]) -> Flow[bool]:
    """Whether a flow succeeds."""
    try:
        yield from flow
    except CkanError:
        return False
    return True


def reads(count: int) -> Iterator[Flow[bool]]:
    return (tolerant(show("dataset", "air")) for _ in range(count))


# A pause is everybody's.


def test_a_retry_after_to_one_call_holds_the_next(clients: Clients) -> None:
    server = answering(page(429, "", **{"retry-after": "7"}), FINE)
    client = clients.make(server, retry=RetryPolicy(attempts=1, clock=server.clock))
    with pytest.raises(RateLimited):
        clients.settle(client.get_dataset("air"))
    assert clients.settle(client.get_dataset("air")) == AIR
    assert server.times == [0.0, 7.0]


def test_a_retry_after_to_one_flow_holds_the_others_though_it_is_not_repeated_itself(clients: Clients) -> None:
    server = answering(FINE, page(503, "", **{"retry-after": "7"}), FINE, FINE)
    client = clients.make(server, retry=RetryPolicy(clock=server.clock))
    flows = [tolerant(flow) for flow in (show("dataset", "air"), create("dataset", AIR), *reads(2))]
    assert clients.settle(client.run_all(iter(flows), limit=1)) == [True, False, True, True]
    assert server.times == [0.0, 0.0, 7.0, 7.0]


def test_who_waits_to_ask_again_does_not_wait_twice(clients: Clients) -> None:
    server = answering(page(503, "", **{"retry-after": "7"}), FINE)
    client = clients.make(server, retry=RetryPolicy(clock=server.clock))
    assert clients.settle(client.get_dataset("air")) == AIR
    assert server.times == [0.0, 7.0]


def test_the_longest_pause_is_the_policy_s(clients: Clients) -> None:
    server = answering(page(503, "", **IN_A_WEEK), FINE)
    client = clients.make(server, retry=RetryPolicy(attempts=1, longest_pause=20.0, clock=server.clock))
    assert clients.settle(client.run_all(reads(2), limit=1)) == [False, True]
    assert server.times == [0.0, 20.0]


def test_the_anonymous_client_keeps_to_the_same_pace() -> None:
    with CkanLowlevelClient("https://example.org", "canary-5f2a77") as client:
        assert client.anonymous._settings.pace is client._settings.pace


# A rate that somebody set.


def test_a_client_asks_no_more_than_its_rate_allows_and_repetitions_count(clients: Clients) -> None:
    server = answering(BUSY, FINE, FINE, FINE)
    at_once = RetryPolicy(draw=lambda: 0.0, clock=server.clock)
    client = clients.make(server, retry=at_once, max_rate=0.5)
    clients.settle(client.get_dataset("air"))
    assert clients.settle(client.run_all(reads(2), limit=1)) == [True, True]
    assert server.times == [0.0, 2.0, 4.0, 6.0]


def test_all_of_a_run_share_one_rate(clients: Clients) -> None:
    server = Timed(lambda _: FINE)
    client = clients.make(server, retry=RetryPolicy(clock=server.clock), max_rate=4)
    assert clients.settle(client.run_all(reads(40), limit=8)) == [True] * 40
    assert server.now >= 9.75
    in_a_second = [sum(start <= time < start + 1 for time in server.times) for start in server.times]
    assert max(in_a_second) <= 8


def test_the_anonymous_client_keeps_to_the_same_rate() -> None:
    server = Timed(lambda _: FINE)
    with CkanLowlevelClient(
        "https://example.org", transport=server, retry=RetryPolicy(clock=server.clock), max_rate=0.5
    ) as client:
        client.get_dataset("air")
        assert next(client.anonymous._settings.pace.ask(Request("GET", "/", "x"))) == Sleep(2.0)


# The pace of a run.


def test_no_run_has_more_under_way_than_its_client_allows(clients: Clients) -> None:
    gauge = Gauge(2)
    client = clients.make(gauge, max_in_flight=2)
    client._settings.pace._window.size = 8
    clients.settle(client.run_all((exchange(ask(str(number))) for number in range(20)), limit=8))
    assert gauge.most == 2


@pytest.mark.parametrize("wrong", [{"max_in_flight": 0}, {"max_rate": 0}, {"max_rate": float("nan")}])
def test_a_client_refuses_limits_that_are_none(clients: Clients, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(wrong))} is a number of requests"):
        clients.make(Timed(lambda _: FINE), **wrong)


def test_a_run_is_paced(clients: Clients) -> None:
    server = Timed(lambda _: FINE)
    client = clients.make(server)
    room = client._settings.pace.room
    assert room(3) == 1
    clients.settle(client.run_all(reads(20), limit=3))
    assert (room(3), room(8)) == (3, 3)


def test_single_calls_do_not_quicken_the_pace(clients: Clients) -> None:
    client = clients.make(Timed(lambda _: FINE))
    for _ in range(5):
        clients.settle(client.get_dataset("air"))
    assert client._settings.pace.room(3) == 1


# The budget of a run.


def test_a_run_has_a_budget_of_its_own_if_none_is_given(clients: Clients) -> None:
    server = Timed(lambda _: BUSY)
    client = clients.make(server)
    assert clients.settle(client.run_all(reads(1000), limit=3)) == [False] * 1000
    assert len(server.times) == 1100
    clients.settle(client.run_all(reads(1000), limit=3))
    assert len(server.times) == 2200


def test_a_budget_that_is_given_is_shared_by_several_runs(clients: Clients) -> None:
    server = Timed(lambda _: BUSY)
    client, budget = clients.make(server), RetryBudget(5)
    for _ in range(2):
        clients.settle(client.run_all(reads(10), limit=3, budget=budget))
    assert len(server.times) == 25


def test_the_budget_of_a_policy_is_kept_to_in_runs_too(clients: Clients) -> None:
    server = Timed(lambda _: BUSY)
    client = clients.make(server, retry=RetryPolicy(budget=RetryBudget(5)))
    clients.settle(client.run_all(reads(10), limit=3))
    assert len(server.times) == 15


def test_single_calls_have_no_budget(clients: Clients) -> None:
    server = Timed(lambda _: BUSY)
    client = clients.make(server)
    for _ in range(100):
        with pytest.raises(CkanError):
            clients.settle(client.get_dataset("air"))
    assert len(server.times) == 400


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_while_half_of_all_requests_fail_no_more_than_a_tenth_and_the_budget_is_asked_beside(
    clients: Clients, seed: int
) -> None:
    luck = random.Random(seed)  # noqa: S311 - a seeded run, not a secret
    server = Timed(lambda _: FINE if luck.random() < 0.5 else BUSY)
    client = clients.make(server, retry=RetryPolicy(draw=luck.random))
    done = clients.settle(client.run_all(reads(1000), limit=3, budget=RetryBudget(100)))
    assert len(done) == 1000
    assert 1100 < len(server.times) <= 1200
    assert done.count(True) > 500


def test_a_few_faults_all_along_a_long_run_do_not_spend_the_budget(clients: Clients) -> None:
    server = Timed(lambda number: BUSY if number % 20 == 0 else FINE)
    done = clients.settle(clients.make(server).run_all(reads(10_000), limit=3, budget=RetryBudget(10)))
    assert done.count(False) == 0
    assert len(server.times) == 10_526
