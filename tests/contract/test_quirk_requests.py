"""What CKAN makes of a request before any action sees it."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.low_level import CkanLowlevelClient
from contract.bench import Bench
from contract.catalogs import Catalog
from contract.raw import ask, ask_by_form, path_of, send

JSON = {"Content-Type": "application/json"}


@pytest.mark.quirk("content-type-is-needed")
def test_json_that_is_not_announced_is_not_read(catalog: Catalog) -> None:
    answer = send(catalog, "POST", path_of("package_search"), body=b'{"rows": 0}')
    told = {
        "2.10": (400, "application/json"),
        "2.11": (415, "text/html"),
        "2.12": (415, "text/html"),
    }
    assert (answer.status, answer.content_type) == told[catalog.release]


@pytest.mark.quirk("query-hides-the-body")
def test_with_a_query_string_the_body_of_a_read_is_ignored(bench: Bench) -> None:
    bench.dataset()
    nobody = {"fq": "+name:no-such-dataset"}
    without = bench.low_level.request("POST", path_of("package_search"), json=nobody)
    beside = bench.low_level.request("POST", path_of("package_search"), json=nobody, query={"rows": "0"})
    assert b'"count": 0' in without.body
    assert b'"count": 0' not in beside.body


@pytest.mark.quirk("get-loses-types")
def test_the_arguments_of_a_get_are_texts(catalog: Catalog) -> None:
    by_get = send(catalog, "GET", path_of("package_search") + "?rows=0&facet.field=tags")
    by_post = send(
        catalog, "POST", path_of("package_search"), body=b'{"rows": 0, "facet.field": ["tags"]}', headers=JSON
    )
    assert (by_get.status, by_post.status) == (409, 200)


@pytest.mark.quirk("callback-makes-anonymous")
def test_a_call_with_a_callback_is_anonymous(bench: Bench) -> None:
    private = bench.dataset(private=True)
    assert ask(bench.low_level, "package_show", id=private["id"]).status == 200
    assert ask(bench.low_level, "package_show", id=private["id"], callback="f").status == 403


@pytest.mark.quirk("one-field-form-is-json")
@pytest.mark.parametrize("value", ["", "1"])
def test_a_form_with_one_short_field_is_read_as_json(bench: Bench, value: str) -> None:
    answer = ask_by_form(bench.low_level, "resource_create", [("name", value)])
    assert answer.status == 400
    assert isinstance(answer.json, str)


@pytest.mark.quirk("form-holds-no-lists")
def test_a_form_with_a_list_breaks(bench: Bench, catalog: Catalog) -> None:
    fields = [("name", bench.name()), ("owner_org", catalog.organization), ("tags", "water")]
    answer = ask_by_form(bench.low_level, "package_create", fields)
    assert (answer.status, answer.content_type) == (500, "text/html")


@pytest.mark.quirk("form-of-revise-holds-json")
def test_package_revise_reads_json_out_of_a_form(bench: Bench) -> None:
    made = bench.dataset(resources=[{"name": "empty"}])
    fields = [("match", f'{{"id": "{made["id"]}"}}'), ("update", '{"notes": "by form", "tags": [{"name": "water"}]}')]
    revised = ask_by_form(bench.low_level, "package_revise", fields).result["package"]
    assert (revised["notes"], [tag["name"] for tag in revised["tags"]]) == ("by form", ["water"])


@pytest.mark.quirk("lists-hold-objects-only")
@pytest.mark.parametrize(
    "field",
    [
        {"tags": ["water"]},
        {"tags": "water,air"},
        {"tags": None},
        {"groups": ["water"]},
        {"extras": {"a": "1"}},
        {"extras": None},
        {"resources": {"url": "https://example.org"}},
        {"resources": None},
    ],
    ids=str,
)
def test_lists_of_anything_but_objects_are_refused(bench: Bench, catalog: Catalog, field: dict[str, Any]) -> None:
    answer = ask(bench.low_level, "package_create", name=bench.name(), owner_org=catalog.organization, **field)
    assert (answer.status, answer.kind) == (400, "Integrity Error")


@pytest.mark.quirk("site-below-a-path")
def test_a_language_is_a_path_and_a_slash_at_the_end_is_no_action(catalog: Catalog) -> None:
    with CkanLowlevelClient(f"{catalog.url}/it/api/3/action/", catalog.sysadmin_token) as client:
        assert client.base_url == f"{catalog.url}/it"
        assert client.whoami()["sysadmin"] is True
    answer = send(catalog, "GET", path_of("status_show") + "/")
    assert (answer.status, answer.content_type) == (404, "text/html")
