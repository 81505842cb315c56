"""Calls of an embedded CKAN, through HTTP or in process, as short as tests want them."""

from __future__ import annotations

import http.client
import io
import json
from typing import Any, NamedTuple

from ckan_api_client.testing import EmbeddedCkan, Request


class Answer(NamedTuple):
    status: int
    body: Any
    headers: dict[str, str]

    @property
    def result(self) -> Any:
        assert self.status == 200, self.body
        return self.body["result"]

    @property
    def error(self) -> Any:
        assert self.status != 200, self.body
        return self.body["error"]


class Asker:
    """Asks one embedded CKAN; `who` is "sysadmin", "editor", None or a token."""

    def __init__(self, ckan: EmbeddedCkan, way: str) -> None:
        self.ckan = ckan
        self.way = way
        self._connection: http.client.HTTPConnection | None = None

    def __call__(self, action: str, who: str | None = "sysadmin", /, **arguments: Any) -> Answer:
        return self.send("POST", f"/api/3/action/{action}", json.dumps(arguments).encode(), who=who)

    def send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        who: str | None = "sysadmin",
        content_type: str = "application/json",
        **more: str,
    ) -> Answer:
        headers = {"Content-Type": content_type, **{name.replace("_", "-"): value for name, value in more.items()}}
        tokens = {"sysadmin": self.ckan.sysadmin_token, "editor": self.ckan.editor_token}
        if who is not None:
            headers["Authorization"] = tokens.get(who, who)
        if self.way == "http":
            return self._over_http(method, path, body, headers)
        path, _, query = path.partition("?")
        small = {name.lower(): value for name, value in headers.items()}
        response = self.ckan.handle(Request(method, path, query, small, io.BytesIO(body), len(body)))
        if isinstance(response.body, bytes):
            content = response.body
        else:
            with response.body:
                content = response.body.read()
        return Answer(response.status, _decoded(content, response.headers), response.headers)

    def _over_http(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", int(self.ckan.url.rpartition(":")[2]), timeout=5)
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        found = dict(response.getheaders())
        return Answer(response.status, _decoded(content, found), found)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _decoded(content: bytes, headers: dict[str, str]) -> Any:
    kind = headers.get("Content-Type", "")
    return json.loads(content) if kind.startswith("application/json") else content


def multipart(fields: dict[str, str], files: dict[str, tuple[str, bytes]]) -> tuple[bytes, str]:
    """Return the body of a form with files, and its content type."""
    parts = [f'form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    parts += [
        f'form-data; name="{name}"; filename="{file}"\r\nContent-Type: text/csv\r\n\r\n'.encode() + content
        for name, (file, content) in files.items()
    ]
    body = b"".join(b"--limit\r\nContent-Disposition: " + part + b"\r\n" for part in parts)
    return body + b"--limit--\r\n", "multipart/form-data; boundary=limit"
