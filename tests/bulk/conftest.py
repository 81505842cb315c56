"""A driver for flows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from driving import Driver, Settle, settling


@pytest.fixture
def settle() -> Iterator[Settle]:
    with settling() as function:
        yield function


@pytest.fixture
def driver(settle: Settle) -> Driver:
    return Driver(awaited=False, settle=settle)
