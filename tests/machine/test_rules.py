"""Whatever source, people, network, server, disk and other hosts do: what the synchronization promises holds."""

from __future__ import annotations

from machine.rules import EXPECTED, play_part
from schedules.playing import Tally

_PARTS, _STORIES, _STEPS = 4, 75, 25


def test_the_promises_hold_whatever_happens() -> None:
    """The same stories each time; `nox -s soak` tells others."""
    tally = Tally()
    for part in range(_PARTS):
        play_part(part, _STORIES, _STEPS, tally)
    assert tally.schedules >= _PARTS * _STORIES
    assert tally.compared > _PARTS * _STORIES
    assert sorted(kind for kind in EXPECTED if not tally.faults[kind]) == []
