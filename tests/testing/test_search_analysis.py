"""How texts become terms: as the analyzers of CKAN's Solr schema do it."""

import pytest

from ckan_api_client.testing.analysis import index_tokens, query_tokens
from ckan_api_client.testing.dismax import least_matching
from ckan_api_client.testing.fields import Kind, kind_of
from ckan_api_client.testing.matching import is_within
from ckan_api_client.testing.stemming import stem


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Wi-Fi", [("wi", 0), ("fi", 1), ("wifi", 0)]),
        ("PowerShot's ABCdef", [("power", 0), ("shot", 1), ("powershot", 0), ("abcdef", 2)]),
        ("500-42 x", [("500", 0), ("42", 1), ("50042", 0), ("x", 2)]),
        ("a & b", [("a", 0), ("b", 2)]),
        ("Élections Straße", [("election", 0), ("strasse", 1)]),
        ("Cities_of_Rome", [("citi", 0), ("of", 1), ("rome", 2), ("citiesofrom", 0)]),
    ],
)
def test_english_text(text: str, tokens: list[tuple[str, int]]) -> None:
    assert index_tokens(Kind.TEXT, text) == tokens


def test_other_text_is_neither_stemmed_nor_split_at_capitals() -> None:
    assert index_tokens(Kind.TEXT_GENERAL, "PowerShots Müller") == [("powershots", 0), ("müller", 1)]


def test_a_query_is_not_joined() -> None:
    assert query_tokens(Kind.TEXT, "wi-fi") == [("wi", 0), ("fi", 1)]


def test_long_words_are_cut() -> None:
    assert [len(term) for term, _ in index_tokens(Kind.TEXT_GENERAL, "y" * 600)] == [255, 255, 90]


def test_ngrams_are_of_two_to_ten_letters() -> None:
    assert [term for term, _ in index_tokens(Kind.NGRAM, "Abc")] == ["ab", "abc", "bc"]
    assert query_tokens(Kind.NGRAM, "Ab c") == [("ab", 0), ("c", 1)]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("name", Kind.STRING),
        ("anything", Kind.STRING),
        ("issued_date", Kind.DATE),
        ("extras_issued_date", Kind.TEXT),
        ("res_extras_x", Kind.TEXT),
        ("res_name", Kind.TEXT_GENERAL),
        ("views_total", Kind.INT),
    ],
)
def test_the_kind_of_a_field(name: str, kind: Kind) -> None:
    assert kind_of(name) is kind


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("cities", "citi"),
        ("ties", "tie"),
        ("caresses", "caress"),
        ("gas", "gas"),
        ("running", "run"),
        ("hoping", "hope"),
        ("agreed", "agre"),
        ("happily", "happili"),
        ("crying", "cri"),
        ("generally", "general"),
        ("organization", "organ"),
        ("analogy", "analog"),
        ("likely", "like"),
        ("relational", "relat"),
        ("hopefulness", "hope"),
        ("formative", "format"),
        ("adoption", "adopt"),
        ("controlling", "control"),
        ("news", "news"),
        ("proceed", "proceed"),
        ("youth", "youth"),
        ("by", "by"),
        ("rate", "rate"),
        ("cease", "ceas"),
    ],
)
def test_stems(word: str, expected: str) -> None:
    assert stem(word) == expected


@pytest.mark.parametrize(
    ("mm", "counts"),
    [
        ("2<-1 5<80%", {1: 1, 2: 2, 3: 2, 5: 4, 6: 4, 10: 8}),
        ("100%", {3: 3}),
        ("50%", {3: 1}),
        ("-25%", {3: 3, 4: 3}),
        ("-1", {1: 0, 3: 2}),
        ("2", {1: 1, 3: 2}),
    ],
)
def test_how_many_words_must_match(mm: str, counts: dict[int, int]) -> None:
    assert {optional: least_matching(mm, optional) for optional in counts} == counts


@pytest.mark.parametrize(
    ("term", "distance", "is_near"),
    [
        ("water", 0, True),
        ("watre", 1, True),
        ("wter", 1, True),
        ("waters", 1, True),
        ("wa", 2, False),
        ("xatex", 1, False),
    ],
)
def test_similar_words(term: str, distance: int, is_near: bool) -> None:
    assert is_within("water", term, distance) is is_near
