"""Which tests one process runs, in order, when several run side by side (`pytest -n 2`, as scripts/test does).

The tests on one real CKAN share what is in it, its logs and its index: they are one unit of work, the largest, and so
the first to be given out. Of all others, which bring along what they need, a file is a unit.
"""

from __future__ import annotations

import re

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

#: The CKAN that tests/twins compares the embedded one with.
_OF_TWINS = "CKAN 2.11"
#: The label of a catalog, among the parameters of a test. Where it were taken for another, tests/contract/conftest.py
#: would see it.
_LABEL = re.compile(r"[\[-](?P<release>\d+\.\d+)(?P<profile>-embedded|-scheming)?[-\]]")


def unit_of(test: str) -> str:
    """Return the name of the unit of work that a test is part of, by its node id."""
    if test.startswith("tests/twins/"):
        return _OF_TWINS
    found = _LABEL.search(test) if test.startswith("tests/contract/") else None
    if found is None or found["profile"] == "-embedded":
        return test.partition("::")[0]
    return f"CKAN {found['release']}{found['profile'] or ''}"


class Units(LoadScopeScheduling):  # type: ignore[misc]
    """Gives each process a unit of work when it is about to end the one before."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)
