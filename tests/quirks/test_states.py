"""States (quirks B5b, C26)."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.quirks.states import STATES, is_active, is_deleted


@pytest.mark.parametrize(
    ("data", "active", "deleted"),
    [
        ({}, True, False),
        ({"state": None}, True, False),
        ({"state": ""}, True, False),
        ({"state": "active"}, True, False),
        ({"state": "draft"}, False, False),
        ({"state": "deleted"}, False, True),
        ({"state": "activ"}, False, False),
    ],
    ids=str,
)
def test_what_says_no_state_is_active(data: dict[str, Any], active: bool, deleted: bool) -> None:
    assert (is_active(data), is_deleted(data)) == (active, deleted)


def test_the_states_are_those_that_ckan_has_words_for() -> None:
    assert sorted(STATES) == ["active", "deleted", "draft", "pending"]
