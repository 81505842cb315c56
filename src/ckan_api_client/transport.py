"""Requests over HTTP: the only file that waits, and the only one but `downloading` that imports the HTTP library.

What it keeps to: every request goes below one base URL, so the token goes to that origin alone, in one header or in
those that were asked for; no redirect is followed (a 301 turns a POST into a GET without a body, quirk A15); cookies
are dropped (quirk B4); environment variables and ~/.netrc are not read.
"""

from __future__ import annotations

import io
import os
import ssl
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO, cast

import httpx2

from ckan_api_client.connection import LARGEST_ANSWER, USER_AGENT, Connection, Timeouts
from ckan_api_client.exceptions import Outcome, TransportError
from ckan_api_client.quirks.cookies import no_cookies
from ckan_api_client.quirks.requests import JSON_TYPE
from ckan_api_client.wire.body import BrokenBody, LargeBody, Unpacking
from ckan_api_client.wire.messages import Request, Response
from ckan_api_client.wire.proxy import is_socks

#: Bytes that are copied at once.
_CHUNK = 1 << 20

#: Errors after which the server cannot have acted on the request.
_NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)


def client_options(connection: Connection, *, elsewhere: bool = False) -> dict[str, Any]:
    """Return the arguments of the HTTP library's clients. Raises ValueError for a connection that cannot be made.

    `elsewhere`: other sites than the connection's own are asked, too.
    """
    if connection.proxy is not None and is_socks(connection.proxy) and find_spec("socksio") is None:
        raise ValueError("a SOCKS proxy needs one more package: pip install socksio")
    connection.refuse_to_be_overheard()
    headers = {"User-Agent": connection.user_agent, "Accept": "application/json", "Accept-Encoding": "gzip"}
    if connection.token is not None:
        headers |= dict.fromkeys(connection.token_headers(), connection.token.reveal())
    limits, size = connection.timeouts, connection.pool_size
    # A bundle that cannot be read is told in any case.
    is_looked_at = elsewhere or not connection.is_plain or connection.ca_bundle is not None
    return {
        "headers": headers,
        "timeout": httpx2.Timeout(limits.read, connect=limits.connect, pool=limits.total),
        "limits": httpx2.Limits(max_connections=size, max_keepalive_connections=size),
        "follow_redirects": False,
        "trust_env": False,
        "cookies": no_cookies(),
        "proxy": connection.proxy,
        "verify": _trust(connection) if is_looked_at else _no_trust(),
    }


class HttpTransport:
    """Sends requests, blocking. May be shared by threads; `close()` it, or use it as a context manager."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._client = httpx2.Client(**client_options(connection))

    def send(self, request: Request) -> Response:
        """Return the answer, whatever its status. Raises TransportError where none came."""
        deadline = time.monotonic() + self.connection.timeouts.total
        with translated(request, self.connection), _opened(request) as arguments:
            message = self._client.build_request(**_message(self.connection, request, arguments))
            answer = self._client.send(message, stream=True)
            try:
                body = _Body(answer, self.connection)
                for chunk in _until(deadline, self.connection.timeouts.total, answer.iter_raw()):
                    body.add(chunk)
            finally:
                answer.close()
            return _response(answer, body)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def close(self) -> None:
        self._client.close()


class AsyncHttpTransport:
    """Same as `HttpTransport`, awaited."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._client = httpx2.AsyncClient(**client_options(connection))

    async def send(self, request: Request) -> Response:
        """Same as `HttpTransport.send`, awaited."""
        import asyncio  # noqa: PLC0415 - whoever awaits has it already

        total = self.connection.timeouts.total
        with translated(request, self.connection), _opened(request) as arguments:
            message = self._client.build_request(**_message(self.connection, request, arguments))
            async with asyncio.timeout(total):
                answer = await self._client.send(message, stream=True)
                try:
                    body = _Body(answer, self.connection)
                    async for chunk in answer.aiter_raw():
                        body.add(chunk)
                finally:
                    await answer.aclose()
            return _response(answer, body)

    async def sleep(self, seconds: float) -> None:
        import asyncio  # noqa: PLC0415 - as above

        await asyncio.sleep(seconds)

    async def aclose(self) -> None:
        await self._client.aclose()


def _message(connection: Connection, request: Request, arguments: dict[str, Any]) -> dict[str, Any]:
    headers = {"Content-Type": JSON_TYPE} if request.body is not None else {}
    return {
        "method": request.method,
        "url": connection.address.url(request.path),
        "params": request.query or None,
        "headers": headers,
        **arguments,
    }


def sendable(file: Any, opened: ExitStack) -> BinaryIO:
    """Return what is sent of an open file: it itself, from where it stands on, or a copy that `opened` closes.

    A server wants to know the length before. What does not tell it (a pipe, a file that is unpacked as it is read), or
    is not at its beginning, is first copied to a temporary file; text is sent as UTF-8.
    """
    if _tells_its_length(file):
        return cast("BinaryIO", file)
    copy = opened.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - it is one, for the caller
    while chunk := file.read(_CHUNK):
        copy.write(chunk.encode() if isinstance(chunk, str) else chunk)
    copy.seek(0)
    return copy


