"""Dumps: names beyond CKAN's limits, and what is added to resources."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.bulk.asking import ask_by_get
from ckan_api_client.bulk.dumping import Dumping
from ckan_api_client.bulk.replies import Reply
from ckan_api_client.exceptions import Outcome, TransportError
from ckan_api_client.wire.messages import Response
from driving import Driver, Script, Server, page, refusal, success

RESOURCES = [{"id": "r1", "datastore_active": True}, {"id": "r2", "datastore_active": False}]
DATASET = {"id": "1", "name": "a", "resources": RESOURCES}


def show(driver: Driver, script: Script, kind: str = "datasets", **options: Any) -> Reply:
    reply: Reply = driver.one(Dumping(kind, **options).show("a"), script)
    return reply


def test_a_show_asks_for_what_ckanapi_asks_for(driver: Driver) -> None:
    script = Script(success({"name": "a"}))
    assert show(driver, script, "organizations", include_users=True).response == {"name": "a"}
    arguments = {"id": "a", "include_datasets": False, "include_password_hash": True, "include_users": True}
    assert script.calls == [("organization_show", arguments)]


def test_by_get_the_same_goes_into_the_url(driver: Driver) -> None:
    script = Script(success({"name": "a"}))
    assert show(driver, script, ask=ask_by_get).error is None
    (request,) = script.requests
    assert (request.method, request.path, request.body) == ("GET", "/api/3/action/package_show", None)
    assert dict(request.query)["include_users"] == "False"


def test_fields_and_views_are_added_to_the_resources_that_have_some(driver: Driver) -> None:
    fields, views = [{"id": "mm", "type": "int"}], [{"id": "v1"}]
    script = Script(success(DATASET), success({"fields": fields}), success(views), success([]))
    reply = show(driver, script, datastore_fields=True, resource_views=True)
    first, second = reply.response["resources"]
    assert first == {**RESOURCES[0], "datastore_fields": fields, "resource_views": views}
    assert second == RESOURCES[1]
    assert script.actions == ["package_show", "datastore_search", "resource_view_list", "resource_view_list"]


def test_what_is_refused_has_no_fields(driver: Driver) -> None:
    script = Script(success(DATASET), refusal(404, "Not Found Error"))
    reply = show(driver, script, datastore_fields=True)
    assert (reply.error, reply.response) == (None, DATASET)


@pytest.mark.parametrize(
    ("lost", "error"),
    [(page(502, "Bad Gateway"), "ServerError"), (TransportError("cut", Outcome.UNKNOWN), "TransportError")],
    ids=["no CKAN", "no answer"],
)
def test_a_record_without_its_fields_is_no_record(driver: Driver, lost: Response | Exception, error: str) -> None:
    assert show(driver, Script(success(DATASET), lost), datastore_fields=True).error == error


def test_an_answer_that_is_no_object_is_a_failure(driver: Driver) -> None:
    assert show(driver, Script(success(["a"]))).error == "BadApiError"


def test_groups_are_listed_beyond_the_limit_in_ckans_order_first(driver: Driver) -> None:
    everything = sorted(f"group-{number:04}" for number in range(2500))
    by_title = everything[::-1][:1000]

    def act(_: str, arguments: dict[str, Any]) -> Any:
        start = arguments.get("offset")
        return by_title if start is None else everything[start : start + 1000]

    names = driver.one(Dumping("groups").names(), Server(act))
    assert names[:1000] == by_title
    assert len(names) == len(set(names)) == 2500


def test_names_may_come_as_objects(driver: Driver) -> None:
    script = Script(success([{"name": "a"}, {"id": "2"}, "c"]))
    assert driver.one(Dumping("users").names(), script) == ["a", "2", "c"]
    assert script.calls == [("user_list", {"all_fields": False})]
