"""The two ways to ask: a real CKAN over one connection, the embedded one in this process."""

from __future__ import annotations

import http.client
import io
import json
import sqlite3
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

from ckan_api_client.testing import EmbeddedCkan, Request


class Answer(NamedTuple):
    status: int
    body: Any  # what JSON said; "HTML" where it was none


class Side(Protocol):
    """One of two CKANs. `who` is sysadmin, editor or nobody."""

    def ask(self, action: str, arguments: dict[str, Any], who: str) -> Answer: ...

    def close(self) -> None: ...


class RealSide:
    def __init__(self, url: str, sysadmin_token: str, editor_token: str) -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=120)
        self._tokens = {"sysadmin": sysadmin_token, "editor": editor_token}

    def ask(self, action: str, arguments: dict[str, Any], who: str) -> Answer:
        headers = {"Content-Type": "application/json", **_authorization(self._tokens, who)}
        body = json.dumps(arguments).encode()
        try:
            self._connection.request("POST", f"/api/3/action/{action}", body, headers)
            response = self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError):
            # The server gave up a connection that was idle; it did so before it read anything.
            self._connection.close()
            self._connection.request("POST", f"/api/3/action/{action}", body, headers)
            response = self._connection.getresponse()
        return _answer(response.status, response.read())

    def close(self) -> None:
        self._connection.close()


class EmbeddedSide:
    def __init__(self, ckan: EmbeddedCkan) -> None:
        self._ckan = ckan
        self._tokens = {"sysadmin": ckan.sysadmin_token, "editor": ckan.editor_token}

    def ask(self, action: str, arguments: dict[str, Any], who: str) -> Answer:
        headers = {"content-type": "application/json"}
        headers.update({name.lower(): value for name, value in _authorization(self._tokens, who).items()})
        body = json.dumps(arguments).encode()
        request = Request("POST", f"/api/3/action/{action}", "", headers, io.BytesIO(body), len(body))
        try:
            response = self._ckan.handle(request)
        except sqlite3.Error as error:
            return Answer(0, f"no answer: {error!r}")
        content = response.body if isinstance(response.body, bytes) else response.body.read()
        return _answer(response.status, content)

    def close(self) -> None:
        """The CKAN belongs to who made it."""


def _authorization(tokens: dict[str, str], who: str) -> dict[str, str]:
    return {"Authorization": tokens[who]} if who in tokens else {}


def _answer(status: int, content: bytes) -> Answer:
    try:
        return Answer(status, json.loads(content))
    except ValueError:
        return Answer(status, "HTML")
