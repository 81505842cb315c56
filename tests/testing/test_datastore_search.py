"""What datastore_search finds. The expectations are what a CKAN 2.11.6 answered, where no other version is named."""

import sqlite3
from collections.abc import Mapping
from typing import Any

import pytest

from ckan_api_client.testing.datastore import Datastore
from ckan_api_client.testing.errors import CkanFailure

FIELDS = [
    {"id": "k", "type": "text"},
    {"id": "i", "type": "int"},
    {"id": "n", "type": "numeric"},
    {"id": "b", "type": "bool"},
    {"id": "ts", "type": "timestamp"},
    {"id": "js", "type": "json", "info": {"label": "Jay"}},
]
RECORDS = [
    {"k": "a", "i": 1, "n": "1.50", "b": True, "ts": "2020-01-02T03:04:05.678", "js": {"x": [1, 2]}},
    {"k": "b", "i": None, "n": 3, "b": "false", "ts": "2020-01-03", "js": [1]},
    {"k": "c", "i": "7", "n": 1e3, "b": "t", "ts": "", "js": "quick foxes"},
]


def make_datastore(ckan_version: str = "2.11.6") -> Datastore:
    return Datastore(sqlite3.connect(":memory:"), ckan_version=ckan_version)


@pytest.fixture
def datastore() -> Datastore:
    made = make_datastore()
    made.create({"resource_id": "r", "fields": FIELDS, "primary_key": "k", "records": RECORDS, "force": True})
    return made


def found(datastore: Datastore, **arguments: Any) -> list[Any]:
    answer: list[Any] = datastore.search({"resource_id": "r", "records_format": "lists", "fields": "k", **arguments})[
        "records"
    ]
    return [row[0] for row in answer]


def refusal(datastore: Datastore, action: str, arguments: Mapping[str, Any]) -> Any:
    with pytest.raises(CkanFailure) as caught:
        getattr(datastore, action)({"resource_id": "r", **arguments})
    return caught.value.detail


def test_search_gives_objects_with_all_columns(datastore: Datastore) -> None:
    assert datastore.search({"resource_id": "r", "limit": 1}) == {
        "resource_id": "r",
        "limit": 1,
        "records_format": "objects",
        "include_total": True,
        "total_estimation_threshold": None,
        "records": [
            {"_id": 1, "k": "a", "i": 1, "n": 1.5, "b": True, "ts": "2020-01-02T03:04:05", "js": {"x": [1, 2]}}
        ],
        "fields": [
            {"id": "_id", "type": "int"},
            {"id": "k", "type": "text"},
            {"id": "i", "type": "int4"},
            {"id": "n", "type": "numeric"},
            {"id": "b", "type": "bool"},
            {"id": "ts", "type": "timestamp"},
            {"id": "js", "type": "json", "info": {"label": "Jay"}},
        ],
        "_links": {
            "start": "/api/3/action/datastore_search",
            "next": "/api/3/action/datastore_search?offset=1",
        },
        "total": 3,
        "total_was_estimated": False,
    }


def test_records_as_lists_and_lines(datastore: Datastore) -> None:
    asked = {"resource_id": "r", "fields": ["k", "n", "b", "ts", "js"]}
    assert datastore.search({**asked, "records_format": "lists"})["records"] == [
        ["a", 1.5, True, "2020-01-02T03:04:05", {"x": [1, 2]}],
        ["b", 3, False, "2020-01-03T00:00:00", [1]],
        ["c", 1000.0, True, None, "quick foxes"],
    ]
    assert datastore.search({**asked, "records_format": "csv"})["records"] == (
        'a,1.50,t,2020-01-02T03:04:05,"{""x"": [1, 2]}"\nb,3,f,2020-01-03T00:00:00,[1]\nc,1000.0,t,,"""quick foxes"""\n'
    )
    assert datastore.search({**asked, "records_format": "tsv", "limit": 1, "fields": "k,n"})["records"] == "a\t1.50\n"


def test_a_column_named_j_hides_the_others() -> None:
    """CKAN's SQL has an alias of that name; 2.12 does not."""
    for version, records in (("2.11.6", [2]), ("2.12.0", [{"_id": 1, "i": 1, "j": 2}])):
        made = make_datastore(version)
        made.create({"resource_id": "r", "records": [{"i": 1, "j": 2}]})
        assert made.search({"resource_id": "r"})["records"] == records


