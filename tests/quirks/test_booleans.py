"""Booleans as people write them (quirks A18c, A18d)."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.quirks.booleans import meant_boolean


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (True, True),
        (False, False),
        (1, True),
        (0, False),
        (" Yes", True),
        ("on", True),
        ("OFF", False),
        ("", False),
        (None, False),
        ("perhaps", None),
        (2, None),
        ([], None),
    ],
    ids=repr,
)
def test_what_a_value_means_or_that_it_means_neither(value: Any, meant: bool | None) -> None:
    assert meant_boolean(value) is meant
