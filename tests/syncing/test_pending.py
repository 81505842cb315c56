"""What became of a write whose outcome nobody wrote down, told by what is there now."""

from __future__ import annotations

from typing import Any

import pytest

from applying_model import DATA, IDENTITY, THEN, base, shown
from ckan_api_client.syncing.base import Base
from ckan_api_client.syncing.merging import merge
from ckan_api_client.syncing.pending import base_after, is_doubtful, is_half_purged, reference_of, was_carried_out
from ckan_api_client.syncing.rules import Rules
from ckan_api_client.syncing.state import Entry

LATER = "2026-01-01T00:00:01.000001"
OLD = shown(title="Old", notes="Old notes")


def entry(action: str = "update", **fields: Any) -> Entry:
    """The source's title went from `Old` to `Wells` when the run was killed."""
    given: dict[str, Any] = {
        "number": 1,
        "run": 1,
        "kind": "dataset",
        "key": "1",
        "action": action,
        "dataset_id": IDENTITY.dataset_id,
        "before": None if action == "create" else OLD,
        "values": {"title": "Wells"},
        "source": DATA,
        "after": None,
        "did": "",
        "base_before": base(OLD, title="Old"),
        **fields,
    }
    return Entry(**given)


@pytest.mark.parametrize(
    ("now", "is_done"),
    [
        (OLD, False),
        (shown(metadata_modified=LATER), True),
        (shown(metadata_modified=LATER, notes="by hand"), True),
        (shown(metadata_modified=LATER, title="Old", notes="by hand"), False),
        (shown(metadata_modified=LATER, title="By hand"), False),
        (shown(), False),
    ],
    ids=["as before", "as written", "as written, and edited", "edited", "edited just there", "at the same moment"],
)
def test_an_update_was_carried_out_if_the_moment_moved_and_a_value_of_it_is_there(
    now: dict[str, Any], *, is_done: bool
) -> None:
    assert was_carried_out(entry(), now) is is_done


def test_one_of_the_values_that_were_written_is_enough() -> None:
    """A write is atomic: people changed the other since."""
    both = entry(values={"title": "Wells", "notes": "New notes"})
    assert was_carried_out(both, shown(metadata_modified=LATER, title="By hand", notes="New notes"))


@pytest.mark.parametrize(
    ("values", "is_done"), [({"state": "active"}, True), ({"state": "active", "title": "Wells"}, False)]
)
def test_a_state_tells_only_where_nothing_else_was_written(values: dict[str, Any], *, is_done: bool) -> None:
    """Somebody may have undeleted it."""
    was = entry("revive", before=OLD | {"state": "deleted"}, values=values)
    assert was_carried_out(was, OLD | {"metadata_modified": LATER}) is is_done


@pytest.mark.parametrize("action", ["delete", "purge"])
def test_a_delete_was_carried_out_if_nothing_is_seen_but_in_the_trash(action: str) -> None:
    seen = (None, shown(state="deleted"), shown())
    assert [was_carried_out(entry(action, values={"state": "deleted"}), now) for now in seen] == [True, True, False]


@pytest.mark.parametrize(
    ("action", "now", "is_half"),
    [
        ("purge", shown(state="deleted", metadata_modified=LATER), True),
        ("purge", shown(state="deleted", metadata_modified=THEN), False),
        ("purge", shown(state="active", metadata_modified=LATER), False),
        ("delete", shown(state="deleted", metadata_modified=LATER), False),
    ],
    ids=["as we put it", "touched", "brought back", "no purge"],
)
def test_what_is_in_the_trash_at_the_moment_that_we_put_it_there_is_half_purged(
    action: str, now: dict[str, Any], *, is_half: bool
) -> None:
    written = entry(action, values={"state": "deleted", "metadata_modified": LATER})
    assert is_half_purged(written, now) is is_half


def test_what_ckan_made_of_a_value_is_that_value() -> None:
    written = entry(values={"resources": [{"id": "r", "url": "http://a.example", "format": "csv"}]})
    now = shown(metadata_modified=LATER, resources=[{"id": "r", "url": "http://a.example", "format": "CSV"}])
    assert was_carried_out(written, now)


def test_a_create_was_carried_out_if_there_is_such_a_dataset() -> None:
    """None is begun for a record of which the catalog shows one."""
    assert was_carried_out(entry("create", base_before=None), shown(title="By hand"))


