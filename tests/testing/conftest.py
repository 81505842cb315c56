"""An embedded CKAN for each test, asked over HTTP and in process: nothing may depend on the way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ckan_api_client.testing import EmbeddedCkan
from testing.asking import Asker


@pytest.fixture(params=["http", "in process"])
def ask(request: pytest.FixtureRequest) -> Iterator[Asker]:
    """A CKAN 2.11, or the one that the test's parameter `version` names."""
    version = request.node.callspec.params.get("version", "2.11")
    ckan = EmbeddedCkan(version)
    if request.param == "http":
        ckan.start()
    asker = Asker(ckan, request.param)
    yield asker
    asker.close()
    ckan.close()
    assert ckan.crashes == []
