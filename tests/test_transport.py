"""The one transport against real sockets: what it sends, what it never sends, and what each failure means.

The server is a listening socket in a thread. It is told what to do with each connection, byte by byte.
"""

from __future__ import annotations

import contextlib
import copy
import gzip
import io
import json
import logging
import os
import pickle
import re
import socket
import traceback
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.downloading import download
from ckan_api_client.exceptions import CkanError, HTTPError, NotAuthorized, Outcome, TransportError
from ckan_api_client.high_level import AsyncCkanHighlevelClient, CkanHighlevelClient
from ckan_api_client.low_level import AsyncCkanLowlevelClient, CkanLowlevelClient
from ckan_api_client.low_level.settings import Settings
from ckan_api_client.transport import AsyncHttpTransport, Connection, HttpTransport, Timeouts
from ckan_api_client.wire.action import build_request
from ckan_api_client.wire.address import Address, Token
from ckan_api_client.wire.messages import Request, Response, Upload
from ckan_api_client.wire.retry import RetryPolicy
from driving import Settle, settling
from raw_server import Behaviour, Peer, RawServer, answers, drips, hangs, says, serve

__all__ = ["serve"]

CANARY = "canary-5f2a77"
BODY = b'{"success": true, "result": 7}'
#: Long enough for a slow machine to answer, short enough to wait for.
SOON = Timeouts(connect=5, read=5, total=20)


@pytest.fixture
def settle() -> Iterator[Settle]:
    with settling() as function:
        yield function


@dataclass
class Colour:
    """Sends requests over either transport."""

    awaited: bool
    settle: Settle

    def send(self, connection: Connection, *requests: Request) -> list[Response]:
        if not self.awaited:
            with contextlib.closing(HttpTransport(connection)) as transport:
                return [transport.send(request) for request in requests]
        return list(self.settle(self._sent(connection, requests)))

    async def _sent(self, connection: Connection, requests: tuple[Request, ...]) -> list[Response]:
        async with contextlib.aclosing(AsyncHttpTransport(connection)) as transport:
            return [await transport.send(request) for request in requests]


@pytest.fixture(params=[False, True], ids=["blocking", "awaited"])
def colour(request: pytest.FixtureRequest, settle: Settle) -> Colour:
    return Colour(request.param, settle)


def connection(url: str, **settings: Any) -> Connection:
    return Connection(Address.of(url), **{"token": Token(CANARY), "timeouts": SOON, **settings})


CALL = build_request("package_show", {"id": "été"})


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


# What is sent.


def test_a_call_is_sent_as_json_with_the_token_in_one_header(colour: Colour, serve: Callable[..., RawServer]) -> None:
    server = serve()
    [response] = colour.send(connection(server.url), CALL)
    assert (response.status, response.body) == (200, BODY)
    [head] = server.heads
    assert head.split("\r\n")[0] == "POST /api/3/action/package_show HTTP/1.1"
    headers = server.peers[0].headers()
    assert headers["authorization"] == CANARY
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert headers["accept"] == "application/json"
    assert headers["accept-encoding"] == "gzip"
    assert headers["content-length"] == "15"
    assert re.fullmatch(r"ckan-api-client/\d+\.\d+\.\d+\S*", headers["user-agent"])
    assert head.count(CANARY) == 1


def test_a_custom_header_carries_the_token_alone(colour: Colour, serve: Callable[..., RawServer]) -> None:
    server = serve()
    colour.send(connection(server.url, token_header="X-CKAN-API-Key"), CALL)
    assert server.peers[0].headers()["x-ckan-api-key"] == CANARY
    assert "authorization" not in server.peers[0].headers()
    assert server.heads[0].count(CANARY) == 1


