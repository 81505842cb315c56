"""The low-level clients: who is asking, one call a method, and nothing below or beside the base URL."""

from __future__ import annotations

import io
from typing import Any

import pytest

from ckan_api_client.exceptions import (
    BadApiError,
    HTTPError,
    NotAuthorized,
    NotFound,
    Outcome,
    ServerError,
    TransportError,
)
from ckan_api_client.low_level import AsyncCkanLowlevelClient, CkanLowlevelClient
from ckan_api_client.low_level.flows import show, whoami
from ckan_api_client.low_level.settings import Settings
from ckan_api_client.transport import HttpTransport, Timeouts
from ckan_api_client.wire.messages import Request
from ckan_api_client.wire.retry import RetryPolicy
from driving import Clients, Driver, Script, Server, Settle, page, refusal, success

ME = success({"id": "u1", "name": "me", "sysadmin": False})
UNKNOWN_USER = refusal(404, "Not Found Error", message="Not found")
AIR = {"id": "a1", "name": "air"}
TOKEN = "canary-5f2a77"


# Who is asking.


def test_with_a_token_the_first_call_asks_whose_it_is_and_no_other_does(clients: Clients) -> None:
    script = Script(ME, success(AIR), success(AIR))
    client = clients.make(script, TOKEN)
    clients.settle(client.get_dataset("air"))
    clients.settle(client.get_dataset("air"))
    assert script.calls == [("user_show", {}), ("package_show", {"id": "air"}), ("package_show", {"id": "air"})]


def test_without_a_token_nobody_is_asked_for(clients: Clients) -> None:
    script = Script(success(AIR))
    clients.settle(clients.make(script).get_dataset("air"))
    assert script.actions == ["package_show"]


def test_asking_who_one_is_asks_each_time_since_a_token_may_be_revoked(clients: Clients) -> None:
    script = Script(ME, ME, UNKNOWN_USER)
    client = clients.make(script, TOKEN)
    assert clients.settle(client.whoami()) == {"id": "u1", "name": "me", "sysadmin": False}
    with pytest.raises(NotAuthorized):
        clients.settle(client.whoami())


@pytest.mark.parametrize(
    "refused",
    [UNKNOWN_USER, refusal(403, "Authorization Error", message="Access denied")],
    ids=["not found", "forbidden"],
)
def test_a_wrong_token_is_an_error_on_reads_too_though_ckan_answers_them(clients: Clients, refused: Any) -> None:
    script = Script(refused)
    with pytest.raises(NotAuthorized, match="CKAN does not know this API token") as caught:
        clients.settle(clients.make(script, TOKEN).list_datasets())
    assert caught.value.status_code == 403
    assert isinstance(caught.value.original, HTTPError)
    assert script.actions == ["user_show"]


def test_whose_a_token_is_is_not_asked_where_nobody_wants_to_know(clients: Clients) -> None:
    script = Script(success(AIR))
    client = clients.make(script, TOKEN, check_token=False)
    assert clients.settle(client.get_dataset("air")) == AIR
    assert script.actions == ["package_show"]


def test_a_wrong_token_is_asked_for_again_by_the_next_call(clients: Clients) -> None:
    script = Script(UNKNOWN_USER, ME, success(AIR))
    client = clients.make(script, TOKEN)
    with pytest.raises(NotAuthorized):
        clients.settle(client.get_dataset("air"))
    assert clients.settle(client.get_dataset("air")) == AIR


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        pytest.param(page(403, "<title>Request blocked</title>"), NotAuthorized, id="a WAF"),
        pytest.param(page(404, "<title>Not Found</title>"), BadApiError, id="no CKAN"),
        pytest.param(page(404, '{"error": {"msg": "no such path", "code": 404}}'), BadApiError, id="Solr"),
        pytest.param(success(None), BadApiError, id="null"),
        pytest.param(success({}), BadApiError, id="nobody"),
        pytest.param(success({"name": ""}), BadApiError, id="no name"),
        pytest.param(success([]), BadApiError, id="a list"),
    ],
)
def test_what_is_not_ckan_s_word_about_the_token_is_not_taken_for_it(
    driver: Driver, response: Any, kind: type[Exception]
) -> None:
    with pytest.raises(kind) as caught:
        driver.one(whoami(), Script(response))
    assert "does not know this API token" not in str(caught.value)


