"""Counts what is under way at once: a transport in both colours, and ways to carry flows through it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from typing import Any

from ckan_api_client.exceptions import TransportError
from ckan_api_client.wire.flow import run_all
from ckan_api_client.wire.messages import Flow, Request, Response
from ckan_api_client.wire.tasks import run_all_async
from driving import Driver, success

FINE = success(7)


def ask(name: str) -> Request:
    return Request("POST", f"/api/3/action/{name}", name)


def all_at(driver: Driver, flows: Iterable[Flow[Any]], transport: Any, **options: Any) -> Any:
    """The iterator over the results."""
    drive: Callable[..., Any] = run_all_async if driver.awaited else run_all
    return drive(flows, transport.awaited if driver.awaited else transport, **options)


class Gauge:
    """A transport in both colours that counts how many requests are under way, and answers when all are there."""

    def __init__(self, together: int) -> None:
        self.now = self.most = 0
        self.started: list[str] = []
        self.finished: list[str] = []
        self._lock = threading.Lock()
        self._barrier = threading.Barrier(together, timeout=5)
        self.awaited = AwaitedGauge(self)

    def begin(self, request: Request) -> None:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
            self.started.append(request.label)

    def end(self, request: Request) -> Response:
        with self._lock:
            self.now -= 1
            self.finished.append(request.label)
        if request.label.startswith("bad"):
            raise TransportError(request.label)
        return FINE

    def send(self, request: Request) -> Response:
        self.begin(request)
        self._barrier.wait()
        return self.end(request)

    def sleep(self, _: float) -> None:
        raise AssertionError("no flow here sleeps")


class AwaitedGauge:
    def __init__(self, gauge: Gauge) -> None:
        self._gauge = gauge

    async def send(self, request: Request) -> Response:
        self._gauge.begin(request)
        # As many rounds of the loop as the others need to arrive: no clock.
        for _ in range(20):
            await asyncio.sleep(0)
        return self._gauge.end(request)

    async def sleep(self, _: float) -> None:
        raise AssertionError("no flow here sleeps")
