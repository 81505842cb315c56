from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckan_api_client.quirks.text import as_text, clean_text, is_within, split_text


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        pytest.param("a\0b", "ab", id="NUL"),
        pytest.param("a\ud800b", "a\ufffdb", id="lone surrogate"),
        pytest.param("a\x01\x0b\x1fb", "ab", id="C0 controls"),
        pytest.param("a\ufffe\uffffb", "ab", id="not characters"),
        pytest.param("a\tb\r\nc\x7f\x85", "a\tb\r\nc\x7f\x85", id="what XML allows stays"),
        pytest.param("日本 😀", "日本 😀", id="any script stays"),
    ],
)
def test_text_loses_only_what_ckan_cannot_hold(given: str, cleaned: str) -> None:
    assert clean_text(given) == cleaned


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("ü", "ü"),
        (None, ""),
        (True, "true"),
        (5, "5"),
        (1.5, "1.5"),
        (["010:86"], '["010:86"]'),
        ({"b": "ü", "a": [1]}, '{"b": "ü", "a": [1]}'),
    ],
)
def test_any_json_value_has_one_text(value: Any, text: str) -> None:
    assert as_text(value) == text


def test_the_limit_counts_bytes_not_characters() -> None:
    assert is_within("x" * 32_766)
    assert not is_within("x" * 32_767)
    assert is_within("ü" * 16_383)
    assert not is_within("ü" * 16_384)


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(4, 12))
def test_parts_are_within_the_limit_and_join_to_the_whole(text: str, limit: int) -> None:
    parts = split_text(text, limit)
    assert "".join(parts) == text
    assert all(len(part.encode()) <= limit for part in parts)
