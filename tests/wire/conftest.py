"""Both colours of the drivers, for one test each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from driving import Driver, Settle, settling


@pytest.fixture
def settle() -> Iterator[Settle]:
    with settling() as function:
        yield function


@pytest.fixture(params=[False, True], ids=["blocking", "awaited"])
def driver(request: pytest.FixtureRequest, settle: Settle) -> Driver:
    return Driver(request.param, settle)
