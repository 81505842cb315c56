"""What was once a difference is none any more."""

from __future__ import annotations

import pytest

from ckan_api_client.testing import EmbeddedCkan
from twins.comparing import Twins
from twins.differences import DIFFERENCES
from twins.invariants import check_alone
from twins.playing import PRELUDE, Player, known_ids
from twins.replays import KNOWN, REPLAYS
from twins.sides import EmbeddedSide

all_replays = pytest.mark.parametrize("name", REPLAYS)


@all_replays
def test_embedded_answers_as_2_11_did(name: str) -> None:
    steps, status, kind = REPLAYS[name]
    with EmbeddedCkan("2.11") as ckan:
        side = EmbeddedSide(ckan)
        player = Player(side, "replay", known_ids(side))
        told = [player.play(step) for step in (*PRELUDE, *steps)][-1]
        assert (told["status"], told.get("error", {}).get("__type")) == (status, kind)
        ckan.reset()
        check_alone(ckan, steps)


@pytest.mark.contract
@all_replays
def test_both_answer_alike(twins: Twins, name: str) -> None:
    finding = twins.compare(REPLAYS[name].steps)
    assert finding is None, str(finding)


@pytest.mark.contract
@pytest.mark.parametrize("name", DIFFERENCES)
def test_a_known_difference_is_one_still(twins: Twins, name: str) -> None:
    """Otherwise its row is to go."""
    assert twins.compare(KNOWN[name]) is None
    assert dict(twins.known) == {name: 1}
