"""What a form can hold (quirks A11, A12)."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.quirks.forms import is_holdable, is_taken_for_json, keeps


@pytest.mark.parametrize("value", ["text", "", 7, 1.5, True, None], ids=repr)
def test_a_form_brings_texts_and_what_has_a_text(value: Any) -> None:
    assert is_holdable("resource_create", value)


@pytest.mark.parametrize("value", [[], {}, ["a"], [{"name": "a"}]], ids=repr)
def test_lists_and_objects_are_for_package_revise_alone(value: Any) -> None:
    assert not is_holdable("resource_create", value)
    assert is_holdable("package_revise", value)


@pytest.mark.parametrize(("values", "kept"), [([], True), (["a", None], True), (["a", 5], False), ([True], False)])
def test_only_text_comes_out_as_it_went_in(values: list[Any], kept: bool) -> None:
    assert keeps(values) is kept


@pytest.mark.parametrize(
    ("fields", "taken"),
    [
        ([("id", "")], True),
        ([("id", "1")], True),
        ([("id", "2")], False),
        ([("id", "1"), ("name", "")], False),
        ([], False),
    ],
    ids=str,
)
def test_a_form_of_one_short_field_is_taken_for_json(fields: list[tuple[str, str]], taken: bool) -> None:
    assert is_taken_for_json(fields) is taken