def test_many_flows_are_identified_too(clients: Clients) -> None:
    server = Server(lambda action, _: {"name": "me"} if action == "user_show" else AIR)
    client = clients.make(server, TOKEN)
    found = clients.settle(client.run_all((show("dataset", "air") for _ in range(5)), limit=1))
    assert found == [AIR] * 5
    assert server.actions == ["user_show"] + ["package_show"] * 5


def test_an_anonymous_client_of_the_same_site_has_no_token(clients: Clients) -> None:
    client = clients.make(Script(), TOKEN)
    assert not client.is_anonymous
    assert client.anonymous.is_anonymous
    assert client.anonymous.base_url == "https://example.org"
    clients.settle(client.close())


def test_the_anonymous_client_is_made_once_and_closed_with_its_own(clients: Clients) -> None:
    client = clients.make(Script(), TOKEN)
    other = client.anonymous
    assert client.anonymous is other
    clients.settle(client.close())
    assert other._transport._client.is_closed


def test_the_anonymous_client_keeps_the_other_settings() -> None:
    retry, timeouts = RetryPolicy(attempts=2), Timeouts(connect=1)
    with CkanLowlevelClient("https://example.org", TOKEN, retry=retry, timeouts=timeouts, user_agent="x/1") as client:
        settings = client.anonymous._settings
    assert (settings.retry, settings.connection.timeouts, settings.connection.user_agent) == (retry, timeouts, "x/1")
    assert settings.connection.token is None


# One call a method.


@pytest.mark.parametrize(
    ("method", "arguments", "call"),
    [
        ("get_dataset", ["air"], ("package_show", {"id": "air"})),
        ("post_dataset", [{"name": "air"}], ("package_create", {"name": "air"})),
        ("put_dataset", [AIR], ("package_update", AIR)),
        (
            "get_group",
            ["air"],
            ("group_show", {"id": "air", "include_datasets": False, "include_dataset_count": False}),
        ),
        ("post_group", [{"name": "air"}], ("group_create", {"name": "air"})),
        ("put_group", [AIR], ("group_update", AIR)),
        (
            "get_organization",
            ["air"],
            ("organization_show", {"id": "air", "include_datasets": False, "include_dataset_count": False}),
        ),
        ("post_organization", [{"name": "air"}], ("organization_create", {"name": "air"})),
        ("put_organization", [AIR], ("organization_update", AIR)),
    ],
)
def test_a_method_is_one_call(
    clients: Clients, method: str, arguments: list[Any], call: tuple[str, dict[str, Any]]
) -> None:
    script = Script(success(AIR))
    assert clients.settle(getattr(clients.make(script), method)(*arguments)) == AIR
    assert script.calls == [call]


@pytest.mark.parametrize("kind", ["dataset", "group", "organization"])
def test_an_update_without_an_id_is_refused_since_ckan_would_go_by_the_name(clients: Clients, kind: str) -> None:
    script = Script()
    with pytest.raises(ValueError, match=f"{kind} to update: there must be an id"):
        clients.settle(getattr(clients.make(script), f"put_{kind}")({"name": "air"}))
    assert script.requests == []


@pytest.mark.parametrize(
    ("kind", "action"),
    [("dataset", "package_delete"), ("group", "group_delete"), ("organization", "organization_delete")],
)
def test_a_delete_gives_nothing_and_may_find_nothing(clients: Clients, kind: str, action: str) -> None:
    script = Script(success(None), UNKNOWN_USER)
    delete = getattr(clients.make(script), f"delete_{kind}")
    assert clients.settle(delete("a1")) is None
    assert clients.settle(delete("a1")) is None
    assert script.calls == [(action, {"id": "a1"})] * 2


@pytest.mark.parametrize("kind", ["dataset", "group", "organization"])
def test_a_delete_that_must_find_something_says_what_it_did_not_find(clients: Clients, kind: str) -> None:
    with pytest.raises(NotFound):
        clients.settle(getattr(clients.make(Script(UNKNOWN_USER)), f"delete_{kind}")("a1", ignore_404=False))


