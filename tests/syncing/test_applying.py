"""Applying one change: what is sent, and what becomes of it, whatever the server does."""

from __future__ import annotations

from typing import Any

import pytest

from applying_model import DATA, IDENTITY, MARKER, STRICT, TERMS, THEN, Full, Listening, base, shown
from ckan_api_client.exceptions import StateError
from ckan_api_client.syncing.applying import Terms, apply_adopt, apply_group, apply_update
from ckan_api_client.syncing.base import Base
from ckan_api_client.syncing.identity import second_id
from ckan_api_client.syncing.merging import merge
from ckan_api_client.syncing.plan import Adopt, GroupChange, Update
from ckan_api_client.syncing.report import Did
from ckan_api_client.syncing.rules import Rules

LATER = "2026-01-01T00:00:01.000001"
OLD = shown(title="Old")


def update(now: Any = OLD, terms: Terms = TERMS, journal: Any = None, planned: str = THEN, **data: Any) -> Any:
    """The source's title was `Old`, as the catalog's."""
    change = Update("1", "a.jsonl:1", IDENTITY.dataset_id, "Wells", {**DATA, **data}, (), planned)
    return apply_update(change, base(OLD, title="Old"), now, terms, journal or Listening())


def test_an_update_sends_what_differs_under_a_match(play: Any) -> None:
    journal = Listening()
    applied, sent = play(update(journal=journal), [("package_revise", {"package": shown()})])
    outcome = applied.outcome
    assert (outcome.did, outcome.record_id, outcome.place, outcome.notes) == (Did.UPDATED, "1", "a.jsonl:1", ())
    match = {"id": IDENTITY.dataset_id, "metadata_modified": THEN, "state": "active", "title": "Old"}
    assert sent == [{"match": match, "update": {"title": "Wells"}}]
    assert journal.told == [("update", IDENTITY.dataset_id, THEN, {"title": "Wells"})]
    assert applied.dataset == shown()


def test_a_dataset_that_is_not_at_hand_is_read(play: Any) -> None:
    script = [("package_show", OLD), ("package_revise", {"package": shown()})]
    assert play(update(now=None), script)[0].outcome.did is Did.UPDATED


def test_what_ckan_made_of_a_value_is_noted(play: Any) -> None:
    applied, _ = play(update(), [("package_revise", {"package": shown(title="WELLS")})])
    assert applied.outcome.notes == ("title: sent 'Wells', got 'WELLS'",)


def test_an_update_that_somebody_overtook_is_merged_anew(play: Any, failed_match: Any) -> None:
    later = shown(title="Old", notes="by hand", metadata_modified=LATER)
    script = [("package_revise", failed_match), ("package_show", later), ("package_revise", {"package": shown()})]
    journal = Listening()
    applied, sent = play(update(journal=journal), script)
    assert applied.outcome.did is Did.UPDATED
    assert sent[2]["match"]["metadata_modified"] == LATER
    assert sent[2]["update"] == {"title": "Wells"}
    assert [modified for _, _, modified, _ in journal.told] == [THEN, LATER]


def test_what_somebody_changed_meanwhile_as_the_source_did_is_a_conflict(play: Any, failed_match: Any) -> None:
    later = shown(title="By hand", metadata_modified=LATER)
    script = [("package_revise", failed_match), ("package_show", later)]
    applied, _ = play(update(), script)
    (conflict,) = applied.conflicts
    assert (conflict.path, conflict.source, conflict.catalog, conflict.taken) == (
        "title",
        "Wells",
        "By hand",
        "catalog",
    )
    assert list(applied.kept) == ["title"]
    assert applied.outcome.did is Did.UNCHANGED


def test_under_fail_what_somebody_changed_meanwhile_is_refused(play: Any, failed_match: Any) -> None:
    later = shown(title="By hand", metadata_modified=LATER)
    script = [("package_revise", failed_match), ("package_show", later)]
    applied, _ = play(update(terms=Terms("geo", Rules(on_conflict="fail"))), script)
    assert applied.outcome.did is Did.REFUSED
    assert applied.outcome.reason.endswith("was changed in the catalog meanwhile, as in the source: title")


