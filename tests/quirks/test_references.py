"""Ids and names (quirks D4, D7)."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.quirks.references import bears, id_of


def test_an_answer_bears_what_was_asked_for_or_it_is_about_something_else() -> None:
    data = {"id": "a1", "name": "air"}
    assert bears(data, "a1")
    assert bears(data, "air", "name")
    assert not bears(data, "air")
    assert not bears({}, "a1")


@pytest.mark.parametrize(
    ("data", "identifier"), [({"id": "a1"}, "a1"), ({"id": ""}, None), ({"id": 7}, None), ({}, None)]
)
def test_an_id_is_a_text(data: dict[str, Any], identifier: str | None) -> None:
    assert id_of(data) == identifier
