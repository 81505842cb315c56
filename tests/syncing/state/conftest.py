from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ckan_api_client.syncing.state import State
from syncing.state.samples import CATALOG, SOURCE, Open


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "town.sqlite"


@pytest.fixture
def open_state(path: Path) -> Iterator[Open]:
    """Opens the state of the test, another time as well; all are closed in the end."""
    opened: list[State] = []

    def open_one(where: Path | str = path, *, catalog: str = CATALOG, source: str = SOURCE) -> State:
        state = State.open(where, catalog=catalog, source=source)
        opened.append(state)
        return state

    yield open_one
    for state in opened:
        state.close()


@pytest.fixture
def state(open_state: Open) -> State:
    return open_state()
