"""Going on after a kill costs what was left to do, and one look at what was under way."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from schedules.bench import Bench, laid_out
from schedules.catalog import ORGANIZATION

_ALL = 40


def records(number: int, title: str = "First") -> dict[str, Any]:
    return {f"r{one:02}": {"title": f"{title} {one}", "owner_org": ORGANIZATION} for one in range(number)}


def asked(bench: Bench) -> Counter[str]:
    """Return how often the last run asked for each action."""
    return Counter(action for action, _ in bench.transport.calls)


@pytest.mark.parametrize("by_editor", [False, True], ids=["sysadmin", "editor"])
@pytest.mark.parametrize("done", [2, 20, 39])
@pytest.mark.parametrize("action", ["package_create", "package_revise"])
def test_a_killed_run_goes_on_with_what_was_left_and_one_read_more(action: str, done: int, *, by_editor: bool) -> None:
    """Killed behind the write of one record, beside a run that had done as much, and knows of it."""
    is_update = action == "package_revise"
    before, wanted = (records(_ALL), records(_ALL, "Second")) if is_update else ({}, records(_ALL))
    with laid_out(by_editor=by_editor) as bench:
        if is_update:
            bench.sync(before)
        bench.sync({**before, **dict(list(wanted.items())[:done])})
        bench.sync(wanted)
        left = asked(bench)
    with laid_out(by_editor=by_editor) as bench:
        if is_update:
            bench.sync(before)
        writes = iter(range(1, _ALL))
        bench.sync_killed(wanted, lambda called, _: called == action and next(writes) == done)
        bench.sync(wanted)
        assert asked(bench) - left == {"package_show": 1}
        assert left - asked(bench) == {}
        assert left[action] == _ALL - done