def test_several_headers_carry_the_token_where_asked(colour: Colour, serve: Callable[..., RawServer]) -> None:
    server = serve()
    colour.send(connection(server.url, token_header=("Authorization", "X-CKAN-API-Key")), CALL)
    headers = server.peers[0].headers()
    assert (headers["authorization"], headers["x-ckan-api-key"]) == (CANARY, CANARY)
    assert server.heads[0].count(CANARY) == 2


def test_without_a_token_none_is_sent(colour: Colour, serve: Callable[..., RawServer]) -> None:
    server = serve()
    colour.send(connection(server.url, token=None), CALL)
    assert "authorization" not in server.peers[0].headers()


def test_the_user_agent_may_be_set(colour: Colour, serve: Callable[..., RawServer]) -> None:
    server = serve()
    colour.send(connection(server.url, user_agent="harvester/2"), CALL)
    assert server.peers[0].headers()["user-agent"] == "harvester/2"


def test_requests_go_below_a_sub_path(colour: Colour, serve: Callable[..., RawServer]) -> None:
    server = serve()
    colour.send(connection(f"{server.url}/data/fr/"), CALL)
    assert server.heads[0].startswith("POST /data/fr/api/3/action/package_show HTTP/1.1\r\n")


def test_a_query_of_one_s_own_is_sent_encoded(colour: Colour, serve: Callable[..., RawServer]) -> None:
    server = serve()
    colour.send(connection(server.url), Request("GET", "/dump/x", "GET /dump/x", query=(("q", "a&b c"),)))
    assert server.heads[0].startswith("GET /dump/x?q=a%26b+c HTTP/1.1\r\n")
    assert "content-type" not in server.peers[0].headers()


def test_a_path_that_looks_like_another_host_stays_on_this_one(colour: Colour, serve: Callable[..., RawServer]) -> None:
    server = serve()
    colour.send(connection(server.url), Request("GET", "//other.org/x", "x"), Request("GET", "/../../y", "y"))
    assert [head.split("\r\n")[0] for head in server.heads] == ["GET //other.org/x HTTP/1.1", "GET /y HTTP/1.1"]


def test_a_connection_is_used_again(colour: Colour, serve: Callable[..., RawServer]) -> None:
    def twice(peer: Peer) -> None:
        for _ in range(2):
            peer.receive()
            peer.answer()

    server = serve(twice)
    assert len(colour.send(connection(server.url), CALL, CALL)) == 2
    assert len(server.peers) == 1


def test_cookies_are_never_sent_back(colour: Colour, serve: Callable[..., RawServer]) -> None:
    server = serve(answers(Set_Cookie="ckan=somebody; Path=/"))
    colour.send(connection(server.url), CALL, CALL, CALL)
    assert len(server.heads) == 3
    assert "cookie" not in "".join(server.heads).lower()


def test_the_environment_and_netrc_change_nothing(
    colour: Colour, serve: Callable[..., RawServer], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login eve password hunter2\ndefault login eve password x\n")
    (tmp_path / ".netrc").chmod(0o600)
    proxy = f"http://127.0.0.1:{closed_port()}"
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy)
    for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, "/nonexistent")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("CKAN_API_KEY", "hunter2")
    server = serve()
    [response] = colour.send(connection(server.url), CALL)
    assert response.status == 200
    assert server.peers[0].headers()["authorization"] == CANARY
    assert "hunter2" not in server.heads[0]


def test_a_proxy_that_was_asked_for_is_used(colour: Colour, serve: Callable[..., RawServer]) -> None:
    proxy = serve()
    colour.send(connection("http://catalog.invalid", proxy=proxy.url, allow_http=True), CALL)
    assert proxy.heads[0].startswith("POST http://catalog.invalid/api/3/action/package_show HTTP/1.1\r\n")


