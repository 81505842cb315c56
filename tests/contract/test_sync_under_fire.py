"""Faults on the way, and a client that is killed, leave nothing that the next run does not put in order.

`python -m fire` goes on for as long as it is told to, as sysadmin too, and restarts parts of the CKAN.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contract.catalogs import Catalog
from fire.life import Life, Scene
from fire.tally import Tally

SCENES = (Scene("load", kills=1), Scene("mix"))


@pytest.fixture
def tally() -> Tally:
    return Tally()


@pytest.fixture
def life(one_catalog: Catalog, tally: Tally) -> Iterator[Life]:
    with Life(one_catalog, "editor", "contract", tally, size=6) as life:
        yield life


def test_after_faults_and_a_kill_one_run_puts_all_in_order_and_the_next_writes_nothing(
    life: Life, tally: Tally
) -> None:
    for scene in SCENES:
        life.play(scene)
    assert tally.violations == []
    assert (tally.scenes, tally.kills) == ({"editor": 2}, 1)
    assert tally.faults.total() >= 3
