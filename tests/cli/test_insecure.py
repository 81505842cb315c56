"""`--insecure` holds for each command for many records; without it, none of them says anything to a stranger."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from certificates import make_certificate, serving_context
from ckan_api_client.testing import EmbeddedCkan

COMMANDS = [
    ("action", "status_show"),
    ("batch",),
    ("search", "datasets"),
    ("dump", "datasets", "--all"),
    ("load", "datasets"),
    ("delete", "datasets", "rain"),
]
STDIN = {
    "batch": '{"action": "package_show", "data": {"id": "rain"}}',
    "load": '{"name": "rain", "owner_org": "test-org"}',
}


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def secure_url(embedded: EmbeddedCkan, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The embedded CKAN behind a certificate that nobody has signed."""
    context = serving_context(make_certificate(tmp_path_factory.mktemp("tls"), "localhost"))
    with make_server("127.0.0.1", 0, embedded.wsgi, handler_class=_Quiet) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"https://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_stranger_is_believed_only_where_that_is_said(line: Any, secure_url: str, command: tuple[str, ...]) -> None:
    line.client.action.package_create(name="rain", owner_org="test-org")
    line.ckan.forget_requests()
    stdin = STDIN.get(command[0], "")
    refused = line(*command, stdin=stdin, CKAN_URL=secure_url)
    assert refused.exit_code == 1
    assert "certificate verify failed" in refused.stderr
    assert line.ckan.requests == []
    assert line(*command, "--insecure", stdin=stdin, CKAN_URL=secure_url).exit_code == 0
    assert line.ckan.requests != []


def test_a_stranger_is_told_with_what_to_do_if_it_is_none(line: Any, secure_url: str) -> None:
    result = line("whoami", "--url", secure_url, "--token", line.ckan.editor_token)
    assert (result.exit_code, result.stderr.endswith("authority of your own: ca_bundle, --ca-bundle\n")) == (1, True)
