"""How CKAN says no (quirks A3, A4, C4, E11, E12)."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.quirks.errors import (
    REFUSALS,
    SEARCH_ERRORS,
    flatten_errors,
    is_failed_match,
    is_immense_term,
    is_of_search,
    is_passing_search_error,
    kind_of,
    without_echo,
)

SOLR = "SOLR returned an error running query: {'q': 'a'} Error: SolrError('Solr responded with an error (HTTP %s): x')"


@pytest.mark.parametrize(
    ("errors", "messages"),
    [
        pytest.param({"name": ["Missing value"]}, [("name", "Missing value")], id="field"),
        pytest.param({"name": ["One", "Two"]}, [("name", "One"), ("name", "Two")], id="two for one field"),
        pytest.param({"message": "Not found"}, [("message", "Not found")], id="plain text"),
        pytest.param({"order": "Must be a list of resource"}, [("order", "Must be a list of resource")], id="A4 order"),
        pytest.param({"match__id": "Missing value"}, [("match__id", "Missing value")], id="d12 match__id"),
        pytest.param(
            {"resources": [{}, {"size": ["Invalid integer"]}, {}]},
            [("resources[1].size", "Invalid integer")],
            id="A4 a list aligned with the input",
        ),
        pytest.param(
            {"extras": [{"key": ["Missing value"]}, {"value": ["Missing value"]}]},
            [("extras[0].key", "Missing value"), ("extras[1].value", "Missing value")],
            id="A4 extras",
        ),
        pytest.param(
            {"tags": ['Tag "a" length is less than minimum 2', 'Tag "b" length is less than minimum 2']},
            [("tags", 'Tag "a" length is less than minimum 2'), ("tags", 'Tag "b" length is less than minimum 2')],
            id="A4 tags lose their index",
        ),
        pytest.param(
            {"extras_validation": ['Duplicate key "a"']}, [("extras_validation", 'Duplicate key "a"')], id="A4 extras"
        ),
        pytest.param(
            {"__junk": ["The input field [('foo', 0, 'a')] was not expected."]},
            [("__junk", "The input field [('foo', 0, 'a')] was not expected.")],
            id="A4 junk",
        ),
        pytest.param(
            {"message": [{"match": ["metadata_modified"]}]},
            [("message[0].match", "metadata_modified")],
            id="A4 package_revise of CKAN 2.9",
        ),
        pytest.param({"__type": "Validation Error", "name": ["x"]}, [("name", "x")], id="the type is left out"),
        pytest.param({"name": [], "title": None, "notes": "", "x": {}}, [], id="nothing to say"),
        pytest.param("text", [("", "text")], id="a text alone"),
        pytest.param(["one", {"a": "two"}], [("", "one"), ("[1].a", "two")], id="a list alone"),
        pytest.param({"a": 7, "b": False}, [("a", "7"), ("b", "False")], id="other values"),
        pytest.param(None, [], id="null"),
    ],
)
def test_error_details_of_any_shape_become_paths_and_messages(errors: Any, messages: list[tuple[str, str]]) -> None:
    assert list(flatten_errors(errors)) == messages


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        ({"__type": "Search Error", "message": SOLR % 503}, True),
        ({"__type": "Search Error", "message": SOLR % 500}, True),
        ({"__type": "Search Error", "message": SOLR % 400}, False),
        ({"__type": "Search Error", "message": "Magic fields are not supported in param 'fq'."}, False),
        ({"__type": "Search Error", "message": "Query parsers are not supported in param 'q'."}, False),
        ({"__type": "Search Error", "message": "Local parameters are not supported in param 'q'."}, False),
        (
            {"__type": "Search Error", "message": "Local parameters must be defined at the beginning of param 'fq'."},
            False,
        ),
        ({"__type": "Search Connection Error", "message": "Solr returned an error while searching."}, True),
        ({"__type": "Search Index Error", "message": "Unable to add package to search index"}, True),
        ({"__type": "Search Query Error", "message": "Invalid search parameters: ['limit']"}, False),
        ({"__type": "Validation Error"}, False),
        ({"__type": ["Search Error"]}, False),
        ({}, False),
    ],
    ids=lambda value: str(value)[:60] if isinstance(value, dict) else None,
)
def test_a_search_engine_that_starts_is_told_from_a_query_that_is_wrong(error: dict[str, Any], passing: bool) -> None:
    assert is_passing_search_error(error) is passing


def test_an_immense_term_is_known_by_solr_s_words() -> None:
    text = 'Exception writing document id 1 to the index; ... immense term in field="extras_notes" (whose UTF8 ...'
    assert is_immense_term({"__type": "Search Index Error", "message": text})
    assert not is_immense_term({"__type": "Search Index Error", "message": "Connection refused"})
    assert not is_immense_term(None)


@pytest.mark.parametrize(
    ("errors", "failed"),
    [
        pytest.param({"match": ["metadata_modified"]}, True, id="2.10 and later"),
        pytest.param({"message": [{"match": ["metadata_modified"]}]}, True, id="2.9"),
        pytest.param({"message": [{"name": ["x"]}]}, False, id="2.9, another field"),
        pytest.param({"message": [], "name": ["x"]}, False, id="an empty list"),
        pytest.param({"message": "match"}, False, id="a text"),
        pytest.param({"match__id": "Missing value"}, False, id="no id in the match"),
        pytest.param({"name": ["x"]}, False, id="another field"),
        pytest.param({}, False, id="nothing"),
    ],
)
def test_a_failed_match_is_told_from_wrong_data(errors: dict[str, Any], failed: bool) -> None:
    assert is_failed_match(errors) is failed


def test_a_server_that_failed_has_not_refused() -> None:
    assert (
        REFUSALS & {"Search Error", "Search Index Error", "Search Connection Error", "Internal Server Error"} == set()
    )
    assert {"Search Query Error"} == SEARCH_ERRORS & REFUSALS


@pytest.mark.parametrize(
    ("error", "kind"),
    [({"__type": "Not Found Error"}, "Not Found Error"), ({"__type": ["x"]}, ""), ({}, ""), ("text", ""), (None, "")],
    ids=str,
)
def test_the_kind_of_an_error_is_a_text(error: Any, kind: str) -> None:
    assert kind_of(error) == kind


def test_the_search_engine_is_seen_in_an_error_of_any_shape() -> None:
    assert is_of_search({"message": ["Search Index Error: ..."]})
    assert not is_of_search({"name": ["x"]})


def test_the_request_is_taken_out_of_an_error_where_data_is_no_field() -> None:
    assert without_echo({"__type": "Integrity Error", "data": {"notes": "x"}}) == {"__type": "Integrity Error"}
    field = {"__type": "Validation Error", "data": ["Missing value"]}
    assert without_echo(field) == field
