"""What package_search finds. The same queries went to a CKAN 2.11.6 on Solr 9.10 with like datasets."""

from typing import Any

import pytest

from ckan_api_client.testing.search import (
    InvalidParameter,
    SearchIndex,
    SearchSyntaxError,
    check_document,
    document_of,
    search,
)

Package = dict[str, Any]


def make_package(name: str, title: str, **fields: Any) -> Package:
    return {
        "id": f"id-{name}",
        "name": name,
        "title": title,
        "notes": "",
        "state": "active",
        "private": False,
        "type": "dataset",
        "metadata_created": "2026-01-01T00:00:00.000000",
        "metadata_modified": "2026-01-01T00:00:00.000000",
        "extras": [],
        "tags": [],
        "groups": [],
        "resources": [],
        **fields,
    }


def make_extras(**values: str) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in values.items()]


PACKAGES = [
    make_package(
        "rivers",
        "Water quality of rivers",
        notes="The quick brown foxes jumped over lazy dogs",
        author="Müller, Jürgen",
        version="1.0",
        tags=[{"name": "water"}, {"name": "Air Quality"}],
        extras=make_extras(source="src-1", record="http://example.org/ds?id=3", lang="en", issued_date="2020-01-01"),
        resources=[{"name": "file 1", "url": "http://example.org/files/1.csv", "format": "CSV", "description": ""}],
        organization={"name": "env", "title": "Environment"},
        metadata_modified="2026-01-04T10:00:00.123456",
    ),
    make_package(
        "cameras",
        "PowerShot Wi-Fi cameras",
        notes="running tests",
        version="1.1",
        extras=make_extras(source="src-1", record='Rec 5 "q"', lang="EN"),
        organization={"name": "env", "title": "Environment"},
        metadata_modified="2026-01-03T10:00:00.000000",
    ),
    make_package(
        "elections",
        "Élections régionales 2020",
        version="1.2",
        tags=[{"name": "water"}],
        extras=make_extras(source="src-2", lang="fr-CA"),
        groups=[{"name": "politics", "title": "Ärger"}],
        metadata_modified="2026-01-02T10:00:00.000000",
    ),
    make_package(
        "waste",
        "Waste water treatment plants",
        private=True,
        extras=make_extras(source="src-2"),
        metadata_modified="2026-01-01T10:00:00.000000",
    ),
    make_package("planned", "Planned water works", state="draft"),
    make_package("gone", "Gone water", state="deleted"),
]
LABELS = {"waste": ["member-env"], "planned": ["creator-1"]}
DOCUMENTS = [document_of(package, LABELS.get(package["name"], ["public"])) for package in PACKAGES]


