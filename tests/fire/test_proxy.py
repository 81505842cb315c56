"""Each fault is what its name says: what the server got of it, and what the client sees."""

from __future__ import annotations

import random
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar

import pytest

from ckan_api_client.exceptions import TransportError
from ckan_api_client.low_level.settings import Settings
from ckan_api_client.transport import HttpTransport
from ckan_api_client.wire.messages import Request, Response
from fire.faults import FAULTS, Fault, Weather
from fire.proxy import Proxy, Watch

BODY = b'{"success": true, "result": "' + 500 * b"x" + b'"}'
#: What the client sees, and how often the server got the request.
EFFECTS: dict[Fault, tuple[set[object], int]] = {
    "reset before": ({"broken"}, 0),
    "reset after": ({"broken"}, 1),
    "late": ({"broken"}, 1),
    "slow": ({200}, 1),
    "cut": ({"broken"}, 1),
    "page before": ({502, 503, 504}, 0),
    "page after": ({502, 503, 504}, 1),
    "busy": ({429, 503}, 0),
    "idle": ({"broken"}, 0),
    "dripping": ({200}, 1),
    "refused": ({"broken"}, 0),
    "twice": ({200}, 2),
    "failed after": ({500}, 1),
    "garbled": ({"half"}, 1),
    "bad gzip": ({"broken"}, 1),
}


class Only(Weather):
    """One fault, at each request."""

    def fault(self, _: int) -> Fault | None:
        return self.seed  # type: ignore[return-value]

    def chance(self, number: int) -> random.Random:
        return Longest(number)


class Longest(random.Random):
    def uniform(self, _: float, b: float) -> float:
        return b


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    got: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.got.append(self.path)
        self.send_response(200)
        self.send_header("content-length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def got() -> list[str]:
    Server.got.clear()
    return Server.got


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    thread = Thread(target=server.serve_forever)
    thread.start()
    with Proxy(f"http://127.0.0.1:{server.server_port}") as proxy:
        yield proxy
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def transport(proxy: Proxy) -> Iterator[HttpTransport]:
    with_token = Settings.of(proxy.url, "a-token")
    transport = HttpTransport(with_token.connection)
    yield transport
    transport.close()


def create(transport: HttpTransport) -> Response:
    return transport.send(Request("POST", "/api/3/action/package_create", "package_create", body=b"{}"))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_what_it_is_called(proxy: Proxy, transport: HttpTransport, got: list[str], fault: Fault) -> None:
    proxy.watch = Watch(Only(fault))
    seen: object
    try:
        answer = create(transport)
    except TransportError:
        seen = "broken"
    else:
        seen = "half" if answer.body == BODY[: len(BODY) // 2] else answer.status
        assert answer.status != 200 or seen == "half" or answer.body == BODY
    proxy.drain()
    expected, arrivals = EFFECTS[fault]
    assert seen in expected
    assert got == arrivals * ["/api/3/action/package_create"]
    assert proxy.watch.faults == {fault: 1}
    assert proxy.watch.writes == ["package_create"]


def test_what_is_late_arrives_after_the_connection_broke(
    proxy: Proxy, transport: HttpTransport, got: list[str]
) -> None:
    proxy.watch = Watch(Only("late"))
    with pytest.raises(TransportError):
        create(transport)
    assert got == []
    proxy.drain()
    assert got == ["/api/3/action/package_create"]


def test_a_proxy_that_refused_connections_takes_them_again(
    proxy: Proxy, transport: HttpTransport, got: list[str]
) -> None:
    proxy.watch = Watch(Only("refused"))
    for _ in range(2):
        with pytest.raises(TransportError):
            create(transport)
    assert (got, proxy.watch.requests) == ([], 1)
    proxy.drain()
    proxy.watch = Watch()
    assert create(transport).body == BODY


def test_in_calm_weather_connections_are_kept_and_nothing_changes(
    proxy: Proxy, transport: HttpTransport, got: list[str]
) -> None:
    assert [create(transport).body for _ in range(3)] == 3 * [BODY]
    assert (len(got), proxy.watch.requests, proxy.watch.faults) == (3, 3, {})


def test_the_weather_of_a_seed_is_the_same_each_time_and_knows_every_fault() -> None:
    weather = Weather("any", often=0.5)
    fallen = [weather.fault(number) for number in range(400)]
    assert fallen == [Weather("any", often=0.5).fault(number) for number in range(400)]
    assert set(fallen) == {None, *FAULTS}
