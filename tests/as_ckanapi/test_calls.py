"""Calls as ckanapi makes them, and the errors that their answers mean."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from ckan_api_client import ckanapi
from ckan_api_client.ckanapi import RemoteCKAN
from ckan_api_client.exceptions import Outcome, TransportError
from ckan_api_client.wire.messages import Response
from driving import Script, answer, page, refusal, success

Make = Callable[..., RemoteCKAN]
URL = "https://example.org/data/api/action/package_show"
TOKEN = "canary-5f2a77"


# What is asked.


def test_an_action_is_called_by_its_name_or_by_call_action(remote: Make) -> None:
    script = Script(success(["a"]), success(["b"]), success(["c"]))
    ckan = remote(script)
    assert ckan.action.group_list(all_fields=False) == ["a"]
    assert ckan.call_action("group_list", {"all_fields": False}) == ["b"]
    assert ckan.call_action("group_list") == ["c"]
    assert script.calls == [("group_list", {"all_fields": False})] * 2 + [("group_list", {})]
    assert [request.method for request in script.requests] == ["POST"] * 3


def test_actions_are_where_ckanapi_has_them_or_where_a_subclass_does(remote: Make) -> None:
    class Versioned(RemoteCKAN):
        base_url = "api/3/action/"

    script = Script(success([]), success([]))
    remote(script).action.group_list()
    Versioned("https://example.org", transport=script).action.group_list()
    assert [request.path for request in script.requests] == ["/api/action/group_list", "/api/3/action/group_list"]


def test_nobody_is_asked_whose_the_token_is_before_a_call(remote: Make) -> None:
    script = Script(success([]))
    remote(script, TOKEN).action.group_list()
    assert script.actions == ["group_list"]


def test_what_says_how_to_send_is_no_data_of_the_action(remote: Make) -> None:
    script = Script(success([]))
    remote(script).action.group_list(id="x", requests_kwargs={"timeout": 10})
    assert script.calls == [("group_list", {"id": "x"})]


def test_a_get_has_its_data_in_the_query_as_requests_writes_it(remote: Make) -> None:
    script = Script(success({}))
    remote(script, get_only=True).action.package_search(q="a b", rows=5, facet=True, fq=None, fl=["id", "name"])
    [request] = script.requests
    assert (request.method, request.path, request.body) == ("GET", "/api/action/package_search", None)
    assert request.query == (("q", "a b"), ("rows", "5"), ("facet", "True"), ("fl", "id"), ("fl", "name"))


@pytest.mark.parametrize("value", [{"a": 1}, [["a"]], [{"a": 1}]], ids=str)
def test_what_no_query_can_hold_is_refused(remote: Make, value: Any) -> None:
    script = Script()
    with pytest.raises(ckanapi.CKANAPIError, match="a GET cannot hold the value of x; call it without get_only"):
        remote(script, get_only=True).action.package_show(x=value)
    assert script.requests == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(("x/../y",), "is no name of an action", id="name"),
        pytest.param(("package_show", ["id"]), "the data of a call is a dict, not a list", id="list"),
        pytest.param(("package_show", {"id": Decimal(1)}), "cannot be sent as JSON", id="no JSON"),
        pytest.param(
            ("package_show", {"id": "x", "callback": "f"}), "runs a call with an argument 'callback'", id="JSONP"
        ),
        pytest.param(("package_show", {}, {"user": "x"}), "takes no context", id="context"),
        pytest.param(("resource_create", {"a": [1]}, None, None, {"upload": b""}), "cannot take together", id="form"),
    ],
)
def test_a_call_that_cannot_be_made_is_an_error_before_it_is_sent(
    remote: Make, arguments: tuple[Any, ...], told: str
) -> None:
    script = Script()
    with pytest.raises(ckanapi.CKANAPIError, match=told):
        remote(script).call_action(*arguments)
    assert script.requests == []


def test_a_get_cannot_send_files(remote: Make) -> None:
    with pytest.raises(ckanapi.CKANAPIError, match="a GET cannot send files"):
        remote(Script(), get_only=True).call_action("resource_create", {}, files={"upload": b"x"})


@pytest.mark.parametrize("address", ["fake", "https://me:secret@example.org", "ftp://example.org"])
def test_an_address_that_is_none_is_told_at_the_first_call(address: str) -> None:
    ckan = RemoteCKAN(address)
    with pytest.raises(ckanapi.CKANAPIError, match="base URL") as caught:
        ckan.action.site_read()
    assert "secret" not in str(caught.value)


def test_a_token_that_can_be_none_is_told_without_being_shown() -> None:
    with pytest.raises(ckanapi.CKANAPIError, match="no token of CKAN has") as caught:
        RemoteCKAN("https://example.org", "my secrét").action.site_read()
    assert "secr" not in str(caught.value)


# What is answered.

ERRORS: list[Any] = [
    pytest.param(
        refusal(404, "Not Found Error", message="Not found: Dataset was not found."),
        ckanapi.NotFound,
        "Dataset was not found.",
        id="not found",
    ),
    pytest.param(refusal(404, "Not Found Error"), ckanapi.NotFound, "", id="not found, without a word"),
    pytest.param(
        refusal(403, "Authorization Error", message="Access denied: no"),
        ckanapi.NotAuthorized,
        "{'__type': 'Authorization Error', 'message': 'Access denied: no'}",
        id="not authorized",
    ),
    pytest.param(
        refusal(409, "Validation Error", name=["Taken"]),
        ckanapi.ValidationError,
        "{'__type': 'Validation Error', 'name': ['Taken']}",
        id="validation",
    ),
    pytest.param(
        refusal(400, "Search Query Error", message="Search Query is invalid: q"),
        ckanapi.SearchQueryError,
        "q",
        id="search query",
    ),
    pytest.param(
        refusal(409, "Search Error", message="Search error: HTTP 400"), ckanapi.SearchError, "HTTP 400", id="search"
    ),
    pytest.param(
        refusal(500, "Search Index Error", message="Unable to add package to search index: a: b"),
        ckanapi.SearchIndexError,
        "a: b",
        id="search index",
    ),
    pytest.param(
        answer(409, {"error": {"__type": "Integrity Error"}}),
        ckanapi.CKANAPIError,
        repr([URL, 409, '{"error": {"__type": "Integrity Error"}}']),
        id="of another type",
    ),
    pytest.param(
        page(404, "<p>Nò</p>"), ckanapi.CKANAPIError, repr([URL, 404, "<p>Nò</p>"]), id="a page instead of an answer"
    ),
    pytest.param(
        answer(400, "Bad request - Action name not known: x"),
        ckanapi.CKANAPIError,
        repr([URL, 400, '"Bad request - Action name not known: x"']),
        id="a text",
    ),
    pytest.param(answer(200, [1]), ckanapi.CKANAPIError, repr([URL, 200, "[1]"]), id="a list"),
    pytest.param(
        answer(200, {"success": True}), ckanapi.CKANAPIError, repr([URL, 200, '{"success": true}']), id="no result"
    ),
    pytest.param(
        answer(400, {"error": "text"}),
        ckanapi.ServerIncompatibleError,
        repr([URL, 400, '{"error": "text"}']),
        id="an API that is not CKAN's",
    ),
]


@pytest.mark.parametrize(("response", "kind", "text"), ERRORS)
def test_each_refusal_is_the_error_that_ckanapi_raises(
    remote: Make, response: Response, kind: type[Exception], text: str
) -> None:
    with pytest.raises(kind) as caught:
        remote(Script(*[response] * 4)).action.package_show(id="x")
    assert type(caught.value) is kind
    assert str(caught.value) == text


def test_a_validation_error_holds_what_ckan_says_of_the_fields(remote: Make) -> None:
    with pytest.raises(ckanapi.ValidationError) as caught:
        remote(Script(refusal(409, "Validation Error", name=["Taken"]))).action.package_create(name="x")
    assert caught.value.error_dict == {"__type": "Validation Error", "name": ["Taken"]}


def test_success_is_what_the_answer_says_whatever_its_status(remote: Make) -> None:
    assert remote(Script(answer(201, {"success": True, "result": 1}))).action.x() == 1


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        ("text/html; charset=latin-1", "é".encode("latin-1"), "é"),
        ("text/html; charset=nonsense", "é".encode(), "é"),
        ("", b"\xff", "\ufffd"),
    ],
)
def test_an_answer_is_read_as_it_says_and_otherwise_as_utf_8(remote: Make, kind: str, body: bytes, text: str) -> None:
    with pytest.raises(ckanapi.CKANAPIError) as caught:
        remote(Script(Response(404, {"content-type": kind}, body))).action.package_show(id="x")
    assert str(caught.value) == repr([URL, 404, text])


@pytest.mark.parametrize("get_only", [False, True])
def test_no_redirect_is_followed_and_the_error_notes_where_it_leads(remote: Make, *, get_only: bool) -> None:
    script = Script(Response(301, {"location": "https://other.example.org/"}, b""))
    with pytest.raises(ckanapi.CKANAPIError) as caught:
        remote(script, TOKEN, get_only=get_only).action.package_show(id="x")
    assert str(caught.value) == repr([URL, 301, ""])
    [note] = caught.value.__notes__
    assert note == "The server redirects to https://other.example.org/; no redirect is followed: use that address."
    assert len(script.requests) == 1


# A refusal with a token: is the token known?

REFUSED = refusal(403, "Authorization Error", message="Access denied: no")
UNKNOWN_USER = refusal(404, "Not Found Error", message="Not found")


def test_a_refusal_notes_that_the_token_is_unknown_if_it_is(remote: Make) -> None:
    script = Script(REFUSED, UNKNOWN_USER)
    with pytest.raises(ckanapi.NotAuthorized) as caught:
        remote(script, TOKEN).action.package_create(name="x")
    assert str(caught.value) == "{'__type': 'Authorization Error', 'message': 'Access denied: no'}"
    [note] = caught.value.__notes__
    assert note.startswith("CKAN does not know this API token: it is wrong, expired or revoked")
    assert script.actions == ["package_create", "user_show"]


def test_a_refusal_of_somebody_known_notes_nothing(remote: Make) -> None:
    with pytest.raises(ckanapi.NotAuthorized) as caught:
        remote(Script(REFUSED, success({"name": "me"})), TOKEN).action.package_create(name="x")
    assert not hasattr(caught.value, "__notes__")


def test_a_refusal_notes_that_nothing_was_found_out(remote: Make) -> None:
    with pytest.raises(ckanapi.NotAuthorized) as caught:
        remote(Script(REFUSED, page(404, "no")), TOKEN).action.package_create(name="x")
    assert "Whose the token is could not be found out" in caught.value.__notes__[0]


@pytest.mark.parametrize("given", [{}, {"apikey": TOKEN, "get_only": True}], ids=["no token", "GET only"])
def test_nobody_is_asked_after_without_a_token_or_where_only_gets_may_be_sent(
    remote: Make, given: dict[str, Any]
) -> None:
    script = Script(REFUSED)
    with pytest.raises(ckanapi.NotAuthorized):
        remote(script, **given).action.package_show(id="x")
    assert len(script.requests) == 1


# No answer.


@pytest.mark.parametrize("caught_as", [ckanapi.CKANAPIError, OSError, ckanapi.NoAnswer])
def test_no_answer_is_an_error_of_ckanapi_and_an_os_error(remote: Make, caught_as: type[Exception]) -> None:
    script = Script(TransportError("package_create 'x': no answer in time", Outcome.UNKNOWN))
    with pytest.raises(caught_as) as caught:
        remote(script).action.package_create(name="x")
    assert isinstance(caught.value, ckanapi.NoAnswer)
    assert caught.value.outcome is Outcome.UNKNOWN
    assert str(caught.value) == "package_create 'x': no answer in time"
    assert isinstance(caught.value.__cause__, TransportError)


def test_a_read_is_repeated_and_a_write_only_where_it_never_arrived(remote: Make) -> None:
    cut, refused = TransportError("cut", Outcome.UNKNOWN), TransportError("refused", Outcome.NOT_SENT)
    script = Script(cut, page(503, "busy"), success(1), refused, success(2), page(503, "busy"))
    ckan = remote(script)
    assert ckan.action.package_show(id="x") == 1
    assert ckan.action.package_create(name="x") == 2
    with pytest.raises(ckanapi.CKANAPIError):
        ckan.action.package_create(name="x")
    assert script.actions == ["package_show"] * 3 + ["package_create"] * 3
    assert len(script.sleeps) == 3


def test_a_get_writes_nothing_whatever_its_name_and_is_repeated(remote: Make) -> None:
    script = Script(page(503, "busy"), success(1), page(503, "busy"))
    assert remote(script, get_only=True).action.frobnicate() == 1
    with pytest.raises(ckanapi.CKANAPIError):
        remote(script).action.frobnicate()
    assert [request.method for request in script.requests] == ["GET", "GET", "POST"]
