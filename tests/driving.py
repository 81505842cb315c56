"""Drives flows and clients without sockets and clocks: answers are given in advance, requests are kept.

`Script` is a transport that hands out its answers in their order; `Script.awaited` is the same for the async twins.
`settling()` gives a function that makes either colour's return value a plain one, so that one test serves both.
"""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from ckan_api_client.low_level import AsyncCkanLowlevelClient, CkanLowlevelClient
from ckan_api_client.wire.flow import run, run_all, run_async
from ckan_api_client.wire.messages import Flow, Request, Response
from ckan_api_client.wire.tasks import run_all_async

Answer: TypeAlias = Response | BaseException


class Script:
    """A transport that gives each request the next of its answers; an exception among them is raised."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[Request] = []
        self.sleeps: list[float] = []
        self.awaited = Awaited(self)

    @property
    def calls(self) -> list[tuple[str, Any]]:
        """The requests as (action, arguments)."""
        return [(request.path.rpartition("/")[2], json.loads(request.body or b"null")) for request in self.requests]

    @property
    def actions(self) -> list[str]:
        return [action for action, _ in self.calls]

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)


class Awaited:
    """A script for the async twins."""

    def __init__(self, script: Any) -> None:
        self._script = script

    async def send(self, request: Request) -> Response:
        response: Response = self._script.send(request)
        return response

    async def sleep(self, seconds: float) -> None:
        self._script.sleep(seconds)


class Server(Script):
    """A transport that computes its answers: `act(action, arguments)` returns a result, or an answer as it is."""

    def __init__(self, act: Callable[[str, Any], Any]) -> None:
        super().__init__()
        self._act = act

    def send(self, request: Request) -> Response:
        self.requests.append(request)
        result = self._act(*self.calls[-1])
        return result if isinstance(result, Response) else success(result)


def success(result: Any) -> Response:
    return answer(200, {"help": "...", "success": True, "result": result})


def refusal(status: int, kind: str, **detail: Any) -> Response:
    return answer(status, {"help": "...", "success": False, "error": {"__type": kind, **detail}})


def answer(status: int, value: Any, **headers: str) -> Response:
    return Response(status, {"content-type": "application/json", **headers}, json.dumps(value).encode())


def page(status: int, html: str, **headers: str) -> Response:
    return Response(status, {"content-type": "text/html; charset=utf-8", **headers}, html.encode())


Settle: TypeAlias = Callable[[Any], Any]


@contextmanager
def settling() -> Iterator[Settle]:
    """Give a function that awaits what is awaitable, lists what iterates, and returns the rest as it is."""
    with asyncio.Runner() as runner:

        def settle(value: Any) -> Any:
            if isinstance(value, AsyncIterator):
                return runner.run(_listed(value))
            if inspect.isawaitable(value):
                return runner.run(_result(value))
            return list(value) if isinstance(value, Iterator) else value

        yield settle


@dataclass(frozen=True)
class Driver:
    """Carries flows through a transport: blocking, or awaited."""

    awaited: bool
    settle: Settle

    def one(self, flow: Flow[Any], script: Any) -> Any:
        return self.settle(run_async(flow, script.awaited) if self.awaited else run(flow, script))

    def all(self, flows: Iterable[Flow[Any]], script: Any, *, limit: int) -> Any:
        """The iterator over the results, as it is."""
        drive: Callable[..., Any] = run_all_async if self.awaited else run_all
        return drive(flows, script.awaited if self.awaited else script, limit=limit)


@dataclass(frozen=True)
class Clients:
    """Makes clients of one colour, and awaits what they give where it has to be."""

    awaited: bool
    settle: Settle

    def make(self, script: Any, api_key: str | None = None, **settings: Any) -> Any:
        if self.awaited:
            return AsyncCkanLowlevelClient("https://example.org", api_key, transport=script.awaited, **settings)
        return CkanLowlevelClient("https://example.org", api_key, transport=script, **settings)


async def _result(value: Awaitable[Any]) -> Any:
    return await value


async def _listed(values: AsyncIterator[Any]) -> list[Any]:
    return [value async for value in values]
