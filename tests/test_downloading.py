"""Files from where strangers say that they are: what this machine asks, what it sends, and how much it takes."""

from __future__ import annotations

import gzip
import io
import socket
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.downloading import download
from ckan_api_client.exceptions import HTTPError, NotAuthorized, NotFound, Outcome, TransportError
from ckan_api_client.transport import Connection, Timeouts
from ckan_api_client.wire.address import Address, Token
from ckan_api_client.wire.public import is_public
from raw_server import Peer, RawServer, answers, serve

__all__ = ["serve"]

CANARY = "canary-5f2a77"
SOON = Timeouts(connect=5, read=5, total=20)


def connection(url: str, **settings: Any) -> Connection:
    return Connection(Address.of(url), Token(CANARY), **{"timeouts": SOON, **settings})


def downloaded(path: Path, own: RawServer, url: str) -> bytes:
    with path.open("wb") as file:
        download(connection(own.url), url, file, allow_private_addresses=True)
    return path.read_bytes()


def test_a_download_takes_the_token_to_its_own_site_only(serve: Callable[..., RawServer], tmp_path: Path) -> None:
    store = serve(answers(body=b"day,mm\n"))
    path = "/dataset/rain/resource/r/download/days.csv"  # what looks like a file of a CKAN anywhere else gets none
    own = serve(answers("302 Found", b"", Location=f"{store.url}{path}"))
    assert downloaded(tmp_path / "file", own, f"{own.url}{path}") == b"day,mm\n"
    assert CANARY in own.heads[0]
    assert CANARY not in store.heads[0]
    assert downloaded(tmp_path / "file", own, f"{store.url}{path}") == b"day,mm\n"
    assert all(CANARY not in head for head in store.heads)
    assert all("accept-encoding: identity" in head.lower() for head in store.heads)


def test_a_download_follows_a_path_and_ends_where_it_goes_round(
    serve: Callable[..., RawServer], tmp_path: Path
) -> None:
    server = serve(answers("301 Moved", b"", Location="/there"), answers(body=b"here"))
    assert downloaded(tmp_path / "file", server, f"{server.url}/a") == b"here"
    assert [head.split()[1] for head in server.heads] == ["/a", "/there"]
    circle = serve(answers("302 Found", b"", Location="/again"))
    with pytest.raises(HTTPError, match="redirected more than 5 times"):
        downloaded(tmp_path / "file", circle, f"{circle.url}/a")
    assert len(circle.heads) == 6


@pytest.mark.parametrize(
    ("status", "kind"),
    [("404 Not Found", NotFound), ("403 Forbidden", NotAuthorized), ("500 Oops", HTTPError)],
)
def test_a_page_in_place_of_a_file_is_an_error(
    serve: Callable[..., RawServer], tmp_path: Path, status: str, kind: type[Exception]
) -> None:
    server = serve(answers(status, b"<html>"))
    with pytest.raises(kind, match=f"HTTP {status[:3]}"):
        downloaded(tmp_path / "file", server, f"{server.url}/a")
    assert (tmp_path / "file").read_bytes() == b""


def test_a_download_that_comes_compressed_unasked_is_unpacked_once_and_no_more(
    serve: Callable[..., RawServer], tmp_path: Path
) -> None:
    server = serve(answers(body=gzip.compress(b"day,mm\n"), Content_Encoding="gzip"))
    assert downloaded(tmp_path / "file", server, f"{server.url}/a") == b"day,mm\n"
    cut = serve(answers(body=gzip.compress(b"day,mm\n")[:-1], Content_Encoding="gzip"))
    twice = serve(answers(body=gzip.compress(gzip.compress(b"day,mm\n")), Content_Encoding="gzip, gzip"))
    for own in (cut, twice):
        with pytest.raises(TransportError, match="broke before the answer was whole"):
            downloaded(tmp_path / "file", own, f"{own.url}/a")


def test_a_download_that_is_cut_is_an_error(serve: Callable[..., RawServer], tmp_path: Path) -> None:
    server = serve(answers(body=b"half", Content_Length="8"))
    with pytest.raises(TransportError, match="broke before the answer was whole"):
        downloaded(tmp_path / "file", server, f"{server.url}/a")


@pytest.mark.parametrize("url", ["file:///etc/passwd", "days.csv", "ftp://example.org/x"])
def test_a_download_is_from_the_web(serve: Callable[..., RawServer], tmp_path: Path, url: str) -> None:
    with pytest.raises(ValueError, match="URL"):
        downloaded(tmp_path / "file", serve(), url)


