"""Applying one change: what is sent, and what becomes of it, whatever the server does."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.exceptions import NotAuthorized
from ckan_api_client.syncing.applying import apply_create, apply_delete, apply_group, apply_update
from ckan_api_client.syncing.identity import Identity
from ckan_api_client.syncing.plan import CreateGroup, Delete
from ckan_api_client.syncing.report import Did
from ckan_api_client.syncing.strategies import Strategies
from ckan_api_client.syncing.wanted import Wanted

IDENTITY = Identity("geo", "1")
WANTED = Wanted(IDENTITY, "a.jsonl:1", {"name": "wells", "title": "Wells"}, "org", (), ())
MARKER = {"key": "_harvest_source", "value": "geo:1"}
ME = {"name": "me", "sysadmin": False}
SUFFIXED = next(name for name in IDENTITY.names("wells", None) if name != "wells")


def shown(**fields: Any) -> dict[str, Any]:
    return {
        "id": IDENTITY.dataset_id,
        "name": "wells",
        "title": "Wells",
        "state": "active",
        "owner_org": "org-id",
        "metadata_modified": "2026-01-01T00:00:00.000001",
        "extras": [MARKER],
        "resources": [],
        "groups": [],
        **fields,
    }


def create(*, by_sysadmin: bool = False) -> Any:
    return apply_create(WANTED, Strategies(), by_sysadmin=by_sysadmin)


def test_a_create_is_one_request_with_marker_and_name(play: Any) -> None:
    outcome, sent = play(create(), [("package_create", shown())])
    assert (outcome.did, outcome.record_id, outcome.place) == (Did.CREATED, "1", "a.jsonl:1")
    assert (sent[0]["name"], sent[0]["extras"], sent[0]["owner_org"]) == ("wells", [MARKER], "org")
    assert "id" not in sent[0]


def test_a_sysadmin_s_create_bears_the_derived_id(play: Any) -> None:
    _, sent = play(create(by_sysadmin=True), [("package_create", shown())])
    assert sent[0]["id"] == IDENTITY.dataset_id


def test_a_create_whose_answer_is_lost_after_the_commit_is_found(play: Any, lost: Any) -> None:
    outcome, _ = play(create(), [("package_create", lost), ("package_show", shown())])
    assert outcome.did is Did.CREATED


def test_a_create_whose_answer_is_lost_before_the_commit_is_sent_again(play: Any, lost: Any, not_found: Any) -> None:
    script = [("package_create", lost), ("package_show", not_found), ("package_create", shown())]
    outcome, sent = play(create(), script)
    assert outcome.did is Did.CREATED
    assert sent[0] == sent[2]


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
    assert play(create(), script)[0].did is Did.CREATED


def test_a_name_that_an_unmarked_dataset_has_is_refused(play: Any, refuse: Any) -> None:
    taken = refuse(409, "Validation Error", name=["That URL is already in use."])
    script = [("package_create", taken), ("package_show", shown(id="x", extras=[]))]
    outcome, _ = play(create(), script)
    assert (outcome.did, outcome.field, outcome.dataset_id) == (Did.REFUSED, "name", "x")


@pytest.mark.parametrize("visible", [True, False], ids=["another source's", "nobody's we may see"])
def test_a_name_that_another_source_has_gets_a_suffix(play: Any, refuse: Any, not_yours: Any, *, visible: bool) -> None:
    taken = refuse(409, "Validation Error", name=["That URL is already in use."])
    other = shown(id="x", extras=[{"key": "_harvest_source", "value": "other:1"}])
    script = [("package_create", taken), ("package_show", other if visible else not_yours), ("package_create", shown())]
    outcome, sent = play(create(), script)
    assert outcome.did is Did.CREATED
    assert sent[2]["name"] == SUFFIXED


def test_a_name_that_our_own_dataset_has_means_an_earlier_run_made_it(play: Any, refuse: Any) -> None:
    taken = refuse(409, "Validation Error", name=["That URL is already in use."])
    outcome, _ = play(create(), [("package_create", taken), ("package_show", shown())])
    assert outcome.did is Did.ADOPTED


def test_a_record_that_comes_back_takes_its_dataset_out_of_the_trash(play: Any, refuse: Any) -> None:
    taken = refuse(409, "Validation Error", id=["Dataset id already exists"])
    trashed = shown(state="deleted", title="Old")
    script = [("package_create", taken), ("package_show", trashed), ("package_revise", {"package": shown()})]
    outcome, sent = play(create(by_sysadmin=True), script)
    assert outcome.did is Did.REVIVED
    assert sent[2]["update"] == {"title": "Wells", "state": "active"}
    assert sent[2]["match"]["state"] == "deleted"


def test_an_editor_s_record_that_comes_back_is_found_by_its_name(play: Any, refuse: Any) -> None:
    taken = refuse(409, "Validation Error", resources=[{"id": ["Resource id already exists."]}])
    script = [
        ("package_create", taken),
        ("package_show", shown(state="deleted")),
        ("package_revise", {"package": shown()}),
    ]
    assert play(create(), script)[0].did is Did.REVIVED


def test_a_dataset_with_our_id_and_another_marker_is_left_alone(play: Any, refuse: Any) -> None:
    taken = refuse(409, "Validation Error", id=["Dataset id already exists"])
    script = [("package_create", taken), ("package_show", shown(extras=[]))]
    assert play(create(by_sysadmin=True), script)[0].did is Did.REFUSED


def test_an_answer_that_bears_another_marker_is_never_taken_for_ours(play: Any) -> None:
    other = shown(extras=[{"key": "_harvest_source", "value": "geo:2"}])
    assert play(create(), [("package_create", other)])[0].did is Did.REFUSED


def test_what_ckan_refuses_of_a_record_is_its_outcome(play: Any, refuse: Any) -> None:
    wrong = refuse(409, "Validation Error", license_id=["No such license"])
    outcome, _ = play(create(), [("package_create", wrong)])
    assert (outcome.did, outcome.field) == (Did.FAILED, "license_id")
    assert "No such license" in outcome.reason


def test_a_403_is_the_record_s_if_the_token_is_still_known(play: Any, not_yours: Any) -> None:
    outcome, _ = play(create(), [("package_create", not_yours), ("user_show", ME)])
    assert outcome.did is Did.FAILED


def test_a_403_of_a_token_that_is_no_longer_known_stops_the_run(play: Any, not_yours: Any, not_found: Any) -> None:
    with pytest.raises(NotAuthorized, match="does not know this API token"):
        play(create(), [("package_create", not_yours), ("user_show", not_found)])


def test_an_update_sends_what_differs_under_a_match(play: Any) -> None:
    now = shown(title="Old")
    outcome, sent = play(apply_update(WANTED, now, Strategies()), [("package_revise", {"package": shown()})])
    assert (outcome.did, outcome.notes) == (Did.UPDATED, ())
    assert sent == [
        {
            "match": {
                "id": IDENTITY.dataset_id,
                "metadata_modified": "2026-01-01T00:00:00.000001",
                "state": "active",
                "title": "Old",
            },
            "update": {"title": "Wells"},
        }
    ]


def test_an_update_that_somebody_overtook_is_merged_anew(play: Any, failed_match: Any) -> None:
    now, later = shown(title="Old"), shown(title="Old", notes="by hand", metadata_modified="later")
    script = [("package_revise", failed_match), ("package_show", later), ("package_revise", {"package": shown()})]
    outcome, sent = play(apply_update(WANTED, now, Strategies()), script)
    assert outcome.did is Did.UPDATED
    assert sent[2]["match"]["metadata_modified"] == "later"
    assert sent[2]["update"] == {"title": "Wells"}


def test_an_update_whose_answer_is_lost_is_looked_into(play: Any, lost: Any) -> None:
    script = [("package_revise", lost), ("package_show", shown())]
    assert play(apply_update(WANTED, shown(title="Old"), Strategies()), script)[0].did is Did.UPDATED


@pytest.mark.parametrize(
    "later", [shown(extras=[]), shown(state="deleted")], ids=["lost its marker", "was deleted meanwhile"]
)
def test_a_dataset_that_is_no_longer_ours_is_left_alone(play: Any, failed_match: Any, later: Any) -> None:
    script = [("package_revise", failed_match), ("package_show", later)]
    outcome, _ = play(apply_update(WANTED, shown(title="Old"), Strategies()), script)
    assert outcome.did is Did.REFUSED


def delete() -> Any:
    return apply_delete("geo:1", Delete("1", IDENTITY.dataset_id, "Wells"))


def test_a_delete_looks_first_and_writes_once_under_a_match(play: Any) -> None:
    script = [("package_show", shown()), ("package_revise", {"package": shown(state="deleted")})]
    outcome, sent = play(delete(), script)
    assert outcome.did is Did.DELETED
    assert sent[1]["update"] == {"state": "deleted"}
    assert sent[1]["match"]["metadata_modified"] == "2026-01-01T00:00:00.000001"


def test_a_dataset_without_the_marker_is_not_deleted(play: Any) -> None:
    outcome, _ = play(delete(), [("package_show", shown(extras=[]))])
    assert outcome.did is Did.REFUSED


def test_a_dataset_that_took_the_id_for_its_name_is_not_deleted(play: Any) -> None:
    outcome, _ = play(delete(), [("package_show", shown(id="x"))])
    assert outcome.did is Did.REFUSED


def test_what_only_the_index_has_is_no_error(play: Any, not_found: Any) -> None:
    outcome, _ = play(delete(), [("package_show", not_found)])
    assert outcome.did is Did.UNCHANGED


def test_a_delete_of_what_is_in_the_trash_writes_nothing(play: Any) -> None:
    assert play(delete(), [("package_show", shown(state="deleted"))])[0].did is Did.DELETED


ORG = CreateGroup("organization", "org", {"name": "org", "title": "Organization"})


def test_an_organization_is_made_where_there_is_none(play: Any, not_found: Any) -> None:
    script = [("organization_show", not_found), ("organization_create", {"id": "o", "name": "org"})]
    outcome, sent = play(apply_group(ORG), script)
    assert (outcome.did, outcome.kind) == (Did.CREATED, "organization")
    assert sent[1] == {"name": "org", "title": "Organization"}


def test_a_deleted_organization_is_brought_back_by_its_state_alone(play: Any) -> None:
    deleted = {"id": "o", "name": "org", "title": "Old", "state": "deleted"}
    script = [("organization_show", deleted), ("organization_patch", {"id": "o"})]
    outcome, sent = play(apply_group(ORG), script)
    assert outcome.did is Did.REVIVED
    assert sent[1] == {"id": "o", "state": "active"}


def test_an_organization_is_updated_by_what_differs_alone(play: Any) -> None:
    there = {"id": "o", "name": "org", "title": "Old", "state": "active", "users": [{"name": "a"}]}
    change = CreateGroup("organization", "org", {"name": "org", "title": "Organization"}, update=True)
    script = [("organization_show", there), ("organization_patch", {"id": "o"})]
    outcome, sent = play(apply_group(change), script)
    assert outcome.did is Did.UPDATED
    assert sent[1] == {"id": "o", "title": "Organization"}
