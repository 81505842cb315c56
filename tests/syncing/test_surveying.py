"""What a run finds out before it plans: whatever the index shows, and whatever became of the run before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ckan_api_client.exceptions import NotAuthorized, StateError
from schedules.bench import SOURCE, Bench, laid_out
from schedules.catalog import ORGANIZATION


@pytest.fixture
def bench() -> Iterator[Bench]:
    with laid_out() as made:
        yield made


@pytest.fixture
def editors_bench() -> Iterator[Bench]:
    with laid_out(by_editor=True) as made:
        yield made


def record(title: str = "Title", **fields: Any) -> dict[str, Any]:
    return {"title": title, "owner_org": ORGANIZATION, **fields}


def only(bench: Bench, key: str) -> dict[str, Any]:
    """Return the one dataset of a record."""
    (dataset,) = bench.catalog.marked(SOURCE)[key]
    return dataset


def is_revise(action: str, _: dict[str, Any]) -> bool:
    return action == "package_revise"


def is_create_of_b(action: str, arguments: dict[str, Any]) -> bool:
    return action == "package_create" and arguments["extras"][-1]["value"] == f"{SOURCE}:b"


def is_create(action: str, _: dict[str, Any]) -> bool:
    return action == "package_create"


def test_an_unchanged_source_asks_for_ids_and_timestamps_alone(bench: Bench) -> None:
    bench.sync({"a": record(), "b": record()})
    bench.sync({"a": record(), "b": record()})
    searches = [arguments for action, arguments in bench.transport.calls if action == "package_search"]
    assert all(arguments.get("fl") or arguments["rows"] == 0 for arguments in searches)
    assert "package_show" not in [action for action, _ in bench.transport.calls]


def test_what_the_index_has_lost_is_found_in_the_database_and_deletes_nothing(bench: Bench) -> None:
    bench.sync({"a": record(), "b": record(), "c": record()})
    bench.catalog.ckan.lose_from_index(only(bench, "a")["id"])
    report = bench.sync({"a": record("New"), "b": record()})
    assert report.counts() == {"updated": 1, "unchanged": 1}
    assert report.no_deletes_because == (
        "the search index is behind the database: it lacks a dataset, or shows how they were"
    )


@pytest.mark.parametrize("by_editor", [False, True], ids=["sysadmin", "editor"])
def test_what_the_index_has_lost_is_found_though_nothing_is_remembered(*, by_editor: bool) -> None:
    """The organization's members are the second witness: their title, and so the name of a new one, has changed."""
    with laid_out(by_editor=by_editor) as bench:
        bench.sync({"a": record()})
        bench.lose_state()
        bench.catalog.ckan.lose_from_index(only(bench, "a")["id"])
        report = bench.sync({"a": record("New")})
        assert [conflict.path for conflict in report.conflicts] == ["title"]
        assert only(bench, "a")["title"] == "Title"


def test_a_ghost_in_the_index_is_no_error(bench: Bench) -> None:
    bench.sync({"a": record()})
    extras = [{"key": "_harvest_source", "value": f"{SOURCE}:b"}]
    bench.catalog.ckan.add_ghost({"id": "0f0f0f0f-0000-4000-8000-000000000000", "name": "ghost", "extras": extras})
    report = bench.sync({"a": record(), "b": record()})
    assert report.counts() == {"created": 1, "unchanged": 1}


def test_a_catalog_of_which_one_dataset_is_left_is_the_same_catalog(bench: Bench) -> None:
    bench.sync({"a": record(), "b": record(), "c": record()})
    for key in ("a", "b"):
        bench.catalog.act("dataset_purge", id=only(bench, key)["id"])
    report = bench.sync({"a": record(), "b": record(), "c": record("New")})
    assert report.counts() == {"updated": 1, "unchanged": 2}
    assert [(conflict.record_id, conflict.because) for conflict in report.conflicts] == [
        ("a", "it was purged in the catalog"),
        ("b", "it was purged in the catalog"),
    ]


def test_a_catalog_that_was_emptied_is_not_filled_again_unasked(bench: Bench) -> None:
    bench.sync({"a": record(), "b": record()})
    for key in ("a", "b"):
        bench.catalog.act("dataset_purge", id=only(bench, key)["id"])
    with pytest.raises(StateError, match=r"none of the 2 datasets .* exists any more.*--forget-state"):
        bench.sync({"a": record(), "b": record()})
    assert bench.catalog.marked(SOURCE) == {}


