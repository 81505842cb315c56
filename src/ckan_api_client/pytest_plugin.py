"""A pytest plugin for projects that talk to a CKAN: the fixtures `ckan` and `ckan_client`.

`ckan` is an embedded CKAN, empty but for the organization `test-org` in each test; with `--ckan-url`, a real one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

# A plugin is loaded at the start of every pytest run of everybody who has this package: it imports late.
if TYPE_CHECKING:
    from ckan_api_client.high_level import CkanHighlevelClient
    from ckan_api_client.testing import EmbeddedCkan

_servers = pytest.StashKey["dict[str, EmbeddedCkan]"]()


class RealCkan:
    """A CKAN that somebody else runs; what tests leave there, stays there."""

    def __init__(self, url: str, token: str | None) -> None:
        self.url = url
        self.sysadmin_token = token

    def __repr__(self) -> str:
        return f"RealCkan({self.url!r})"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("ckan", "the fixtures ckan and ckan_client")
    group.addoption("--ckan-url", help="a real CKAN to test on, in place of the embedded one")
    group.addoption("--ckan-token", help="the API token of one of its sysadmins")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "ckan(version): the CKAN that the embedded one is to be like (2.10, 2.11, 2.12)")
    config.stash[_servers] = {}


def pytest_unconfigure(config: pytest.Config) -> None:
    for server in config.stash.get(_servers, {}).values():
        server.close()


@pytest.fixture
def ckan(request: pytest.FixtureRequest) -> Iterator[EmbeddedCkan | RealCkan]:
    """An empty CKAN, with `url`, `sysadmin_token` and, if it is the embedded one, `faults` and much more."""
    url = request.config.getoption("--ckan-url")
    if url:
        yield RealCkan(url, request.config.getoption("--ckan-token"))
        return
    from ckan_api_client.testing import EmbeddedCkan  # noqa: PLC0415 - only for those who ask

    marker = request.node.get_closest_marker("ckan")
    version = marker.kwargs.get("version", *marker.args) if marker else "2.11"
    servers = request.config.stash[_servers]
    if version not in servers:
        servers[version] = EmbeddedCkan(version=version)
        servers[version].start()
    server = servers[version]
    server.reset()
    yield server
    server.faults.clear()


@pytest.fixture
def ckan_client(ckan: EmbeddedCkan | RealCkan) -> Iterator[CkanHighlevelClient]:
    """A high-level client of `ckan`, as its sysadmin, to whom every change or loss of a value is an error."""
    from ckan_api_client.high_level import CkanHighlevelClient  # noqa: PLC0415 - only for those who ask

    settings = {"fail_on_inconsistency": True, "allow_http": True}  # It is a CKAN for tests.
    with CkanHighlevelClient(ckan.url, ckan.sysadmin_token, **settings) as client:
        yield client
