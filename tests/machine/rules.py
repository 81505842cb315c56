"""Random rules on a catalog, its source, its people, what fails, and the runs; see `schedules` for what must hold."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from schedules.bench import SOURCE
from schedules.cutting import CUTS
from schedules.faults import ANSWERS, INDEX, break_answers, break_index
from schedules.oracle import loosen
from schedules.people import KINDS
from schedules.playing import LOSSES, MISCHIEFS, Schedule, Tally
from schedules.source import ENDINGS, MISHAPS

_PICKS = st.integers(0, 1 << 16)
#: Which requests of a run fail, and how.
_CUTS = st.dictionaries(st.integers(1, 25), st.sampled_from([*CUTS, "late", "late"]), max_size=3)
#: Each must have been seen, or what was tested is less than it seems.
EXPECTED = frozenset(
    [
        *CUTS,
        "late",
        *ANSWERS,
        *INDEX,
        *(f"source: {one}" for one in (*MISHAPS, *ENDINGS)),
        *(f"state: {one}" for one in LOSSES),
    ]
    + [
        *(f"people: {one}" for one in KINDS),
        "people: undelete",
        "name taken by a person",
        "edit in a run",
        "rights taken",
    ]
    + [one for one in MISCHIEFS if one != "edit"]
    + ["two hosts", "undo", "planned, and applied later", "record renamed", "source changes"]
)


class Machine(RuleBasedStateMachine):
    """`pick` decides all that a rule leaves open: the same rules with the same picks are the same story."""

    tally = Tally()

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        self._is_sound = False

    @initialize(seed=_PICKS)
    def begin(self, seed: int) -> None:
        self.story = Schedule(seed, self.tally)
        self._stack.enter_context(self.story.laid_out())
        self._is_sound = True
        self._guarded(lambda: self.story.run("", ""), seed)

    @rule(pick=_PICKS)
    def change_source(self, pick: int) -> None:
        self._pick(pick)
        self.tally.faults["source changes"] += self.story.source.change() != "nothing"
        loosen(self.story.person, self.story.source.records, SOURCE)

    @rule(pick=_PICKS)
    def rename_record(self, pick: int) -> None:
        self._pick(pick)
        self.tally.faults["record renamed"] += self.story.source.rename() != "nothing"
        loosen(self.story.person, self.story.source.records, SOURCE)

    @rule(kind=st.sampled_from(sorted(set(KINDS))), pick=_PICKS)
    def edit(self, kind: str, pick: int) -> None:
        self._pick(pick)
        done = self.story.edit(kind)
        if done != "nothing":
            self.tally.faults["people: undelete" if "undelete" in done else f"people: {kind}"] += 1

    @rule(pick=_PICKS)
    def take_name(self, pick: int) -> None:
        self._pick(pick)
        self.story.take_name()

    @rule(kind=st.sampled_from(ANSWERS), pick=_PICKS)
    def break_answers(self, kind: str, pick: int) -> None:
        self._pick(pick)
        break_answers(kind, self.story.draw, self.story.catalog)

    @rule(kind=st.sampled_from(INDEX), pick=_PICKS)
    def break_index(self, kind: str, pick: int) -> None:
        self._pick(pick)
        break_index(kind, self.story.draw, self.story.catalog, SOURCE, self.tally.faults)

    @rule()
    def heal(self) -> None:
        self.story.catalog.heal()

    @rule(how=st.sampled_from(LOSSES))
    def lose_state(self, how: str) -> None:
        self.story.lose_state(how)

    @rule(cuts=_CUTS, mischief=st.sampled_from(["", "rights taken", *MISCHIEFS]), pick=_PICKS)
    def run(self, cuts: dict[int, str], mischief: str, pick: int) -> None:
        self._guarded(lambda: self.story.run("", mischief, cuts), pick)

    @rule(mishap=st.sampled_from([*MISHAPS, *ENDINGS]), pick=_PICKS)
    def run_on_a_bad_source(self, mishap: str, pick: int) -> None:
        self.tally.faults[f"source: {mishap}"] += 1
        self._guarded(lambda: self.story.run(mishap, ""), pick)

    @rule(cuts=_CUTS, pick=_PICKS)
    def plan_and_apply(self, cuts: dict[int, str], pick: int) -> None:
        self._guarded(lambda: self.story.run("", "", cuts, is_applied=True), pick)

    @precondition(lambda self: not self.story.is_editor)
    @rule(cuts=_CUTS, pick=_PICKS)
    def run_on_two_hosts(self, cuts: dict[int, str], pick: int) -> None:
        self._guarded(lambda: self.story.run_twice_at_once(cuts), pick)

    @rule(pick=_PICKS)
    def undo(self, pick: int) -> None:
        self._guarded(self.story.undo, pick)

    def teardown(self) -> None:
        """Heal, run once, and see that all is as it should be; run again, and see that nothing is written."""
        try:
            if self._is_sound:
                self._guarded(self.story.end, 0)
                self.tally.schedules += 1
        finally:
            self._stack.close()

    def _pick(self, pick: int) -> None:
        self.tally.rules += 1
        self.story.draw.seed(pick)

    def _guarded(self, act: Callable[[], object], pick: int) -> None:
        """Where something did not hold, the end need not be looked at."""
        self._pick(pick)
        self._is_sound = False
        act()
        self._is_sound = True


def play_part(part: int, stories: int, steps: int, tally: Tally) -> None:
    """Tell so many stories of up to so many rules: the same for the same `part`. One that fails is told as code."""
    machine = seed(part)(type("Machine", (Machine,), {"tally": tally}))
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=stories,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=False,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
