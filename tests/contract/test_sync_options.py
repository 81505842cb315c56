"""Options that keep a sync from doing something keep it from all of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ckan_api_client.exceptions import NotFound
from contract.bench import Bench
from contract.syncing import Sync


@pytest.fixture
def sync(bench: Bench, tmp_path: Path) -> Sync:
    return Sync(bench, tmp_path)


def test_where_groups_are_ignored_none_is_made(sync: Sync, bench: Bench) -> None:
    theme = f"{bench.prefix}-theme"
    bench.purge_later("group", theme)
    ignoring = sync.with_options(ignore=("groups",))
    report = ignoring({"a": {"name": bench.name("a"), "title": "A", "groups": [theme]}})
    assert (report.counts(), report.counts("group"), ignoring.writes) == ({"created": 1}, {}, ["package_create"])
    with pytest.raises(NotFound):
        bench.action.group_show(id=theme)


def test_of_two_datasets_with_the_value_asked_for_none_is_adopted_and_both_are_named(sync: Sync, bench: Bench) -> None:
    guid = f"urn:guid:{bench.prefix}"
    both = [bench.dataset(suffix, extras=[{"key": "guid", "value": guid}]) for suffix in ("one", "two")]
    adopting = sync.with_options(adopt="extra:guid")
    report = adopting({guid: {"title": "A"}, "b": {"name": bench.name("b"), "title": "B"}})
    assert report.counts() == {"created": 1, "refused": 1}
    (refused,) = report.undone
    assert refused.record_id == guid
    assert all(dataset["id"] in refused.reason for dataset in both)
    assert [bench.show(dataset["id"]) for dataset in both] == both
