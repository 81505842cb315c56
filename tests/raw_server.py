"""A listening socket in a thread that is told what to do with each connection, byte by byte."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pytest

BODY = b'{"success": true, "result": 7}'

Behaviour: TypeAlias = Callable[["Peer"], None]


@dataclass
class Peer:
    """One connection to the server."""

    socket: socket.socket
    head: bytes = field(default=b"", repr=False)
    length: int = 0

    def receive(self) -> None:
        """Read one request: its head is kept, its body counted."""
        data = b""
        while b"\r\n\r\n" not in data:
            more = self.socket.recv(65536)
            if not more:
                return
            data += more
        self.head, _, rest = data.partition(b"\r\n\r\n")
        announced = int(self.headers().get("content-length", "0"))
        self.length = len(rest)
        while self.length < announced:
            self.length += len(self.socket.recv(1 << 20))

    def headers(self) -> dict[str, str]:
        lines = self.head.decode("latin-1").split("\r\n")[1:]
        return {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self, status: str = "200 OK", body: bytes = BODY, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        lines = {"Content-Type": "application/json", "Content-Length": str(len(body)), **named}
        self.send(f"HTTP/1.1 {status}\r\n".encode() + b"".join(f"{k}: {v}\r\n".encode() for k, v in lines.items()))
        self.send(b"\r\n" + body)


@dataclass
class RawServer:
    """Does to its connections what it was told, in their order; the last behaviour serves all that follow."""

    behaviours: list[Behaviour]
    peers: list[Peer] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            with connection:
                if self.stopped.is_set():
                    return
                peer = Peer(connection)
                self.peers.append(peer)
                behave = self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]
                with contextlib.suppress(OSError):  # The client may go first: some tests are about that.
                    behave(peer)

    def stop(self) -> None:
        self.stopped.set()
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._thread.join(10)
        self._listener.close()

    @property
    def heads(self) -> list[str]:
        return [peer.head.decode("latin-1") for peer in self.peers]


@pytest.fixture
def serve() -> Iterator[Callable[..., RawServer]]:
    servers: list[RawServer] = []

    def start(*behaviours: Behaviour) -> RawServer:
        servers.append(RawServer([*behaviours] or [answers()]))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


def answers(*args: Any, **kwargs: Any) -> Behaviour:
    """Read a request and answer it."""

    def behave(peer: Peer) -> None:
        peer.receive()
        peer.answer(*args, **{"Connection": "close", **kwargs})

    return behave


def says(data: bytes) -> Behaviour:
    """Read a request, send these bytes, and close."""

    def behave(peer: Peer) -> None:
        peer.receive()
        peer.send(data)

    return behave


def drips(start: bytes, each: bytes) -> Behaviour:
    """Read a request, send the start of an answer, and then a few bytes now and then, for ever."""

    def behave(peer: Peer) -> None:
        peer.receive()
        peer.send(start)
        pause = threading.Event()
        while True:
            peer.send(each)
            pause.wait(0.05)

    return behave


def hangs(peer: Peer, start: bytes = b"") -> None:
    """Read a request, and answer no more than the start."""
    peer.receive()
    peer.send(start)
    with contextlib.suppress(OSError):
        peer.socket.recv(1)  # Until the client goes.
