"""A name that goes from one dataset to another, and back again by an undo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract.bench import Bench
from contract.syncing import Sync


@pytest.fixture
def sync(bench: Bench, tmp_path: Path) -> Sync:
    return Sync(bench, tmp_path)


@pytest.fixture
def handed_on(sync: Sync, bench: Bench) -> tuple[dict[str, Any], str, str]:
    """The records of a run that gave the name of a dataset which it deleted to one that it created; their ids."""
    rest = {letter: {"name": bench.name(letter), "title": letter.upper()} for letter in ("b", "c", "d")}
    old = {"name": bench.name("wells"), "title": "Old"}
    (old_id,) = (one.dataset_id for one in sync({**rest, "old": old}).outcomes if one.record_id == "old")
    records = {**rest, "new": {**old, "title": "New"}}
    report = sync(records)
    assert report.counts() == {"created": 1, "deleted": 1, "unchanged": 3}
    (new_id,) = (one.dataset_id for one in report.outcomes if one.record_id == "new")
    assert (bench.show(new_id)["name"], bench.show(old_id)["name"]) == (f"{bench.prefix}-wells", old_id)
    return records, old_id, new_id


def test_an_undo_gives_a_name_back_that_was_handed_on(
    sync: Sync, bench: Bench, handed_on: tuple[dict[str, Any], str, str]
) -> None:
    _, old_id, new_id = handed_on
    assert sync.undo().counts() == {"deleted": 1, "revived": 1}
    old, new = bench.show(old_id), bench.show(new_id)
    assert (old["state"], old["name"], old["title"]) == ("active", f"{bench.prefix}-wells", "Old")
    assert (new["state"], new["name"]) == ("deleted", f"deleted-{new_id}")


def test_after_such_an_undo_the_next_run_does_the_same_again(
    sync: Sync, bench: Bench, handed_on: tuple[dict[str, Any], str, str]
) -> None:
    records, old_id, new_id = handed_on
    sync.undo()
    assert sync(records).counts() == {"deleted": 1, "revived": 1, "unchanged": 3}
    old, new = bench.show(old_id), bench.show(new_id)
    assert (old["state"], new["state"], new["title"]) == ("deleted", "active", "New")
    assert new["name"].startswith(f"{bench.prefix}-wells-")
    assert not sync.plan(records)