@pytest.mark.parametrize(
    ("url", "proxy", "refused"),
    [
        ("https://catalog.example.org", None, False),
        ("https://catalog.example.org", "http://proxy.example.org:3128", False),
        ("http://127.0.0.1:5000", None, False),
        ("http://127.9.9.9", None, False),
        ("http://[::1]:5000", None, False),
        ("http://localhost:5000/data", None, False),
        ("http://LOCALHOST.", None, False),
        ("http://localhost", "http://127.0.0.1:3128", False),
        ("http://localhost", "http://proxy.example.org:3128", True),
        ("http://catalog.example.org", None, True),
        ("HTTP://catalog.example.org", None, True),
        ("http://catalog.example.org", "http://127.0.0.1:3128", True),
        ("http://ckan:5000", None, True),
        ("http://10.0.0.1", None, True),
        ("http://0.0.0.0", None, True),
        ("http://localhost.example.org", None, True),
        ("http://127.0.0.1.example.org", None, True),
        ("http://128.0.0.1", None, True),
    ],
)
def test_a_token_goes_unencrypted_to_this_machine_only(url: str, proxy: str | None, *, refused: bool) -> None:
    for make in (HttpTransport, AsyncHttpTransport):
        make(connection(url, proxy=proxy, allow_http=True))
        make(connection(url, proxy=proxy, token=None))
        with pytest.raises(ValueError, match="unencrypted") if refused else contextlib.nullcontext():
            make(connection(url, proxy=proxy))
    with pytest.raises(ValueError if refused else CkanError, match="unencrypted" if refused else "cannot reach"):
        download(connection(url, proxy=proxy), "http://127.0.0.1:1/", io.BytesIO(), allow_private_addresses=True)


def test_a_client_says_how_a_token_may_go_unencrypted() -> None:
    for make in (CkanLowlevelClient, CkanHighlevelClient, AsyncCkanLowlevelClient, AsyncCkanHighlevelClient):
        with pytest.raises(ValueError, match="allow_http=True"):
            make("http://catalog.example.org", CANARY)
    with CkanLowlevelClient("http://catalog.example.org", CANARY, allow_http=True) as client:
        assert not client.is_anonymous
    with CkanLowlevelClient("http://catalog.example.org") as client:
        assert client.is_anonymous


# What comes back.


@pytest.mark.parametrize("status", ["200 OK", "204 No Content", "404 Not Found", "409 Conflict", "502 Bad Gateway"])
def test_an_answer_is_an_answer_whatever_its_status(
    colour: Colour, serve: Callable[..., RawServer], status: str
) -> None:
    [response] = colour.send(connection(serve(answers(status, b"", X_Two="b")).url), CALL)
    assert response.status == int(status[:3])
    assert response.headers["x-two"] == "b"


def test_a_compressed_answer_is_given_plain(colour: Colour, serve: Callable[..., RawServer]) -> None:
    server = serve(answers(body=gzip.compress(BODY), Content_Encoding="gzip"))
    assert colour.send(connection(server.url), CALL)[0].body == BODY


@pytest.mark.parametrize("host", ["other port", "other name"])
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_no_redirect_is_followed_so_the_token_arrives_nowhere_else(
    colour: Colour, serve: Callable[..., RawServer], status: str, host: str
) -> None:
    thief = serve()
    place = thief.url if host == "other port" else thief.url.replace("127.0.0.1", "localhost")
    server = serve(answers(status, b"", Location=f"{place}/api/3/action/package_show"))
    [response] = colour.send(connection(server.url, token_header="X-CKAN-API-Key"), CALL)
    assert response.status == int(status[:3])
    assert response.headers["location"] == f"{place}/api/3/action/package_show"
    assert len(server.peers) == 1
    assert thief.peers == []


# What fails, and what is known then.


@dataclass(frozen=True)
class Failure:
    behaviour: Behaviour
    outcome: Outcome
    message: str
    timeouts: Timeouts = SOON


START = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
IMPATIENT = Timeouts(connect=5, read=0.2, total=20)
SHORT = Timeouts(connect=5, read=5, total=0.4)
GZIP_HEAD = gzip.compress(b"")[:10]
#: A part of a compressed stream that holds nothing.
EMPTY_BLOCK = b"\x00\x00\x00\xff\xff"

