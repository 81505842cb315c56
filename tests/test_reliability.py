"""docs/reliability.md says what is true: each test and command that it names exists, and each promise has its row."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from fire.__main__ import summed
from fire.tally import Tally

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "reliability.md").read_text()
ROWS = [
    [cell.strip() for cell in row.strip("|").split("|")] for row in re.findall(r"^\| P\d+ .*\|$", PAGE, re.MULTILINE)
]


def test_every_promise_has_its_row() -> None:
    assert [row[0] for row in ROWS] == [f"P{number}" for number in range(1, 25)]
    assert {len(row) for row in ROWS} == {5}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_promise_is_measured_by_tests_that_exist(row: list[str]) -> None:
    _, promise, state, figure, named = row
    assert promise
    assert figure
    assert state in {"held", "in part", "not measured"}
    measures = re.findall(r"`([^`]+)`", named)
    assert " ".join(f"`{one}`" for one in measures) == named
    assert measures
    assert [one for one in measures if not _exists(one)] == []


def test_commands_to_check_it_exist() -> None:
    modules = re.findall(r"python -m (\w+)", PAGE)
    assert set(modules) >= {"schedules", "killing", "fire", "planted"}
    assert [one for one in modules if not (ROOT / "tests" / one / "__main__.py").is_file()] == []


def _exists(measure: str) -> bool:
    if measure.startswith("python "):
        program = measure.split()[1:]
        return (ROOT / "tests" / program[1] / "__main__.py" if program[0] == "-m" else ROOT / program[0]).is_file()
    file, _, name = measure.partition("::")
    return (ROOT / file).exists() and (not name or f"def {name}(" in (ROOT / file).read_text())


def test_what_is_told_of_the_fire_is_the_sum_of_its_campaigns() -> None:
    tally = Tally.of(summed(sorted((ROOT / "tests/fire/campaigns").glob("*.json")))["all"])
    counted = (tally.faults, tally.kills, tally.restarts, tally.scenes, tally.edits, tally.due)
    figures = [count.total() if isinstance(count, Counter) else count for count in counted]
    told = re.search(
        r"on real CKANs (\d+) faults.*?, (\d+) kills and (\d+) restarts of .*? in (\d+) scenes.*?: none broke it\. "
        r"(\d+) edits of people .*? the (\d+) conflicts",
        ROWS[0][3],
    )
    assert told is not None
    assert [int(figure) for figure in told.groups()] == figures
    assert tally.violations == []
