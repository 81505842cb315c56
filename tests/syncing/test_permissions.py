"""What a plan says of its token's rights."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.syncing.catalog import Account
from ckan_api_client.syncing.permissions import permission_notes
from ckan_api_client.syncing.plan import Create, Plan

PLAN = Plan("geo", creates=(Create("1", "", "Wells", {"owner_org": "water"}),))
EDITOR = Account("editor", is_sysadmin=False, version=None, extensions=frozenset())


@pytest.mark.parametrize(
    ("mine", "number"),
    [([], 1), ([{"id": "x", "name": "air"}], 1), ([{"id": "x", "name": "water"}], 0), ([{"id": "water"}], 0)],
    ids=["none", "another", "by name", "by id"],
)
def test_an_organization_that_the_token_may_not_write_to_is_told(play: Any, mine: Any, number: int) -> None:
    notes, _ = play(permission_notes(PLAN, EDITOR), [("organization_list_for_user", mine)])
    assert len(notes) == number


@pytest.mark.parametrize("kind", ["refused", "lost", "nonsense"])
def test_no_plan_is_lost_for_an_answer_that_is_a_courtesy(play: Any, not_yours: Any, lost: Any, kind: str) -> None:
    answer = {"refused": not_yours, "lost": lost, "nonsense": ["water"]}[kind]
    assert play(permission_notes(PLAN, EDITOR), [("organization_list_for_user", answer)])[0] == []