FAILURES = {
    "closed before the answer": Failure(lambda peer: peer.receive(), Outcome.UNKNOWN, "connection broke"),
    "closed without reading": Failure(lambda _: None, Outcome.UNKNOWN, "connection broke"),
    "cut in the head": Failure(says(b"HTTP/1.1 200 OK\r\nContent-"), Outcome.UNKNOWN, "connection broke"),
    "cut in the body": Failure(says(START + b"Content-Length: 100\r\n\r\n" + BODY), Outcome.UNKNOWN, "broke"),
    "cut in a chunk": Failure(
        says(START + b"Transfer-Encoding: chunked\r\n\r\n1e\r\n" + BODY[:7]), Outcome.UNKNOWN, "broke"
    ),
    "cut between chunks": Failure(
        says(START + b"Transfer-Encoding: chunked\r\n\r\n1e\r\n" + BODY + b"\r\n"), Outcome.UNKNOWN, "broke"
    ),
    "cut in the compressed body": Failure(
        says(START + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(BODY * 99)[:-20]), Outcome.UNKNOWN, "broke"
    ),
    "compressed in name only": Failure(
        answers(Content_Encoding="gzip"), Outcome.UNKNOWN, "connection broke before the answer was whole"
    ),
    "no HTTP": Failure(says(b"SSH-2.0-OpenSSH_9.6\r\n"), Outcome.UNKNOWN, "connection broke"),
    "no answer in time": Failure(hangs, Outcome.UNKNOWN, "no answer in time", IMPATIENT),
    "no body in time": Failure(
        lambda peer: hangs(peer, START + b"Content-Length: 9\r\n\r\n{"),
        Outcome.UNKNOWN,
        "no answer in time",
        IMPATIENT,
    ),
    "a body that drips": Failure(
        drips(START + b"Content-Length: 10000\r\n\r\n", b" "), Outcome.UNKNOWN, "no answer in time", SHORT
    ),
    "a compressed body that drips": Failure(
        drips(START + b"Content-Encoding: gzip\r\nContent-Length: 10000\r\n\r\n" + GZIP_HEAD, EMPTY_BLOCK),
        Outcome.UNKNOWN,
        "no answer in time",
        SHORT,
    ),
    "an encoding that nobody asked for": Failure(
        answers(Content_Encoding="br"), Outcome.UNKNOWN, "connection broke before the answer was whole"
    ),
    "encoded twice": Failure(
        answers(body=gzip.compress(gzip.compress(BODY)), Content_Encoding="gzip, gzip"), Outcome.UNKNOWN, "broke"
    ),
}


MEGABYTE = 1 << 20


def pours(start: bytes, each: bytes) -> Behaviour:
    """Read a request, and send the start of an answer, and then the same again and again, as long as somebody reads."""

    def behave(peer: Peer) -> None:
        peer.receive()
        peer.send(start)
        while True:
            peer.send(each)

    return behave


def megabyte_of_zeros() -> bytes:
    """A block of gzip, some kilobyte, that may be sent as often as one likes."""
    packer = zlib.compressobj(9, wbits=31)
    packer.compress(b"")
    packer.flush(zlib.Z_FULL_FLUSH)
    return packer.compress(bytes(MEGABYTE)) + packer.flush(zlib.Z_FULL_FLUSH)


