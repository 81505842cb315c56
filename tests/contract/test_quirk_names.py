"""Names and ids: which are legal, whose they are, and how CKAN takes one for the other."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.high_level import CkanHighlevelClient
from ckan_api_client.low_level import CkanLowlevelClient
from contract.bench import Bench
from contract.catalogs import Catalog
from contract.raw import Answer, ask


def create(bench: Bench, client: CkanLowlevelClient | None = None, **fields: Any) -> Answer:
    """Ask for a dataset, which is purged at the end if it came to be."""
    answer = ask(client or bench.low_level, "package_create", **{"owner_org": bench.catalog.organization, **fields})
    if answer.status == 200:
        bench.purge_later("dataset", answer.result["id"])
    return answer


@pytest.mark.quirk("names-are-never-mended")
def test_an_illegal_name_is_refused_and_a_missing_one_not_made(bench: Bench) -> None:
    given: list[dict[str, Any]] = [
        {"name": "Two words"},
        {"name": "x"},
        {"name": "new"},
        {"name": "x" * 101},
        {"title": "Two words"},
    ]
    for fields in given:
        answer = create(bench, **fields)
        assert (answer.status, answer.fields) == (409, {"name"}), fields


@pytest.mark.quirk("name-may-end-in-a-line-feed")
def test_a_name_may_end_in_a_line_feed(bench: Bench) -> None:
    name = f"{bench.prefix}-line"
    assert create(bench, name=f"{name}\n").result["name"] == f"{name}\n"
    assert ask(bench.low_level, "package_show", id=name).status == 404


@pytest.mark.quirk("deleted-dataset-gives-its-name")
@pytest.mark.quirk("rename-onto-a-deleted-name")
def test_a_deleted_dataset_gives_its_name_to_a_new_one_only(bench: Bench) -> None:
    deleted, live = bench.dataset("deleted"), bench.dataset("live")
    bench.action.package_delete(id=deleted["id"])
    assert ask(bench.low_level, "package_patch", id=live["id"], name=deleted["name"]).status == 500
    made = create(bench, name=deleted["name"]).result
    assert made["id"] != deleted["id"]
    assert bench.show(deleted["id"])["name"] == deleted["id"]


@pytest.mark.quirk("id-and-name-are-one")
def test_a_dataset_may_be_named_like_anothers_id(bench: Bench) -> None:
    one = bench.dataset("one")
    other = create(bench, name=one["id"]).result
    assert bench.show(one["name"])["id"] == one["id"]
    assert (other["name"], bench.show(one["id"])["name"]) == (one["id"], one["name"])


@pytest.mark.quirk("id-is-for-sysadmins")
def test_only_a_sysadmin_may_choose_an_id(bench: Bench, catalog: Catalog, editor: CkanHighlevelClient) -> None:
    chosen = "0b6d1a52-9c0b-5d0e-8a55-3f0f6a1c0d03"
    refused = create(bench, editor.low_level, name=bench.name("editors"), id=chosen)
    assert (refused.status, refused.fields) == (409, {"id"})
    assert create(bench, name=bench.name("chosen"), id=chosen).result["id"] == chosen
    statuses = {"2.10": 200, "2.11": 409, "2.12": 409}
    assert create(bench, name=bench.name("other"), id=bench.prefix).status == statuses[catalog.release]


@pytest.mark.quirk("id-is-given-once")
def test_the_id_of_a_deleted_dataset_stays_taken(bench: Bench) -> None:
    chosen = "0b6d1a52-9c0b-5d0e-8a55-3f0f6a1c0d04"
    create(bench, name=bench.name("first"), id=chosen)
    bench.action.package_delete(id=chosen)
    again = create(bench, name=bench.name("second"), id=chosen)
    assert (again.status, again.fields) == (409, {"id"})


@pytest.mark.quirk("update-by-name")
def test_an_update_without_an_id_is_that_of_whoever_has_the_name(bench: Bench) -> None:
    made = bench.dataset()
    updated = ask(bench.low_level, "package_update", name=made["name"], title="Changed").result
    assert (updated["id"], updated["title"]) == (made["id"], "Changed")
