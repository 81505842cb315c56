"""A proxy on loopback between the client and a CKAN, in which requests meet with faults.

It knows as much of HTTP/1.1 as both sides here speak: bodies with a length, answers with a length, in chunks, or up to
the end of the connection.
"""

from __future__ import annotations

import asyncio
import gzip
import random
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Self
from urllib.parse import urlsplit

from contract.syncing import WRITING
from fire.faults import CALM, Fault, Weather

_LOST = (OSError, asyncio.IncompleteReadError)
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer: its first line, its headers, its body."""

    first: str
    headers: dict[str, str]
    body: bytes

    @property
    def action(self) -> str:
        return self.first.split(" ")[1].rpartition("/")[2]

    def packed(self) -> bytes:
        headers = {key: value for key, value in self.headers.items() if key not in _HOP_BY_HOP}
        lines = [
            self.first,
            *(f"{key}: {value}" for key, value in headers.items()),
            f"content-length: {len(self.body)}",
        ]
        return "\r\n".join([*lines, "", ""]).encode("latin-1") + self.body


@dataclass(slots=True)
class Watch:
    """What passed during one run. `tell` is called in a thread, with the number of the request, before it goes on."""

    weather: Weather = CALM
    tell: Callable[[int, str], None] = lambda _number, _when: None
    requests: int = 0
    writes: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)


class Proxy:
    """Stands before a CKAN, from `with` to its end, on a port of its own."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._upstream = (str(parts.hostname), parts.port or 80)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._late: set[asyncio.Task[Message]] = set()
        self._closed: asyncio.Task[None] | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self.watch = Watch()
        self.url = ""

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        self._port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def drain(self) -> None:
        """Wait until the server has answered every request that it is to get, and the proxy takes connections again."""
        asyncio.run_coroutine_threadsafe(self._drained(), self._loop).result()

    async def _listen(self, port: int = 0) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", port)

    async def _close_for(self, seconds: float) -> None:
        """Refuse connections for a while; those that there are stay."""
        self._server.close()
        await asyncio.sleep(seconds)
        self._server = await self._listen(self._port)

    async def _end(self) -> None:
        await self._drained()
        self._server.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _drained(self) -> None:
        await asyncio.gather(*self._late, return_exceptions=True)
        if self._closed is not None:
            await self._closed

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            while await self._pass_on(reader, writer):
                pass
        except _LOST:
            pass  # One of the two hung up: what follows is the client's affair.
        except asyncio.CancelledError:
            pass  # The end of the proxy.
        finally:
            self._connections.discard(task)
            writer.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Carry one request through; False: the connection is done with."""
        request = await _read(reader)
        watch = self.watch
        watch.requests += 1
        number = watch.requests
        if WRITING.fullmatch(request.action):
            watch.writes.append(request.action)
        fault, chance = watch.weather.fault(number), watch.weather.chance(-number)
        if fault is not None:
            watch.faults[fault] += 1
        await asyncio.to_thread(watch.tell, number, "before")
        answer = await self._answer(request, fault, chance)
        await asyncio.to_thread(watch.tell, number, "after")
        if answer is None:
            if fault != "idle":
                _reset(writer)
            return False
        return await _write(writer, answer, fault)

    async def _answer(self, request: Message, fault: Fault | None, chance: random.Random) -> bytes | None:
        """Return what the client is to be told; None: nothing."""
        if fault == "refused" and (self._closed is None or self._closed.done()):
            self._closed = self._loop.create_task(self._close_for(chance.uniform(0.5, 2)))
        if fault in {"reset before", "idle", "refused"}:
            return None
        if fault == "page before":
            return _page(chance)
        if fault == "busy":
            return _busy(chance)
        asked = self._begin_to_ask(request, chance.uniform(0.5, 2) if fault == "late" else 0)
        if fault == "late":
            return None
        try:
            answer = await asyncio.shield(asked)
            if fault == "twice":
                second = await asyncio.shield(self._begin_to_ask(request))
                answer = chance.choice((answer, second))
        except _LOST:
            return _page(chance, 502) if chance.random() < 0.5 else None
        if fault == "slow":
            await asyncio.sleep(chance.uniform(0.5, 2))
        return _altered(answer, fault, chance)

    def _begin_to_ask(self, request: Message, wait: float = 0) -> asyncio.Task[Message]:
        """Ask the server, which goes on whoever hangs up."""
        asked = self._loop.create_task(self._ask(request, wait))
        self._late.add(asked)
        asked.add_done_callback(self._answered)
        return asked

    def _answered(self, asked: asyncio.Task[Message]) -> None:
        self._late.discard(asked)
        asked.exception()  # Where nobody waits for the answer, nobody minds that there is none.

    async def _ask(self, request: Message, wait: float) -> Message:
        await asyncio.sleep(wait)
        reader, writer = await asyncio.open_connection(*self._upstream)
        try:
            writer.write(request.packed())
            await writer.drain()
            return await _read(reader)
        finally:
            writer.close()


def _altered(answer: Message, fault: Fault | None, chance: random.Random) -> bytes | None:
    """Return what the client is told instead of an answer; None: nothing."""
    match fault:
        case "reset after":
            return None
        case "page after":
            return _page(chance)
        case "failed after":
            return _page(chance, 500)
        case "garbled":
            return replace(answer, body=answer.body[: len(answer.body) // 2]).packed()
        case "bad gzip":
            packed = gzip.compress(answer.body)
            return replace(
                answer, headers={**answer.headers, "content-encoding": "gzip"}, body=packed[: len(packed) // 2]
            ).packed()
        case _:
            return answer.packed()


async def _write(writer: asyncio.StreamWriter, answer: bytes, fault: Fault | None) -> bool:
    if fault == "cut":
        start = answer.index(b"\r\n\r\n") + 4
        writer.write(answer[: (start + len(answer)) // 2])
        await writer.drain()
        return False
    if fault == "dripping":
        size = len(answer) // 40 + 1
        for start in range(0, len(answer), size):
            writer.write(answer[start : start + size])
            await writer.drain()
            await asyncio.sleep(0.03)
        return True
    writer.write(answer)
    await writer.drain()
    return True


async def _read(reader: asyncio.StreamReader) -> Message:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    headers = {key.lower(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return Message(first, headers, await _read_chunks(reader))
    if "content-length" in headers:
        return Message(first, headers, await reader.readexactly(int(headers["content-length"])))
    return Message(first, headers, await reader.read() if first.startswith("HTTP/") else b"")


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int((await reader.readline()).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readline()
    return body


def _page(chance: random.Random, status: int | None = None) -> bytes:
    status = status or chance.choice((502, 503, 504))
    body = f"<html><head><title>{status}</title></head><body>The site is resting.</body></html>".encode()
    return Message(f"HTTP/1.1 {status} Resting", {"content-type": "text/html"}, body).packed()


def _busy(chance: random.Random) -> bytes:
    first = chance.choice(("HTTP/1.1 429 Too Many Requests", "HTTP/1.1 503 Service Unavailable"))
    return Message(first, {"content-type": "text/plain", "retry-after": "1"}, b"Slow down").packed()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Break a connection as a crash would: the other side gets a reset."""
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
