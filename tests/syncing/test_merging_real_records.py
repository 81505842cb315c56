"""Real records, through source and fitting: created, edited by people, changed in the source, merged again."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckan_api_client.sources import Record
from ckan_api_client.sources.jsonl import JsonlSource
from ckan_api_client.syncing.fitting import fit_dataset
from ckan_api_client.syncing.merging import is_shown
from ckan_api_client.syncing.records import with_derived_ids
from ckan_api_client.syncing.rules import Rules
from merging_model import IDENTITY, MARKER, RULES, SOURCE_WINS, World

SAMPLE = Path(__file__).parents[2] / "src/ckan_api_client/testing/datagov-100.jsonl.gz"


def _data(record: Record) -> dict[str, Any]:
    fitted = fit_dataset(record.data)
    assert fitted.organization is not None
    groups = [{"name": group["name"]} for group in fitted.groups]
    return with_derived_ids({**fitted.dataset, "owner_org": fitted.organization["name"], "groups": groups}, IDENTITY)


RECORDS = [_data(record) for record in JsonlSource(SAMPLE).read() if isinstance(record, Record)]


def told(shown: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a reader sees of a dataset, but for the ids of its resources."""
    resources = [
        [item.get(key) or None for key in ("url", "name", "description", "format", "mimetype", "resource_type")]
        for item in shown["resources"]
    ]
    scalars = {key: shown.get(key) for key in ("title", "notes", "author", "maintainer", "maintainer_email", "url")}
    return {**scalars, "extras": shown["extras"], "tags": shown["tags"], "resources": resources}


@pytest.mark.parametrize("rules", [RULES, SOURCE_WINS], ids=["catalog", "source"])
def test_what_was_created_needs_no_second_write_with_a_memory_or_without(rules: Rules) -> None:
    assert len(RECORDS) == 100
    for data in RECORDS:
        there = World()
        there.create(data)
        remembering = there.sync(data, rules)
        there.base = None
        forgetful = there.sync(data, rules)
        for merged in (remembering, forgetful):
            assert (merged.values, merged.conflicts, merged.kept) == ({}, (), {})


def test_real_records_that_ckan_shows_take_the_short_way_and_others_do_not() -> None:
    """That both ways give the same is held by the former test, for these, and by random ones in general."""
    for data in RECORDS:
        there = World()
        there.create(data)
        assert is_shown(data, there.now, IDENTITY)
        there.edit(title="by hand")
        assert not is_shown(data, there.now, IDENTITY)


def test_a_record_becomes_any_other_one_where_no_person_was() -> None:
    for before, after in itertools.pairwise(RECORDS):
        there, fresh = World(), World()
        there.create(before)
        fresh.create(after)
        assert there.sync(after).conflicts == ()
        assert told(there.now) == told(fresh.now)
        assert there.sync(after).values == {}


@given(data=st.data(), rules=st.sampled_from([RULES, SOURCE_WINS]))
@settings(max_examples=100, deadline=None)
def test_changes_of_the_source_and_of_people_to_different_paths_both_hold(data: st.DataObject, rules: Rules) -> None:
    record = data.draw(st.sampled_from(RECORDS))
    there = World()
    there.create(record)
    keys = [extra["key"] for extra in record.get("extras", [])]
    theirs = set(data.draw(st.lists(st.sampled_from([*keys, "new"]), unique=True, max_size=5)))
    ours = set(data.draw(st.lists(st.sampled_from([*keys, "newer"]), unique=True, max_size=5))) - theirs
    removed = theirs if data.draw(st.booleans()) else set()
    resources = copy.deepcopy(there.now["resources"])
    if resources:
        data.draw(st.sampled_from(resources))["description"] = "by hand"
    extras = [extra for extra in there.now["extras"] if extra["key"] not in theirs]
    there.edit(
        title="by hand",
        extras=[*extras, *({"key": key, "value": "by hand"} for key in theirs - removed)],
        tags=[*there.now["tags"], {"name": "by hand"}],
        resources=resources,
    )
    edited = there.now
    changed = {
        **record,
        "notes": "changed",
        "extras": [
            *(extra for extra in record.get("extras", []) if extra["key"] not in ours),
            *({"key": key, "value": "changed"} for key in ours),
        ],
        "tags": [{"name": "changed"}],
        "resources": [{**resource, "name": "changed"} for resource in record.get("resources", [])],
    }
    merged = there.sync(changed, rules)
    assert merged.conflicts == ()
    shown = {extra["key"]: extra["value"] for extra in there.now["extras"]}
    assert {key: shown.get(key) for key in ours} == dict.fromkeys(ours, "changed")
    assert {key: shown.get(key) for key in theirs} == dict.fromkeys(theirs, None if removed else "by hand")
    assert shown["_harvest_source"] == MARKER["value"]
    assert (there.now["title"], there.now["notes"]) == ("by hand", "changed")
    assert {tag["name"] for tag in there.now["tags"]} == {"by hand", "changed"}
    assert [item["description"] for item in there.now["resources"]] == [
        item["description"] for item in edited["resources"]
    ]
    assert {item["name"] for item in there.now["resources"]} <= {"changed"}
    again = there.sync(changed, rules)
    assert (again.values, again.conflicts, again.kept) == ({}, (), merged.kept)
