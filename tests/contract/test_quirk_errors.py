"""How CKAN refuses, and when it has done it all the same."""

from __future__ import annotations

import pytest

from ckan_api_client.low_level import CkanLowlevelClient
from contract.bench import Bench
from contract.catalogs import Catalog
from contract.raw import ask, path_of, send


@pytest.mark.quirk("error-is-a-bare-text")
def test_an_unknown_action_is_one_json_text(catalog: Catalog, bench: Bench) -> None:
    unknown = ask(bench.low_level, "no_such_action")
    by_get = send(catalog, "GET", path_of("package_create"))
    assert (unknown.status, by_get.status) == (400, 400)
    assert isinstance(unknown.json, str)
    assert isinstance(by_get.json, str)


@pytest.mark.quirk("error-is-a-page")
def test_unknown_urls_and_wrong_methods_are_pages(catalog: Catalog) -> None:
    answers = [send(catalog, "GET", "/api/3/nothing"), send(catalog, "PUT", path_of("package_create"))]
    assert [(answer.status, answer.content_type) for answer in answers] == [(404, "text/html"), (405, "text/html")]


@pytest.mark.quirk("conflict-is-several-things")
@pytest.mark.quirk("search-error-is-two-things")
def test_wrong_data_and_a_query_that_solr_cannot_parse_are_both_409(bench: Bench) -> None:
    data = ask(bench.low_level, "package_create")
    query = ask(bench.low_level, "package_search", fq="title:(")
    assert (data.status, data.kind) == (409, "Validation Error")
    assert (query.status, query.kind) == (409, "Search Error")
    assert "HTTP 400" in query.error["message"]


@pytest.mark.quirk("details-have-many-shapes")
def test_the_details_of_a_refusal_have_a_shape_for_each_kind_of_field(bench: Bench, catalog: Catalog) -> None:
    answer = ask(
        bench.low_level,
        "package_create",
        name=bench.name(),
        owner_org=catalog.organization,
        version="x" * 101,
        tags=[{"name": "water"}, {"name": "a"}, {"name": "b"}],
        resources=[{"url": "a"}, {"size": "much"}, {"url": "b"}],
        extras=[{"key": "a", "value": "1"}, {"key": "a", "value": "2"}],
    )
    error = answer.error
    assert answer.status == 409
    assert error["__type"] == "Validation Error"
    assert [type(item) for item in error["version"]] == [str]
    assert [type(item) for item in error["tags"]] == [str, str]
    assert [sorted(item) for item in error["resources"]] == [[], ["size"], []]
    assert error["extras_validation"] == ['Duplicate key "a"']


@pytest.mark.quirk("texts-are-translated")
def test_messages_are_in_the_language_of_the_site(catalog: Catalog, bench: Bench) -> None:
    taken = bench.dataset()["name"]
    with CkanLowlevelClient(f"{catalog.url}/it", catalog.sysadmin_token) as italian:
        answer = ask(italian, "package_create", name=taken, owner_org=catalog.organization)
    assert answer.error["name"] == ["Questa URL è già stata usata."]


@pytest.mark.quirk("refusal-repeats-the-request")
def test_a_wrong_shape_brings_the_request_back(bench: Bench) -> None:
    answer = ask(bench.low_level, "package_create", name="said", tags=["water"])
    assert answer.error["data"]["name"] == "said"


@pytest.mark.quirk("bulk-is-refused-when-done")
@pytest.mark.quirk("error-after-the-commit")
def test_an_error_may_come_after_all_is_done(bench: Bench, catalog: Catalog) -> None:
    owner = bench.organization()
    made = bench.dataset(owner_org=owner["id"])
    answer = ask(
        bench.low_level,
        "bulk_update_delete",
        datasets=[made["id"], "7f0c0c11-0000-4000-8000-000000000000"],
        org_id=owner["id"],
    )
    assert answer.status == {"2.10": 500, "2.11": 404, "2.12": 404}[catalog.release]
    assert bench.show(made["id"])["state"] == "deleted"


@pytest.mark.quirk("failed-match-is-a-validation-error")
def test_a_match_that_fails_names_what_differs(bench: Bench) -> None:
    made = bench.dataset(notes="as it is")
    answer = ask(bench.low_level, "package_revise", match={"id": made["id"], "notes": "as it was"}, update={"url": "x"})
    assert (answer.status, answer.kind) == (409, "Validation Error")
    assert answer.error["match"] == ["notes"]


@pytest.mark.quirk("immense-term-is-final")
@pytest.mark.quirk("extras-have-a-limit")
@pytest.mark.quirk("index-error-undoes-the-write")
def test_a_value_that_the_index_cannot_hold_leaves_nothing_behind(bench: Bench, catalog: Catalog) -> None:
    bench.dataset("fits", extras=[{"key": "long", "value": "x" * 32_766}])
    name = bench.name("does-not")
    answer = ask(
        bench.low_level,
        "package_create",
        name=name,
        owner_org=catalog.organization,
        extras=[{"key": "long", "value": "x" * 32_767}],
    )
    assert (answer.status, answer.kind) == (500, "Search Index Error")
    assert "immense term" in answer.error["message"]
    assert ask(bench.low_level, "package_show", id=name).status == 404
