"""Drivers: they carry flows through, one at a time or several side by side, blocking or awaited.

A flow is sequential; concurrency is between flows. Only TransportError is thrown into a flow, since only that is
something a flow may decide about. Whatever else a transport raises ends the flow.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Protocol, TypeVar

from ckan_api_client.exceptions import TransportError
from ckan_api_client.wire.messages import Flow, Request, Response
from ckan_api_client.wire.pacing import Pace

T = TypeVar("T")

#: Seconds in which what is under way may end after a Ctrl-C.
PATIENCE = 30.0


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
    _check_limit(limit)
    running: set[Future[T]] = set()
    leash = _Leash(transport)
    try:
        for flow in flows:
            running.add(_begin(flow, leash))
            while len(running) >= _room(limit, pace):
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
    except Exception:
        _let_end(running, patience)
        raise
    except BaseException:  # Ctrl-C while waiting; or GeneratorExit, for one at the caller's looks like a `break`.
        wait(running, timeout=patience)
        raise
    finally:
        leash.cut()


async def run_all_async(
    flows: Iterable[Flow[T]],
    transport: AsyncTransport,
    *,
    limit: int,
    pace: Pace | None = None,
    patience: float = PATIENCE,
) -> AsyncIterator[T]:
    """Same as `run_all`, awaited."""
    _check_limit(limit)
    running: set[asyncio.Task[T]] = set()
    done: set[asyncio.Task[T]] = set()
    try:
        for flow in flows:
            running.add(asyncio.ensure_future(run_async(flow, transport)))
            while len(running) >= _room(limit, pace):
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    yield task.result()
        while running:
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                yield task.result()
    except Exception:
        await _let_end_async(running, patience)
        raise
    except BaseException:  # Cancelled, which is what asyncio makes of Ctrl-C; or GeneratorExit.
        await _wait_async(running, patience)
        raise
    finally:
        for task in running:
            task.cancel()
        # Of several that fail, one is raised; asyncio would log the others as "never retrieved".
        await asyncio.gather(*running, *done, return_exceptions=True)


def _room(limit: int, pace: Pace | None) -> int:
    return limit if pace is None else pace.room(limit)


def _begin(flow: Flow[T], transport: Transport) -> Future[T]:
    """Carry a flow through in a thread of its own; an executor's would keep the process alive."""
    future: Future[T] = Future()

    def carry() -> None:
        try:
            future.set_result(run(flow, transport))
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
            future.set_exception(error)

    threading.Thread(target=carry, daemon=True).start()
    return future


class _Leash:
    """A transport that carries nothing more once it is cut, so that an abandoned flow ends at its next step."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._is_cut = False

    def cut(self) -> None:
        self._is_cut = True

    def send(self, request: Request) -> Response:
        self._check()
        return self._transport.send(request)

    def sleep(self, seconds: float) -> None:
        self._check()
        self._transport.sleep(seconds)

    def _check(self) -> None:
        if self._is_cut:
            raise KeyboardInterrupt("abandoned")


def _let_end(running: set[Future[T]], patience: float) -> None:
    try:
        wait(running)
    except KeyboardInterrupt:
        wait(running, timeout=patience)
        raise


async def _let_end_async(running: set[asyncio.Task[T]], patience: float) -> None:
    try:
        await _wait_async(running, None)
    except asyncio.CancelledError:
        await _wait_async(running, patience)
        raise


async def _wait_async(running: set[asyncio.Task[T]], patience: float | None) -> None:
    if running:
        await asyncio.wait(running, timeout=patience)


def _check_limit(limit: int) -> None:
    if limit < 1:
        raise ValueError(f"limit: at least one flow must be under way, not {limit}")
