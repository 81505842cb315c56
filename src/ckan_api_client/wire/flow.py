"""Drivers: they carry flows through, one at a time or several side by side, blocking or awaited.

A flow is sequential; concurrency is between flows. Only TransportError is thrown into a flow, since only that is
something a flow may decide about. Whatever else a transport raises ends the flow.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Protocol, TypeVar

from ckan_api_client.exceptions import TransportError
from ckan_api_client.wire.messages import Flow, Request, Response

T = TypeVar("T")


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


def run_all(flows: Iterable[Flow[T]], transport: Transport, *, limit: int) -> Iterator[T]:
    """Yield the results of many flows as they come, at most `limit` under way at once.

    Flows are taken from the iterable only when there is room. When one raises, or the caller stops early, no new one
    is started and those under way are finished first.
    """
    _check_limit(limit)
    running: set[Future[T]] = set()
    with ThreadPoolExecutor(max_workers=limit) as pool:
        try:
            for flow in flows:
                running.add(pool.submit(run, flow, transport))
                if len(running) >= limit:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    yield from (future.result() for future in done)
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        finally:
            for future in running:
                future.cancel()


async def run_all_async(flows: Iterable[Flow[T]], transport: AsyncTransport, *, limit: int) -> AsyncIterator[T]:
    """Same as `run_all`, awaited."""
    _check_limit(limit)
    running: set[asyncio.Task[T]] = set()
    done: set[asyncio.Task[T]] = set()
    try:
        for flow in flows:
            running.add(asyncio.ensure_future(run_async(flow, transport)))
            if len(running) >= limit:
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    yield task.result()
        while running:
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                yield task.result()
    finally:
        # Of several that fail, one is raised; asyncio would log the others as "never retrieved".
        await asyncio.gather(*running, *done, return_exceptions=True)


def _check_limit(limit: int) -> None:
    if limit < 1:
        raise ValueError(f"limit: at least one flow must be under way, not {limit}")