@pytest.mark.parametrize(
    ("arguments", "keys"),
    [
        ({"filters": {"k": ["a", "c", "x"]}}, ["a", "c"]),
        ({"filters": {"i": "7"}}, ["c"]),
        ({"filters": {"i": 7.0, "k": "c"}}, ["c"]),
        ({"filters": {"n": 1.5}}, ["a"]),
        ({"filters": {"b": False}}, ["b"]),
        ({"filters": {"ts": "2020-01-03"}}, ["b"]),
        ({"filters": {"i": None}}, []),
        ({"filters": {"k": 1}}, []),
        ({"filters": {"_id": 2}}, ["b"]),
        ({"filters": '{"k": "a"}'}, ["a"]),
        ({"sort": "i desc"}, ["b", "c", "a"]),
        ({"sort": "i desc nulls last"}, ["c", "a", "b"]),
        ({"sort": "i"}, ["a", "c", "b"]),
        ({"sort": ["b desc", '"k" desc']}, ["c", "a", "b"]),
        ({"sort": "n desc"}, ["c", "b", "a"]),
        ({"limit": 1, "offset": 1}, ["b"]),
        ({"limit": "2"}, ["a", "b"]),
        ({"limit": 0}, []),
        ({"q": "fox"}, ["c"]),
        ({"q": "the quick"}, ["c"]),
        ({"q": "qui"}, []),
        ({"q": "a"}, []),
        ({"q": "qui:*", "plain": False}, ["c"]),
        ({"q": "fox & !dog | zebra", "plain": False}, ["c"]),
        ({"q": {"k": "b"}}, ["b"]),
        ({"q": '{"k": "b"}'}, ["b"]),
    ],
    ids=str,
)
def test_search_finds(datastore: Datastore, arguments: dict[str, Any], keys: list[str]) -> None:
    assert found(datastore, **arguments) == keys


def test_distinct_rows(datastore: Datastore) -> None:
    answer = datastore.search({"resource_id": "r", "fields": "b", "distinct": True})
    assert (answer["records"], answer["total"]) == ([{"b": False}, {"b": True}], 2)


def test_the_rank_is_a_column(datastore: Datastore) -> None:
    answer = datastore.search({"resource_id": "r", "q": "fox", "fields": "k,rank"})
    assert answer["records"] == [{"k": "c", "rank": 0.057308756}]
    assert answer["fields"][1] == {"id": "rank", "type": "float"}


def test_limits_are_clamped_and_totals_optional(datastore: Datastore) -> None:
    answer = datastore.search({"resource_id": "r", "limit": 40_000, "include_total": False})
    assert (answer["limit"], answer.get("total")) == (32_000, None)
    assert datastore.search({"resource_id": "r"})["limit"] == 100


@pytest.mark.parametrize(
    ("arguments", "errors"),
    [
        ({"filters": {"nosuch": 1}}, {"filters": ['invalid value "nosuch"']}),
        ({"filters": "x"}, {"filters": ["Cannot parse JSON"]}),
        (
            {"filters": {"i": "abc"}},
            {"query": ["Invalid query"], "info": {"orig": ['invalid input syntax for type integer: "abc"\n']}},
        ),
        (
            {"filters": {"k": []}},
            {"query": ["Invalid query"], "info": {"orig": ['syntax error at or near ")"\n']}},
        ),
        ({"fields": "nosuch"}, {"fields": ['invalid value "nosuch"']}),
        ({"sort": "k foo"}, {"sort": ['invalid value "k foo"']}),
        ({"q": {"nosuch": "x"}}, {"q": ['invalid value "nosuch"']}),
        ({"limit": -1}, {"limit": ["Must be a natural number"]}),
        ({"limit": "x"}, {"limit": ["Invalid integer", "Please enter an integer value"]}),
        ({"offset": -1}, {"offset": ['invalid value "-1"']}),
        ({"records_format": "xml"}, {"records_format": ["Value must be one of ['objects', 'lists', 'csv', 'tsv']"]}),
        ({"foo": 1}, {"__extras": ['invalid value "foo"']}),
        ({"resource_id": ""}, {"resource_id": ["Missing value"]}),
        ({"resource_id": "nosuch"}, 'Resource "nosuch" was not found.'),
    ],
    ids=str,
)
def test_search_refuses(datastore: Datastore, arguments: dict[str, Any], errors: Any) -> None:
    assert refusal(datastore, "search", arguments) == errors
