"""Both colours of the drivers, for one test each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from ckan_api_client.wire.flow import run, run_all, run_all_async, run_async
from ckan_api_client.wire.messages import Flow
from driving import Script, Settle, settling


@pytest.fixture
def settle() -> Iterator[Settle]:
    with settling() as function:
        yield function


@dataclass(frozen=True)
class Driver:
    """Carries flows through a script: blocking, or awaited."""

    awaited: bool
    settle: Settle

    def one(self, flow: Flow[Any], script: Script) -> Any:
        return self.settle(run_async(flow, script.awaited) if self.awaited else run(flow, script))

    def all(self, flows: Iterable[Flow[Any]], script: Script, *, limit: int) -> Any:
        """The iterator over the results, as it is."""
        drive: Callable[..., Any] = run_all_async if self.awaited else run_all
        return drive(flows, script.awaited if self.awaited else script, limit=limit)


@pytest.fixture(params=[False, True], ids=["blocking", "awaited"])
def driver(request: pytest.FixtureRequest, settle: Settle) -> Driver:
    return Driver(request.param, settle)
