"""Requests as they are and answers as they come: what CKAN does, not what the client makes of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from ckan_api_client.low_level import CkanLowlevelClient
from ckan_api_client.wire.messages import Request, Upload, exchange
from contract.catalogs import Catalog


@dataclass(frozen=True)
class Answer:
    """Status and body of an answer, and how to get at what a test asks for."""

    status: int
    content_type: str
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def result(self) -> Any:
        """The result of an action that succeeded."""
        assert self.status == 200, (self.status, self.body)
        return self.json["result"]

    @property
    def error(self) -> dict[str, Any]:
        error: dict[str, Any] = self.json["error"]
        return error

    @property
    def kind(self) -> str:
        return str(self.error["__type"])

    @property
    def fields(self) -> set[str]:
        """The fields that a refusal names."""
        return set(self.error) - {"__type", "message", "data"}


def ask(client: CkanLowlevelClient, action: str, **arguments: Any) -> Answer:
    """Return CKAN's answer to an action with JSON arguments, whatever it is; nothing is sent twice."""
    return _carry(client, Request("POST", path_of(action), action, body=json.dumps(arguments).encode()))


def ask_by_form(
    client: CkanLowlevelClient, action: str, fields: Iterable[tuple[str, str]], *, filename: str = "a.csv"
) -> Answer:
    """Return CKAN's answer to an action with a small file in the field `upload`."""
    upload = Upload(BytesIO(b"a,b\n1,2\n"), filename, "text/csv")
    return _carry(client, Request("POST", path_of(action), action, fields=tuple(fields), uploads=(("upload", upload),)))


def send(
    catalog: Catalog, method: str, path: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Answer:
    """Return the answer to a request with these headers and no others that matter."""
    parts = urlsplit(catalog.url)
    connection = (HTTPSConnection if parts.scheme == "https" else HTTPConnection)(parts.netloc, timeout=60)
    try:
        connection.request(method, parts.path + path, body=body, headers=dict(headers or {}))
        response = connection.getresponse()
        return Answer(response.status, response.headers.get_content_type(), response.read())
    finally:
        connection.close()


def path_of(action: str) -> str:
    return f"/api/3/action/{action}"


def _carry(client: CkanLowlevelClient, request: Request) -> Answer:
    response = client.run(exchange(request))
    return Answer(response.status, response.headers.get("content-type", "").partition(";")[0], response.body)
