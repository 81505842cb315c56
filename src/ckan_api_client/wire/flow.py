"""Drivers: they carry flows through, one at a time, blocking or awaited, or several side by side, in threads.

A flow is sequential; concurrency is between flows. Only TransportError is thrown into a flow, since only that is
something a flow may decide about. Whatever else a transport raises ends the flow.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from queue import SimpleQueue
from typing import Generic, Protocol, TypeVar

from ckan_api_client.exceptions import TransportError
from ckan_api_client.wire.messages import Flow, Request, Response
from ckan_api_client.wire.pacing import Pace

T = TypeVar("T")

#: Seconds in which what is under way may end after a Ctrl-C.
PATIENCE = 30.0
#: Seconds between two looks for a Ctrl-C: on Windows it wakes no thread that waits, and nowhere one just about to.
_GLANCE = 0.5


class Transport(Protocol):
    """What a blocking driver needs. It is called from several threads at once."""

    def send(self, request: Request) -> Response: ...
    def sleep(self, seconds: float) -> object: ...


class AsyncTransport(Protocol):
    """Same as `Transport`, awaited."""

    async def send(self, request: Request) -> Response: ...
    async def sleep(self, seconds: float) -> object: ...


def run(flow: Flow[T], transport: Transport) -> T:
    """Carry one flow through and return its result."""
    try:
        step = next(flow)
        while True:
            try:
                answer = transport.send(step) if isinstance(step, Request) else transport.sleep(step.seconds)
            except TransportError as error:
                step = flow.throw(error)
            else:
                step = flow.send(answer)
    except StopIteration as done:
        result: T = done.value
        return result
    finally:
        flow.close()


async def run_async(flow: Flow[T], transport: AsyncTransport) -> T:
    """Same as `run`, awaited."""
    try:
        step = next(flow)
        while True:
            try:
                answer = await (transport.send(step) if isinstance(step, Request) else transport.sleep(step.seconds))
            except TransportError as error:
                step = flow.throw(error)
            else:
                step = flow.send(answer)
    except StopIteration as done:
        result: T = done.value
        return result
    finally:
        flow.close()


def run_all(
    flows: Iterable[Flow[T]],
    transport: Transport,
    *,
    limit: int,
    pace: Pace | None = None,
    patience: float = PATIENCE,
) -> Iterator[T]:
    """Yield the results of many flows as they come, at most `limit` under way at once; with a pace, as it allows.

    Flows are taken from the iterable only when there is room. When one raises, no new one is started and those under
    way are finished first. The same when the caller stops early, or on Ctrl-C, for up to `patience` seconds; then, or
    on a second Ctrl-C at once, they are abandoned: they ask nothing more, and keep no process alive. Results of flows
    that end meanwhile are not yielded, so a flow itself takes down what must not be lost.
    """
    check_limit(limit)
    crew: _Crew[T] = _Crew(transport)
    running: set[Future[T]] = set()
    try:
        for flow in flows:
            future: Future[T] = Future()
            running.add(future)
            crew.begin(flow, future, beside=len(running) - 1)
            while len(running) >= room(limit, pace):
                done, running = _wait_for_first(running)
                yield from (future.result() for future in done)
        while running:
            done, running = _wait_for_first(running)
            yield from (future.result() for future in done)
    except Exception:
        _let_end(running, patience)
        raise
    except BaseException:  # Ctrl-C while waiting; or GeneratorExit, for one at the caller's looks like a `break`.
        _wait_for_all(running, patience)
        raise
    finally:
        crew.dismiss()


def room(limit: int, pace: Pace | None) -> int:
    """Return how many flows may be under way at once."""
    return limit if pace is None else pace.room(limit)


class _Crew(Generic[T]):
    """Threads that carry flows through. Unlike an executor's, they keep no process alive.

    Once it is dismissed, a flow that is still under way ends at its next step.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._tasks: SimpleQueue[tuple[Flow[T], Future[T]] | None] = SimpleQueue()
        self._size = 0
        self._is_dismissed = False

    def begin(self, flow: Flow[T], future: Future[T], *, beside: int) -> None:
        """Start a flow beside so many others."""
        if self._size <= beside:
            threading.Thread(target=self._work, daemon=True).start()
            self._size += 1
        self._tasks.put((flow, future))

    def dismiss(self) -> None:
        self._is_dismissed = True
        for _ in range(self._size):
            self._tasks.put(None)

    def send(self, request: Request) -> Response:
        self._check()
        return self._transport.send(request)

    def sleep(self, seconds: float) -> None:
        self._check()
        self._transport.sleep(seconds)

    def _check(self) -> None:
        if self._is_dismissed:
            raise KeyboardInterrupt("abandoned")

    def _work(self) -> None:
        while task := self._tasks.get():
            flow, future = task
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(run(flow, self))
                except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
                    future.set_exception(error)
            del task, flow, future


def _wait_for_first(running: set[Future[T]]) -> tuple[set[Future[T]], set[Future[T]]]:
    while True:
        done, left = wait(running, timeout=_GLANCE, return_when=FIRST_COMPLETED)
        if done:
            return done, left


def _wait_for_all(running: set[Future[T]], patience: float) -> None:
    left = {future for future in running if not future.cancel()}  # What no thread has begun is not begun any more.
    while left and patience > 0:
        _, left = wait(left, timeout=min(_GLANCE, patience))
        patience -= _GLANCE


def _let_end(running: set[Future[T]], patience: float) -> None:
    try:
        _wait_for_all(running, math.inf)
    except KeyboardInterrupt:
        _wait_for_all(running, patience)
        raise


def check_limit(limit: int) -> None:
    """Raise ValueError for a limit that lets nothing begin."""
    if limit < 1:
        raise ValueError(f"limit: at least one flow must be under way, not {limit}")
