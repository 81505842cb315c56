"""Sequences of calls at random: which actions, on what, by whom. The same seed draws the same ones."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any, Final

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from twins import dataset_calls, group_calls, search_calls
from twins.calls import Calls, call, call_with
from twins.steps import Steps
from twins.values import one

_CALLS: Final[Calls] = {
    **dataset_calls.CALLS,
    **search_calls.CALLS,
    **group_calls.CALLS,
    call("user_show", st.just({})): 1,
    call_with("tag_list", query=one("water", "wat", "zzzz")): 1,
    call_with("help_show", name=one("package_show", "nothing", "", None, 5)): 1,
    call("no_such_action", st.just({"id": "x"})): 1,
}
_KINDS: Final = tuple(_CALLS)
_WEIGHTS: Final = tuple(_CALLS.values())


def draw(count: int, steps: int, number: int) -> Iterator[Steps]:
    """Draw so many sequences by the seed `number`, each apart: hypothesis would make later ones of earlier ones."""
    for place in range(count):
        name = f"{number} {place}"
        kinds = Random(name).choices(_KINDS, _WEIGHTS, k=steps)  # noqa: S311 - reproducible, not secret
        yield _draw_one(st.tuples(*kinds), name)


def _draw_one(sequences: SearchStrategy[Steps], name: str) -> Steps:
    drawn: list[Steps] = []

    @seed(name)
    @settings(
        max_examples=2, phases=[Phase.generate], database=None, deadline=None, suppress_health_check=[*HealthCheck]
    )
    @given(sequences)
    def keep(sequence: Any) -> None:
        drawn.append(sequence)

    keep()
    return drawn[-1]  # the first is the simplest that there is, always the same