def test_an_approved_plan_is_not_merged_anew(play: Any, failed_match: Any) -> None:
    later = shown(title="Old", notes="by hand", metadata_modified=LATER)
    script = [("package_revise", failed_match), ("package_show", later)]
    applied, _ = play(update(terms=STRICT), script)
    assert applied.outcome.did is Did.REFUSED
    assert applied.outcome.reason.endswith("was changed since the plan was made: plan again")


@pytest.mark.parametrize("terms", [TERMS, STRICT], ids=["sync", "apply"])
def test_an_update_whose_answer_is_lost_is_looked_into(play: Any, lost: Any, terms: Terms) -> None:
    """Its own write is not somebody else's: in an approved plan, too."""
    written = shown(metadata_modified=LATER)
    script = [("package_revise", lost), ("package_show", written)]
    applied, _ = play(update(terms=terms), script)
    assert (applied.outcome.did, applied.dataset) == (Did.UPDATED, written)
    assert applied.conflicts == ()


def test_an_update_whose_answer_is_lost_before_somebody_edits_tells_no_conflict(play: Any, lost: Any) -> None:
    """What was written is there, and what they wrote elsewhere is theirs."""
    later = shown(notes="by hand", metadata_modified=LATER)
    applied, _ = play(update(), [("package_revise", lost), ("package_show", later)])
    assert (applied.outcome.did, applied.conflicts) == (Did.UPDATED, ())


@pytest.mark.parametrize(
    "later", [shown(extras=[]), shown(state="deleted")], ids=["lost its marker", "was deleted meanwhile"]
)
def test_a_dataset_that_is_no_longer_ours_is_left_alone(play: Any, failed_match: Any, later: Any) -> None:
    script = [("package_revise", failed_match), ("package_show", later)]
    assert play(update(), script)[0].outcome.did is Did.REFUSED


def test_an_id_that_has_become_another_dataset_s_name_is_left_alone(play: Any) -> None:
    applied, _ = play(update(now=None), [("package_show", shown(id="x"))])
    assert applied.outcome.did is Did.REFUSED


def test_nothing_is_sent_that_the_journal_could_not_take_down(play: Any) -> None:
    with pytest.raises(StateError):
        play(update(journal=Full()), [])


def adopt(terms: Terms = TERMS, journal: Any = None) -> Any:
    change = Adopt("1", "a.jsonl:1", IDENTITY.dataset_id, "Wells", "name", THEN)
    return apply_adopt(change, terms, journal or Listening())


BARE = shown(title="By hand", extras=[{"key": "theirs", "value": "1"}])


def test_a_dataset_that_is_taken_over_gets_the_marker_and_nothing_else(play: Any) -> None:
    journal = Listening()
    script = [("package_show", BARE), ("package_revise", {"package": shown()})]
    applied, sent = play(adopt(journal=journal), script)
    assert applied.outcome.did is Did.ADOPTED
    assert sent[1]["update"] == {"extras": [{"key": "theirs", "value": "1"}, MARKER]}
    assert [action for action, *_ in journal.told] == ["adopt"]


def test_a_dataset_that_is_edited_while_it_is_taken_over_keeps_the_edit(play: Any, failed_match: Any) -> None:
    later = {**BARE, "extras": [{"key": "theirs", "value": "2"}], "metadata_modified": LATER}
    script = [("package_show", BARE), ("package_revise", failed_match), ("package_show", later)]
    _, sent = play(adopt(), [*script, ("package_revise", {"package": shown()})])
    assert sent[3]["update"] == {"extras": [{"key": "theirs", "value": "2"}, MARKER]}


@pytest.mark.parametrize(
    "now",
    [shown(extras=[{"key": "_harvest_source", "value": "other:1"}]), {**BARE, "id": "x"}, {**BARE, "state": "deleted"}],
    ids=["somebody else's", "another dataset", "deleted"],
)
def test_a_dataset_that_is_not_free_any_more_is_not_taken_over(play: Any, now: Any) -> None:
    assert play(adopt(), [("package_show", now)])[0].outcome.did is Did.REFUSED