@pytest.mark.parametrize("ignore_404", [True, False])
def test_a_delete_that_is_refused_is_an_error(clients: Clients, ignore_404: bool) -> None:
    script = Script(refusal(403, "Authorization Error", message="no"))
    with pytest.raises(NotAuthorized):
        clients.settle(clients.make(script).delete_dataset("a1", ignore_404=ignore_404))


def test_a_page_that_is_not_there_is_no_dataset_that_is_not_there(clients: Clients) -> None:
    with pytest.raises(BadApiError):
        clients.settle(clients.make(Script(page(404, "x"))).delete_dataset("a1"))


def test_a_delete_may_be_asked_for_again_and_a_create_may_not(clients: Clients) -> None:
    once = RetryPolicy(first_wait=0)
    script = Script(page(502, "x"), success(None), page(502, "x"))
    client = clients.make(script, retry=once)
    clients.settle(client.delete_dataset("a1"))
    with pytest.raises(ServerError):
        clients.settle(client.post_dataset({"name": "air"}))
    assert script.actions == ["package_delete", "package_delete", "package_create"]


def test_datasets_are_iterated_over_page_by_page(clients: Clients) -> None:
    script = Script(
        success({"count": 3, "results": [{"id": "a"}, {"id": "b"}]}), success({"count": 1, "results": [{"id": "c"}]})
    )
    assert clients.settle(clients.make(script).iter_datasets()) == [{"id": "a"}, {"id": "b"}, {"id": "c"}]
    assert script.actions == ["package_search"] * 2


@pytest.mark.parametrize(("kind", "noun"), [("groups", "group"), ("organizations", "organization")])
def test_groups_are_iterated_over_one_by_one(clients: Clients, kind: str, noun: str) -> None:
    script = Script(success(["a"]), success([]), success(AIR))
    assert clients.settle(getattr(clients.make(script), f"iter_{kind}")()) == [AIR]
    assert script.actions == [f"{noun}_list", f"{noun}_list", f"{noun}_show"]


def test_licenses_are_a_list_of_objects(clients: Clients) -> None:
    assert clients.settle(clients.make(Script(success([{"id": "cc-by"}]))).list_licenses()) == [{"id": "cc-by"}]


# Any action.


def test_any_action_is_called_by_its_name(clients: Clients) -> None:
    script = Script(success(1), success(2), success(None))
    client = clients.make(script)
    assert clients.settle(client.action.tag_list(query="air")) == 1
    assert clients.settle(client.action("tag_list", query="air")) == 2
    assert clients.settle(client.action.bulk_update_delete(datasets=["a1"])) is None
    assert script.calls == [
        ("tag_list", {"query": "air"}),
        ("tag_list", {"query": "air"}),
        ("bulk_update_delete", {"datasets": ["a1"]}),
    ]


def test_an_argument_may_be_called_name_or_self(clients: Clients) -> None:
    script = Script(success(1), success(1))
    client = clients.make(script)
    clients.settle(client.action("group_show", name="air", self="x"))
    clients.settle(client.action.group_show(name="air", self="x"))
    assert script.calls == [("group_show", {"name": "air", "self": "x"})] * 2


def test_an_action_knows_its_name_and_python_s_own_names_are_no_actions(clients: Clients) -> None:
    client = clients.make(Script())
    assert client.action.package_show.__name__ == "package_show"
    with pytest.raises(AttributeError):
        _ = client.action.__wrapped__


def test_a_file_makes_an_action_a_form(clients: Clients) -> None:
    script = Script(success(AIR))
    clients.settle(clients.make(script).action.resource_patch(id="r1", upload=io.BytesIO(b"x")))
    assert script.requests[0].fields == (("id", "r1"),)
    assert [name for name, _ in script.requests[0].uploads] == ["upload"]


# Requests of one's own.


def test_a_request_of_one_s_own_goes_below_the_base(clients: Clients) -> None:
    script = Script(page(200, "<title>x</title>"))
    response = clients.settle(clients.make(script).request("get", "/dump/x", query={"q": "a"}))
    assert response.body == b"<title>x</title>"
    assert script.requests == [
        Request("GET", "/dump/x", "GET /dump/x", query=(("q", "a"),), repeatable=True),
    ]