def test_what_is_in_the_trash_shows_that_it_is_the_same_catalog(bench: Bench) -> None:
    bench.sync({"a": record(), "b": record()})
    bench.sync({"a": record()})
    bench.catalog.act("dataset_purge", id=only(bench, "a")["id"])
    assert [one.because for one in bench.sync({"a": record()}).conflicts] == ["it was purged in the catalog"]


def test_a_token_that_may_no_longer_see_a_dataset_leaves_it_alone(editors_bench: Bench) -> None:
    bench = editors_bench
    bench.catalog.act("organization_create", name="other-org")
    bench.sync({"a": record(), "b": record()})
    bench.catalog.act("package_patch", id=only(bench, "a")["id"], owner_org="other-org", private=True)
    report = bench.sync({"a": record("New"), "b": record()})
    (refused,) = report.undone
    assert refused.record_id == "a"
    assert "cannot be seen any more with this token" in refused.reason


def test_only_a_sysadmin_may_ask_for_a_purge(editors_bench: Bench) -> None:
    with pytest.raises(NotAuthorized, match="only a sysadmin may purge datasets, and 'editor' is none"):
        editors_bench.sync({"a": record()}, deletes="purge")


# What became of a run that was killed.


def test_a_killed_update_is_the_source_s_own_and_no_conflict_of_the_next(bench: Bench) -> None:
    bench.sync({"a": record("First")})
    bench.sync_killed({"a": record("Second")}, is_revise)
    report = bench.sync({"a": record("Third")})
    assert (report.counts(), report.conflicts) == ({"updated": 1}, ())
    assert only(bench, "a")["title"] == "Third"


def test_a_person_s_edit_after_a_killed_update_stays(bench: Bench) -> None:
    bench.sync({"a": record("First")})
    bench.sync_killed({"a": record("Second", notes="Notes")}, is_revise)
    bench.catalog.act("package_patch", id=only(bench, "a")["id"], title="By hand")
    report = bench.sync({"a": record("Second", notes="Notes")})
    assert (report.counts(), report.conflicts) == ({"unchanged": 1}, ())
    assert only(bench, "a")["title"] == "By hand"


def test_a_conflict_that_a_killed_run_had_met_is_told_by_the_next(bench: Bench) -> None:
    first = {key: record("First", notes="First") for key in "ab"}
    second = {key: record("Second", notes="Second") for key in "ab"}
    bench.sync(first)
    bench.catalog.act("package_patch", id=only(bench, "a")["id"], title="By hand")
    b = only(bench, "b")["id"]
    bench.sync_killed(second, lambda action, arguments: is_revise(action, {}) and arguments["match"]["id"] == b)
    report = bench.sync(second)
    assert [(one.record_id, one.path, one.source, one.catalog) for one in report.conflicts] == [
        ("a", "title", "Second", "By hand")
    ]
    assert bench.sync(second).conflicts == ()


def test_a_killed_create_is_taken_up_with_what_people_took_off_since(bench: Bench) -> None:
    bench.sync_killed({"a": record(tags=["t1", "t2"])}, is_create)
    dataset = only(bench, "a")
    bench.catalog.act("package_patch", id=dataset["id"], tags=[{"name": "t1"}])
    report = bench.sync({"a": record(tags=["t1", "t2"])})
    assert (report.counts(), [one.path for one in report.conflicts]) == ({"unchanged": 1}, ["tags.t2"])
    assert [tag["name"] for tag in only(bench, "a")["tags"]] == ["t1"]
    assert bench.sync({"a": record(tags=["t1", "t2"])}).conflicts == ()


def test_no_undo_takes_away_what_people_edited_of_a_killed_create(bench: Bench) -> None:
    bench.sync_killed({"a": record()}, is_create)
    bench.catalog.act("package_patch", id=only(bench, "a")["id"], title="By hand")
    bench.sync({"a": record()})
    bench.undo(1)
    assert (only(bench, "a")["title"], only(bench, "a")["state"]) == ("By hand", "active")


