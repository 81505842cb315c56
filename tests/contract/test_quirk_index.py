"""The search index, which answers for the database more often than one thinks."""

from __future__ import annotations

import pytest

from ckan_api_client.bulk.indexed import names_left_out
from contract.bench import Bench
from contract.catalogs import Catalog
from contract.raw import ask


@pytest.mark.quirk("nothing-changed-changes-the-timestamp")
def test_an_update_that_changes_nothing_sets_the_timestamp(bench: Bench, catalog: Catalog) -> None:
    made = bench.dataset(notes="the same")
    patched = ask(bench.low_level, "package_patch", id=made["id"], notes="the same").result
    (found,) = bench.action.package_search(fq=f"+id:{made['id']}")["results"]
    changed = {"2.10": True, "2.11": True, "2.12": False}[catalog.release]
    assert (patched["metadata_modified"] != made["metadata_modified"]) is changed
    assert found["metadata_modified"] == made["metadata_modified"]


@pytest.mark.quirk("trash-is-not-indexed")
def test_a_search_finds_nothing_that_is_deleted(bench: Bench) -> None:
    made = bench.dataset()
    bench.action.package_delete(id=made["id"])
    everything = {"include_deleted": True, "include_private": True, "include_drafts": True}
    assert bench.action.package_search(fq=f"+id:{made['id']}", **everything)["count"] == 0
    assert made["name"] not in bench.low_level.run(names_left_out(private=True, drafts=True, deleted=True))