@pytest.mark.parametrize(
    "behaviour",
    [
        pours(START + b"\r\n", b" " * 65536),
        pours(START + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b" " * 65536 + b"\r\n"),
        pours(START + b"Content-Encoding: gzip\r\n\r\n" + GZIP_HEAD, megabyte_of_zeros()),
        pours(START + b"Content-Encoding: gzip\r\n\r\n" + GZIP_HEAD, EMPTY_BLOCK * 10_000),
        pours(START + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"") * 3000),
    ],
    ids=["plain", "chunked", "a bomb", "compressed nothing", "many streams"],
)
def test_an_answer_without_end_is_given_up_where_it_is_too_large(
    colour: Colour, serve: Callable[..., RawServer], behaviour: Behaviour
) -> None:
    server = serve(behaviour)
    tracemalloc.start()
    try:
        with pytest.raises(TransportError, match="larger than 2097152 bytes, and was given up: ask") as caught:
            colour.send(connection(server.url, largest_answer=2 * MEGABYTE), CALL)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert caught.value.outcome is Outcome.UNKNOWN
    assert caught.value.message.startswith("package_show 'été': the answer is larger than")
    assert peak < 8 * MEGABYTE


def test_a_head_without_end_is_cut_off(colour: Colour, serve: Callable[..., RawServer]) -> None:
    server = serve(pours(START + b"X-Long: ", b"x" * 65536))
    with pytest.raises(TransportError, match="connection broke"):
        colour.send(connection(server.url), CALL)


def test_the_largest_answer_is_a_setting_of_the_clients(serve: Callable[..., RawServer]) -> None:
    assert Connection(Address.of("http://127.0.0.1")).largest_answer == 512 * MEGABYTE
    server = serve()
    settings: dict[str, Any] = {"retry": RetryPolicy(attempts=1)}
    with (
        CkanLowlevelClient(server.url, largest_answer=len(BODY) - 1, **settings) as client,
        pytest.raises(TransportError, match=r"29 bytes.*allow more \(largest_answer\)"),
    ):
        client.action.package_show(id="air")
    with CkanLowlevelClient(server.url, largest_answer=len(BODY), **settings) as client:
        assert client.action.package_show(id="air") == 7


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES.keys())
def test_a_failure_tells_what_is_known(colour: Colour, serve: Callable[..., RawServer], failure: Failure) -> None:
    server = serve(failure.behaviour)
    with pytest.raises(TransportError) as caught:
        colour.send(connection(server.url, timeouts=failure.timeouts), CALL)
    assert caught.value.outcome is failure.outcome
    assert caught.value.message.startswith("package_show 'été': ")
    assert failure.message in caught.value.message
    assert len(server.peers) == 1


def test_a_head_that_drips_is_cut_off_where_it_is_awaited(settle: Settle, serve: Callable[..., RawServer]) -> None:
    # The blocking transport cannot: the library gives it nothing to look at between two bytes of a head.
    server = serve(drips(START + b"X-Drip: ", b"x"))
    with pytest.raises(TransportError, match="no answer in time") as caught:
        Colour(awaited=True, settle=settle).send(connection(server.url, timeouts=SHORT), CALL)
    assert caught.value.outcome is Outcome.UNKNOWN


def test_a_closed_port_was_never_reached(colour: Colour) -> None:
    port = closed_port()
    with pytest.raises(TransportError) as caught:
        colour.send(connection(f"http://127.0.0.1:{port}"), CALL)
    assert caught.value.outcome is Outcome.NOT_SENT
    assert f"package_show 'été': cannot reach http://127.0.0.1:{port}: " in caught.value.message


def test_a_name_that_does_not_resolve_was_never_reached(colour: Colour) -> None:
    with pytest.raises(TransportError) as caught:
        colour.send(connection("http://catalog.invalid", allow_http=True), CALL)
    assert caught.value.outcome is Outcome.NOT_SENT


def test_http_where_tls_was_asked_for_was_never_reached(colour: Colour, serve: Callable[..., RawServer]) -> None:
    def plain(peer: Peer) -> None:
        peer.head = peer.socket.recv(65536)
        peer.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    server = serve(plain)
    with pytest.raises(TransportError) as caught:
        colour.send(connection(server.url.replace("http:", "https:")), CALL)
    assert caught.value.outcome is Outcome.NOT_SENT
    assert CANARY.encode() not in server.peers[0].head


# Uploads.


