"""States with something of everything in them, and what opening one says after its bytes were changed."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ckan_api_client.exceptions import StateError
from ckan_api_client.syncing.state import State
from syncing.state.samples import CATALOG, SOURCE, fill

NAME = "town.sqlite"


@dataclass(frozen=True)
class Sample:
    """The files of a state, and all that is in it."""

    directory: Path
    content: Any

    def spoil(self, directory: Path, name: str, data: bytes) -> str:
        """Put the files into a directory, one of them with other bytes; return what came of opening the state."""
        shutil.rmtree(directory, ignore_errors=True)
        shutil.copytree(self.directory, directory)
        (directory / name).write_bytes(data)
        return verdict(directory / NAME, self.content)

    def read(self, name: str) -> bytes:
        return (self.directory / name).read_bytes()


def verdict(path: Path, content: Any) -> str:
    """What came of opening a state: "refused", "rebuilt", "whole", or "wrong", which must never be."""
    try:
        state = State.open(path, catalog=CATALOG, source=SOURCE)
    except StateError:
        return "refused"
    with state:
        if state.rebuilt_because:
            kept = path.with_name(path.name + ".damaged-1").exists()
            return "rebuilt" if kept and not state.count_bases() else "wrong"
        return "whole" if everything_in(state) == content else "wrong"


def everything_in(state: State) -> Any:
    return (
        state.serial,
        list(state.bases()),
        state.runs(),
        [state.entries(run) for run in range(1, state.serial + 1)],
        list(state.unsettled()),
        state.quarantined("bad"),
        [state.absent("gone-1"), state.absent("gone-2")],
    )


def closed_state(directory: Path) -> Sample:
    """Make a state that was closed."""
    with State.open(directory / NAME, catalog=CATALOG, source=SOURCE) as state:
        fill(state)
    with State.open(directory / NAME, catalog=CATALOG, source=SOURCE) as state:
        return Sample(directory, everything_in(state))


def killed_state(directory: Path) -> Sample:
    """Make a state whose run was killed: the last writes are in the file beside it."""
    running = directory.with_name("running")
    with State.open(running / NAME, catalog=CATALOG, source=SOURCE) as state:
        fill(state)
        shutil.copytree(running, directory)
    with State.open(running / NAME, catalog=CATALOG, source=SOURCE) as state:
        return Sample(directory, everything_in(state))


def flips(data: bytes, number: int, seed: int) -> Iterator[bytes]:
    """Copies of some bytes, each with one changed; every third one near the beginning, where the format is told."""
    randomly = random.Random(seed)  # noqa: S311 - reproducible on purpose
    for turn in range(number):
        place = randomly.randrange(min(100, len(data)) if turn % 3 == 0 else len(data))
        changed = bytearray(data)
        changed[place] ^= randomly.randrange(1, 256)
        yield bytes(changed)


def flip_many(sample: Sample, name: str, directory: Path, number: int, seed: int) -> Counter[str]:
    return Counter(sample.spoil(directory, name, data) for data in flips(sample.read(name), number, seed))


def cut_often(sample: Sample, name: str, directory: Path, step: int) -> Counter[str]:
    data = sample.read(name)
    return Counter(sample.spoil(directory, name, data[:length]) for length in range(0, len(data), step))
