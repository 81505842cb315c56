"""From a client's request to the embedded CKAN in the same process: no socket, no thread, no clock."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

from ckan_api_client.exceptions import TransportError
from ckan_api_client.testing import EmbeddedCkan
from ckan_api_client.testing.messages import Request as Served
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
        action, body = request.path.rpartition("/")[2], request.body or b""
        arguments = json.loads(body or b"{}")
        self.calls.append((action, arguments))
        number = len(self.calls)
        self.before(number, action, arguments)
        headers = {"authorization": self.token, "content-type": "application/json"}
        answer = self._ckan.handle(Served(request.method, request.path, "", headers, io.BytesIO(body), len(body)))
        self.after(number, action, arguments)
        content = answer.body
        assert isinstance(content, bytes)
        if answer.lost or (answer.cut_after is not None and answer.cut_after < len(content)):
            raise TransportError(f"{action}: the connection broke")
        return Response(answer.status, {name.lower(): value for name, value in answer.headers.items()}, content)

    def sleep(self, _: float) -> None:
        """Nobody waits."""
