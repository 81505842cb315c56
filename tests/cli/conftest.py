"""The command line against a real HTTP server that has the tiny catalog behind it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ckan_api_client.cli.main import main
from ckan_api_client.wire.messages import Request
from tiny_catalog import TinyCatalog


@dataclass
class Line:
    """The command line, and the catalog that it finds in its environment."""

    catalog: TinyCatalog
    url: str

    def __call__(self, *arguments: str, **environment: str | None) -> Result:
        """Run a command; return its exit code and what it wrote."""
        runner = CliRunner(
            env={"CKAN_URL": self.url, "CKAN_API_TOKEN": "the-token", "CKAN_API_KEY": None, **environment}
        )
        with runner.isolation() as (stdout, stderr, _):
            code = 0
            try:
                main(list(arguments))
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
            out, err = stdout.getvalue(), stderr.getvalue()
        return Result(runner, out, err, out + err, None, code, None)


@pytest.fixture
def line() -> Iterator[Line]:
    catalog = TinyCatalog()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            catalog.known = self.headers.get("Authorization") == "the-token"
            answer = catalog.send(Request("POST", self.path, "", body=body))
            self.send_response(answer.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: Any) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield Line(catalog, f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
        thread.join()
