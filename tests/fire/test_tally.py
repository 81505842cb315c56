"""Campaigns are summed by CKAN, and none counts twice."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from fire.__main__ import summed
from fire.tally import Tally


@pytest.fixture
def campaign(tmp_path: Path) -> Any:
    def write(ckan: str, seed: int, tally: Tally) -> Path:
        file = tmp_path / f"{ckan}-{seed}.json"
        file.write_text(json.dumps({"ckan": ckan, "seed": seed, "seconds": 1, **tally.as_dict()}))
        return file

    return write


def test_campaigns_are_summed_by_ckan_and_over_all(campaign: Any) -> None:
    told = summed([
        campaign("2.11.6", 1, Tally(kills=2, faults=Counter(cut=3, late=1))),
        campaign("2.11.6", 2, Tally(kills=1, faults=Counter(cut=1), violations=["wrong"])),
        campaign("2.12.0", 1, Tally(kills=4)),
    ])  # fmt: skip
    assert {of: (one["campaigns"], one["kills"], one["faults"]) for of, one in told.items()} == {
        "all": (3, 7, {"cut": 4, "late": 1}),
        "2.11.6": (2, 3, {"cut": 4, "late": 1}),
        "2.12.0": (1, 4, {}),
    }
    assert told["all"]["violations"] == ["wrong"]


def test_a_campaign_does_not_count_twice(campaign: Any) -> None:
    one = campaign("2.11.6", 1, Tally())
    with pytest.raises(ValueError, match="of one CKAN and one seed"):
        summed([one, one])
