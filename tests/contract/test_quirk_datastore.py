"""The DataStore: tables that belong to resources, but not as closely as one thinks."""

from __future__ import annotations

from typing import Any

import pytest

from contract.bench import Bench
from contract.catalogs import Catalog
from contract.raw import ask


def with_table(bench: Bench, *records: dict[str, Any]) -> tuple[str, str]:
    """Make a dataset with a table, and return the ids of dataset and resource."""
    made = bench.dataset(resources=[{"name": "table"}])
    resource = made["resources"][0]["id"]
    bench.action.datastore_create(resource_id=resource, records=list(records), force=True)
    return made["id"], resource


@pytest.mark.quirk("column-j-stands-for-the-row")
def test_of_a_table_with_a_column_j_only_that_is_shown(bench: Bench, catalog: Catalog) -> None:
    _, resource = with_table(bench, {"i": 1, "j": 2})
    try:
        rows = ask(bench.low_level, "datastore_search", resource_id=resource).result["records"]
        lists = ask(bench.low_level, "datastore_search", resource_id=resource, records_format="lists").result["records"]
        assert rows == {"2.10": [2], "2.11": [2], "2.12": [{"_id": 1, "i": 1, "j": 2}]}[catalog.release]
        assert lists == [[1, 1, 2]]
    finally:
        bench.action.datastore_delete(resource_id=resource, force=True)


@pytest.mark.quirk("purge-leaves-the-table")
def test_a_purged_dataset_leaves_its_table_behind(bench: Bench) -> None:
    dataset, resource = with_table(bench, {"a": 1})
    bench.action.dataset_purge(id=dataset)
    try:
        assert ask(bench.low_level, "resource_show", id=resource).status == 404
        assert ask(bench.low_level, "datastore_search", resource_id=resource).result["total"] == 1
    finally:
        # On 2.12 a table can be deleted by its resource only: one that bears the id again.
        bench.dataset("again", resources=[{"id": resource, "name": "table"}])
        bench.action.datastore_delete(resource_id=resource, force=True)