def test_a_request_of_one_s_own_may_carry_json_and_is_not_repeated(clients: Clients) -> None:
    script = Script(success(1))
    clients.settle(clients.make(script).request("POST", "/x", json={"a": 1}))
    assert (script.requests[0].body, script.requests[0].repeatable) == (b'{"a": 1}', False)


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (UNKNOWN_USER, NotFound),
        (page(404, "x"), BadApiError),
        (page(500, "x"), ServerError),
        (page(302, "", location="/login"), HTTPError),
    ],
    ids=["CKAN's 404", "a page's 404", "500", "302"],
)
def test_a_request_of_one_s_own_raises_as_actions_do(clients: Clients, response: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        clients.settle(clients.make(Script(response), retry=RetryPolicy(attempts=1)).request("GET", "/x"))


@pytest.mark.parametrize("path", ["https://other.org/x", "@other.org", "x", "", ".other.org", ":80/"])
def test_a_request_never_leaves_the_base(path: str, settle: Settle) -> None:
    with CkanLowlevelClient("http://127.0.0.1:1") as client, pytest.raises(ValueError, match="below the base URL"):
        client.request("GET", path)
    other = AsyncCkanLowlevelClient("http://127.0.0.1:1")
    with pytest.raises(ValueError, match="below the base URL"):
        settle(other.request("GET", path))
    settle(other.close())


# Settings.


@pytest.mark.parametrize("url", ["https://example.org/", "https://example.org/api/3/action/", " https://example.org"])
def test_the_base_url_is_the_site_s(url: str, settle: Settle) -> None:
    with CkanLowlevelClient(url) as client:
        assert client.base_url == "https://example.org"
    other = AsyncCkanLowlevelClient(url)
    assert other.base_url == "https://example.org"
    settle(other.close())


@pytest.mark.parametrize("make", [CkanLowlevelClient, AsyncCkanLowlevelClient])
def test_what_is_no_base_url_or_token_is_refused_at_once(make: Any) -> None:
    with pytest.raises(ValueError, match="base URL"):
        make("example.org")
    with pytest.raises(ValueError, match="the API token is empty"):
        make("https://example.org", "")


@pytest.mark.parametrize("header", ["", "X Key", "X-Key:", "X-Key\r\n", "Clé"])
def test_a_name_that_no_header_can_have_is_refused(header: str) -> None:
    with pytest.raises(ValueError, match="is no name of a header"):
        Settings.of("https://example.org", TOKEN, token_header=header)
    with pytest.raises(ValueError, match="is no name of a header"):
        Settings.of("https://example.org", TOKEN, token_header=("Authorization", header))


def test_a_setting_that_does_not_exist_is_refused() -> None:
    with pytest.raises(TypeError, match="timeout"):
        CkanLowlevelClient("https://example.org", timeout=3)


def test_a_client_says_where_it_is_and_whether_it_has_a_token(clients: Clients) -> None:
    name = "AsyncCkanLowlevelClient" if clients.awaited else "CkanLowlevelClient"
    assert repr(clients.make(Script())) == f"{name}('https://example.org')"
    assert repr(clients.make(Script(), TOKEN)) == f"{name}('https://example.org', api_key=***)"


def test_a_transport_that_was_given_is_left_open_and_one_of_its_own_is_closed() -> None:
    with CkanLowlevelClient("https://example.org") as client:
        transport = client._transport
        assert isinstance(transport, HttpTransport)
        assert not transport._client.is_closed
    assert transport._client.is_closed
    with CkanLowlevelClient("https://example.org", transport=Script()):
        pass


def test_a_lost_answer_to_a_delete_is_not_called_unsent(clients: Clients) -> None:
    lost, gone = TransportError("cut", Outcome.UNKNOWN), TransportError("refused", Outcome.NOT_SENT)
    client = clients.make(Script(lost, gone), retry=RetryPolicy(attempts=2, first_wait=0))
    with pytest.raises(TransportError) as caught:
        clients.settle(client.delete_dataset("a1"))
    assert caught.value.outcome is Outcome.UNKNOWN
    assert caught.value.errors == ("cut", "refused")