def test_a_dataset_that_bears_our_marker_already_needs_nothing(play: Any) -> None:
    applied, sent = play(adopt(), [("package_show", shown())])
    assert (applied.outcome.did, len(sent)) == (Did.UNCHANGED, 1)


ORG = GroupChange("organization", "org", {"name": "org", "title": "Organization"})


def test_an_organization_is_made_where_there_is_none(play: Any, not_found: Any) -> None:
    script = [("organization_show", not_found), ("organization_create", {"id": "o", "name": "org"})]
    journal = Listening()
    applied, sent = play(apply_group(ORG, journal), script)
    assert (applied.outcome.did, applied.outcome.kind) == (Did.CREATED, "organization")
    assert sent[1] == {"name": "org", "title": "Organization"}
    assert journal.told == [("create", "", None, {"name": "org", "title": "Organization"})]


def test_a_deleted_organization_is_brought_back_by_its_state_alone(play: Any) -> None:
    deleted = {"id": "o", "name": "org", "title": "Old", "state": "deleted", "metadata_modified": ""}
    script = [("organization_show", deleted), ("organization_patch", {"id": "o"})]
    applied, sent = play(apply_group(ORG, Listening()), script)
    assert applied.outcome.did is Did.REVIVED
    assert sent[1] == {"id": "o", "state": "active"}


def test_an_organization_is_updated_by_what_differs_alone(play: Any) -> None:
    there = {"id": "o", "name": "org", "title": "Old", "state": "active", "users": [{"name": "a"}]}
    change = GroupChange("organization", "org", {"name": "org", "title": "Organization"}, update=True)
    script = [("organization_show", there), ("organization_patch", {"id": "o"})]
    applied, sent = play(apply_group(change, Listening()), script)
    assert applied.outcome.did is Did.UPDATED
    assert sent[1] == {"id": "o", "title": "Organization"}


def test_an_organization_that_is_as_wanted_needs_nothing(play: Any) -> None:
    there = {"id": "o", "name": "org", "title": "Organization", "state": "active"}
    change = GroupChange("organization", "org", {"name": "org", "title": "Organization"}, update=True)
    applied, _ = play(apply_group(change, Listening()), [("organization_show", there)])
    assert applied.outcome.did is Did.UNCHANGED


def test_a_resource_whose_id_another_dataset_has_is_added_with_another_one(play: Any, refuse: Any) -> None:
    wanted = [{"id": IDENTITY.resource_id("r1"), "url": "http://r1.example/"}]
    taken = refuse(409, "Validation Error", resources=[{"id": ["Resource id already exists."]}])
    other = second_id(wanted[0]["id"])
    made = {"package": shown(resources=[{**wanted[0], "id": other}])}
    journal = Listening()
    applied, sent = play(
        update(journal=journal, resources=wanted),
        [("package_show", OLD), ("package_revise", taken), ("package_revise", made)],
    )
    assert [one["update"]["resources"][0]["id"] for one in sent[1:]] == [wanted[0]["id"], other]
    assert applied.outcome.did is Did.UPDATED
    assert applied.kept["resource ids"] == {wanted[0]["id"]: other}
    assert len(journal.told) == 2
    again = Base.of("1", {**DATA, "resources": wanted}, made["package"], applied.kept)
    assert merge({**DATA, "resources": wanted}, made["package"], again, Rules(), identity=IDENTITY).values == {}


def test_ids_that_are_refused_again_and_again_are_the_record_s_failure(play: Any, refuse: Any) -> None:
    wanted = [{"id": "by-people", "url": "http://r1.example/"}]
    taken = refuse(409, "Validation Error", resources=[{"id": ["Resource id already exists."]}])
    applied, _ = play(update(resources=wanted), [("package_show", OLD), ("package_revise", taken)])
    assert (applied.outcome.did, applied.outcome.field) == (Did.FAILED, "resources")
