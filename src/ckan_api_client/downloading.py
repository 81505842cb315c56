"""Files from the web, from where a record says that they are: a stranger may have written that.

So a stranger decides neither what this machine asks nor what it takes: names are resolved here, each address that a
name has must be one of the public internet, and the one that was looked at is the one that is asked; at each redirect
again. The catalog's own site is the exception: its address was given by the user.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import BinaryIO
from urllib.parse import urljoin

import httpx2

from ckan_api_client.exceptions import HTTPError, NotAuthorized, NotFound, Outcome, TransportError
from ckan_api_client.transport import Connection, client_options, translated
from ckan_api_client.wire.address import Address, origin_of
from ckan_api_client.wire.body import LargeBody, Unpacking
from ckan_api_client.wire.messages import Request
from ckan_api_client.wire.public import is_public

__all__ = ["LARGEST_FILE", "download"]

#: Bytes. CKAN itself takes ten million, unless its `ckan.max_resource_size` says otherwise.
LARGEST_FILE = 4 * 2**30
_MOST_REDIRECTS = 5
#: Bytes a second, on average, once the time that a request may take has gone by.
_SLOWEST = 64 * 2**10
#: Where CKAN keeps the files of resources; /api, which a token opens too, is not among it.
_FILE = re.compile(r"(/[^/]+)*/[^/]+/[^/]+/resource/[^/]+/download(/[^/]*)?")


def download(
    connection: Connection,
    url: str,
    file: BinaryIO,
    *,
    allow_private_addresses: bool = False,
    largest_file: int = LARGEST_FILE,
) -> None:
    """Write what is at a URL, of whatever site, into a file as it comes.

    Up to five redirects are followed. The token goes along to files of resources at the connection's own origin, and
    nowhere else. With a proxy, it is the proxy that resolves names; those that this machine can resolve are looked at.
    Raises NotFound, NotAuthorized or HTTPError for a status that is none of success, TransportError where the answer
    is not whole, too large, or the address not one of the public internet, ValueError for what is no address of the
    web.
    """
    options = client_options(connection, elsewhere=True)
    tokens = {name: options["headers"][name] for name in connection.token_headers()}
    anonymous = replace(connection, token=None)
    for _ in range(_MOST_REDIRECTS + 1):
        label = f"download of {url}"
        place = _parsed(url)
        is_own = origin_of(str(place)) == origin_of(connection.address.base)
        headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
        if is_own and _is_file(place):
            headers |= tokens
        with translated(Request("GET", "/", label=label), replace(anonymous, address=Address(url))):
            ways = [place] if is_own or allow_private_addresses else _public_ways(place, label, connection.proxy)
            with _answer(anonymous, place, ways, headers) as answer:
                if not answer.has_redirect_location:
                    _check_status(label, answer.status_code)
                    _write(answer, file, largest_file, connection.timeouts.total, label)
                    return
                status, url = answer.status_code, urljoin(url, answer.headers["location"])
    raise HTTPError(status, f"{label}: redirected more than {_MOST_REDIRECTS} times")


def _parsed(url: str) -> httpx2.URL:
    try:
        return httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise ValueError(f"{url!r} is no URL: {error}") from error


def _is_file(place: httpx2.URL) -> bool:
    return _FILE.fullmatch(place.path) is not None and not {".", ".."} & set(place.path.split("/"))


def _public_ways(place: httpx2.URL, label: str, proxy: str | None) -> list[httpx2.URL]:
    """Return the URLs to ask, each with an address in place of the name. Raises TransportError if one is not public."""
    try:
        found = socket.getaddrinfo(place.raw_host.decode(), place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        if proxy:
            return [place]
        raise TransportError(f"{label}: cannot reach {place.host}: {error}", Outcome.NOT_SENT) from error
    addresses = list(dict.fromkeys(str(address[0]) for *_, address in found))
    inner = next((address for address in addresses if not is_public(address)), None)
    if inner is not None:
        raise TransportError(
            f"{label}: {inner} is not an address of the public internet; where the records are to be trusted: "
            "--allow-private-addresses (allow_private_addresses=True)",
            Outcome.NOT_SENT,
        )
    return [place] if proxy else [place.copy_with(host=address) for address in addresses]


@contextmanager
def _answer(
    connection: Connection, place: httpx2.URL, ways: list[httpx2.URL], headers: dict[str, str]
) -> Iterator[httpx2.Response]:
    """Give the answer of the first way on which somebody listens.

    Each has connections of its own: one that was opened for another name may not be used for this one.
    """
    named = {**headers, "Host": place.netloc.decode()}
    for number, way in enumerate(ways, 1):
        with httpx2.Client(**client_options(connection, elsewhere=True)) as client:
            asked = client.build_request(
                "GET", way, headers=named, extensions={"sni_hostname": place.raw_host.decode()}
            )
            try:
                answer = client.send(asked, stream=True)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                if number == len(ways):
                    raise
                continue
            try:
                yield answer
            finally:
                answer.close()
            return


def _check_status(label: str, status: int) -> None:
    if 200 <= status < 300:  # noqa: PLR2004 - HTTP's
        return
    kind = {401: NotAuthorized, 403: NotAuthorized, 404: NotFound}.get(status, HTTPError)
    raise kind(status, f"{label}: HTTP {status}")


def _write(answer: httpx2.Response, file: BinaryIO, most: int, total: float, label: str) -> None:
    unpacking = Unpacking(answer.headers.get("content-encoding", ""), most)
    began, came = time.monotonic(), 0
    try:
        for chunk in answer.iter_raw():
            file.writelines(unpacking.add(chunk))
            came += len(chunk)
            if time.monotonic() - began > total + came / _SLOWEST:
                raise TimeoutError(f"{came} bytes in {total:g} s")
    except LargeBody as error:
        raise TransportError(
            f"{label}: the file is larger than {most} bytes, and was given up: --max-file-size (largest_file) allows "
            "more",
            Outcome.UNKNOWN,
        ) from error
    unpacking.end()
