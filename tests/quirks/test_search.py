"""Queries that mean what they say, and pages that say when they end (quirks E7 to E9, E12)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckan_api_client.quirks.search import (
    escape_term,
    is_last_page,
    is_unreadable,
    one_filter,
    page_arguments,
    quote_phrase,
)

#: What CKAN refuses anywhere in q and fq, in quotes too (ckan/lib/search/query.py:42-48, 2.10 to 2.12).
MAGIC_FIELD = re.compile(r"\s*(?<![\w\\])\\?_(?:\\?q\\?u\\?e\\?r\\?y|\\?v\\?a\\?l)\\?_\s*:")
QUERY_PARSER = re.compile(r"(?:^|[^\\])(?:\\\\)*\{!")

#: Texts that hold what Solr and CKAN mind.
HOSTILE = st.text(st.sampled_from('ab_ {}!:"\\+-&|()[]^~*?/\n')) | st.sampled_from(
    ["{!", "\\{!", "\\\\{!", "_query_:", " _val_ :", "a _query_:b", "\\_query_:"]
)


def read_phrase(phrase: str) -> str:
    """What Solr takes a quoted phrase for: a backslash stands for what follows it."""
    assert re.fullmatch(r'"(?:[^"\\]|\\.)*"', phrase, re.DOTALL)
    return re.sub(r"\\(.)", r"\1", phrase[1:-1], flags=re.DOTALL)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("air", '"air"'),
        ("air quality", '"air quality"'),
        ('say "x"', r'"say \"x\""'),
        ("a\\b", r'"a\\b"'),
        ("{!x}", r'"\{!x}"'),
        ("urn:x:1", r'"urn\:x\:1"'),
        ("_query_:x", r'"_query_\:x"'),
        ("", '""'),
        ("été", '"été"'),
    ],
)
def test_a_phrase_is_quoted(text: str, phrase: str) -> None:
    assert quote_phrase(text) == phrase


@given(HOSTILE)
def test_a_phrase_means_its_text(text: str) -> None:
    assert read_phrase(quote_phrase(text)) == text


@given(HOSTILE)
def test_ckan_refuses_no_phrase_and_no_term(text: str) -> None:
    for query in (f"+id:{quote_phrase(text)}", f"+id:{escape_term(text)}", f"+id:{{{quote_phrase(text)} TO *]"):
        assert MAGIC_FIELD.search(query) is None
        assert QUERY_PARSER.search(query) is None


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("geoportal", "geoportal"),
        ("geo-portal_2", r"geo\-portal_2"),
        ("https://x.org/a?b=c&d", r"https\:\/\/x.org\/a\?b=c\&d"),
        ("a b\n", "a\\ b\\\n"),
        ('*"(){}[]^~!|+', r"\*\"\(\)\{\}\[\]\^\~\!\|\+"),
        ("a\\b", r"a\\b"),
    ],
)
def test_a_term_is_escaped(text: str, term: str) -> None:
    assert escape_term(text) == term


PAGE = {"q": "*:*", "sort": "id asc", "rows": 1000, "facet": False}


@pytest.mark.parametrize(
    ("given_", "arguments"),
    [
        ({"after": None, "everything": False}, PAGE),
        ({"after": None}, {**PAGE, "include_private": True, "include_drafts": True}),
        ({"after": "a1", "everything": False}, {**PAGE, "fq": '+id:{"a1" TO *]'}),
        (
            {"after": "a1", "filters": ["+x:1", "+y:2"], "everything": False},
            {**PAGE, "fq": '+x:1 +y:2 +id:{"a1" TO *]'},
        ),
        ({"after": None, "filters": ["+x:1"], "everything": False}, {**PAGE, "fq": "+x:1"}),
        (
            {"after": "a1", "filters": ["x:1 OR x:2", "-y:(1 OR 2)"], "everything": False},
            {**PAGE, "fq": '+(x:1 OR x:2) -y:(1 OR 2) +id:{"a1" TO *]'},
        ),
        ({"after": None, "fields": ("id", "name"), "everything": False}, {**PAGE, "fl": ["id", "name"]}),
        ({"after": None, "rows": 7, "everything": False}, {**PAGE, "rows": 7}),
        ({"after": 'a"b', "everything": False}, {**PAGE, "fq": r'+id:{"a\"b" TO *]'}),
    ],
)
def test_a_page_is_asked_for_by_the_id_before_it(given_: dict[str, Any], arguments: dict[str, Any]) -> None:
    assert page_arguments(**given_) == arguments


@pytest.mark.parametrize(
    ("count", "found", "last"),
    [(0, 0, True), (7, 7, True), (8, 7, False), (1000, 10, False), (7, 8, True), (5, 0, True), (None, 3, False)],
)
def test_a_page_is_the_last_where_its_count_is_reached_and_not_where_it_is_short(
    count: int | None, found: int, last: bool
) -> None:
    assert is_last_page({"count": count}, found) is last


@pytest.mark.parametrize(
    "text", ["x:1 OR x:2", "x:1 || x:2", "+x:1 (y:1 AND z:1) OR z:2", 'x:"a (" OR x:")"', "x:[1 TO 2} OR y:3"]
)
def test_a_filter_of_alternatives_is_put_into_brackets(text: str) -> None:
    assert one_filter(text) == f"+({text})"


@pytest.mark.parametrize(
    "text", ["+x:1", "-x:(1 OR 2)", "+x:((1 OR 2) AND 3)", 'x:"a OR b"', 'x:"a\\" OR b"', "x:ORE", r"x:a\|\|b", ""]
)
def test_any_other_filter_stays_as_it_is(text: str) -> None:
    assert one_filter(text) == text


def test_a_page_of_which_nothing_could_be_read_is_told_from_an_empty_one() -> None:
    assert is_unreadable({"count": 3, "results": []})
    assert not is_unreadable({"count": 0, "results": []})
    assert not is_unreadable({"count": 3, "results": [{}]})