def test_a_large_download_is_never_in_memory(serve: Callable[..., RawServer], tmp_path: Path) -> None:
    part, number = b"x" * (1 << 20), 64

    def send_parts(peer: Peer) -> None:
        peer.receive()
        peer.answer(body=b"", Content_Length=str(number * len(part)))
        for _ in range(number):
            peer.send(part)

    server = serve(send_parts)
    tracemalloc.start()
    with (tmp_path / "file").open("wb") as file:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        download(connection(server.url), f"{server.url}/a", file)
        peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    assert (tmp_path / "file").stat().st_size == number * len(part)
    assert peak < 8 << 20


def test_a_download_that_drips_is_given_up(serve: Callable[..., RawServer]) -> None:
    def drip_for_a_while(peer: Peer) -> None:
        peer.receive()
        peer.send(b"HTTP/1.1 200 OK\r\n\r\n")
        pause = threading.Event()
        for _ in range(40):
            peer.send(b"x")
            pause.wait(0.05)

    server = serve(drip_for_a_while)
    timeouts = Timeouts(connect=5, read=5, total=0.3)
    with pytest.raises(TransportError, match="no answer in time"):
        download(connection(server.url, timeouts=timeouts), f"{server.url}/a", io.BytesIO())


@pytest.mark.parametrize("packed", [False, True])
def test_a_download_has_a_limit_of_bytes(serve: Callable[..., RawServer], *, packed: bool) -> None:
    body = gzip.compress(b"0" * 5000) if packed else b"0" * 5000
    server = serve(answers(body=body, **({"Content_Encoding": "gzip"} if packed else {})))
    with pytest.raises(TransportError, match=r"larger than 4999 bytes.*--max-file-size"):
        download(connection(server.url), f"{server.url}/a", io.BytesIO(), largest_file=4999)
    download(connection(server.url), f"{server.url}/a", file := io.BytesIO(), largest_file=5000)
    assert file.getvalue() == b"0" * 5000


@pytest.mark.parametrize(
    "path",
    [
        "/api/3/action/user_list",
        "/dataset/a/resource/b/download/../../../../../api/3/action/user_list",
        "/dataset/a/resource/b/download/%2e%2e/%2E%2E/api",
        "/dataset/a/resource/../download/x",
        "/uploads/group/logo.png",
    ],
)
def test_the_token_opens_files_of_resources_and_nothing_else(serve: Callable[..., RawServer], path: str) -> None:
    server = serve(answers(body=b"x"))
    download(connection(server.url), f"{server.url}{path}", io.BytesIO())
    assert CANARY not in server.heads[0]


@pytest.mark.parametrize("path", ["/dataset/a/resource/b/download/c.csv", "/data/de/dataset/a/resource/b/download"])
def test_the_token_opens_files_of_resources_below_a_path_too(serve: Callable[..., RawServer], path: str) -> None:
    server = serve(answers(body=b"x"))
    download(connection(server.url), f"{server.url}{path}", io.BytesIO())
    assert CANARY in server.heads[0]


#: A site of the user's own, so that no URL below is its.
ELSEWHERE = "https://catalog.example.org"
PRIVATE = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.1", "127.0.0.1.", "127.255.255.254",
    "0.0.0.0", "0",  # noqa: S104 - nothing is bound to it
    "localhost", "LOCALHOST", "user:pw@127.0.0.1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1",
    "169.254.169.254", "169.254.0.1", "100.64.0.1", "100.100.100.200", "192.0.0.192", "192.0.2.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "[::1]", "[::]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:10.0.0.1]", "[::ffff:169.254.169.254]", "[::127.0.0.1]",
    "[64:ff9b::127.0.0.1]", "[64:ff9b::a9fe:a9fe]", "[64:ff9b:1::1]", "[2002:7f00:1::]", "[2002:a9fe:a9fe::]",
    "[2001:0:7f00:1::]", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[fec0::1]", "[ff02::1]", "[2001:db8::1]",
    "[100::1]", "\uff11\uff12\uff17.0.0.1", "\u2460\u2461\u2466.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE, ids=ascii)
@pytest.mark.parametrize("form", ["http://{}/x", "https://{}:8443/x"])
def test_no_spelling_of_an_inner_address_is_asked(monkeypatch: pytest.MonkeyPatch, host: str, form: str) -> None:
    """Refused, by name or by address, before any connection; or no address at all."""
    connected: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, to: connected.append(to))
    with pytest.raises((TransportError, ValueError), match=r"not an address of the public|cannot reach|URL"):
        download(connection(ELSEWHERE), form.format(host), io.BytesIO())
    assert connected == []


