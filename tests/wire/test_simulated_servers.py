"""What the pace makes of servers: simulated ones, in simulated seconds, beside the best fixed number of requests."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from ckan_api_client.wire.messages import Flow, Request, Response
from ckan_api_client.wire.pacing import Pace
from driving import page
from gauges import FINE

READ = Request("POST", "/api/3/action/package_show", "package_show 'air'", repeatable=True)
SECONDS, WARM_UP = 30.0, 5.0


@dataclass
class Server:
    """Workers that take a tenth of a second for a request, longer as the clock says; beyond `bears`, a 503 at once."""

    workers: int
    bears: int = 1000
    slowness: Callable[[float], float] = lambda _: 1.0
    turned_away: int = 0
    _free_at: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._free_at = [0.0] * self.workers

    def answer(self, now: float, under_way: int) -> tuple[float, Response]:
        """When the answer to a request is there, and what it is."""
        if under_way > self.bears:
            self.turned_away += 1
            return now + 0.02, page(503, "x")
        worker = min(range(self.workers), key=self._free_at.__getitem__)
        self._free_at[worker] = max(now, self._free_at[worker]) + 0.1 * self.slowness(now)
        return self._free_at[worker], FINE


class Fixed(Pace):
    def room(self, limit: int) -> int:
        return limit


def rate(server: Server, pace: Pace, limit: int) -> float:
    """How many requests a second are answered, after the first seconds."""
    now, number, done = 0.0, 0, 0
    under_way: list[tuple[float, int, Flow[Response], Response]] = []
    while now < SECONDS:
        while len(under_way) < pace.room(limit):
            flow = pace.ask(READ, limit)
            assert next(flow) == READ
            until, response = server.answer(now, len(under_way) + 1)
            number += 1
            heapq.heappush(under_way, (until, number, flow, response))
        now, _, flow, response = heapq.heappop(under_way)
        with pytest.raises(StopIteration):
            flow.send(response)
        done += response is FINE and now > WARM_UP
    return done / (SECONDS - WARM_UP)


def slow_at_first(now: float) -> float:
    return 5.0 if now < 3 else 1.0


def slower_and_slower(now: float) -> float:
    return 1 + min(now, 20.0) / 20


@pytest.mark.parametrize(
    ("make", "limit", "share", "turned_away"),
    [
        pytest.param(lambda: Server(1), 3, 0.95, 0, id="one worker"),
        pytest.param(lambda: Server(2), 3, 0.95, 0, id="two workers"),
        pytest.param(lambda: Server(8), 8, 0.95, 0, id="eight workers, and eight allowed"),
        pytest.param(lambda: Server(2, slowness=slow_at_first), 3, 0.95, 0, id="slow at first"),
        pytest.param(lambda: Server(2, slowness=slower_and_slower), 3, 0.95, 0, id="slower and slower"),
        pytest.param(lambda: Server(2, bears=4), 8, 0.95, 15, id="two workers that turn away the fifth"),
        pytest.param(lambda: Server(8, bears=4), 8, 0.75, 15, id="eight workers that turn away the fifth"),
    ],
)
def test_a_server_is_kept_busy(make: Callable[[], Server], limit: int, share: float, turned_away: int) -> None:
    best = max(rate(make(), Fixed(), number) for number in range(1, limit + 1))
    server = make()
    assert rate(server, Pace(), limit) >= share * best
    assert server.turned_away <= turned_away
