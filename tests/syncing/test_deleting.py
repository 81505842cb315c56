"""What becomes of a dataset whose record is gone: only of the one that was looked at, as it was."""

from __future__ import annotations

from typing import Any

import pytest

from applying_model import IDENTITY, STRICT, TERMS, THEN, Listening, shown
from ckan_api_client.syncing.applying import Terms
from ckan_api_client.syncing.deleting import apply_delete
from ckan_api_client.syncing.plan import Delete
from ckan_api_client.syncing.report import Did

LATER = "2026-01-01T00:00:01.000001"


def delete(how: Any = "delete", terms: Terms = TERMS, journal: Any = None, modified: str = THEN) -> Any:
    return apply_delete(Delete("1", IDENTITY.dataset_id, "Wells", how, modified), terms, journal or Listening())


def test_a_delete_looks_first_and_writes_once_under_a_match(play: Any) -> None:
    journal = Listening()
    script = [("package_show", shown()), ("package_revise", {"package": shown(state="deleted")})]
    applied, sent = play(delete(journal=journal), script)
    assert applied.outcome.did is Did.DELETED
    assert sent[1]["update"] == {"state": "deleted"}
    assert sent[1]["match"] == {"id": IDENTITY.dataset_id, "metadata_modified": THEN, "state": "active"}
    assert journal.told == [("delete", IDENTITY.dataset_id, THEN, {"state": "deleted"})]
    assert applied.dataset["state"] == "deleted"


def test_a_private_one_stays_where_it_is_out_of_sight(play: Any) -> None:
    script = [("package_show", shown(private=False)), ("package_revise", {"package": shown(private=True)})]
    applied, sent = play(delete("private"), script)
    assert applied.outcome.did is Did.DELETED
    assert sent[1]["update"] == {"private": True}


def test_a_purge_goes_by_way_of_the_trash_and_leaves_nothing_to_remember(play: Any) -> None:
    journal = Listening()
    script = [
        ("package_show", shown()),
        ("package_revise", {"package": shown(state="deleted")}),
        ("dataset_purge", None),
    ]
    applied, _ = play(delete("purge", journal=journal), script)
    assert (applied.outcome.did, applied.dataset) == (Did.DELETED, None)
    assert [action for action, *_ in journal.told] == ["delete", "purge"]


@pytest.mark.parametrize("is_gone", [True, False])
def test_a_purge_whose_answer_is_lost_is_looked_into(play: Any, lost: Any, not_found: Any, *, is_gone: bool) -> None:
    script = [
        ("package_show", shown(state="deleted")),
        ("dataset_purge", lost),
        ("package_show", not_found if is_gone else shown(state="deleted")),
    ]
    applied, _ = play(delete("purge"), script)
    assert applied.outcome.did is (Did.DELETED if is_gone else Did.FAILED)
    assert applied.is_open is not is_gone


@pytest.mark.parametrize("is_late", [False, True], ids=["before", "in the last moment"])
def test_what_somebody_else_moved_to_the_trash_is_not_purged(play: Any, failed_match: Any, *, is_late: bool) -> None:
    trashed = ("package_show", shown(state="deleted", metadata_modified=LATER))
    script = [("package_show", shown()), ("package_revise", failed_match), trashed] if is_late else [trashed]
    applied, _ = play(delete("purge"), script)
    assert applied.outcome.did is Did.REFUSED
    assert "was changed after it was looked at" in applied.outcome.reason


@pytest.mark.parametrize("found", [{"extras": []}, {"id": "x"}], ids=["without the marker", "named as our id"])
def test_a_dataset_that_is_not_the_record_s_is_left_alone(play: Any, found: Any) -> None:
    applied, _ = play(delete(), [("package_show", shown(**found))])
    assert applied.outcome.did is Did.REFUSED


@pytest.mark.parametrize("terms", [TERMS, STRICT], ids=["sync", "apply"])
def test_a_dataset_that_was_edited_after_it_was_looked_at_is_left_alone(play: Any, terms: Terms) -> None:
    applied, _ = play(delete(terms=terms), [("package_show", shown(metadata_modified=LATER))])
    assert applied.outcome.did is Did.REFUSED
    assert "was changed" in applied.outcome.reason


@pytest.mark.parametrize("modified", [THEN, ""], ids=["looked at before", "first looked at now"])
def test_a_dataset_that_is_edited_in_the_last_moment_is_left_alone(play: Any, failed_match: Any, modified: str) -> None:
    script = [
        ("package_show", shown()),
        ("package_revise", failed_match),
        ("package_show", shown(metadata_modified=LATER, title="By hand")),
    ]
    applied, _ = play(delete(modified=modified), script)
    assert applied.outcome.did is Did.REFUSED


def test_a_delete_whose_answer_is_lost_is_looked_into(play: Any, lost: Any) -> None:
    deleted = shown(state="deleted", metadata_modified=LATER)
    script = [("package_show", shown()), ("package_revise", lost), ("package_show", deleted)]
    applied, _ = play(delete(), script)
    assert (applied.outcome.did, applied.dataset) == (Did.DELETED, deleted)


def test_a_delete_whose_answer_is_lost_before_the_commit_is_sent_again(play: Any, lost: Any) -> None:
    script = [
        ("package_show", shown()),
        ("package_revise", lost),
        ("package_show", shown()),
        ("package_revise", {"package": shown(state="deleted")}),
    ]
    assert play(delete(), script)[0].outcome.did is Did.DELETED


def test_what_only_the_index_has_is_no_error(play: Any, not_found: Any) -> None:
    applied, _ = play(delete(), [("package_show", not_found)])
    assert (applied.outcome.did, applied.dataset) == (Did.UNCHANGED, None)


def test_a_delete_of_what_is_in_the_trash_writes_nothing(play: Any) -> None:
    deleted = shown(state="deleted", metadata_modified=LATER)
    applied, _ = play(delete(), [("package_show", deleted)])
    assert (applied.outcome.did, applied.dataset) == (Did.UNCHANGED, deleted)
