"""A CKAN in the same process, for tests: an application of WebTest takes the place of a network."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ckan_api_client.ckanapi.calls import ActionShortcut, Files, called, request_of
from ckan_api_client.ckanapi.errors import CKANAPIError
from ckan_api_client.ckanapi.remoteckan import TOKEN_HEADERS
from ckan_api_client.ckanapi.uploads import upload_of
from ckan_api_client.wire.flow import run
from ckan_api_client.wire.messages import Request, Response


class TestAppCKAN:
    """The actions of a CKAN behind a `webtest.TestApp`, called as those of `RemoteCKAN`. Nothing is repeated."""

    __test__ = False  # For pytest, which looks for tests in what is called so.
    base_url = "api/action/"

    def __init__(self, test_app: Any, apikey: str | None = None) -> None:
        self.test_app = test_app
        self.apikey = apikey
        self.action = ActionShortcut(self.call_action)

    def call_action(
        self,
        action: str,
        data_dict: Mapping[str, Any] | None = None,
        context: Any = None,
        apikey: str | None = None,
        files: Files | None = None,
    ) -> Any:
        """Same as `RemoteCKAN.call_action`."""
        if context:
            raise CKANAPIError("TestAppCKAN takes no context, which is CKAN's own; to call as somebody, give an apikey")
        token = apikey or self.apikey
        with ExitStack() as opened:
            uploads = {name: upload_of(name, value, opened) for name, value in dict(files or {}).items()}
            request = request_of(action, data_dict, uploads, get_only=False, base_url=self.base_url)
            transport = _AppTransport(self.test_app, dict.fromkeys(TOKEN_HEADERS, str(token)) if token else {})
            return run(called(request, request.path, explain=False), transport)


class _AppTransport:
    """Sends requests to an application of WebTest."""

    def __init__(self, app: Any, headers: Mapping[str, str]) -> None:
        self._app = app
        self._headers = headers

    def send(self, request: Request) -> Response:
        """Return the answer, whatever its status."""
        if request.body is not None:
            headers = {**self._headers, "Content-Type": "application/json"}
            answer = self._app.post(request.path, params=request.body, headers=headers, expect_errors=True)
        else:
            answer = self._app.post(
                request.path,
                params=list(request.fields),
                headers=dict(self._headers),
                upload_files=[(name, file.filename, _content(file.content)) for name, file in request.uploads],
                expect_errors=True,
            )
        headers = {key.lower(): value for key, value in answer.headers.items()}
        # "200 OK" there.
        return Response(int(str(answer.status).split()[0]), headers, answer.body)

    def sleep(self, seconds: float) -> None:
        raise AssertionError(f"nothing is repeated, so there is no need to wait for {seconds} s")


def _content(content: Any) -> bytes:
    content = content.read_bytes() if isinstance(content, Path) else content.read()
    return bytes(content)