def find(**arguments: Any) -> list[str]:
    arguments = {"sort": "name asc", **{name.replace("__", "."): value for name, value in arguments.items()}}
    return [package["name"] for package in search(DOCUMENTS, arguments).results]


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("", ["cameras", "elections", "rivers"]),
        ("*:*", ["cameras", "elections", "rivers"]),
        ("river", ["rivers"]),
        ("RIVERS", ["rivers"]),
        ("run", ["cameras"]),
        ("water rivers", ["rivers"]),
        ("water elections", ["elections"]),
        ("water -rivers", ["elections"]),
        ('"water quality"', ["rivers"]),
        ('"quality water"', []),
        ("powershot", ["cameras"]),
        ("power shot", ["cameras"]),
        ("wifi", ["cameras"]),
        ("wi-fi", ["cameras"]),
        ("elections", ["elections"]),
        ("régionales", ["elections"]),
        ("wat*", []),
        ("title:wat*", ["rivers"]),
        ("title:Wat*", ["rivers"]),
        ("name:r?vers", ["rivers"]),
        ("name:RIVERS", []),
        ("title:(water quality)", ["rivers"]),
        ("title:(wi OR quality)", ["cameras", "rivers"]),
        ('notes:"foxes dogs"', []),
        ('notes:"foxes dogs"~3', ["rivers"]),
        ("tags:water", ["elections", "rivers"]),
        ("tags:Water", []),
        ('tags:"Air Quality"', ["rivers"]),
        ("tags:*", ["elections", "rivers"]),
        ("-tags:*", ["cameras"]),
        ("(-tags:*)", []),
        ("lang:EN", ["cameras"]),
        ("extras_lang:EN", ["cameras", "rivers"]),
        ("extras_lang:ca", ["elections"]),
        ("lang:ca", []),
        ("source:src", []),
        ("extras_source:src", ["cameras", "elections", "rivers"]),
        ('record:"http://example.org/ds?id=3"', ["rivers"]),
        (r"record:http\://example.org/ds\?id=3", ["rivers"]),
        (r'record:"Rec 5 \"q\""', ["cameras"]),
        ("version:[1.1 TO *]", ["cameras", "elections"]),
        ("version:{1.0 TO 1.2}", ["cameras"]),
        ('id:{"id-elections" TO *]', ["rivers"]),
        ("issued_date:[2020-01-01T00:00:00Z TO NOW]", ["rivers"]),
        ("metadata_modified:[2026-01-03T10:00:00Z TO *]", ["cameras", "rivers"]),
        ('metadata_modified:"2026-01-04T10:00:00.123Z"', ["rivers"]),
        ("metadata_modified:[NOW-1DAY/DAY TO NOW-2DAYS]", []),
        ("author:muller", []),
        ("author:müller", ["rivers"]),
        ("private:false", ["cameras", "elections", "rivers"]),
        ("title:water AND NOT title:rivers", []),
        ("title:watr~1", ["rivers"]),
        ("title:/wat.r/", ["rivers"]),
        ("name_ngram:iver", ["rivers"]),
        ("nosuch:*", []),
    ],
)
def test_q_finds(q: str, names: list[str]) -> None:
    assert find(q=q) == names


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({}, ["cameras", "elections", "rivers"]),
        ({"include_private": True}, ["cameras", "elections", "rivers", "waste"]),
        ({"include_drafts": True}, ["cameras", "elections", "planned", "rivers"]),
        ({"include_deleted": "true"}, ["cameras", "elections", "gone", "rivers"]),
        ({"fq": "state:draft"}, []),
        ({"fq": "state:draft", "include_drafts": True}, ["planned"]),
        ({"fq": "+state:(draft OR deleted)"}, ["gone", "planned"]),
        ({"fq": "capacity:private", "include_private": True}, ["waste"]),
        ({"fq": "capacity:private"}, []),
        ({"fq": "organization:env"}, ["cameras", "rivers"]),
        ({"fq": "groups:politics"}, ["elections"]),
        ({"fq": '+source:"src-1" +lang:"en"'}, ["rivers"]),
        ({"fq_list": ["source:src-2"]}, ["elections"]),
        ({"fq_list": ["+state:deleted"]}, []),
    ],
)
def test_filters_find(arguments: dict[str, Any], names: list[str]) -> None:
    assert find(**arguments) == names


def test_an_or_in_fq_turns_the_filter_off() -> None:
    """CKAN writes its own filters into the same text; they are required, so both sides of an OR become optional."""
    assert find(fq="source:src-1 OR source:nosuch") == ["cameras", "elections", "rivers"]
    assert find(fq="+(source:src-1 OR source:nosuch)") == ["cameras", "rivers"]


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("name desc", ["rivers", "elections", "cameras"]),
        ("metadata_modified desc", ["rivers", "cameras", "elections"]),
        (None, ["rivers", "cameras", "elections"]),
        ("rank", ["rivers", "cameras", "elections"]),
        ("source desc, name asc", ["elections", "cameras", "rivers"]),
        ("record asc, name asc", ["cameras", "rivers", "elections"]),
        ("record desc, name asc", ["rivers", "cameras", "elections"]),
        ("title_string asc", ["cameras", "rivers", "elections"]),
        ("title asc", ["elections", "cameras", "rivers"]),
        ("tags desc, name asc", ["elections", "rivers", "cameras"]),
        ("extras_record asc, name asc", ["elections", "rivers", "cameras"]),
    ],
)
def test_sort(sort: str | None, names: list[str]) -> None:
    assert find(sort=sort) == names


