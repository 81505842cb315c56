"""Deleting and wiping: by id only, under a match, and reversibly."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.exceptions import NotAuthorized, NotFound, OperationFailure, Outcome, TransportError
from ckan_api_client.high_level.datasets import delete_dataset, wipe_dataset
from ckan_api_client.wire.flow import run
from driving import Script, refusal, success

ID = "8a5bdb2e-1a9a-4ee2-9f0d-0b5a7c1b6f01"
NOT_FOUND = refusal(404, "Not Found Error", message="Not found")
FAILED_MATCH = refusal(409, "Validation Error", match=["metadata_modified"])
LOST = TransportError("the connection broke", Outcome.UNKNOWN)


def shown(modified: str = "1", **fields: Any) -> dict[str, Any]:
    return {"id": ID, "name": "air", "state": "active", "metadata_modified": modified, "groups": [], **fields}


DELETED = shown("2", state="deleted")


def test_a_delete_sets_the_state_under_a_match_so_that_groups_and_organization_come_back() -> None:
    script = Script(success(shown()), success({"package": DELETED}))
    run(delete_dataset(ID), script)
    assert script.calls[1] == (
        "package_revise",
        {"match": {"id": ID, "metadata_modified": "1", "state": "active"}, "update": {"state": "deleted"}},
    )


@pytest.mark.parametrize("answer", [success(DELETED), NOT_FOUND], ids=["in-the-trash", "absent"])
def test_what_is_not_there_is_not_deleted(answer: Any) -> None:
    script = Script(answer)
    run(delete_dataset(ID), script)
    assert script.actions == ["package_show"]


def test_what_was_deleted_by_somebody_else_meanwhile_is_deleted() -> None:
    script = Script(success(shown()), FAILED_MATCH, success(DELETED))
    run(delete_dataset(ID), script)
    assert script.answers == []


def test_what_was_purged_by_somebody_else_meanwhile_is_deleted() -> None:
    script = Script(success(shown()), NOT_FOUND)
    run(delete_dataset(ID), script)
    assert script.answers == []


def test_a_delete_goes_on_though_somebody_changed_the_dataset_meanwhile() -> None:
    script = Script(success(shown()), FAILED_MATCH, success(shown("3")), success({"package": DELETED}))
    run(delete_dataset(ID), script)
    assert script.calls[3][1]["match"]["metadata_modified"] == "3"


def test_what_ckan_would_not_take_any_more_is_deleted_all_the_same() -> None:
    script = Script(success(shown()), refusal(409, "Validation Error", tags=["Tag too short"]), success(None))
    run(delete_dataset(ID), script)
    assert script.calls[2] == ("package_delete", {"id": ID})


@pytest.mark.parametrize("flow", [delete_dataset, wipe_dataset])
def test_a_lost_answer_is_looked_into(flow: Any) -> None:
    done = shown("2", state="deleted", name=f"deleted-{ID}")
    script = Script(success(shown()), LOST, success(done))
    run(flow(ID), script)
    assert script.actions == ["package_show", "package_revise", "package_show"]


@pytest.mark.parametrize("flow", [delete_dataset, wipe_dataset])
def test_a_name_is_refused_whosever_it_is(flow: Any) -> None:
    script = Script(success(shown()))
    with pytest.raises(NotFound, match="id mismatch"):
        run(flow("air"), script)
    assert script.actions == ["package_show"]


@pytest.mark.parametrize("flow", [delete_dataset, wipe_dataset])
def test_what_may_not_be_seen_may_not_be_deleted(flow: Any) -> None:
    with pytest.raises(NotAuthorized):
        run(flow(ID), Script(refusal(403, "Authorization Error", message="Access denied")))


def test_a_wipe_renames_and_deletes_in_one_write() -> None:
    script = Script(success(shown()), success({"package": shown("2", name=f"deleted-{ID}", state="deleted")}))
    run(wipe_dataset(ID), script)
    assert script.calls[1][1]["update"] == {"name": f"deleted-{ID}", "state": "deleted"}
    assert script.calls[1][1]["match"]["name"] == "air"


def test_a_wipe_frees_the_name_of_what_is_in_the_trash_too() -> None:
    script = Script(success(DELETED), success({"package": shown("3", name=f"deleted-{ID}", state="deleted")}))
    run(wipe_dataset(ID), script)
    assert script.calls[1][1]["update"] == {"name": f"deleted-{ID}"}


def test_a_wipe_of_what_is_wiped_writes_nothing() -> None:
    script = Script(success(shown(state="deleted", name=f"deleted-{ID}")))
    run(wipe_dataset(ID), script)
    assert script.actions == ["package_show"]


def test_a_wipe_of_what_is_absent_is_not_found() -> None:
    with pytest.raises(NotFound):
        run(wipe_dataset(ID), Script(NOT_FOUND))


def test_three_failed_matches_are_the_end_of_a_delete() -> None:
    answers = [success(shown())]
    for number in "234":
        answers += [FAILED_MATCH, success(shown(number))]
    with pytest.raises(OperationFailure, match="3 tries"):
        run(delete_dataset(ID), Script(*answers))
