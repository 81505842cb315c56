"""The awaited driver for several flows side by side, which are tasks of asyncio: only it needs that imported."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import TypeVar

from ckan_api_client.wire.flow import PATIENCE, AsyncTransport, check_limit, room, run_async
from ckan_api_client.wire.messages import Flow
from ckan_api_client.wire.pacing import Pace

T = TypeVar("T")


async def run_all_async(
    flows: Iterable[Flow[T]],
    transport: AsyncTransport,
    *,
    limit: int,
    pace: Pace | None = None,
    patience: float = PATIENCE,
) -> AsyncIterator[T]:
    """Same as `run_all`, awaited."""
    check_limit(limit)
    running: set[asyncio.Task[T]] = set()
    done: set[asyncio.Task[T]] = set()
    try:
        for flow in flows:
            running.add(asyncio.ensure_future(run_async(flow, transport)))
            while len(running) >= room(limit, pace):
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


async def _let_end_async(running: set[asyncio.Task[T]], patience: float) -> None:
    try:
        await _wait_async(running, None)
    except asyncio.CancelledError:
        await _wait_async(running, patience)
        raise


async def _wait_async(running: set[asyncio.Task[T]], patience: float | None) -> None:
    if running:
        await asyncio.wait(running, timeout=patience)
