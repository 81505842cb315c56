"""From a client's request to the embedded CKAN in the same process: no socket, no thread, no clock."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

from ckan_api_client.exceptions import TransportError
from ckan_api_client.testing import EmbeddedCkan
from ckan_api_client.testing.messages import Request as Served
from ckan_api_client.testing.messages import Response as Answer
from ckan_api_client.wire.messages import Request, Response

#: Is told the number of the request (from 1), its action and its arguments.
Hook = Callable[[int, str, dict[str, Any]], None]


def _nothing(*_: Any) -> None:
    pass


class InProcess:
    """A blocking transport. `before` and `after` are called around each request; what they raise goes through."""

    def __init__(self, ckan: EmbeddedCkan, token: str) -> None:
        self._ckan = ckan
        self.token = token
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.before: Hook = _nothing
        self.after: Hook = _nothing

    def send(self, request: Request) -> Response:
        number, action, arguments = self.take_down(request)
        self.before(number, action, arguments)
        answer = self.carry_out(request, self.token)
        self.after(number, action, arguments)
        content = answer.body
        assert isinstance(content, bytes)
        if answer.lost or (answer.cut_after is not None and answer.cut_after < len(content)):
            raise TransportError(f"{action}: the connection broke")
        return Response(answer.status, {name.lower(): value for name, value in answer.headers.items()}, content)

    def take_down(self, request: Request) -> tuple[int, str, dict[str, Any]]:
        """Count a request; return its number, its action and its arguments."""
        action, arguments = request.path.rpartition("/")[2], json.loads(request.body or b"{}")
        self.calls.append((action, arguments))
        return len(self.calls), action, arguments

    def carry_out(self, request: Request, token: str) -> Answer:
        body = request.body or b""
        headers = {"authorization": token, "content-type": "application/json"}
        return self._ckan.handle(Served(request.method, request.path, "", headers, io.BytesIO(body), len(body)))

    def sleep(self, _: float) -> None:
        """Nobody waits."""
