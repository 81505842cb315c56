"""Both colours of the low-level client over a script, for one test each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from driving import Clients, Driver, Settle, settling


@pytest.fixture
def settle() -> Iterator[Settle]:
    with settling() as function:
        yield function


@pytest.fixture(params=[False, True], ids=["blocking", "awaited"])
def clients(request: pytest.FixtureRequest, settle: Settle) -> Clients:
    return Clients(request.param, settle)


@pytest.fixture
def driver(settle: Settle) -> Driver:
    return Driver(awaited=False, settle=settle)
