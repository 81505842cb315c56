"""What the pace makes of servers: simulated ones, in simulated seconds, beside the best fixed number of requests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import cycle
from random import Random
from typing import TypeAlias

import pytest

from ckan_api_client.wire.messages import Flow, Request, Response
from ckan_api_client.wire.pacing import Pace
from driving import page
from gauges import FINE, ask

WARM_UP, MINUTE = 5.0, 60.0
CREATES = (("package_create", 0.1),)
MIXED = (("package_show", 0.011), ("package_create", 0.1), ("package_show", 0.011))

#: How fast each of so many requests is worked on, in the order in which they came, at that time; 1.0: as fast as alone.
Speeds: TypeAlias = Callable[[int, float], list[float]]


def workers(number: int) -> Speeds:
    """One request each; who comes later waits."""
    return lambda count, _: [1.0] * min(count, number) + [0.0] * (count - number)


def workers_half_of_them_taken(number: int) -> Speeds:
    """Other visitors take half of them for a minute, and leave again."""
    return lambda count, now: workers(number // 2 if 30 < now < 90 else number)(count, now)


def cores(number: int, visitors: int = 0) -> Speeds:
    """All requests share them, for a minute with so many others."""
    return lambda count, now: [min(1.0, number / (count + (visitors if 30 < now < 90 else 0)))] * count


def worse_beyond(bears: int, speeds: Speeds) -> Speeds:
    """Each request beyond slows all down by half."""
    return lambda count, now: [speed / 1.5 ** max(0, count - bears) for speed in speeds(count, now)]


def slower(slowness: Callable[[float], float], speeds: Speeds) -> Speeds:
    return lambda count, now: [speed / slowness(now) for speed in speeds(count, now)]


def real_ckan(count: int, _: float) -> list[float]:
    """As a CKAN 2.11 with two processes on two cores took 60 creates one by one, and with up to eight at once."""
    took = [9.0, 5.8, 5.2, 5.1, 4.9, 4.7, 4.6, 4.5]
    return [took[0] / took[count - 1] / count] * count if count else []


@dataclass
class Server:
    """Works on requests that take so many seconds each alone, or vary around that; turns away what is too many."""

    speeds: Speeds
    varies: float = 0.0
    work: tuple[tuple[str, float], ...] = CREATES
    bears: int = 1000
    seconds: float = MINUTE


@dataclass
class Job:
    left: float
    worth: float
    flow: Flow[Response]


@dataclass
class Simulation:
    """A run of a client that always has something to ask for."""

    server: Server
    seed: int = 1
    now: float = 0.0
    turned_away: int = 0
    under_way: float = 0.0
    done: list[tuple[float, float]] = field(default_factory=list)

    def run(self, pace: Pace, limit: int) -> None:
        server, jobs, refused = self.server, list[Job](), list[Job]()
        draw = Random(self.seed)  # noqa: S311 - reproducible, not secret
        work = cycle(server.work)
        while self.now < server.seconds:
            while len(jobs) + len(refused) < pace.room(limit):
                action, worth = next(work)
                flow = pace.ask(ask(action), limit)
                assert isinstance(next(flow), Request)
                varied = draw.lognormvariate(-(server.varies**2) / 2, server.varies) if server.varies else 1.0
                if len(jobs) < server.bears:
                    jobs.append(Job(worth * varied, worth, flow))
                else:
                    refused.append(Job(0.02, 0.0, flow))
            self._pass_time(jobs, refused)
            for job in [job for job in jobs if job.left < 1e-9]:
                jobs.remove(job)
                self.done.append((self.now, job.worth))
                end(job.flow, FINE)
            for job in [job for job in refused if job.left < 1e-9]:
                refused.remove(job)
                self.turned_away += 1
                end(job.flow, page(503, "x"))

    def _pass_time(self, jobs: list[Job], refused: list[Job]) -> None:
        speeds = [*self.server.speeds(len(jobs), self.now), *[1.0] * len(refused)]
        working = list(zip([*jobs, *refused], speeds, strict=True))
        step = min((job.left / speed for job, speed in working if speed), default=0.5)
        for job, speed in working:
            job.left -= step * speed
        self.now += step
        self.under_way += step * len(working) / self.server.seconds

    @property
    def throughput(self) -> float:
        """The work of a second, after the first ones."""
        return sum(worth for time, worth in self.done if time > WARM_UP) / (self.server.seconds - WARM_UP)


class Fixed(Pace):
    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number

    def room(self, limit: int) -> int:
        return min(limit, self._number)


def end(flow: Flow[Response], response: Response) -> None:
    with pytest.raises(StopIteration):
        flow.send(response)


def simulated(server: Server, limit: int, number: int | None = None, seed: int = 1) -> Simulation:
    simulation = Simulation(server, seed)
    simulation.run(Fixed(number) if number is not None else Pace(clock=lambda: simulation.now), limit)
    return simulation


HALF = 0.5  # of the mean: how much service times vary


@pytest.mark.parametrize(
    ("server", "limit", "share", "at_once"),
    [
        pytest.param(Server(workers(1)), 8, 0.99, 2.1, id="one worker"),
        pytest.param(Server(workers(2)), 8, 0.96, 2.5, id="two workers"),
        pytest.param(Server(workers(4)), 8, 0.96, 4.5, id="four workers"),
        pytest.param(Server(workers(8)), 8, 0.95, 8.0, id="eight workers"),
        pytest.param(Server(workers(16)), 16, 0.95, 16.0, id="sixteen workers"),
        pytest.param(Server(workers(8)), 3, 0.95, 3.0, id="eight workers, and three allowed"),
        pytest.param(Server(workers(1), HALF), 8, 0.99, 5.0, id="one worker, as requests vary"),
        pytest.param(Server(workers(2), HALF), 8, 0.95, 4.5, id="two workers, as requests vary"),
        pytest.param(Server(workers(4), HALF), 8, 0.95, 5.0, id="four workers, as requests vary"),
        pytest.param(Server(workers(8), HALF), 8, 0.95, 8.0, id="eight workers, as requests vary"),
        pytest.param(Server(workers(8), HALF, MIXED), 8, 0.95, 8.0, id="eight workers, mixed requests"),
        pytest.param(Server(workers(2), HALF, MIXED), 8, 0.95, 3.5, id="two workers, mixed requests"),
        pytest.param(Server(cores(2), HALF), 8, 0.95, 4.0, id="two cores that all share"),
        pytest.param(Server(real_ckan, HALF), 8, 0.80, 4.5, id="a real one"),
        pytest.param(Server(worse_beyond(4, workers(2))), 8, 0.95, 2.5, id="two workers, worse beyond four"),
        pytest.param(Server(worse_beyond(4, workers(8)), HALF), 8, 0.92, 4.5, id="eight workers, worse beyond four"),
        pytest.param(Server(worse_beyond(2, workers(2)), HALF), 8, 0.85, 2.6, id="two workers, worse beyond two"),
        pytest.param(Server(slower(lambda now: 5 if now < 3 else 1, workers(2))), 8, 0.95, 3.0, id="slow at first"),
        pytest.param(Server(slower(lambda now: 1 + min(now, 20) / 20, workers(2))), 8, 0.95, 3.5, id="ever slower"),
        pytest.param(
            Server(workers_half_of_them_taken(8), HALF, seconds=150), 8, 0.92, 8.0, id="eight workers, half taken"
        ),
        pytest.param(
            Server(workers_half_of_them_taken(2), HALF, seconds=150), 8, 0.94, 4.0, id="two workers, half taken"
        ),
        pytest.param(Server(cores(4, visitors=4), HALF, seconds=150), 8, 0.88, 6.0, id="four cores, and visitors"),
    ],
)
def test_a_server_is_kept_busy_by_few_requests(server: Server, limit: int, share: float, at_once: float) -> None:
    best = max(simulated(server, limit, number).throughput for number in (1, 2, 3, 4, 6, 8, 16) if number <= limit)
    simulation = simulated(server, limit)
    assert simulation.throughput >= share * best
    assert simulation.under_way <= at_once


@pytest.mark.parametrize(
    ("server", "bears"),
    [
        pytest.param(Server(workers(2), bears=4), 2, id="two workers that turn away the fifth"),
        pytest.param(Server(workers(8), bears=4), 4, id="eight workers that turn away the fifth"),
        pytest.param(Server(workers(2), HALF, bears=2), 2, id="two workers that turn away the third"),
    ],
)
def test_a_server_that_turns_requests_away_is_kept_busy_and_seldom_asked_too_much(server: Server, bears: int) -> None:
    simulation = simulated(server, 8)
    assert simulation.throughput >= 0.95 * simulated(server, 8, bears).throughput
    assert simulation.turned_away <= 10


def test_what_a_server_bears_is_found_within_seconds() -> None:
    simulation = simulated(Server(workers(8), seconds=10), 8)
    assert sum(3 < time <= 5 for time, _ in simulation.done) >= 0.9 * 2 * 80
