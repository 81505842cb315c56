"""Two processes synchronize one source at once, each with a memory of its own, as from two machines."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from contract.catalogs import Catalog
from killing.trials import Kill, Stage
from killing.victim import Order, VictimError, die

CHANGES = 1


@pytest.fixture(params=["sysadmin", "editor"])
def stage(catalog: Catalog, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Stage]:
    stage = Stage(catalog, tmp_path, request.param, size=6)
    yield stage
    stage.close()


def run(order: Order) -> None:
    with suppress(VictimError):  # Where one was in the way of the other, not everything was done.
        die(order)


def test_after_two_at_once_one_run_of_each_leaves_each_record_once(stage: Stage, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    for records in (stage.old, *(stage.new() for _ in range(CHANGES))):
        order = stage.order(records, Kill("load", stage.user, 0, "before"))
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(run, (order, replace(order, state=str(other)))))
        for state in (stage.state, other):
            report, _ = stage.sync(records, state=state)
            assert (report.undone, report.conflicts, report.no_deletes_because) == ([], (), "")
            stage.check(records)
        assert [stage.sync(records, state=state)[1] for state in (stage.state, other)] == [[], []]
