"""Creating the dataset of a record, once; or taking up, or bringing back, the one that is there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from applying_model import (
    BY_SYSADMIN,
    DATA,
    IDENTITY,
    MARKER,
    ME,
    SUFFIXED,
    TERMS,
    THEN,
    Listening,
    base,
    shown,
)
from ckan_api_client.exceptions import NotAuthorized
from ckan_api_client.syncing.applying import Terms
from ckan_api_client.syncing.base import Base
from ckan_api_client.syncing.creating import apply_create, apply_revive
from ckan_api_client.syncing.plan import Create, Revive
from ckan_api_client.syncing.report import Did

OTHERS = shown(id="x", extras=[{"key": "_harvest_source", "value": "other:1"}])


def create(terms: Terms = TERMS, journal: Any = None, known: Base | None = None) -> Any:
    return apply_create(Create("1", "a.jsonl:1", "Wells", DATA), known, terms, journal or Listening())


def revive(known: Base | None, terms: Terms = BY_SYSADMIN, **data: Any) -> Any:
    change = Revive("1", "a.jsonl:1", IDENTITY.dataset_id, "Wells", {**DATA, **data})
    return apply_revive(change, known, terms, Listening())


def test_a_create_is_one_request_with_marker_and_name(play: Any) -> None:
    applied, sent = play(create(), [("package_create", shown())])
    outcome = applied.outcome
    assert (outcome.did, outcome.record_id, outcome.place) == (Did.CREATED, "1", "a.jsonl:1")
    assert sent == [
        {"title": "Wells", "owner_org": "org", "groups": [], "extras": [MARKER], "resources": [], "name": "wells"}
    ]
    assert (applied.dataset, applied.kept, applied.conflicts, applied.is_open) == (shown(), {}, (), False)


def test_the_journal_knows_name_and_id_before_anything_is_sent() -> None:
    journal = Listening()
    next(create(BY_SYSADMIN, journal))
    ((action, dataset_id, before, values),) = journal.told
    assert (action, dataset_id, before) == ("create", IDENTITY.dataset_id, None)
    assert (values["name"], values["id"]) == ("wells", IDENTITY.dataset_id)


def test_a_sysadmin_s_create_bears_the_derived_id(play: Any) -> None:
    _, sent = play(create(BY_SYSADMIN), [("package_create", shown())])
    assert sent[0]["id"] == IDENTITY.dataset_id


def test_a_create_whose_answer_is_lost_after_the_commit_is_found(play: Any, lost: Any) -> None:
    applied, _ = play(create(), [("package_create", lost), ("package_show", shown())])
    assert applied.outcome.did is Did.CREATED


def test_a_create_whose_answer_is_lost_before_the_commit_is_sent_again(play: Any, lost: Any, not_found: Any) -> None:
    script = [("package_create", lost), ("package_show", not_found), ("package_create", shown())]
    applied, sent = play(create(), script)
    assert applied.outcome.did is Did.CREATED
    assert sent[0] == sent[2]


def test_a_create_of_which_nobody_learns_what_became_is_open(play: Any, lost: Any) -> None:
    applied, _ = play(create(), [("package_create", lost), ("package_show", lost)])
    assert (applied.outcome.did, applied.is_open) == (Did.FAILED, True)


def test_a_create_that_is_carried_out_late_is_found_by_its_name(
    play: Any, lost: Any, not_found: Any, refuse: Any
) -> None:
    taken = refuse(409, "Validation Error", name=["in uso"])
    script = [
        ("package_create", lost),
        ("package_show", not_found),
        ("package_create", taken),
        ("package_show", shown()),
    ]
    assert play(create(), script)[0].outcome.did is Did.CREATED


def test_another_source_s_dataset_under_the_name_tells_nothing_of_a_lost_create(play: Any, lost: Any) -> None:
    applied, _ = play(create(), [("package_create", lost), ("package_show", OTHERS)])
    assert (applied.outcome.did, applied.is_open) == (Did.FAILED, True)


def test_a_name_that_another_source_took_after_a_lost_create_gets_a_suffix(
    play: Any, lost: Any, not_found: Any, refuse: Any
) -> None:
    taken = refuse(409, "Validation Error", name=["That URL is already in use."])
    script = [
        ("package_create", lost),
        ("package_show", not_found),
        ("package_create", taken),
        ("package_show", OTHERS),  # Is it what the lost create made?
        ("package_show", OTHERS),  # Who has the name?
        ("package_create", shown()),
    ]
    applied, sent = play(create(), script)
    assert (applied.outcome.did, sent[-1]["name"]) == (Did.CREATED, SUFFIXED)


def test_a_name_that_an_unmarked_dataset_has_is_refused(play: Any, refuse: Any) -> None:
    taken = refuse(409, "Validation Error", name=["That URL is already in use."])
    script = [("package_create", taken), ("package_show", shown(id="x", extras=[]))]
    applied, _ = play(create(), script)
    outcome = applied.outcome
    assert (outcome.did, outcome.field, outcome.dataset_id) == (Did.REFUSED, "name", "x")


@pytest.mark.parametrize("visible", [True, False], ids=["another source's", "nobody's we may see"])
def test_a_name_that_another_source_has_gets_a_suffix(play: Any, refuse: Any, not_yours: Any, *, visible: bool) -> None:
    taken = refuse(409, "Validation Error", name=["That URL is already in use."])
    script = [
        ("package_create", taken),
        ("package_show", OTHERS if visible else not_yours),
        ("package_create", shown()),
    ]
    applied, sent = play(create(), script)
    assert applied.outcome.did is Did.CREATED
    assert sent[2]["name"] == SUFFIXED


def test_every_name_that_is_tried_is_in_the_journal(play: Any, refuse: Any, not_yours: Any) -> None:
    taken = refuse(409, "Validation Error", name=["That URL is already in use."])
    journal = Listening()
    script = [("package_create", taken), ("package_show", not_yours), ("package_create", shown())]
    play(create(TERMS, journal), script)
    assert [(action, values["name"]) for action, *_, values in journal.told] == [
        ("create refused", "wells"),
        ("create", SUFFIXED),
    ]


def test_a_name_that_our_own_dataset_has_means_an_earlier_run_made_it(play: Any, refuse: Any) -> None:
    taken = refuse(409, "Validation Error", name=["That URL is already in use."])
    applied, _ = play(create(), [("package_create", taken), ("package_show", shown())])
    assert applied.outcome.did is Did.UNCHANGED


def test_what_people_made_of_a_dataset_that_is_taken_up_stays(play: Any, refuse: Any) -> None:
    taken = refuse(409, "Validation Error", id=["Dataset id already exists"])
    script = [("package_create", taken), ("package_show", shown(title="By hand"))]
    applied, _ = play(create(BY_SYSADMIN), script)
    assert applied.outcome.did is Did.UNCHANGED
    assert [(one.path, one.source, one.catalog) for one in applied.conflicts] == [("title", "Wells", "By hand")]


def test_a_record_that_comes_back_takes_its_dataset_out_of_the_trash(play: Any, refuse: Any) -> None:
    taken = refuse(409, "Validation Error", id=["Dataset id already exists"])
    trashed = shown(state="deleted", title="Old")
    script = [("package_create", taken), ("package_show", trashed), ("package_revise", {"package": shown()})]
    applied, sent = play(create(BY_SYSADMIN, known=base(trashed, title="Old")), script)
    assert applied.outcome.did is Did.REVIVED
    assert sent[2]["update"] == {"title": "Wells", "state": "active"}
    assert sent[2]["match"]["state"] == "deleted"


def test_an_editor_s_record_that_comes_back_is_found_by_its_name(play: Any, refuse: Any) -> None:
    taken = refuse(409, "Validation Error", resources=[{"id": ["Resource id already exists."]}])
    script = [
        ("package_create", taken),
        ("package_show", shown(state="deleted")),
        ("package_revise", {"package": shown()}),
    ]
    assert play(create(), script)[0].outcome.did is Did.REVIVED


def test_a_dataset_with_our_id_and_another_marker_is_left_alone(play: Any, refuse: Any) -> None:
    taken = refuse(409, "Validation Error", id=["Dataset id already exists"])
    script = [("package_create", taken), ("package_show", shown(extras=[]))]
    assert play(create(BY_SYSADMIN), script)[0].outcome.did is Did.REFUSED


def test_an_answer_that_bears_another_marker_is_never_taken_for_ours(play: Any) -> None:
    other = shown(extras=[{"key": "_harvest_source", "value": "geo:2"}])
    assert play(create(), [("package_create", other)])[0].outcome.did is Did.REFUSED


def test_what_ckan_refuses_of_a_record_is_its_outcome(play: Any, refuse: Any) -> None:
    wrong = refuse(409, "Validation Error", license_id=["No such license"])
    applied, _ = play(create(), [("package_create", wrong)])
    assert (applied.outcome.did, applied.outcome.field, applied.is_open) == (Did.FAILED, "license_id", False)
    assert "No such license" in applied.outcome.reason


def test_a_403_is_the_record_s_if_the_token_is_still_known(play: Any, not_yours: Any) -> None:
    applied, _ = play(create(), [("package_create", not_yours), ("user_show", ME)])
    assert applied.outcome.did is Did.FAILED


def test_a_403_of_a_token_that_is_no_longer_known_stops_the_run(play: Any, not_yours: Any, not_found: Any) -> None:
    with pytest.raises(NotAuthorized, match="does not know this API token"):
        play(create(), [("package_create", not_yours), ("user_show", not_found)])


def test_a_datastore_finds_its_flag_in_every_resource(play: Any) -> None:
    data = {**DATA, "resources": [{"id": "r", "url": "http://a.example"}]}
    flow = apply_create(Create("1", "", "Wells", data), None, replace(TERMS, with_datastore=True), Listening())
    _, sent = play(flow, [("package_create", shown())])
    assert sent[0]["resources"] == [{"datastore_active": False, "id": "r", "url": "http://a.example"}]


def test_what_was_withdrawn_comes_back_with_what_people_wrote_meanwhile(play: Any) -> None:
    """Into the trash, too, people can write."""
    known = base(shown(state="deleted", notes=""), title="Wells").withdrawn("delete")
    trashed = shown(state="deleted", notes="by hand", metadata_modified="later")
    script = [("package_show", trashed), ("package_revise", {"package": shown(title="New", notes="by hand")})]
    applied, sent = play(revive(known, title="New"), script)
    assert applied.outcome.did is Did.REVIVED
    assert sent[1]["update"] == {"title": "New", "state": "active"}


@pytest.mark.parametrize("wanted", [True, False], ids=["private", "public"])
def test_what_was_made_private_becomes_as_the_source_has_it(play: Any, *, wanted: bool) -> None:
    known = base(shown(private=True)).withdrawn("private")
    answers = [("package_revise", {"package": shown()})] if not wanted else []
    applied, sent = play(revive(known, private=wanted), [("package_show", shown(private=True)), *answers])
    assert applied.outcome.did is (Did.UNCHANGED if wanted else Did.REVIVED)
    assert [body["update"] for body in sent[1:]] == ([] if wanted else [{"private": False}])


def test_what_was_withdrawn_and_then_purged_is_made_anew(play: Any, not_found: Any) -> None:
    known = base(shown(state="deleted")).withdrawn("delete")
    script = [("package_show", not_found), ("package_create", shown())]
    assert play(revive(known), script)[0].outcome.did is Did.CREATED


def test_what_was_withdrawn_and_lost_its_marker_stays_in_the_trash(play: Any) -> None:
    known = base(shown(state="deleted")).withdrawn("delete")
    script = [("package_show", shown(state="deleted", extras=[]))]
    assert play(revive(known), script)[0].outcome.did is Did.REFUSED


def test_what_people_brought_back_already_is_brought_up_to_date(play: Any) -> None:
    known = base(shown(state="deleted", metadata_modified=THEN), title="Old").withdrawn("delete")
    current = shown(title="Wells", metadata_modified="later")
    applied, _ = play(revive(known), [("package_show", current)])
    assert applied.outcome.did is Did.UNCHANGED