def _tells_its_length(file: Any) -> bool:
    if isinstance(file, io.BytesIO):
        return file.tell() == 0
    raw = getattr(file, "raw", file)
    if not isinstance(raw, io.FileIO):
        return False
    return stat.S_ISREG(os.fstat(raw.fileno()).st_mode) and file.tell() == 0


@contextmanager
def _opened(request: Request) -> Iterator[dict[str, Any]]:
    """Give the body of a request as the library takes it, with the files of its uploads open."""
    if not request.uploads:
        yield {"content": request.body}
        return
    with ExitStack() as stack:
        files: dict[str, tuple[str, BinaryIO, str]] = {}
        for name, upload in request.uploads:
            content = upload.content
            file = stack.enter_context(content.open("rb")) if isinstance(content, Path) else sendable(content, stack)
            files[name] = (upload.filename, file, upload.content_type)
        yield {"data": dict(request.fields), "files": files}


#: What to do about what OpenSSL says.
_ADVICE = {
    "WRONG_VERSION_NUMBER": ". Does it speak plain http?",
    "CERTIFICATE_VERIFY_FAILED": ". If its certificate is of an authority of your own: ca_bundle, --ca-bundle",
}


@contextmanager
def translated(request: Request, connection: Connection) -> Iterator[None]:
    """Turn the library's errors into ours: the one place where they are known."""
    try:
        yield
    except _NOT_SENT as error:
        place = connection.address.base
        hint = next((advice for sign, advice in _ADVICE.items() if sign in str(error)), "")
        message = f"{request.label}: cannot reach {place}: {_text(error)}{hint}"
        raise TransportError(message, Outcome.NOT_SENT) from error
    except (httpx2.TimeoutException, TimeoutError) as error:
        message = f"{request.label}: no answer in time ({_text(error)}); it may have been carried out"
        raise TransportError(message, Outcome.UNKNOWN) from error
    except LargeBody as error:
        message = (
            f"{request.label}: the answer is larger than {connection.largest_answer} bytes, and was given up: ask for "
            "less at once, or allow more (largest_answer)"
        )
        raise TransportError(message, Outcome.UNKNOWN) from error
    except (httpx2.TransportError, BrokenBody) as error:
        message = f"{request.label}: the connection broke before the answer was whole ({_text(error)})"
        raise TransportError(message, Outcome.UNKNOWN) from error
    except (httpx2.InvalidURL, httpx2.HTTPError) as error:
        raise TransportError(f"{request.label}: {_text(error)}", Outcome.NOT_SENT) from error


def _trust(connection: Connection) -> ssl.SSLContext:
    if connection.verify and connection.ca_bundle:
        return _trusting(connection.ca_bundle)
    return _usual_trust(verify=connection.verify)


def _trusting(ca_bundle: str) -> ssl.SSLContext:
    """Return what trusts the certificates at a path. Raises ValueError where none can be read there."""
    where: dict[str, str] = {"capath" if Path(ca_bundle).is_dir() else "cafile": ca_bundle}
    try:
        return ssl.create_default_context(ssl.Purpose.SERVER_AUTH, **where)
    except OSError as error:  # SSLError is one.
        raise ValueError(f"the CA bundle {ca_bundle!r} cannot be read: {_text(error)}; it should be PEM") from error


def _no_trust() -> ssl.SSLContext:
    """Return what trusts nobody, for where nobody is asked for a certificate: to read authorities takes 20 ms."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@cache
def _usual_trust(*, verify: bool) -> ssl.SSLContext:
    # To read the authorities takes far longer than all else that a client is made of, and they may be shared.
    return httpx2.create_ssl_context(verify=verify, trust_env=False)


def _text(error: Exception) -> str:
    return str(error) or type(error).__name__


def _until(deadline: float, total: float, chunks: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        if time.monotonic() > deadline:
            raise TimeoutError(f"the whole answer took more than {total:g} s")
        yield chunk


class _Body:
    """Collects the body of an answer: the library would pass over one that is cut, and would unpack any bomb."""

    def __init__(self, answer: httpx2.Response, connection: Connection) -> None:
        self._unpacking = Unpacking(answer.headers.get("content-encoding", ""), connection.largest_answer)
        self._parts: list[bytes] = []

    def add(self, chunk: bytes) -> None:
        self._parts.extend(self._unpacking.add(chunk))

    def whole(self) -> bytes:
        self._unpacking.end()
        return b"".join(self._parts)


def _response(answer: httpx2.Response, body: _Body) -> Response:
    return Response(answer.status_code, {key.lower(): value for key, value in answer.headers.items()}, body.whole())


__all__ = [
    "LARGEST_ANSWER",
    "USER_AGENT",
    "AsyncHttpTransport",
    "Connection",
    "HttpTransport",
    "Timeouts",
    "client_options",
    "sendable",
    "translated",
]
