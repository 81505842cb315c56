"""How Solr reads a query."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckan_api_client.testing.errors import SearchSyntaxError
from ckan_api_client.testing.lucene import (
    Between,
    Boolean,
    Clause,
    Everything,
    Exists,
    Node,
    Occur,
    Operator,
    Pattern,
    Phrase,
    Similar,
    Words,
    parse,
)


def words(field: str | None, *texts: str) -> Words:
    return Words(field, texts, Operator.AND)


def boolean(**clauses: str) -> Boolean:
    """`a="+"` is the word a, required."""
    return Boolean(tuple(Clause(Occur(sign), words(None, word)) for word, sign in clauses.items()))


@pytest.mark.parametrize(
    ("query", "node"),
    [
        ("*:*", Everything()),
        ("a:*", Exists("a")),
        ("a:b", words("a", "b")),
        ("a : b", words("a", "b")),
        (r"a:b\:c\-d\ e", words("a", "b:c-d e")),
        (r"a\:b:c", words("a:b", "c")),
        ("a:'b", words("a", "'b")),
        ("a:>5", words("a", ">5")),
        ("a:b/c", words("a", "b/c")),
        (r'a:"b \"c\" \\d"', Phrase("a", 'b "c" \\d')),
        ('a:"b c"~3', Phrase("a", "b c", 3)),
        ("a:b^2", words("a", "b")),
        ("a:b*c?d", Pattern("a", "b.*c.d", "b")),
        (r"a:b\*c*", Pattern("a", r"b\*c.*", "b*c")),
        ("a:/b.c/", Pattern("a", "b.c", "")),
        ("a:b~", Similar("a", "b", 2)),
        ("a:b~1", Similar("a", "b", 1)),
        ("a:[b TO c}", Between("a", "b", "c", include_low=True, include_high=False)),
        ('a:{"b c" TO *]', Between("a", "b c", None, include_low=False, include_high=True)),
        ("a:[http://x/?y=1 TO -5]", Between("a", "http://x/?y=1", "-5", include_low=True, include_high=True)),
        (
            "a:[NOW-1DAY/DAY TO 2020-01-01T00:00:00.5Z]",
            Between("a", "NOW-1DAY/DAY", "2020-01-01T00:00:00.5Z", include_low=True, include_high=True),
        ),
        ("a:(b c)", words("a", "b", "c")),
        ("b c", words(None, "b", "c")),
        ("b AND c", boolean(b="+", c="+")),
        ("b && c", boolean(b="+", c="+")),
        ("b OR c", boolean(b=" ", c=" ")),
        ("b || c", boolean(b=" ", c=" ")),
        ("+b c", boolean(b="+", c="+")),
        ("+b OR c", boolean(b=" ", c=" ")),
        ("b -c", boolean(b="+", c="-")),
        ("b !c", boolean(b="+", c="-")),
        ("b NOT c", boolean(b="+", c="-")),
        ("b OR c AND d", boolean(b=" ", c="+", d="+")),
        ("-b", boolean(b="-")),
        ("(-b)", Boolean((Clause(Occur.MUST, boolean(b="-")),))),
    ],
)
def test_parse(query: str, node: Node) -> None:
    assert parse(query) == node


def test_words_in_a_row_are_one_clause() -> None:
    assert parse("b c OR d") == Boolean(
        (Clause(Occur.SHOULD, words(None, "b", "c")), Clause(Occur.SHOULD, words(None, "d")))
    )


def test_a_phrase_ends_the_word_before_it() -> None:
    assert parse('b"c"') == Boolean((Clause(Occur.MUST, words(None, "b")), Clause(Occur.MUST, Phrase(None, "c"))))


@pytest.mark.parametrize(
    "query",
    [
        "",
        "a:",
        "a:(",
        "(a",
        "a)",
        '"a',
        'a"',
        "a AND",
        "OR a",
        "a AND OR b",
        "a:[b c]",
        "a:[b TO",
        "a:b:c",
        "a:-b",
        "()",
    ],
)
def test_what_solr_does_not_read(query: str) -> None:
    with pytest.raises(SearchSyntaxError):
        parse(query)


def test_solr_does_not_read_an_unquoted_time() -> None:
    with pytest.raises(SearchSyntaxError):
        parse("a:2020-01-01T00:00:00Z")


@given(st.text())
def test_any_text_can_be_looked_for_in_quotes(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    assert parse(f'+source:"{quoted}"') == Phrase("source", text)


@given(st.text(alphabet="ab:\"\\()[]{}+-!*?~^/ \tANDORTO&|'<>"))
def test_any_other_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(SearchSyntaxError):
        parse(text)
