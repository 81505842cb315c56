"""The search index, which answers for the database more often than one thinks."""

from __future__ import annotations

import pytest

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
