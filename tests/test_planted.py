"""The table of defects to plant follows the package. That tests notice them is for `python -m planted` to show."""

from __future__ import annotations

import pytest

from planted.defect import PACKAGE, ROOT, Defect, Rotten
from planted.table import DEFECTS


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_a_defect_can_be_planted(defect: Defect) -> None:
    text = (PACKAGE / defect.file).read_text()
    planted = defect.planted_in(text)
    assert planted != text
    compile(planted, defect.file, "exec")


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_the_tests_that_have_to_notice_are_there(defect: Defect) -> None:
    for test in defect.tests:
        file, _, name = test.partition("::")
        assert f"def {name.partition('[')[0]}" in (ROOT / file).read_text()


def test_no_two_defects_have_one_name() -> None:
    names = [defect.name for defect in DEFECTS]
    assert len(set(names)) == len(names)


def test_a_defect_whose_place_is_gone_is_told() -> None:
    with pytest.raises(Rotten, match=r"0 times in wire/retry\.py"):
        Defect(name="", takes_out="", file="wire/retry.py", old="no such text", new="", tests=()).planted_in("")
