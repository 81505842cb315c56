"""Random sequences of calls: the embedded CKAN answers them as a real one does, and stays sound."""

from __future__ import annotations

import pytest

from ckan_api_client.testing import EmbeddedCkan
from twins.comparing import Twins
from twins.drawing import draw
from twins.invariants import check_alone
from twins.playing import READS, check_target
from twins.steps import Name, Step


@pytest.mark.contract
def test_both_answer_alike(twins: Twins) -> None:
    for steps in draw(25, 20, 2026):
        finding = twins.compare(steps)
        if finding is not None:
            pytest.fail(str(twins.shrink(finding)), pytrace=False)


@pytest.mark.parametrize(("version", "count"), [("2.10", 40), ("2.11", 120), ("2.12", 40)])
def test_embedded_stays_sound(version: str, count: int) -> None:
    """Index and database agree, nothing crashes, and a reset empties it."""
    with EmbeddedCkan(version) as ckan:
        for steps in draw(count, 20, 2026):
            check_alone(ckan, steps)


def test_a_seed_draws_the_same_sequences() -> None:
    assert list(draw(3, 20, 7)) == list(draw(3, 20, 7))


def test_no_write_is_about_what_others_made() -> None:
    """The real CKAN is shared: whatever a drawn call changes is named by a symbol of its run."""
    writes = [step for steps in draw(200, 20, 11) for step in steps if step.action not in READS]
    for step in writes:
        check_target(step)


@pytest.mark.parametrize(
    "step",
    [
        Step("organization_patch", {"id": "test-org", "title": "x"}),
        Step("package_update", {"name": "somebody-elses"}),
        Step("package_revise", {"match": {"name": "somebody-elses"}}),
        Step("bulk_update_delete", {"org_id": "test-org", "datasets": [Name("d1")]}),
    ],
    ids=lambda step: step.action,
)
def test_a_write_about_what_others_made_is_refused(step: Step) -> None:
    with pytest.raises(ValueError, match="others use this CKAN"):
        check_target(step)