def test_what_people_brought_back_before_a_killed_create_is_told_apart_from_the_create(bench: Bench) -> None:
    """What lies in the trash is not seen, so a create is begun for it, and refused; nobody hears of that."""
    bench.sync({"a": record(tags=["t1"]), "b": record()})
    bench.catalog.act("package_delete", id=only(bench, "a")["id"])
    bench.lose_state()
    bench.sync_killed({"a": record("New", tags=["t1", "t2"]), "b": record()}, is_create)
    bench.catalog.act("package_patch", id=only(bench, "a")["id"], state="active")
    report = bench.sync({"a": record("New", tags=["t1", "t2"]), "b": record()})
    assert [(one.path, one.source, one.catalog) for one in report.conflicts] == [
        ("title", "New", "Title"),
        ("tags.t2", "t2", None),
    ]
    assert bench.sync({"a": record("New", tags=["t1", "t2"]), "b": record()}).conflicts == ()


def test_what_a_lost_answer_of_a_create_may_have_refused_is_told_apart_from_the_create(bench: Bench) -> None:
    bench.sync({"a": record(), "b": record()})
    bench.catalog.ckan.lose_from_index(only(bench, "a")["id"])
    bench.forget("a")
    bench.catalog.ckan.faults.once("package_create", "lost-after-commit")
    report = bench.sync({"a": record("New"), "b": record()})
    assert [(one.path, one.source, one.catalog) for one in report.conflicts] == [("title", "New", "Title")]
    assert bench.sync({"a": record("New"), "b": record()}).conflicts == ()


def test_what_people_deleted_of_a_killed_create_stays_deleted(bench: Bench) -> None:
    bench.sync_killed({"a": record()}, is_create)
    bench.catalog.act("package_delete", id=only(bench, "a")["id"])
    report = bench.sync({"a": record()})
    assert [(conflict.path, conflict.catalog) for conflict in report.conflicts] == [("state", "deleted")]
    assert only(bench, "a")["state"] == "deleted"


def test_a_create_that_never_was_is_not_taken_for_the_one_that_was_made_later(bench: Bench) -> None:
    """The second run is killed before it has written down what became of the first's."""
    bench.catalog.ckan.faults.once("package_create", "lost-before-commit")
    bench.sync_killed({"a": record(tags=["t1"])}, is_create)
    assert bench.catalog.marked(SOURCE) == {}
    bench.sync_killed({"a": record(tags=[]), "b": record()}, is_create_of_b)
    assert bench.sync({"a": record(tags=["t1", "t2"]), "b": record()}).counts() == {"updated": 1, "unchanged": 1}
    assert [tag["name"] for tag in only(bench, "a")["tags"]] == ["t1", "t2"]


def test_a_killed_create_that_the_index_does_not_show_is_found_by_the_name_that_it_got(editors_bench: Bench) -> None:
    """An editor's dataset has no id of ours, and a name of its title, which has changed."""
    bench = editors_bench
    bench.catalog.ckan.freeze_index()
    bench.sync_killed({"a": record("First")}, is_create)
    assert bench.sync({"a": record("Second")}).counts() == {"updated": 1}
    assert only(bench, "a")["title"] == "Second"


def test_a_killed_delete_is_no_person_s_and_is_taken_back_by_the_record(bench: Bench) -> None:
    bench.sync({"a": record(), "b": record()})
    bench.sync_killed({"b": record()}, is_revise)
    assert only(bench, "a")["state"] == "deleted"
    assert bench.sync({"a": record("New"), "b": record()}).counts() == {"revived": 1, "unchanged": 1}
    assert only(bench, "a")["title"] == "New"


def test_a_killed_revival_is_known_to_be_back(bench: Bench) -> None:
    bench.sync({"a": record(), "b": record()})
    bench.sync({"b": record()})
    bench.sync_killed({"a": record("New"), "b": record()}, is_revise)
    assert bench.sync({"b": record()}).counts() == {"deleted": 1, "unchanged": 1}


def test_what_became_of_a_killed_run_stays_open_while_the_database_cannot_tell(bench: Bench) -> None:
    """A ghost that bears the same marker keeps the record from being looked at, for one run."""
    bench.sync_killed({"a": record(tags=["t1", "t2"]), "b": record()}, is_create)
    extras = [{"key": "_harvest_source", "value": f"{SOURCE}:a"}]
    bench.catalog.ckan.add_ghost({"id": "0f0f0f0f-0000-4000-8000-000000000000", "name": "ghost", "extras": extras})
    assert bench.sync({"a": record(tags=["t1", "t2"]), "b": record()}).counts() == {"created": 1, "refused": 1}
    bench.catalog.heal()
    assert bench.sync({"a": record(tags=["t1"]), "b": record()}).counts() == {"updated": 1, "unchanged": 1}
    assert [tag["name"] for tag in only(bench, "a")["tags"]] == ["t1"]


