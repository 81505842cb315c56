"""A RemoteCKAN whose answers are given in advance, and one against an embedded CKAN."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ckan_api_client.ckanapi import RemoteCKAN
from ckan_api_client.testing import EmbeddedCkan
from driving import Script


@pytest.fixture
def remote() -> Callable[..., RemoteCKAN]:
    """Make a RemoteCKAN of https://example.org/data over a script."""

    def make(script: Script, apikey: str | None = None, **settings: Any) -> RemoteCKAN:
        return RemoteCKAN("https://example.org/data/", apikey, transport=script, **settings)

    return make


@pytest.fixture(scope="module")
def served() -> Iterator[EmbeddedCkan]:
    with EmbeddedCkan() as ckan:
        yield ckan


@pytest.fixture
def embedded(served: EmbeddedCkan) -> Iterator[EmbeddedCkan]:
    served.reset()
    yield served
    assert served.crashes == []
