"""The run after a killed one puts all in order; `python -m killing` tries it around every request."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract.catalogs import Catalog
from killing.trials import Kill, Stage

#: A few of all that there are, where something is being written.
KILLS = (
    Kill("load", "sysadmin", 14, "after"),
    Kill("load", "editor", 14, "after"),
    Kill("load", "editor", 16, "before"),
    Kill("change", "sysadmin", 12, "after"),
    Kill("change", "editor", 13, "after"),
    Kill("change", "editor", 17, "after"),
    Kill("purge", "sysadmin", 12, "after"),
    Kill("purge", "sysadmin", 13, "before"),
    Kill("undo", "sysadmin", 9, "after"),
    Kill("undo", "editor", 5, "after"),
)


@pytest.mark.parametrize("kill", KILLS, ids=str)
def test_the_run_after_a_killed_one_puts_all_in_order(catalog: Catalog, tmp_path: Path, kill: Kill) -> None:
    stage = Stage(catalog, tmp_path, kill.user, size=6)
    try:
        if kill.run != "load":
            stage.sync(stage.old)
        stage.kill_and_recover(kill)
    finally:
        stage.close()
