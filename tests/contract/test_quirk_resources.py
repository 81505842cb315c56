"""Resources: known by their id alone, and rewritten at every update."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.high_level import CkanHighlevelClient
from contract.bench import Bench
from contract.catalogs import Catalog
from contract.raw import ask, ask_by_form

A = "https://example.org/a.csv"


def only(dataset: dict[str, Any]) -> dict[str, Any]:
    (resource,) = dataset["resources"]
    found: dict[str, Any] = resource
    return found


@pytest.mark.quirk("resource-without-id-is-new")
def test_the_same_resource_without_its_id_is_another_one(bench: Bench) -> None:
    made = bench.dataset(resources=[{"url": A, "name": "the same"}])
    patched = ask(bench.low_level, "package_patch", id=made["id"], resources=[{"url": A, "name": "the same"}]).result
    assert only(patched)["id"] != only(made)["id"]
    assert ask(bench.low_level, "resource_show", id=only(made)["id"]).status == 404


@pytest.mark.quirk("resource-keeps-what-is-sent")
def test_unknown_keys_of_a_resource_stay_as_long_as_they_are_sent(bench: Bench) -> None:
    made = bench.dataset(resources=[{"url": A, "custom": [1, None], "datastore_active": True}])
    trimmed = {"id": only(made)["id"], "url": A}
    patched = only(ask(bench.low_level, "package_patch", id=made["id"], notes="x").result)
    assert (patched["custom"], patched["datastore_active"]) == ([1, None], True)
    patched = only(ask(bench.low_level, "package_patch", id=made["id"], resources=[trimmed]).result)
    assert "custom" not in patched
    assert not patched.get("datastore_active")


@pytest.mark.quirk("null-clears-half-of-the-fields")
def test_null_clears_some_fields_of_a_resource_and_blank_all(bench: Bench) -> None:
    cleared = ("url", "description", "mimetype", "mimetype_inner", "resource_type")
    kept = ("name", "format", "hash", "cache_url", "url_type")
    made = bench.dataset(resources=[dict.fromkeys([*cleared, *kept], "xyz")])
    fields = {"id": only(made)["id"]}
    null = [{**fields, **dict.fromkeys([*cleared, *kept])}]
    patched = only(ask(bench.low_level, "package_patch", id=made["id"], resources=null).result)
    assert [patched[key] for key in cleared] == ["", None, None, None, None]
    assert [patched[key] for key in kept] == ["xyz", "XYZ", "xyz", "xyz", "xyz"]
    blank = [{**fields, **dict.fromkeys([*cleared, *kept], "")}]
    patched = only(ask(bench.low_level, "package_patch", id=made["id"], resources=blank).result)
    assert {patched[key] or "" for key in [*cleared, *kept]} == {""}


@pytest.mark.quirk("format-is-canonical")
@pytest.mark.quirk("url-gets-a-scheme")
@pytest.mark.quirk("mimetype-is-guessed-sometimes")
def test_what_becomes_of_urls_and_formats(bench: Bench) -> None:
    made = bench.dataset(
        resources=[
            {"url": "example.org/a", "format": "csv"},
            {"url": " https://example.org/b ", "format": "text/csv"},
            {"url": "https://example.org/c.json"},
        ]
    )
    shown = bench.show(made["id"])["resources"]
    assert [item["url"] for item in shown] == [
        "http://example.org/a",
        "https://example.org/b",
        "https://example.org/c.json",
    ]
    assert [item["format"] for item in shown] == ["CSV", "CSV", "JSON"]
    assert [item["mimetype"] for item in shown] == [None, None, None]
    created = bench.action.resource_create(package_id=made["id"], url=A)
    assert created["mimetype"] == "text/csv"


@pytest.mark.quirk("url-is-not-unique")
def test_urls_may_be_equal_or_missing(bench: Bench) -> None:
    made = bench.dataset(resources=[{"url": A}, {"url": A}, {"name": "none"}])
    assert [resource["url"] for resource in made["resources"]] == [A, A, ""]
    assert len({resource["id"] for resource in made["resources"]}) == 3


@pytest.mark.quirk("empty-resource-is-dropped")
def test_an_empty_resource_is_dropped(bench: Bench) -> None:
    made = bench.dataset(resources=[{}, {"url": A}, {}])
    assert only(made)["url"] == A


@pytest.mark.quirk("resource-keys-are-swallowed")
@pytest.mark.quirk("resource-state-is-not-ours")
def test_some_keys_of_a_resource_are_ckans_own(bench: Bench) -> None:
    made = bench.dataset(
        resources=[
            {"url": A, "extras": {"a": 1}, "other": "kept", "state": "deleted", "position": 9, "package_id": "x"}
        ]
    )
    shown = only(bench.show(made["id"]))
    assert "extras" not in shown
    assert shown["other"] == "kept"
    assert (shown["state"], shown["position"], shown["package_id"]) == ("active", 0, made["id"])


@pytest.mark.quirk("resource-id-is-one-datasets")
@pytest.mark.quirk("resource-id-twice")
def test_anybody_may_choose_a_resources_id_that_nobody_has(
    bench: Bench, catalog: Catalog, editor: CkanHighlevelClient
) -> None:
    chosen, other = "0b6d1a52-9c0b-5d0e-8a55-3f0f6a1c0d01", "0b6d1a52-9c0b-5d0e-8a55-3f0f6a1c0d02"
    data = {"owner_org": catalog.organization}
    mine = ask(
        editor.low_level, "package_create", **data, name=bench.name("mine"), resources=[{"id": chosen, "url": A}]
    ).result
    assert only(mine)["id"] == chosen
    taken = ask(
        bench.low_level, "package_create", **data, name=bench.name("taken"), resources=[{"id": chosen, "url": A}]
    )
    assert (taken.status, taken.fields) == (409, {"resources"})
    twice = ask(bench.low_level, "package_create", **data, name=bench.name("twice"), resources=[{"id": other}] * 2)
    assert twice.status == 500


@pytest.mark.quirk("upload-is-renamed")
def test_an_uploaded_file_gets_another_name_and_ckans_own_url(bench: Bench) -> None:
    fields = [("package_id", bench.dataset()["id"]), ("name", "full")]
    shown = ask_by_form(bench.low_level, "resource_create", fields, filename="My File (1).CSV").result
    assert shown["url"].endswith("/download/my-file-1.csv")
    assert (shown["url_type"], shown["size"], shown["mimetype"], shown["format"]) == ("upload", 8, "text/csv", "CSV")
    made = only(bench.dataset("other", resources=[{"name": "empty"}]))
    shown = ask_by_form(bench.low_level, "resource_patch", [("id", made["id"]), ("name", "full")]).result
    assert (shown["url_type"], shown["size"], shown["mimetype"], shown["format"]) == ("upload", 8, None, "")


@pytest.mark.quirk("url-type-rewrites-the-url")
def test_a_resource_that_says_it_was_uploaded_gets_another_url(bench: Bench) -> None:
    shown = only(bench.dataset(resources=[{"url": "https://example.org/files/a.csv", "url_type": "upload"}]))
    assert not shown["url"].startswith("https://example.org")
    assert shown["url"].endswith("/download/a.csv")


@pytest.mark.quirk("datastore-writes-resources")
def test_the_datastore_writes_into_the_resource(bench: Bench) -> None:
    resource = only(bench.dataset(resources=[{"url": A}]))
    bench.action.datastore_create(resource_id=resource["id"], records=[{"a": 1}], force=True)
    try:
        assert bench.action.resource_show(id=resource["id"])["datastore_active"] is True
    finally:
        bench.action.datastore_delete(resource_id=resource["id"], force=True)