def test_an_upload_is_a_form_of_the_fields_and_the_file(
    colour: Colour, serve: Callable[..., RawServer], tmp_path: Path
) -> None:
    (tmp_path / "été.csv").write_bytes(b"a,b\n1,2\n")
    received: list[bytes] = []

    def keep(peer: Peer) -> None:
        data = b""
        while b"a,b\n1,2\n" not in data or not data.endswith(b"--\r\n"):
            data += peer.socket.recv(65536)
        received.append(data)
        peer.answer(Connection="close")

    request = build_request(
        "resource_create", {"package_id": "air", "name": "été", "upload": Upload.of(tmp_path / "été.csv")}
    )
    colour.send(connection(serve(keep).url), request)
    head, _, body = received[0].partition(b"\r\n\r\n")
    assert b"Content-Type: multipart/form-data; boundary=" in head
    assert b'Content-Disposition: form-data; name="package_id"\r\n\r\nair\r\n' in body
    assert 'Content-Disposition: form-data; name="name"\r\n\r\nété\r\n'.encode() in body
    assert 'name="upload"; filename="été.csv"\r\nContent-Type: text/csv\r\n\r\na,b\n1,2\n\r\n'.encode() in body
    assert f"Content-Length: {len(body)}".encode() in head


def test_a_large_file_is_streamed(colour: Colour, serve: Callable[..., RawServer], tmp_path: Path) -> None:
    size = 50 * 1024 * 1024
    with (tmp_path / "large.bin").open("wb") as file:
        file.truncate(size)
    request = build_request("resource_patch", {"id": "r1", "upload": Upload.of(tmp_path / "large.bin")})
    server = serve()
    tracemalloc.start()
    try:
        [response] = colour.send(connection(server.url), request)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert response.status == 200
    announced = int(server.peers[0].headers()["content-length"])
    assert server.peers[0].length == announced
    assert size < announced < size + 1000
    assert peak < 15 * 1024 * 1024


