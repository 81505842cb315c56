"""How a call is drawn: an action, its arguments, and who asks. The files *_calls.py say which there are."""

from __future__ import annotations

from typing import TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from twins.steps import Step
from twins.values import Values, fields, mostly, one

#: Each with how often it is drawn, compared with the others.
Calls: TypeAlias = dict[SearchStrategy[Step], int]

_CALLERS = mostly(mostly(one("sysadmin"), one("editor"), 40), one("nobody"), 7)


def call(action: str, arguments: Values, kind: str = "") -> SearchStrategy[Step]:
    return st.builds(Step, st.just(action), arguments, _CALLERS, st.just(kind))


def call_with(action: str, **arguments: Values) -> SearchStrategy[Step]:
    """Return calls with all of these arguments."""
    return call(action, st.fixed_dictionaries(arguments))


def call_about(action: str, ids: Values, most: int = 0, **optional: Values) -> SearchStrategy[Step]:
    """Return calls on something that is named by `id`, which now and then is left out."""
    return call(action, mostly(fields({"id": ids}, optional, most), st.just({}), 2))
