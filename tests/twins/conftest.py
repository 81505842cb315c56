"""The real CKAN that the embedded one is compared with: one of scripts/ckan, as others are not for random writes."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from ckan_api_client.testing import EmbeddedCkan
from contract.catalogs import PLAIN, Catalog, find_catalogs
from twins.comparing import Twins
from twins.sides import EmbeddedSide, RealSide

VERSION = "2.11"
NO_CKAN = f"no CKAN {VERSION} to compare with; run scripts/ckan up {VERSION}"


@pytest.fixture(scope="session")
def real(request: pytest.FixtureRequest) -> Catalog:
    config = request.config
    versions = config.getoption("--ckan-version")
    found: list[Catalog] = []
    if not config.getoption("--ckan-url") and (not versions or VERSION in versions):
        found = find_catalogs(None, None, None, versions and [VERSION])
    chosen = [catalog for catalog in found if catalog.release == VERSION and catalog.profile == PLAIN]
    if chosen:
        return chosen[0]
    if config.getoption("--require-ckan") or os.environ.get("CI"):
        pytest.fail(f"NOT RUN: {NO_CKAN}", pytrace=False)
    pytest.skip(NO_CKAN)


@pytest.fixture
def twins(real: Catalog) -> Iterator[Twins]:
    side = RealSide(real.url, real.sysadmin_token, real.editor_token)
    with EmbeddedCkan(real.release) as embedded:
        yield Twins(EmbeddedSide(embedded), side)
    side.close()
