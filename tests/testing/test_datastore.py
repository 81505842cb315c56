"""The datastore's actions. The expectations are what a CKAN 2.11.6 answered, where no other version is named."""

import sqlite3
from collections.abc import Mapping
from typing import Any

import pytest

from ckan_api_client.testing.datastore import Datastore
from ckan_api_client.testing.errors import CkanFailure, IntegrityFailure, NotFoundFailure, ValidationFailure

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


def test_create_sends_back_its_arguments_without_records() -> None:
    answer = make_datastore().create(
        {"id": "r", "force": True, "fields": [{"id": "a"}], "records": [{"a": "12"}], "aliases": "x,y"}
    )
    assert answer == {
        "resource_id": "r",
        "fields": [{"id": "a", "type": "integer"}],
        "aliases": "x,y",
        "delete_fields": False,
        "method": "insert",
    }


def test_upsert_changes_and_adds(datastore: Datastore) -> None:
    records = [{"k": "a", "i": 100}, {"k": "d", "ts": ""}]
    answer = datastore.upsert({"resource_id": "r", "force": True, "records": records})
    assert answer == {"resource_id": "r", "records": [{"k": "a", "i": 100}, {"k": "d", "ts": None}]}
    assert datastore.search({"resource_id": "r", "records_format": "lists", "fields": "_id,k,i,n"})["records"] == [
        [1, "a", 100, 1.5],
        [2, "b", None, 3],
        [3, "c", 7, 1000.0],
        [4, "d", None, None],
    ]


def test_upsert_by_number_needs_no_key(datastore: Datastore) -> None:
    datastore.upsert({"resource_id": "r", "method": "update", "records": [{"_id": 2, "i": 55}]})
    assert found(datastore, filters={"i": 55}) == ["b"]


def test_a_dry_run_changes_nothing_but_uses_numbers(datastore: Datastore) -> None:
    datastore.upsert({"resource_id": "r", "method": "insert", "records": [{"k": "d"}], "dry_run": True})
    datastore.upsert({"resource_id": "r", "method": "insert", "records": [{"k": "e"}]})
    assert found(datastore, fields="_id") == [1, 2, 3, 5]


@pytest.mark.parametrize(
    ("method", "record", "errors"),
    [
        (
            "insert",
            {"k": "a"},
            {
                "records": [
                    'duplicate key value violates unique constraint "5d06901acd36794878320b01a0e8745cf809ddea"',
                ],
                "records_row": 0,
            },
        ),
        ("insert", {"k": "q", "zzz": 1}, {"records": ['row "1" has extra keys "zzz"']}),
        ("insert", ["x"], {"records": ['row "0" is not a json object']}),
        ("insert", {"i": "abc"}, {"records": ['invalid input syntax for type integer: "abc"'], "records_row": 0}),
        ("insert", {"i": "1.5"}, {"records": ['invalid input syntax for type integer: "1.5"'], "records_row": 0}),
        ("insert", {"i": 2**40}, {"records": ["integer out of range"], "records_row": 0}),
        ("insert", {"b": "x"}, {"records": ['invalid input syntax for type boolean: "x"'], "records_row": 0}),
        ("insert", {"n": "x"}, {"records": ['invalid input syntax for type numeric: "x"'], "records_row": 0}),
        ("insert", {"ts": "x"}, {"records": ['invalid input syntax for type timestamp: "x"'], "records_row": 0}),
        ("insert", {"k": {}}, {"records": ["can't adapt type 'dict'"], "records_row": 0}),
        (
            "insert",
            {"b": 1},
            {"records": ['column "b" is of type boolean but expression is of type integer'], "records_row": 0},
        ),
        (
            "upsert",
            {"k": "d", "i": "abc"},
            {"records": ['invalid input syntax for type integer: "abc"'], "records_row": 0},
        ),
        ("upsert", {"k": "a", "zzz": 1}, {"fields": ['fields "zzz" do not exist']}),
        ("upsert", {"i": 1}, {"key": ['fields "k" are missing\n                            but needed as key']}),
        ("update", {"k": "zz", "i": 1}, {"key": ["key \"{'val_2': 'zz'}\" not found"]}),
        ("update", {"_id": 77, "i": 1}, {"key": ["key \"{'val_1': 77}\" not found"]}),
        ("foo", {"k": "d"}, {"method": ["Value must be one of ['upsert', 'insert', 'update']"]}),
    ],
)
def test_upsert_refuses(datastore: Datastore, method: str, record: Any, errors: dict[str, Any]) -> None:
    assert refusal(datastore, "upsert", {"method": method, "records": [record]}) == errors
    assert found(datastore) == ["a", "b", "c"]


