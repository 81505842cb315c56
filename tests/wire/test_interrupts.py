"""What becomes of flows under way when the user presses Ctrl-C, or the task that carries them is cancelled."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ckan_api_client.exceptions import BadApiError
from ckan_api_client.wire.flow import run_all
from ckan_api_client.wire.messages import Flow, Request, Response, exchange
from ckan_api_client.wire.tasks import run_all_async
from driving import Driver, Script, Settle
from gauges import FINE, Gauge, all_at, ask


def two_steps(name: str) -> Flow[str]:
    yield from exchange(ask(f"{name}1"))
    yield from exchange(ask(f"{name}2"))
    return name


def press_ctrl_c() -> None:
    main = threading.main_thread().ident
    assert main is not None
    signal.pthread_kill(main, signal.SIGINT)


class Pressing(Gauge):
    """A gauge at which somebody presses Ctrl-C while some requests are under way."""

    def __init__(self, *at: str) -> None:
        super().__init__(1)
        self._at = at

    def begin(self, request: Request) -> None:
        super().begin(request)
        if request.label in self._at:
            press_ctrl_c()


@pytest.mark.parametrize("at", ["a1", "b2", "d1"])
def test_after_ctrl_c_no_flow_is_started_and_those_under_way_are_finished(driver: Driver, at: str) -> None:
    gauge = Pressing(at)
    taken: list[str] = []

    def flows() -> Iterator[Flow[str]]:
        for name in "abcdefghijklmnopqrstuvwxyz":
            taken.append(name)
            yield two_steps(name)

    with pytest.raises(KeyboardInterrupt):
        driver.settle(all_at(driver, flows(), gauge, limit=2))
    begun = {label[0] for label in gauge.started}
    assert at in gauge.finished
    assert sorted(gauge.finished) == sorted(f"{name}{step}" for name in begun for step in "12")
    assert len(taken) <= 6


def test_a_ctrl_c_while_results_are_taken_is_as_good(driver: Driver) -> None:
    gauge = Gauge(1)

    async def consume(results: Any) -> None:
        async for _ in results:
            raise KeyboardInterrupt

    results = all_at(driver, map(two_steps, "abcdef"), gauge, limit=2)
    with pytest.raises(KeyboardInterrupt):  # noqa: PT012 - the second colour needs a loop of its own
        if driver.awaited:
            driver.settle(consume(results))
        for _ in results:
            raise KeyboardInterrupt
    if driver.awaited:
        driver.settle(results.aclose())
    else:
        results.close()
    assert sorted(gauge.finished) in (["a1", "a2"], ["a1", "a2", "b1", "b2"])


class Stuck(Script):
    """A transport of which the first answer does not come before it is released."""

    def __init__(self) -> None:
        super().__init__(*[FINE] * 100)
        self.release = threading.Event()
        self.stuck = threading.Event()

    def send(self, request: Request) -> Response:
        response = super().send(request)
        if len(self.requests) == 1:
            self.before()
            self.stuck.set()
            assert self.release.wait(5)
        return response

    def before(self) -> None:
        """What happens while it is under way."""


def threads_now() -> set[threading.Thread]:
    return set(threading.enumerate())


def test_what_does_not_end_in_time_after_ctrl_c_is_abandoned_and_asks_nothing_more() -> None:
    class PressedOnce(Stuck):
        def before(self) -> None:
            press_ctrl_c()

    script, before = PressedOnce(), threads_now()
    with pytest.raises(KeyboardInterrupt):
        list(run_all(map(two_steps, "abcdef"), script, limit=1, patience=0))
    left = threads_now() - before
    assert [thread.daemon for thread in left] == [True]
    script.release.set()
    for thread in left:
        thread.join(5)
    assert [request.label for request in script.requests] == ["a1"]


@pytest.fixture
def press_twice() -> Iterator[Callable[[], None]]:
    """Presses Ctrl-C soon and once more a little later, so that each finds the run waiting."""
    left = [1, 2]

    def arrive(*_: object) -> None:
        left.pop()
        if not left:
            signal.setitimer(signal.ITIMER_REAL, 0)
        raise KeyboardInterrupt

    usual = signal.signal(signal.SIGALRM, arrive)

    def press() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0.05, 0.1)

    yield press
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, usual)


@pytest.mark.parametrize("first", ["Ctrl-C", "an error"])
def test_the_last_ctrl_c_ends_the_run_at_once(press_twice: Callable[[], None], first: str) -> None:
    # After an error, those under way are waited for without end: the first Ctrl-C gives them 30 seconds.
    script, before = Stuck(), threads_now()

    def flows() -> Iterator[Flow[str]]:
        yield two_steps("a")
        assert script.stuck.wait(5)
        press_twice()
        if first == "an error":
            raise BadApiError("no more")

    with pytest.raises(KeyboardInterrupt) as caught:
        list(run_all(flows(), script, limit=2))
    assert isinstance(caught.value.__context__, KeyboardInterrupt)
    assert isinstance(caught.value.__context__.__context__, BadApiError) is (first == "an error")
    script.release.set()
    for thread in threads_now() - before:
        thread.join(5)
    assert [request.label for request in script.requests] == ["a1"]


ABANDONING = """
import signal, threading
from ckan_api_client.wire.flow import run_all
from ckan_api_client.wire.tasks import run_all_async
from ckan_api_client.wire.messages import Request, exchange

class Never:
    def send(self, request):
        signal.setitimer(signal.ITIMER_REAL, 0.05, 0.1)
        threading.Event().wait()

signal.signal(signal.SIGALRM, signal.default_int_handler)
try:
    list(run_all([exchange(Request("POST", "/x", "x"))], Never(), limit=3))
finally:
    signal.setitimer(signal.ITIMER_REAL, 0)
    print(threading.active_count())
"""


def test_after_the_second_ctrl_c_nothing_keeps_the_process_alive() -> None:
    ended = subprocess.run([sys.executable, "-c", ABANDONING], capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == -signal.SIGINT
    assert ended.stdout == "2\n"
    assert ended.stderr.rstrip().endswith("KeyboardInterrupt")


class Endless:
    """An awaited transport whose first answer never comes."""

    def __init__(self) -> None:
        self.started: list[str] = []

    async def send(self, request: Request) -> Response:
        self.started.append(request.label)
        await asyncio.get_running_loop().create_future()
        raise AssertionError("it never comes")

    async def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


@pytest.mark.parametrize(("patience", "cancelled"), [(0.0, 1), (30.0, 2)], ids=["in time", "twice"])
def test_a_cancelled_run_abandons_what_does_not_end_in_time_or_when_cancelled_twice(
    settle: Settle, patience: float, cancelled: int
) -> None:
    transport = Endless()

    async def consume() -> None:
        async for _ in run_all_async(map(two_steps, "abcdef"), transport, limit=2, patience=patience):
            pass

    async def cancel() -> set[asyncio.Task[Any]]:
        task = asyncio.ensure_future(consume())
        for _ in range(cancelled):
            for _ in range(5):
                await asyncio.sleep(0)
            task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return asyncio.all_tasks() - {asyncio.current_task()}

    assert settle(cancel()) == set()
    assert transport.started == ["a1", "b1"]
