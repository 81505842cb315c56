"""Purging: the tables first, then the thing, then a look whether it is gone."""

from __future__ import annotations

import pytest

from ckan_api_client.exceptions import NotAuthorized, OperationFailure, Outcome, TransportError
from ckan_api_client.high_level.purging import purge
from ckan_api_client.wire.flow import run
from ckan_api_client.wire.messages import Response
from driving import Script, refusal, success

ID = "8a5bdb2e-1a9a-4ee2-9f0d-0b5a7c1b6f01"
SHOWN = {"id": ID, "resources": [{"id": "r1", "datastore_active": True}, {"id": "r2", "datastore_active": False}]}
SYSADMIN = {"name": "admin", "sysadmin": True}
NOT_FOUND = refusal(404, "Not Found Error", message="Not found")
NOT_YOURS = refusal(403, "Authorization Error", message="Access denied")
LOST = TransportError("the connection broke", Outcome.UNKNOWN)


@pytest.mark.parametrize("table", [success(None), NOT_FOUND], ids=["there", "gone already"])
def test_a_datasets_tables_go_before_it(table: Response) -> None:
    script = Script(success(SHOWN), success(SYSADMIN), table, success(None), NOT_FOUND)
    run(purge("dataset", ID), script)
    assert script.calls == [
        ("package_show", {"id": ID}),
        ("user_show", {}),
        ("datastore_delete", {"resource_id": "r1", "force": True}),
        ("dataset_purge", {"id": ID}),
        ("package_show", {"id": ID}),
    ]


def test_a_group_has_no_tables() -> None:
    script = Script(success(None), NOT_FOUND)
    run(purge("group", ID), script)
    assert script.actions == ["group_purge", "group_show"]


def test_what_is_gone_already_is_no_error() -> None:
    script = Script(NOT_FOUND)
    run(purge("dataset", ID), script)
    assert script.actions == ["package_show"]
    script = Script(NOT_FOUND, NOT_FOUND)
    run(purge("organization", ID), script)
    assert script.actions == ["organization_purge", "organization_show"]


def test_a_lost_answer_is_looked_into() -> None:
    script = Script(LOST, NOT_FOUND, NOT_FOUND)
    run(purge("group", ID), script)
    assert script.actions == ["group_purge", "group_show", "group_show"]


@pytest.mark.parametrize("look", [success({"id": ID}), NOT_YOURS], ids=["there", "nobody says"])
def test_a_lost_answer_is_told_where_it_may_be_there_still(look: Response) -> None:
    with pytest.raises(TransportError):
        run(purge("group", ID), Script(LOST, look))


def test_a_purge_that_left_it_there_is_a_failure() -> None:
    with pytest.raises(OperationFailure, match="and still shows it"):
        run(purge("group", ID), Script(success(None), success({"id": ID, "state": "deleted"})))


def test_an_editor_who_may_not_purge_does_not_lose_the_tables() -> None:
    script = Script(success(SHOWN), success({"name": "editor", "sysadmin": False}), NOT_YOURS)
    with pytest.raises(NotAuthorized):
        run(purge("dataset", ID), script)
    assert script.actions == ["package_show", "user_show", "dataset_purge"]