@pytest.mark.parametrize("state", ["deleted", "active"], ids=["as it was", "brought back by people"])
def test_a_create_was_not_carried_out_if_all_that_is_there_is_what_we_put_into_the_trash(state: str) -> None:
    """A token that was revoked meanwhile did not see it, and so the run began to make another."""
    withdrawn = base(shown(state="deleted", metadata_created=THEN)).withdrawn("delete")
    was = entry("create", base_before=withdrawn)
    assert not was_carried_out(was, shown(state=state, metadata_created=THEN, metadata_modified=LATER))
    assert was_carried_out(was, shown(state=state, metadata_created=LATER)), "it was purged, and made anew"


def test_what_a_create_has_written_is_remembered_as_agreed() -> None:
    made = base_after(entry("create", values=DATA), shown(), Rules(), identity=IDENTITY)
    assert made is not None
    assert (made.source, made.catalog["title"], made.kept) == (DATA, "Wells", {})


def test_what_differs_from_a_create_is_in_doubt() -> None:
    """People may have changed it since; or brought something older back, for which the create was refused."""
    wanted = {**DATA, "notes": "Notes", "tags": [{"name": "t"}], "resources": [{"id": "r", "url": "http://a.example"}]}
    was = entry("create", values=wanted, source=wanted, base_before=None)
    made = base_after(was, shown(title="Other", notes="Notes"), Rules(), identity=IDENTITY)
    assert made is not None
    assert sorted(made.kept) == ["resources.r", "tags.t", "title"]
    assert all(entry["doubt"] for entry in made.kept.values())
    assert is_doubtful(made)


def test_what_is_in_doubt_is_told_once_and_stays() -> None:
    wanted = {**DATA, "tags": [{"name": "t"}]}
    was = entry("create", values=wanted, source=wanted, base_before=None)
    doubtful = base_after(was, shown(title="Other"), Rules(), identity=IDENTITY)
    told = merge(wanted, shown(title="Other"), doubtful, Rules(), identity=IDENTITY)
    assert [(one.path, one.source, one.catalog, one.because, one.known) for one in told.conflicts] == [
        ("title", "Wells", "Other", "they differ, and nothing is known of before", False),
        ("tags.t", "t", None, "they differ, and nothing is known of before", False),
    ]
    assert told.values == {}
    again = merge(wanted, shown(title="Other"), Base.of("1", wanted, shown(), told.kept), Rules(), identity=IDENTITY)
    assert [one.known for one in again.conflicts] == [True, True]
    assert (again.values, again.kept) == ({}, told.kept)


@pytest.mark.parametrize(
    ("fields", "reference"),
    [
        ({}, IDENTITY.dataset_id),
        ({"dataset_id": "", "values": {"name": "wells"}}, "wells"),
        ({"dataset_id": "", "values": None}, ""),
    ],
    ids=["by id", "by name", "not at all"],
)
def test_the_dataset_of_a_create_is_found_by_its_id_or_by_the_name_that_it_got(
    fields: dict[str, Any], reference: str
) -> None:
    assert reference_of(entry("create", **fields)) == reference


def test_both_sides_are_remembered_as_they_were_written() -> None:
    now = shown(metadata_modified=LATER, notes="by hand")
    made = base_after(entry(), now, Rules(), identity=IDENTITY)
    assert made is not None
    assert (made.dataset_id, made.source, made.status, made.kept) == (IDENTITY.dataset_id, DATA, "present", {})
    assert (made.catalog["title"], made.catalog["notes"]) == ("Wells", "Old notes")
    assert made.modified == THEN, "so that the dataset is read again"


def test_a_revival_that_was_carried_out_is_present() -> None:
    withdrawn = base(shown(state="deleted"), title="Old").withdrawn("delete")
    was = entry("revive", before=shown(state="deleted"), values={"state": "active"}, base_before=withdrawn)
    made = base_after(was, shown(metadata_modified=LATER), Rules(), identity=IDENTITY)
    assert made is not None
    assert (made.status, made.how, made.catalog["state"]) == ("present", "", "active")


def test_a_conflict_of_the_killed_run_is_told_again_since_nobody_heard_of_it() -> None:
    source = {**DATA, "notes": "New notes"}
    edited = shown(title="Old", notes="by hand")
    was = entry(before=edited, source=source, base_before=base(OLD, title="Old", notes="Old notes"))
    made = base_after(was, shown(metadata_modified=LATER, notes="by hand"), Rules(), identity=IDENTITY)
    assert made is not None
    assert made.kept == {"notes": {"agreed": {"source": "Old notes", "catalog": "Old notes"}}}


def test_of_a_write_that_is_not_of_a_record_s_data_there_is_nothing_to_remember() -> None:
    assert base_after(entry("adopt", source=None), shown(), Rules(), identity=IDENTITY) is None