def test_numbers_are_rounded_to_integers_and_texts_written_out(datastore: Datastore) -> None:
    datastore.upsert({"resource_id": "r", "method": "insert", "records": [{"k": True, "i": 2.5}, {"k": 5}]})
    assert found(datastore, filters={"_id": [4, 5]}) == ["true", "5"]
    assert found(datastore, filters={"_id": 4}, fields="i") == [3]


def test_without_a_key_only_inserts() -> None:
    made = make_datastore()
    made.create({"resource_id": "r", "records": [{"a": 1}]})
    assert refusal(made, "upsert", {"records": [{"a": 1}]}) == {
        "table": ["unique key must be passed for update/upsert"]
    }


def test_columns_come_and_go() -> None:
    made = make_datastore()
    made.create({"resource_id": "r", "records": [{"a": 2, "new": "y"}]})
    made.create({"resource_id": "r", "fields": [{"id": "a", "type": "text"}, {"id": "late", "type": "int"}]})
    assert made.search({"resource_id": "r"})["records"] == [{"_id": 1, "a": 2, "new": "y", "late": None}]
    made.create({"resource_id": "r", "fields": [{"id": "a"}], "delete_fields": True})
    assert made.search({"resource_id": "r"})["records"] == [{"_id": 1, "a": 2}]


@pytest.mark.parametrize(
    ("arguments", "errors"),
    [
        ({"fields": [{"id": "x", "type": "nosuch"}]}, {"fields": ['"nosuch" is not a valid field type']}),
        ({"fields": [{"id": "_x", "type": "int"}]}, {"fields": ['"_x" is not a valid field name']}),
        ({"fields": [{"id": "x"}]}, {"fields": ['"x" type not guessable']}),
        (
            {"fields": [{"id": "x", "type": "int"}, {"id": "x", "type": "int"}]},
            {"field": ["Duplicate column names are not supported"]},
        ),
        ({"records": [["a"]]}, {"records": ["The first row is not a json object"]}),
        (
            {"fields": [{"id": "x", "type": "int"}], "primary_key": "zz"},
            {"index": ["The field \"['zz']\" is not a valid column name."]},
        ),
        ({"resource_id": None}, {"resource_id": ["resource_id or resource required"]}),
        ({"aliases": "a%"}, {"alias": ['"a%" is not a valid alias name']}),
    ],
    ids=str,
)
def test_create_refuses(arguments: dict[str, Any], errors: dict[str, Any]) -> None:
    made = make_datastore()
    assert refusal(made, "create", arguments) == errors
    with pytest.raises(NotFoundFailure):
        made.search({"resource_id": "r"})


def test_fields_must_be_a_list_of_dicts() -> None:
    with pytest.raises(IntegrityFailure, match="Only lists of dicts can be placed against subschema"):
        make_datastore().create({"resource_id": "r", "fields": "x"})


def test_a_key_that_is_not_unique_is_refused() -> None:
    arguments = {"primary_key": "x", "fields": [{"id": "x", "type": "int"}], "records": [{"x": 1}, {"x": 1}]}
    errors = refusal(make_datastore(), "create", arguments)
    assert errors["constraints"] == ["Cannot insert records or create indexbecause of uniqueness constraint"]
    assert errors["info"]["pgcode"] == "23505"


def test_aliases_read_but_do_not_write(datastore: Datastore) -> None:
    datastore.create({"resource_id": "r", "aliases": ["other"]})
    assert datastore.search({"resource_id": "other"})["resource_id"] == "r"
    with pytest.raises(NotFoundFailure):
        datastore.upsert({"resource_id": "other", "records": [{"k": "a"}]})
    with pytest.raises(ValidationFailure, match="already exists"):
        datastore.create({"resource_id": "s", "records": [{"a": 1}], "aliases": "other"})