def test_a_file_by_path_is_opened_anew_each_time(
    colour: Colour, serve: Callable[..., RawServer], tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_bytes(b"x" * 1000)
    request = build_request("resource_patch", {"id": "r1", "upload": Upload.of(tmp_path / "a.csv")})
    server = serve()
    colour.send(connection(server.url), request, request)
    assert server.peers[0].length == server.peers[1].length > 1000


def test_a_file_that_is_not_there_is_python_s_own_error(
    colour: Colour, serve: Callable[..., RawServer], tmp_path: Path
) -> None:
    request = build_request("resource_patch", {"id": "r1", "upload": Upload.of(tmp_path / "none.csv")})
    server = serve()
    with pytest.raises(FileNotFoundError):
        colour.send(connection(server.url), request)
    assert server.peers == []


@pytest.mark.parametrize("kind", ["from its middle", "packed", "pipe", "text"])
def test_a_file_is_sent_from_where_it_stands_with_the_length_that_arrives(
    colour: Colour, serve: Callable[..., RawServer], tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n") if kind == "packed" else b"a,b\n1,2\n")
    if kind == "pipe":
        reader, writer = os.pipe()
        os.write(writer, path.read_bytes())
        os.close(writer)
        file: Any = os.fdopen(reader, "rb")
    else:
        file = gzip.open(path) if kind == "packed" else path.open("r" if kind == "text" else "rb")  # noqa: SIM115 - below
    received: list[bytes] = []

    def keep(peer: Peer) -> None:
        data = b""
        while not data.endswith(b"--\r\n"):
            data += peer.socket.recv(65536)
        received.append(data)
        peer.answer(Connection="close")

    with file:
        if kind == "from its middle":
            file.read(4)
        request = build_request("resource_patch", {"id": "r1", "upload": Upload(file, "a.csv")})
        colour.send(connection(serve(keep).url), request)
    head, _, body = received[0].partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    sent = b"1,2\n" if kind == "from its middle" else b"a,b\n1,2\n"
    assert b"\r\n\r\n" + sent + b"\r\n--" in body


# Waits.


def test_a_wait_is_a_wait(settle: Settle) -> None:
    blocking, awaited = (
        HttpTransport(connection("http://127.0.0.1:1")),
        AsyncHttpTransport(connection("http://127.0.0.1:1")),
    )
    assert blocking.sleep(0) is None  # type: ignore[func-returns-value]
    assert settle(awaited.sleep(0)) is None
    blocking.close()
    settle(awaited.aclose())


# The token.


def texts_of(error: BaseException) -> str:
    """All that an error says, with the local variables of every frame on its way, and of its causes."""
    with_locals = traceback.TracebackException.from_exception(error, capture_locals=True)
    return repr(error) + str(error) + repr(error.args) + "".join(with_locals.format())


@pytest.mark.parametrize(
    "make",
    [CkanLowlevelClient, CkanHighlevelClient, AsyncCkanLowlevelClient, AsyncCkanHighlevelClient],
    ids=lambda cls: cls.__name__,
)
def test_a_client_does_not_show_its_token(make: Callable[..., Any], settle: Settle) -> None:
    client = make("http://127.0.0.1:1", CANARY)
    assert CANARY not in f"{client!r} {client} {vars(client)} {vars(getattr(client, 'low_level', client))}"
    settle(client.close())


@pytest.mark.parametrize("leave", [pickle.dumps, copy.deepcopy, lambda value: json.dumps(vars(value))])
def test_a_connection_does_not_leave_the_process(leave: Callable[[Any], Any]) -> None:
    with pytest.raises(TypeError) as caught:
        leave(connection("http://127.0.0.1:1"))
    assert CANARY not in str(caught.value)


def test_settings_and_connections_do_not_show_token_or_proxy() -> None:
    settings = Settings.of("http://127.0.0.1:1", CANARY, proxy="http://eve:hunter2@proxy.example.org")
    shown = f"{settings!r} {settings} {settings.connection!r} {settings.connection.token}"
    assert CANARY not in shown
    assert "hunter2" not in shown


@pytest.mark.parametrize("header", ["Authorization", "X-CKAN-API-Key"])
@pytest.mark.parametrize(
    "behaviour",
    [answers("500 Internal Server Error", b"oops"), says(b""), answers("302 Found", b"", Location="/x")],
    ids=["500", "cut", "redirect"],
)
def test_the_token_is_in_no_error_and_no_log(
    colour: Colour, serve: Callable[..., RawServer], behaviour: Behaviour, header: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server = serve(behaviour)
    settings: dict[str, Any] = {
        "token_header": header,
        "timeouts": SOON,
        "retry": RetryPolicy(attempts=2, first_wait=0),
    }
    client = (AsyncCkanLowlevelClient if colour.awaited else CkanLowlevelClient)(server.url, CANARY, **settings)
    with pytest.raises(CkanError) as caught:
        colour.settle(client.get_dataset("air"))
    colour.settle(client.close())
    assert CANARY in server.heads[0]
    assert CANARY not in texts_of(caught.value)
    assert CANARY not in caplog.text
    assert CANARY.encode() not in pickle.dumps(caught.value)


def test_a_token_that_ckan_does_not_know_is_not_shown(colour: Colour, serve: Callable[..., RawServer]) -> None:
    body = json.dumps({"success": False, "error": {"__type": "Not Found Error", "message": "Not found"}}).encode()
    server = serve(answers("404 Not Found", body))
    client = (AsyncCkanLowlevelClient if colour.awaited else CkanLowlevelClient)(server.url, CANARY)
    with pytest.raises(NotAuthorized) as caught:
        colour.settle(client.get_dataset("air"))
    colour.settle(client.close())
    assert isinstance(caught.value, HTTPError)
    assert CANARY not in texts_of(caught.value)