def test_the_best_match_comes_first() -> None:
    found = search(DOCUMENTS, {"q": "water", "include_private": True})
    assert [package["name"] for package in found.results] == ["rivers", "waste", "elections"]
    assert found.sort == "score desc, metadata_modified desc"


def test_rows_and_start_cut_the_page_but_not_the_count() -> None:
    found = search(DOCUMENTS, {"sort": "name asc", "rows": "1", "start": 1})
    assert ([package["name"] for package in found.results], found.count) == (["elections"], 3)
    assert search(DOCUMENTS, {"rows": 0}).results == []
    many = [document_of(make_package(f"d{number}", "D"), ["public"]) for number in range(1002)]
    assert len(search(many, {}).results) == 10
    assert len(search(many, {"rows": 5000}).results) == 1000
    assert search(many, {"rows": 5000}).count == 1002


def test_fl_gives_what_solr_stores() -> None:
    fl = [
        "name",
        "metadata_modified",
        "capacity",
        "extras_lang",
        "lang",
        "private",
        "tags",
        "res_format",
        "issued_date",
    ]
    found = search(DOCUMENTS, {"fl": fl, "sort": "name desc", "rows": 2})
    assert found.results == [
        {
            "name": "rivers",
            "metadata_modified": "2026-01-04T10:00:00.123Z",
            "capacity": "public",
            "tags": ["water", "Air Quality"],
            "res_format": ["CSV"],
            "issued_date": "2020-01-01T00:00:00Z",
            "lang": "en",
        },
        {
            "name": "elections",
            "metadata_modified": "2026-01-02T10:00:00Z",
            "capacity": "public",
            "tags": ["water"],
            "lang": "fr-CA",
        },
    ]
    assert search(DOCUMENTS, {"fl": "id", "q": "rivers"}).results == [{"id": "id-rivers"}]
    assert search(DOCUMENTS, {"fl": "id,name", "q": "rivers"}).results == [{"id": "id-rivers", "name": "rivers"}]
    assert search(DOCUMENTS, {"fl": "what:name", "q": "rivers"}).results == [{"what": "rivers"}]
    assert search(DOCUMENTS, {"fl": "extras_*", "q": "elections"}).results == [{"source": "src-2", "lang": "fr-CA"}]


def test_facets_count_what_was_found() -> None:
    found = search(DOCUMENTS, {"facet.field": '["tags", "organization"]', "rows": 0})
    assert found.facets == {"tags": {"water": 2, "Air Quality": 1}, "organization": {"env": 2}}
    assert found.search_facets == {
        "tags": {
            "title": "tags",
            "items": [
                {"name": "water", "display_name": "water", "count": 2},
                {"name": "Air Quality", "display_name": "Air Quality", "count": 1},
            ],
        },
        "organization": {
            "title": "organization",
            "items": [{"name": "env", "display_name": "Environment", "count": 2}],
        },
    }


@pytest.mark.parametrize(
    ("arguments", "counts"),
    [
        ({"facet.limit": 1}, {"src-1": 2}),
        ({"facet.limit": -1}, {"src-1": 2, "src-2": 1}),
        ({"facet.limit": 0}, {}),
        ({"facet.mincount": 2}, {"src-1": 2}),
        ({"facet.mincount": 0, "q": "elections"}, {"src-2": 1, "src-1": 0}),
    ],
)
def test_facet_limits(arguments: dict[str, Any], counts: dict[str, int]) -> None:
    assert search(DOCUMENTS, {"facet.field": ["source"], **arguments}).facets == {"source": counts}


