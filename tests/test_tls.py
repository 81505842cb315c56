"""TLS: a certificate is checked, unless its checking was taken off; other authorities may be trusted."""

from __future__ import annotations

import http.server
import json
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from certificates import make_certificate, serving_context
from ckan_api_client.connection import Connection
from ckan_api_client.exceptions import Outcome, TransportError
from ckan_api_client.low_level import AsyncCkanLowlevelClient, CkanLowlevelClient
from ckan_api_client.transport import client_options
from ckan_api_client.wire.address import Address
from driving import settling


class Answers(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"success": True, "result": {"ckan_version": "2.11"}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_certificate(tmp_path_factory.mktemp("tls"), "127.0.0.1")


@pytest.fixture(scope="module")
def url(certificate: Path) -> Iterator[str]:
    context = serving_context(certificate)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"https://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_certificate_of_nobody_we_trust_is_refused_before_anything_is_sent(url: str) -> None:
    with CkanLowlevelClient(url) as client, pytest.raises(TransportError, match="certificate verify failed") as caught:
        client.action.status_show()
    assert caught.value.outcome is Outcome.NOT_SENT


@pytest.mark.parametrize("kind", [CkanLowlevelClient, AsyncCkanLowlevelClient])
@pytest.mark.parametrize("trust", ["bundle", "no verification"])
def test_it_is_taken_where_its_authority_is_trusted_or_nobody_looks(
    url: str, certificate: Path, kind: Any, trust: str
) -> None:
    settings = {"ca_bundle": str(certificate)} if trust == "bundle" else {"verify": False, "ca_bundle": "/nowhere"}
    with settling() as settle:
        client = kind(url, **settings)
        assert settle(client.action.status_show()) == {"ckan_version": "2.11"}
        settle(client.close())


@pytest.mark.parametrize("content", [None, "no certificate\n"], ids=["absent", "no PEM"])
def test_a_bundle_that_cannot_be_read_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "authorities.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ValueError, match=f"the CA bundle '{path}' cannot be read: .*; it should be PEM"):
        CkanLowlevelClient("https://catalog.example.org", ca_bundle=str(path))


def test_a_folder_of_authorities_is_a_bundle_too(tmp_path: Path) -> None:
    with CkanLowlevelClient("https://catalog.example.org", ca_bundle=str(tmp_path)) as client:
        assert client.base_url == "https://catalog.example.org"


@pytest.mark.parametrize(
    ("url", "settings", "elsewhere", "authorities"),
    [
        ("http://localhost", {"ca_bundle": None}, False, 0),
        ("http://localhost", {}, False, 1),
        ("http://localhost", {}, True, 1),
        ("http://localhost", {"proxy": "https://proxy.example"}, False, 1),
        ("https://catalog.example.org", {}, False, 1),
    ],
    ids=["its own site of plain http", "with a bundle of its own", "other sites", "a proxy", "https"],
)
def test_authorities_are_read_where_a_certificate_may_be_shown(
    certificate: Path, url: str, settings: dict[str, Any], elsewhere: bool, authorities: int
) -> None:
    connection = Connection(Address.of(url), **{"ca_bundle": str(certificate), **settings})
    context = client_options(connection, elsewhere=elsewhere)["verify"]
    assert len(context.get_ca_certs()) == authorities
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