def test_info_describes_the_columns(datastore: Datastore) -> None:
    info = datastore.info({"id": "r"})
    assert (info["meta"]["id"], info["meta"]["count"], info["meta"]["aliases"]) == ("r", 3, [])
    assert [(field["id"], field["type"], field["schema"]["native_type"]) for field in info["fields"]] == [
        ("k", "text", "text"),
        ("i", "int4", "integer"),
        ("n", "numeric", "numeric"),
        ("b", "bool", "boolean"),
        ("ts", "timestamp", "timestamp without time zone"),
        ("js", "nested", "nested"),
    ]
    assert [field["schema"]["is_index"] for field in info["fields"]] == [True, False, False, False, False, False]
    assert info["fields"][5]["info"] == {"label": "Jay"}
    assert refusal(datastore, "info", {"resource_id": ""}) == {"resource_id": ["Missing value"]}


def test_delete_with_filters_keeps_the_table_and_without_drops_it(datastore: Datastore) -> None:
    assert datastore.delete({"resource_id": "r", "filters": {"k": ["a", "x"]}}) == {
        "resource_id": "r",
        "filters": {"k": ["a", "x"]},
    }
    assert found(datastore) == ["b", "c"]
    datastore.delete({"resource_id": "r", "filters": {}})
    assert found(datastore) == []
    assert datastore.delete({"resource_id": "r", "force": True}) == {"resource_id": "r"}
    with pytest.raises(NotFoundFailure):
        datastore.delete({"resource_id": "r"})


def test_records_delete_wants_filters(datastore: Datastore) -> None:
    assert refusal(datastore, "records_delete", {}) == {"filters": ["Missing value"]}
    assert refusal(datastore, "records_delete", {"filters": []}) == {"filters": ["Must be a dict"]}
    datastore.records_delete({"resource_id": "r", "filters": {}})
    assert found(datastore) == []


def test_delete_refuses(datastore: Datastore) -> None:
    assert refusal(datastore, "delete", {"filters": [1]}) == {"filters": ["filters must be either a dict or null."]}
    assert refusal(datastore, "delete", {"filters": {"zz": 1}}) == {"filters": ['invalid value "zz"']}
    assert refusal(datastore, "delete", {"filters": {"i": "abc"}}) == "Internal Server Error"


def test_another_connection_finds_what_was_committed(tmp_path: Any) -> None:
    first = sqlite3.connect(tmp_path / "x.sqlite")
    Datastore(first).create({"resource_id": "r", "records": [{"a": 1}]})
    first.commit()
    second = Datastore(sqlite3.connect(tmp_path / "x.sqlite"))
    assert second.search({"resource_id": "r"})["total"] == 1
    second.clear()
    with pytest.raises(NotFoundFailure):
        second.search({"resource_id": "r"})


def test_ckan_2_12_answers_without_records_and_with_milliseconds() -> None:
    made = make_datastore("2.12.0")
    answer = made.create({"resource_id": "r", "fields": FIELDS, "primary_key": "k", "records": RECORDS})
    assert answer["calculate_record_count"] == "background"
    asked = {"resource_id": "r", "records": [{"k": "a"}]}
    assert made.upsert(asked) == {"resource_id": "r", "calculate_record_count": "background"}
    assert made.upsert({**asked, "include_records": True})["records"] == [{"k": "a"}]
    answer = made.search({"resource_id": "r", "filters": {"i": {"lte": 7, "gt": 1}}, "fields": "k,ts"})
    assert (answer["records"], answer["include_next_page"]) == ([{"k": "c", "ts": None}], False)
    assert answer["filterops"]["value"][0] == {"op": "lte", "field": "i", "value": 7}
    assert "_links" not in answer
    assert found(made, fields="ts", limit=1) == ["2020-01-02T03:04:05.678"]
    assert found(made, filters={"k": []}) == []
    assert refusal(made, "search", {"filters": {"zz": 1}}) == {"filters": ["Unknown field: zz"]}


def test_ckan_2_10_takes_no_blanks_and_no_fewer_fields() -> None:
    made = make_datastore("2.10.11")
    made.create(
        {"resource_id": "r", "fields": [{"id": "a", "type": "int"}, {"id": "b", "type": "int"}], "primary_key": "a"}
    )
    assert refusal(made, "upsert", {"records": [{"a": 1, "b": ""}]}) == {
        "records": ['invalid input syntax for type integer: ""'],
        "_records_row": 0,
    }
    assert refusal(made, "upsert", {"method": "insert", "records": [{"a": "x"}]}) == "Internal Server Error"
    assert refusal(made, "create", {"fields": [{"id": "b", "type": "int"}]}) == {
        "fields": ['Supplied field "b" not present or in wrong order']
    }
