"""What people do to a dataset without moving its timestamp is seen before a sync writes over it."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract.bench import Bench
from contract.syncing import Sync


@pytest.fixture
def sync(bench: Bench, tmp_path: Path) -> Sync:
    return Sync(bench, tmp_path)


def test_a_group_that_the_source_adds_leaves_what_people_did_in_the_groups_tab(sync: Sync, bench: Bench) -> None:
    ours, added, theirs = (bench.group(suffix)["name"] for suffix in ("ours", "added", "theirs"))
    record = {"name": bench.name(), "title": "A", "groups": [ours]}
    (made,) = sync({"a": record}).outcomes
    before = bench.show(made.dataset_id)
    member = {"object": made.dataset_id, "object_type": "package"}
    bench.action.member_create(id=theirs, capacity="public", **member)
    bench.action.member_delete(id=ours, **member)
    assert bench.show(made.dataset_id)["metadata_modified"] == before["metadata_modified"]
    record = {**record, "groups": [ours, added]}
    assert sync({"a": record}).counts() == {"updated": 1}
    assert {group["name"] for group in bench.show(made.dataset_id)["groups"]} == {added, theirs}
    assert sync({"a": record}).counts() == {"unchanged": 1}
    assert sync.writes == []


def test_a_resource_that_the_source_renames_keeps_its_table(sync: Sync, bench: Bench) -> None:
    # A table that is made dates the dataset anew on 2.12 only.
    record, resource = {"name": bench.name(), "title": "A"}, {"id": "r", "url": "http://data.example/1.csv"}
    (made,) = sync({"a": {**record, "resources": [{**resource, "name": "First"}]}}).outcomes
    resource_id = bench.show(made.dataset_id)["resources"][0]["id"]
    bench.action.datastore_create(resource_id=resource_id, records=[{"x": "1"}], force=True)
    try:
        renamed = {"a": {**record, "resources": [{**resource, "name": "Second"}]}}
        assert sync(renamed).counts() == {"updated": 1}
        (shown,) = bench.show(made.dataset_id)["resources"]
        assert (shown["name"], shown["datastore_active"]) == ("Second", True)
        assert bench.action.datastore_search(resource_id=resource_id)["total"] == 1
        assert sync(renamed).counts() == {"unchanged": 1}
        assert sync.writes == []
    finally:
        bench.action.datastore_delete(resource_id=resource_id, force=True)
