"""Random schedules of runs, edits and faults: whatever happened, one more run leaves the catalog as it should be."""

from __future__ import annotations

import pytest

from schedules.playing import Schedule, Tally

#: So many schedules, each of 2 to 5 rounds; `PYTHONPATH=tests python -m schedules --seed N --count M` plays more.
_COUNT, _AT_ONCE = 300, 30


@pytest.mark.parametrize("first", range(1, _COUNT, _AT_ONCE))
def test_a_catalog_comes_out_of_any_schedule_as_source_and_people_left_it(first: int) -> None:
    """See `schedules.oracle` for what is checked."""
    tally = Tally()
    for seed in range(first, first + _AT_ONCE):
        try:
            Schedule(seed, tally).play()
        except BaseException as error:
            error.add_note(f"to see it happen: PYTHONPATH=tests python -m schedules --seed {seed}")
            raise
    assert (tally.schedules, tally.runs > 4 * _AT_ONCE, tally.requests > 40 * _AT_ONCE) == (_AT_ONCE, True, True)
    assert tally.edits > _AT_ONCE
    assert tally.compared > 2 * _AT_ONCE
    assert len(tally.faults) > 15
