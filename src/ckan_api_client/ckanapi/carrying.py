"""How a call is sent: what ckanapi's callers say in the words of requests, and a session of requests of their own."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ckan_api_client.ckanapi.errors import CKANAPIError
from ckan_api_client.connection import Timeouts
from ckan_api_client.exceptions import TransportError
from ckan_api_client.wire.messages import Request, Response

_MAPPED = ("proxies", "timeout", "verify")
#: What a call says itself; requests would be told twice.
_TAKEN = ("allow_redirects", "data", "files", "headers", "json", "params")
#: Seconds, where no end is wanted. No wait is longer, so that no program hangs for ever.
_A_DAY = 86400.0


def settings_of(options: Mapping[str, Any], address: str) -> dict[str, Any]:
    """Return the settings of a client that `requests_kwargs` mean: `timeout`, `verify` and `proxies` of requests.

    Raises CKANAPIError for the others, and for values that requests would not take either.
    """
    if others := sorted(set(options) - set(_MAPPED)):
        raise CKANAPIError(
            f"requests_kwargs: {', '.join(others)} cannot be honoured, but {', '.join(_MAPPED)} can. "
            "Where requests itself shall carry the calls, make RemoteCKAN(..., session=requests.Session())"
        )
    settings: dict[str, Any] = {}
    if "timeout" in options:
        settings["timeouts"] = _timeouts_of(options["timeout"])
    if (verify := options.get("verify", True)) is not True and verify is not None:
        settings |= _trust_of(verify)
    if proxy := _proxy_of(options.get("proxies") or {}, address):
        settings["proxy"] = proxy
    return settings


class SessionTransport:
    """Sends requests through a session of requests, which its caller made: its adapters, cookies, proxies, hooks.

    No redirect is followed all the same: it would carry the token to wherever a server says. Files are read into
    memory, since that is how requests sends them.
    """

    def __init__(self, session: Any, address: str, headers: Mapping[str, str], options: Mapping[str, Any]) -> None:
        if taken := sorted(set(options) & set(_TAKEN)):
            raise CKANAPIError(f"requests_kwargs: {', '.join(taken)} cannot be set, since each call does")
        self._session = session
        self._address = address
        self._headers = dict(headers)
        limits = Timeouts()
        self._options = {"timeout": (limits.connect, limits.read), **options, "allow_redirects": False}

    def send(self, request: Request) -> Response:
        """Return the answer. Raises TransportError for what requests raises: its errors are OSErrors."""
        url = self._address + request.path
        try:
            if request.method == "GET":
                answer = self._session.get(url, params=list(request.query), headers=self._headers, **self._options)
            else:
                answer = self._session.post(url, **self._message(request), **self._options)
        except OSError as error:
            raise TransportError(f"{request.label}: {str(error) or type(error).__name__}") from error
        # What stands in for a session in somebody's tests may give status and text only, as ckanapi asks for no more.
        headers = getattr(answer, "headers", None) or {}
        # Its own charset was undone by requests.
        kind = {"content-type": "application/json; charset=utf-8"}
        body = str(answer.text).encode("utf-8", "replace")
        return Response(int(answer.status_code), {key.lower(): value for key, value in headers.items()} | kind, body)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def _message(self, request: Request) -> dict[str, Any]:
        if request.body is not None:
            headers = {**self._headers, "Content-Type": "application/json"}
            return {"data": request.body, "headers": headers, "files": None}
        files = {name: file.content for name, file in request.uploads}
        # In bytes, as ckanapi has it: what stands in for a session may look into them.
        data = {name.encode(): value.encode() for name, value in request.fields}
        return {"data": data, "headers": self._headers, "files": files}


def _timeouts_of(timeout: Any) -> Timeouts:
    pair = timeout if isinstance(timeout, tuple) else (timeout, timeout)
    if len(pair) != 2 or not all(one is None or (isinstance(one, int | float) and one > 0) for one in pair):  # noqa: PLR2004
        raise CKANAPIError(f"requests_kwargs: timeout is seconds, or (to connect, to read), not {timeout!r}")
    connect, read = (_A_DAY if one is None else float(one) for one in pair)
    return Timeouts(connect, read, max(Timeouts().total, read))


def _trust_of(verify: Any) -> dict[str, Any]:
    if verify is False:
        return {"verify": False}
    if isinstance(verify, str | Path) and Path(verify).exists():
        return {"ca_bundle": str(verify)}
    raise CKANAPIError(f"requests_kwargs: verify is True, False or the path of PEM certificates, not {verify!r}")


def _proxy_of(proxies: Mapping[str, str], address: str) -> str | None:
    """Return the proxy for an address; the closer key wins, as in requests."""
    parts = urlsplit(address)
    keys = (f"{parts.scheme}://{parts.hostname}", parts.scheme, f"all://{parts.hostname}", "all")
    return next((proxies[key] for key in keys if proxies.get(key)), None)


__all__ = ["SessionTransport", "settings_of"]
