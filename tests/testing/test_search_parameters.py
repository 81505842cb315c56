"""What package_search makes of its arguments before it asks Solr."""

from typing import Any

import pytest

from ckan_api_client.testing.errors import CkanFailure, InternalFailure, SearchSyntaxError, ValidationFailure
from ckan_api_client.testing.parameters import read_parameters


@pytest.mark.parametrize(
    ("arguments", "filters"),
    [
        ({}, ("+capacity:public  +state:(active)",)),
        ({"include_private": True, "fq": "a:b"}, ("a:b +state:(active)",)),
        (
            {"include_drafts": "yes", "include_deleted": 1, "fq": "a:b"},
            ("+capacity:public a:b +state:(active OR draft OR deleted)",),
        ),
        ({"fq": "+state:draft"}, ("+capacity:public +state:draft",)),
        ({"fq": "+state_x:y", "include_private": True}, ("+state_x:y", "+state:active")),
        ({"fq_list": ["c:d"], "include_private": True}, (" +state:(active)", "c:d")),
    ],
)
def test_ckan_adds_its_filters(arguments: dict[str, Any], filters: tuple[str, ...]) -> None:
    assert read_parameters(arguments).filters == filters


def test_labels_become_a_filter() -> None:
    assert read_parameters({}, ["public", 'a"b']).filters[-1] == '+permission_labels:("public" OR "ab")'


@pytest.mark.parametrize(
    ("arguments", "errors"),
    [
        ({"rows": -1}, {"rows": ["Must be a natural number"]}),
        ({"rows": "x"}, {"rows": ["Invalid integer", "Please enter an integer value"]}),
        ({"rows": 2.5}, {"rows": ["Invalid integer"]}),
        ({"start": -1}, {"start": ["Must be a natural number"]}),
        ({"start": "a"}, {"start": ["Invalid integer"]}),
        ({"facet.limit": "x"}, {"facet.limit": ["Invalid integer"]}),
        ({"facet.field": "tags"}, {"facet.field": ["Could not parse as valid JSON", "Not a list"]}),
        ({"facet.field": {"a": 1}}, {"facet.field": ["Not a list"]}),
        ({"facet.field": [1]}, {"facet.field": ["Not a string: 1"]}),
    ],
    ids=str,
)
def test_validation_errors(arguments: dict[str, Any], errors: dict[str, Any]) -> None:
    with pytest.raises(ValidationFailure) as refusal:
        read_parameters(arguments)
    assert refusal.value.detail == errors


@pytest.mark.parametrize("arguments", [{"rows": " "}, {"rows": [1]}, {"start": ""}], ids=str)
def test_ckan_breaks(arguments: dict[str, Any]) -> None:
    with pytest.raises(InternalFailure):
        read_parameters(arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"q": "{!lucene}x"}, "Local parameters are not supported in param 'q'."),
        ({"q": 'a:"b {!c"'}, "Local parameters must be defined at the beginning of param 'q'."),
        ({"fq": "a:{!b c:{!d"}, "Query parsers are not supported in param 'fq'."),
        ({"fq": '_query_:"x"'}, "Magic fields are not supported in param 'fq'."),
        ({"q": "x _v\\al_:y"}, "Magic fields are not supported in param 'q'."),
        ({"fq_list": ["_val_:y"]}, "Magic fields are not supported in param 'fq'."),
    ],
    ids=str,
)
def test_other_parsers_are_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(SearchSyntaxError) as refusal:
        read_parameters(arguments)
    assert refusal.value.detail == f"Search error: {message!r}"


def test_an_escaped_brace_is_no_local_parameter() -> None:
    assert read_parameters({"q": 'a:"b \\{!c"'}).parser == "lucene"


@pytest.mark.parametrize(
    ("arguments", "parser"),
    [
        ({"q": "water"}, "dismax"),
        ({"q": "title:water"}, "lucene"),
        ({}, "lucene"),
        ({"q": "title:water", "defType": "edismax"}, "edismax"),
        ({"q": "title:water", "defType": "dismax"}, "lucene"),
        ({"q": '""'}, "lucene"),
    ],
    ids=str,
)
def test_a_colon_decides_the_parser(arguments: dict[str, Any], parser: str) -> None:
    assert read_parameters(arguments).parser == parser


def test_parameters_of_extensions_and_nulls_are_dropped() -> None:
    parameters = read_parameters({"ext_bbox": "1", "q": None, "rows": None, "facet.field": None})
    assert (parameters.q, parameters.rows, parameters.facet_fields) == ("*:*", 10, ())


def test_values_of_other_types_become_texts() -> None:
    assert read_parameters({"q": 5}).q == "5"
    assert read_parameters({"fq": ["a"], "include_private": True}).filters == ('["a"] +state:(active)',)


def test_each_refusal_has_a_status() -> None:
    for arguments, status in (({"rows": -1}, 409), ({"x": 1}, 400), ({"q": "{!x}"}, 409)):
        with pytest.raises(CkanFailure) as refusal:
            read_parameters(arguments)
        assert refusal.value.status == status