@pytest.mark.parametrize("address", ["93.184.216.34", "1.1.1.1", "192.0.1.1", "2606:4700::1111", "64:ff9b::101:101"])
def test_addresses_of_the_public_internet_are(address: str) -> None:
    assert is_public(address)


class Resolver:
    """Gives the addresses of names, each time the next ones; the last again and again."""

    def __init__(self, **answers: list[list[str]]) -> None:
        self._answers = answers
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, *_: Any, **__: Any) -> list[tuple[Any, ...]]:
        self.asked.append(host)
        turns = self._answers[host.partition(".")[0]]
        addresses = turns.pop(0) if len(turns) > 1 else turns[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]


def test_one_inner_address_among_several_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Resolver(files=[["93.184.216.34", "10.0.0.1"]]))
    with pytest.raises(TransportError, match=r"10\.0\.0\.1 is not") as caught:
        download(connection(ELSEWHERE), "http://files.example.org/x", io.BytesIO())
    assert caught.value.outcome is Outcome.NOT_SENT


class Diverted:
    """Lets connections to some public addresses go to a server here, and keeps what was asked for."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, port: int, dead: str = "") -> None:
        self.to: list[tuple[str, int]] = []

        def connect(address: tuple[str, int], *_: Any, **__: Any) -> socket.socket:
            self.to.append(address)
            if address[0] == dead:
                raise ConnectionRefusedError
            made = socket.socket()
            made.connect(("127.0.0.1", port))
            return made

        monkeypatch.setattr(socket, "create_connection", connect)


def test_the_address_that_was_looked_at_is_the_one_that_is_asked(
    serve: Callable[..., RawServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that has another address the next time one asks (DNS rebinding) gains nothing."""
    server = serve(answers(body=b"here"))
    resolver = Resolver(files=[["8.8.8.8", "93.184.216.34"], ["127.0.0.1"]])
    diverted = Diverted(monkeypatch, server.port, dead="8.8.8.8")
    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    download(connection(ELSEWHERE), "http://files.example.org:8080/x?y=1", file := io.BytesIO())
    assert file.getvalue() == b"here"
    assert diverted.to == [("8.8.8.8", 8080), ("93.184.216.34", 8080)]
    assert resolver.asked == ["files.example.org"]
    assert server.heads[0].split("\r\n")[0] == "GET /x?y=1 HTTP/1.1"
    assert "Host: files.example.org:8080" in server.heads[0]
    assert CANARY not in server.heads[0]


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/meta-data/", "http://inner.example.org/", "//127.1/"]
)
def test_each_redirect_is_looked_at_again(
    serve: Callable[..., RawServer], monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    server = serve(answers("302 Found", b"", Location=target))
    diverted = Diverted(monkeypatch, server.port)
    resolver = Resolver(
        files=[["93.184.216.34"]], inner=[["10.1.2.3"]], **{"169": [["169.254.169.254"]], "127": [["127.0.0.1"]]}
    )
    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    with pytest.raises(TransportError, match="not an address of the public internet"):
        download(connection(ELSEWHERE), "http://files.example.org/x", io.BytesIO())
    assert diverted.to == [("93.184.216.34", 80)]


def test_the_catalog_s_own_site_may_be_anywhere_and_leads_nowhere(serve: Callable[..., RawServer]) -> None:
    inner = serve(answers(body=b"secret"))
    own = serve(answers(body=b"mine"), answers("302 Found", b"", Location=f"{inner.url}/x"))
    download(connection(own.url), f"{own.url}/a", file := io.BytesIO())
    assert file.getvalue() == b"mine"
    with pytest.raises(TransportError, match="not an address of the public internet"):
        download(connection(own.url), f"{own.url}/b", io.BytesIO())
    assert inner.heads == []


def test_a_proxy_is_given_the_name_but_no_inner_one(
    serve: Callable[..., RawServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = serve(answers(body=b"by proxy"))
    asked = connection(ELSEWHERE, proxy=proxy.url)
    download(asked, "http://no-such-name.invalid/x", file := io.BytesIO())
    assert file.getvalue() == b"by proxy"
    assert proxy.heads[0].startswith("GET http://no-such-name.invalid/x ")
    monkeypatch.setattr(socket, "getaddrinfo", Resolver(inner=[["10.1.2.3"]]))
    with pytest.raises(TransportError, match="not an address of the public internet"):
        download(asked, "http://inner.example.org/x", io.BytesIO())
    assert len(proxy.heads) == 1