def test_a_killed_delete_stays_open_while_the_server_fails_for_its_dataset(bench: Bench) -> None:
    """The server had refused the delete, and the index has lost the dataset since."""
    bench.sync({"a": record(), "b": record()})
    bench.catalog.ckan.faults.once("package_revise", "internal-error")
    bench.sync_killed({"b": record()}, is_revise)
    bench.catalog.ckan.lose_from_index(only(bench, "a")["id"])
    bench.catalog.ckan.faults.add("package_show", "internal-error")
    bench.sync({"b": record()})
    bench.catalog.heal()
    assert bench.sync({"b": record()}).counts() == {"deleted": 1, "unchanged": 1}
    assert only(bench, "a")["state"] == "deleted"
    assert bench.sync({"b": record()}).counts() == {"unchanged": 1}


def test_a_killed_update_stays_open_while_the_server_fails_for_its_dataset(bench: Bench) -> None:
    """It was carried out, and the index has lost the dataset since."""
    bench.sync({"a": record(), "b": record()})
    bench.sync_killed({"a": record("New"), "b": record()}, is_revise)
    bench.catalog.ckan.lose_from_index(only(bench, "a")["id"])
    bench.catalog.ckan.faults.add("package_show", "internal-error")
    assert bench.sync({"a": record("New"), "b": record()}).counts() == {"refused": 1, "unchanged": 1}
    bench.catalog.heal()
    report = bench.sync({"a": record("Newer"), "b": record()})
    assert (report.counts(), report.conflicts) == ({"updated": 1, "unchanged": 1}, ())
    assert only(bench, "a")["title"] == "Newer"


def test_what_people_wrote_into_a_dataset_before_its_record_left_is_there_when_that_returns(bench: Bench) -> None:
    bench.sync({"a": record(), "b": record()})
    bench.catalog.act("package_patch", id=only(bench, "a")["id"], title="By hand")
    bench.sync({"b": record()})
    report = bench.sync({"a": record("New"), "b": record()})
    assert [(one.path, one.source, one.catalog) for one in report.conflicts] == [("title", "New", "By hand")]
    assert only(bench, "a")["title"] == "By hand"


def test_what_an_undo_took_back_and_the_source_corrected_comes_as_corrected(bench: Bench) -> None:
    bench.sync({"a": record("Wrong")})
    bench.undo()
    assert only(bench, "a")["state"] == "deleted"
    report = bench.sync({"a": record("Right")})
    assert (report.counts(), report.conflicts) == ({"revived": 1}, ())
    assert only(bench, "a")["title"] == "Right"


def test_a_create_that_was_refused_is_not_taken_for_carried_out(bench: Bench) -> None:
    """The id was taken, by a dataset in the trash of which nothing is remembered; who has it could not be read."""
    bench.sync({"a": record("First"), "b": record()})
    bench.sync({"b": record()})
    bench.lose_state()
    bench.catalog.ckan.faults.add("package_show", "lost-before-commit")
    assert bench.sync({"a": record("Second"), "b": record()}).counts() == {"unchanged": 1, "failed": 1}
    bench.catalog.heal()
    bench.catalog.act("package_patch", id=only(bench, "a")["id"], state="active")
    report = bench.sync({"a": record("Second"), "b": record()})
    assert [(one.path, one.source, one.catalog) for one in report.conflicts] == [("title", "Second", "First")]


def test_what_an_undo_took_back_of_a_killed_run_is_not_taken_for_done_by_the_next(bench: Bench) -> None:
    bench.catalog.act("group_create", name="g1")
    bench.sync_killed({"a": record(groups=["g1"])}, is_create)
    bench.undo()
    bench.catalog.act("package_patch", id=only(bench, "a")["id"], state="active", groups=[])
    bench.sync({"a": record(groups=["g1"])})
    assert [group["name"] for group in only(bench, "a")["groups"]] == ["g1"]


def test_an_update_of_a_dataset_that_nothing_was_remembered_of_is_remembered_as_ckan_returned_it(bench: Bench) -> None:
    bench.sync({"a": record("First")})
    bench.lose_state()
    bench.sync({"a": record("Second")}, on_conflict="source")
    bench.catalog.act("package_patch", id=only(bench, "a")["id"], notes="By hand")
    assert bench.sync({"a": record("Third")}).counts() == {"updated": 1}
    assert bench.sync({"a": record("Third")}).counts() == {"unchanged": 1}
    assert "package_show" not in [action for action, _ in bench.transport.calls]
