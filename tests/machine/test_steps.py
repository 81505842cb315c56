"""Whatever breaks at any step of a run, one clean run makes the catalog what it was to be; one more writes nothing."""

from __future__ import annotations

import pytest

from machine.scenarios import SCENARIOS, Scenario
from machine.steps import laid_out
from schedules.cutting import CUTS

#: Of the steps, one of so many is cut here in each way; `nox -s steps` cuts all of them.
_ONE_OF = 4


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_one_run_mends_whatever_breaks_at_any_step(scenario: Scenario) -> None:
    """See `machine.steps` for what is checked."""
    with laid_out(scenario) as steps:
        played = steps.play_all(one_of=_ONE_OF)
    assert {cut: played[cut] > 0 for cut in CUTS} == dict.fromkeys(CUTS, True)