def test_no_facets_without_facet() -> None:
    assert search(DOCUMENTS, {"facet.field": ["tags"], "facet": "false"}).facets == {}


@pytest.mark.parametrize(
    "arguments",
    [
        {"q": "title:("},
        {"q": "title:"},
        {"q": 'title:"water'},
        {"q": "title:a:b"},
        {"q": "title:-a"},
        {"q": "AND title:a"},
        {"q": "title:water OR OR x"},
        {"q": "title:[a b]"},
        {"q": "metadata_modified:foo"},
        {"q": "metadata_modified:2026*"},
        {"q": "issued_date:[2018 TO 2020]"},
        {"q": "metadata_modified:2026-01-04T10:00:00Z"},
        {"q": "-"},
        {"q": "data_dict:*"},
        {"fq": ["title:water"]},
        {"sort": "text asc"},
        {"facet.field": ["metadata_modified"]},
        {"facet": "maybe"},
    ],
    ids=str,
)
def test_solr_refuses(arguments: dict[str, Any]) -> None:
    with pytest.raises(SearchSyntaxError) as refusal:
        search(DOCUMENTS, arguments)
    assert refusal.value.status == 409


def test_results_are_copies_unless_told_otherwise() -> None:
    found = search(DOCUMENTS, {"q": "rivers"}).results[0]
    found["extras"].clear()
    assert len(search(DOCUMENTS, {"q": "rivers"}).results[0]["extras"]) == 4
    index = SearchIndex()
    index.update(DOCUMENTS)
    assert index.search({"q": "rivers"}, copies=False).results[0] is DOCUMENTS[0]["validated_data_dict"]


def test_an_index_forgets_what_was_replaced() -> None:
    index = SearchIndex()
    index.update(DOCUMENTS)
    assert index.search({"q": "title:rivers"}).count == 1
    assert index.search({"fq": "lang:en"}).count == 1
    index.put(document_of(make_package("rivers", "Lakes"), ["public"]))
    assert index.search({"q": "title:rivers"}).count == 0
    assert index.search({"fq": "lang:en"}).count == 0
    assert index.search({"q": "title:lakes"}).count == 1
    index.remove("id-rivers")
    index.remove("id-rivers")
    assert index.search({}).count == 2


def test_an_update_keeps_the_same_documents_and_drops_the_others() -> None:
    index = SearchIndex()
    index.update(DOCUMENTS)
    assert index.search({"q": "title:*"}).count == 3
    index.update(DOCUMENTS[1:3])
    assert [package["name"] for package in index.search({"sort": "name asc"}).results] == ["cameras", "elections"]


def test_labels_hide_what_the_caller_may_not_see() -> None:
    index = SearchIndex()
    index.update(DOCUMENTS)
    arguments = {"include_private": True, "include_drafts": True, "sort": "name asc"}
    assert index.search(arguments, labels=["public"]).count == 3
    found = index.search(arguments, labels=["public", "member-env"]).results
    assert [package["name"] for package in found] == ["cameras", "elections", "rivers", "waste"]
    assert index.search(arguments, labels=None).count == 5


def test_unknown_parameters_and_sorts_are_bad_requests() -> None:
    with pytest.raises(InvalidParameter) as refusal:
        search(DOCUMENTS, {"limit": 1})
    assert refusal.value.body() == {
        "__type": "Search Query Error",
        "message": "Search Query is invalid: \"Invalid search parameters: ['limit']\"",
    }
    with pytest.raises(InvalidParameter) as refusal:
        search(DOCUMENTS, {"sort": "name"})
    assert refusal.value.detail == "Search Query is invalid: 'Invalid \"sort\" parameter'"


def test_check_document_finds_nothing_wrong() -> None:
    assert [check_document(document) for document in DOCUMENTS] == [None] * 6
