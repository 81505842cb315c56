"""What an answer means, and what is known of the effect of the request that got it."""

from __future__ import annotations

import json
import logging
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckan_api_client.exceptions import (
    BadApiError,
    CkanError,
    HTTPError,
    NotAuthorized,
    NotFound,
    Outcome,
    RateLimited,
    SearchError,
    ServerError,
    ValidationError,
)
from ckan_api_client.wire.action import build_request, classify, decipher_response, error_of, retry_after
from ckan_api_client.wire.messages import Response
from driving import answer, page, refusal, success

REQUEST = build_request("package_create", {"name": "air"})
JSON = {"content-type": "application/json"}
IMMENSE = 'Document contains at least one immense term in field="extras_notes"'
SOLR_400 = (
    "SOLR returned an error running query: {...} Error: SolrError('Solr responded with an error (HTTP 400): ...')"
)
SOLR_503 = (
    "SOLR returned an error running query: {...} Error: SolrError('Solr responded with an error (HTTP 503): ...')"
)
NGINX_502 = "<html>\r\n<head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"
LOGIN = "<!DOCTYPE html><html><head><title>Sign in</title></head><body><form>...</form></body></html>"

#: (answer, what is known of the effect, what is raised)
ANSWERS: list[tuple[str, Response, Outcome, type[CkanError]]] = [
    ("A1 unknown action", answer(400, "Bad request - Action name not known: x"), Outcome.REJECTED, HTTPError),
    ("A1 on 2.12", answer(400, "Bad request: Action name not known: x"), Outcome.REJECTED, HTTPError),
    ("A1 GET on a write", answer(400, "Bad request - JSON Error: ... Please use POST"), Outcome.REJECTED, HTTPError),
    ("A2 unknown URL", page(404, "<title>404 Not Found</title>"), Outcome.REJECTED, BadApiError),
    ("A2 POST to an unknown URL", page(405, "<title>405</title>"), Outcome.REJECTED, BadApiError),
    ("A2 CSRF", page(400, "<title>400 The CSRF token is missing.</title>"), Outcome.REJECTED, BadApiError),
    ("A2 nginx 413", page(413, "<title>413 Request Entity Too Large</title>"), Outcome.REJECTED, HTTPError),
    ("A2 nginx 414", page(414, "<title>414 Request-URI Too Large</title>"), Outcome.REJECTED, HTTPError),
    ("A2 nginx 502", page(502, NGINX_502), Outcome.UNKNOWN, ServerError),
    ("A2 nginx 503", page(503, "<title>503</title>"), Outcome.UNKNOWN, ServerError),
    ("A2 nginx 504", page(504, "<title>504 Gateway Time-out</title>"), Outcome.UNKNOWN, ServerError),
    ("A3 validation", refusal(409, "Validation Error", name=["Missing value"]), Outcome.REJECTED, ValidationError),
    ("A3 authorization", refusal(403, "Authorization Error", message="no"), Outcome.REJECTED, NotAuthorized),
    ("A3 not found", refusal(404, "Not Found Error", message="Not found"), Outcome.REJECTED, NotFound),
    ("A3 integrity", refusal(400, "Integrity Error", message="Only lists"), Outcome.REJECTED, HTTPError),
    ("A3 search query", refusal(400, "Search Query Error", message="bad"), Outcome.REJECTED, SearchError),
    ("A3 Solr's 400", refusal(409, "Search Error", message=SOLR_400), Outcome.UNKNOWN, SearchError),
    ("A3 Solr's 503", refusal(409, "Search Error", message=SOLR_503), Outcome.UNKNOWN, SearchError),
    ("A3 index", refusal(500, "Search Index Error", message="Solr"), Outcome.UNKNOWN, SearchError),
    ("A3 no Solr", refusal(500, "Search Connection Error", message="Solr"), Outcome.UNKNOWN, SearchError),
    ("A3 crash", refusal(500, "Internal Server Error", message="KeyError"), Outcome.UNKNOWN, ServerError),
    ("E11 immense term", refusal(500, "Search Index Error", message=IMMENSE), Outcome.UNKNOWN, SearchError),
    ("A6 success false with 200", answer(200, {"success": False}), Outcome.UNKNOWN, BadApiError),
    ("A6 with a type", refusal(200, "Validation Error", name=["x"]), Outcome.REJECTED, ValidationError),
    ("A6 error is a text", answer(200, {"success": False, "error": "no"}), Outcome.UNKNOWN, BadApiError),
    ("A15 redirect", page(301, "", location="https://other.org/"), Outcome.REJECTED, HTTPError),
    ("A15 308", page(308, "", location="https://other.org/"), Outcome.REJECTED, HTTPError),
    ("A17 429 of a WAF", page(429, "<title>Too many</title>"), Outcome.UNKNOWN, RateLimited),
    ("A17 429 in JSON", answer(429, {"detail": "slow down"}), Outcome.UNKNOWN, RateLimited),
    ("WAF 403", page(403, "<title>Request blocked</title>"), Outcome.REJECTED, NotAuthorized),
    ("proxy 401", page(401, "<title>401</title>"), Outcome.REJECTED, NotAuthorized),
    ("408", page(408, "<title>408</title>"), Outcome.UNKNOWN, HTTPError),
    ("425", page(425, "<title>425</title>"), Outcome.UNKNOWN, HTTPError),
    ("a crash that claims to be a refusal", refusal(500, "Validation Error"), Outcome.UNKNOWN, ValidationError),
    ("login page with 200", page(200, LOGIN), Outcome.UNKNOWN, BadApiError),
    ("empty body with 200", Response(200, JSON, b""), Outcome.UNKNOWN, BadApiError),
    ("no content", Response(204, {}, b""), Outcome.UNKNOWN, BadApiError),
    ("JSON of another API", answer(200, {"results": []}), Outcome.UNKNOWN, BadApiError),
    ("a list", answer(200, []), Outcome.UNKNOWN, BadApiError),
    ("a text with 200", answer(200, "hello"), Outcome.UNKNOWN, BadApiError),
    ("null", answer(200, None), Outcome.UNKNOWN, BadApiError),
    ("truncated JSON", Response(200, JSON, b'{"success": true, "result": [{"id": "a"'), Outcome.UNKNOWN, BadApiError),
    ("deep JSON", Response(200, JSON, b'{"a":' + b"[" * 200_000), Outcome.UNKNOWN, BadApiError),
    ("a number of 5,000 digits", Response(200, JSON, b'{"a":' + b"9" * 5000 + b"}"), Outcome.UNKNOWN, BadApiError),
    ("no UTF-8", Response(200, JSON, b'{"a": "\xff"}'), Outcome.UNKNOWN, BadApiError),
    ("success with no result", answer(200, {"success": True}), Outcome.APPLIED, BadApiError),
    ("success is a text", answer(200, {"success": "true", "result": []}), Outcome.UNKNOWN, BadApiError),
    ("success is 1", answer(200, {"success": 1, "result": []}), Outcome.UNKNOWN, BadApiError),
    ("success with a 500", answer(500, {"success": True, "result": []}), Outcome.UNKNOWN, ServerError),
    ("success with a 404", answer(404, {"success": True, "result": []}), Outcome.REJECTED, BadApiError),
    ("type is a list", answer(409, {"success": False, "error": {"__type": []}}), Outcome.REJECTED, ValidationError),
    ("type is missing", answer(403, {"success": False, "error": {}}), Outcome.REJECTED, NotAuthorized),
    (
        "409 without a type",
        answer(409, {"success": False, "error": {"name": ["x"]}}),
        Outcome.REJECTED,
        ValidationError,
    ),
]


@pytest.mark.parametrize(("response", "outcome"), [pytest.param(case[1], case[2], id=case[0]) for case in ANSWERS])
def test_an_answer_tells_what_is_known_of_the_effect(response: Response, outcome: Outcome) -> None:
    assert classify(response) is outcome


@pytest.mark.parametrize(("response", "kind"), [pytest.param(case[1], case[3], id=case[0]) for case in ANSWERS])
def test_an_answer_that_is_no_result_is_raised_as_what_it_means(response: Response, kind: type[CkanError]) -> None:
    with pytest.raises(CkanError) as caught:
        decipher_response(REQUEST, response)
    assert type(caught.value) is kind
    assert str(getattr(caught.value, "message", caught.value)).startswith("package_create 'air': ")


@pytest.mark.parametrize("case", [case for case in ANSWERS if issubclass(case[3], HTTPError)], ids=lambda case: case[0])
def test_a_refusal_keeps_the_status(case: tuple[str, Response, Outcome, type[CkanError]]) -> None:
    with pytest.raises(HTTPError) as caught:
        decipher_response(REQUEST, case[1])
    assert caught.value.status_code == case[1].status


@pytest.mark.parametrize("result", [{"id": "a"}, [], "x", 0, False, None], ids=repr)
def test_the_result_of_a_success_is_given_as_it_is(result: Any) -> None:
    # Null is what bulk_update_* and package_delete give. That a list or an object came is asked by who needs one.
    response = success(result)
    assert classify(response) is Outcome.APPLIED
    assert decipher_response(REQUEST, response) == result


def test_a_body_with_blanks_before_it_is_read() -> None:
    assert decipher_response(REQUEST, Response(200, JSON, b' \n{"success": true, "result": 7}')) == 7


@pytest.mark.parametrize(
    ("response", "text"),
    [
        pytest.param(
            page(502, NGINX_502),
            "package_create 'air': HTTP 502, and no answer of CKAN: text/html, '502 Bad Gateway'",
            id="the title of a page",
        ),
        pytest.param(
            page(503, "<p>Down for <b>maintenance</b></p>"),
            "package_create 'air': HTTP 503, and no answer of CKAN: text/html, 'Down for maintenance'",
            id="the text of a page",
        ),
        pytest.param(
            Response(500, {}, b""), "package_create 'air': HTTP 500, and no answer of CKAN: an empty body", id="nothing"
        ),
        pytest.param(
            Response(500, {}, b"\xff\x00oops"),
            "package_create 'air': HTTP 500, and no answer of CKAN: unknown type, '\ufffd\\x00oops'",
            id="bytes",
        ),
        pytest.param(
            answer(400, "Bad request - Action name not known: x"),
            "package_create 'air': Bad request - Action name not known: x",
            id="A1",
        ),
        pytest.param(
            page(302, "", location="https://www.example.org/api/3/action/package_create"),
            "package_create 'air': the server redirects to https://www.example.org/api/3/action/package_create; "
            "use that address as the base URL",
            id="A15",
        ),
        pytest.param(
            refusal(409, "Validation Error", name=["Taken."], resources=[{}, {"size": ["Invalid integer"]}]),
            "package_create 'air': name: Taken.; resources[1].size: Invalid integer",
            id="A4",
        ),
        pytest.param(refusal(409, "Validation Error"), "package_create 'air': Validation Error", id="no detail"),
        pytest.param(
            answer(409, {"success": False, "error": {}}),
            "package_create 'air': refused, without a reason",
            id="no reason at all",
        ),
    ],
)
def test_an_error_says_what_was_asked_and_why_it_was_refused(response: Response, text: str) -> None:
    with pytest.raises(HTTPError) as caught:
        decipher_response(REQUEST, response)
    assert caught.value.message == text


def test_a_page_in_place_of_an_answer_asks_after_the_base_url() -> None:
    with pytest.raises(BadApiError) as caught:
        decipher_response(REQUEST, page(200, LOGIN))
    assert str(caught.value) == (
        "package_create 'air': HTTP 200 with an answer that no CKAN gives: text/html, 'Sign in'. "
        "Is the base URL that of a CKAN (without /api/...)?"
    )


def test_a_long_page_is_cut() -> None:
    with pytest.raises(ServerError) as caught:
        decipher_response(REQUEST, page(500, "x" * 1_000_000))
    assert len(caught.value.message) < 400


def test_the_original_is_what_ckan_sent() -> None:
    with pytest.raises(ValidationError) as caught:
        decipher_response(REQUEST, refusal(409, "Validation Error", name=["Questa URL è già stata usata."]))
    assert caught.value.original == {"__type": "Validation Error", "name": ["Questa URL è già stata usata."]}
    assert caught.value.errors == {"name": ["Questa URL è già stata usata."]}


def test_the_echo_of_the_request_in_an_integrity_error_is_not_kept(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    echo = refusal(400, "Integrity Error", message="Only lists of dicts", data={"notes": "canary"})
    with pytest.raises(HTTPError) as caught:
        decipher_response(REQUEST, echo)
    assert caught.value.original == {"__type": "Integrity Error", "message": "Only lists of dicts"}
    assert "canary" not in repr(caught.value) + str(caught.value) + caplog.text


def test_a_bulk_action_that_is_refused_may_have_been_carried_out() -> None:
    missing = refusal(404, "Not Found Error", message="Not found: package")
    assert classify(missing, "bulk_update_delete") is Outcome.UNKNOWN
    assert classify(missing, "package_delete") is Outcome.REJECTED
    with pytest.raises(NotFound, match="What it found it may have done: look what is there"):
        decipher_response(build_request("bulk_update_delete", {"datasets": ["a"]}), missing)


@pytest.mark.parametrize(("start", "end"), [("[", "]"), ('{"a": ', "}")], ids=["lists", "objects"])
def test_an_error_nested_as_deep_as_json_goes_is_still_our_error(start: str, end: str) -> None:
    # Python's own limit is 1,000: there is a depth that can be parsed and not walked through.
    for depth in (1, 100, *range(800, 1010), 100_000):
        body = f'{{"success": false, "error": {{"__type": "Validation Error", "a": {start * depth}"x"{end * depth}}}}}'
        with pytest.raises(CkanError) as caught:
            decipher_response(REQUEST, Response(409, JSON, body.encode()))
        assert "package_create 'air'" in str(caught.value)


@pytest.mark.parametrize(("start", "end"), [("[", "]"), ('{"a": ', "}")], ids=["lists", "objects"])
@pytest.mark.parametrize(("depth", "is_given"), [(126, True), (128, False), (900, False), (100_000, False)])
def test_a_result_is_given_only_as_deep_as_one_may_walk_through(
    start: str, end: str, depth: int, *, is_given: bool
) -> None:
    # What is beside it keeps the filter for small answers away from it.
    body = f'{{"success": true, "b": {"[" * 120}0{"]" * 120}, "result": {start * depth}0{end * depth}}}'
    if is_given:
        assert decipher_response(REQUEST, Response(200, JSON, body.encode())) is not None
    else:
        with pytest.raises(BadApiError, match="package_create 'air': HTTP 200 with an answer that no CKAN gives"):
            decipher_response(REQUEST, Response(200, JSON, body.encode()))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('{"success": true, "result": ' + "9" * 4301 + "}", id="4301 digits"),
        pytest.param('{"success": true, "result": "a', id="cut"),
        pytest.param('{"success": true, "result": "\x01"}', id="control character"),
        pytest.param('{"success": true, "result": -}', id="no number"),
    ],
)
def test_what_is_no_json_is_no_answer_of_ckan(body: str) -> None:
    with pytest.raises(BadApiError, match="an answer that no CKAN gives"):
        decipher_response(REQUEST, Response(200, JSON, body.encode()))
    with pytest.raises(BadApiError, match="an answer that no CKAN gives"):
        decipher_response(REQUEST, Response(200, JSON, body.encode("utf-16")))


def test_a_number_that_is_none_is_given_for_ckan_2_10_stores_it() -> None:
    # Refused, it would take the thousand others of a page with it. It cannot be sent back: `encode` says why.
    result = decipher_response(
        REQUEST, Response(200, JSON, b'{"success": true, "result": [NaN, 1e999, {"a": 1, "a": 2}]}')
    )
    assert repr(result) == "[nan, inf, {'a': 2}]"
    with pytest.raises(ValueError, match="cannot be sent as JSON"):
        build_request("package_patch", {"id": "air", "odd": result})


@given(
    st.integers(100, 599),
    st.binary(max_size=60) | st.from_regex(rb'\{"(error|success)": ?[\[{"tf0-9].*\}', fullmatch=True),
)
def test_no_answer_raises_anything_but_our_errors(status: int, body: bytes) -> None:
    response = Response(status, {}, body)
    assert classify(response) in Outcome
    with suppress(CkanError):
        assert decipher_response(REQUEST, response) == json.loads(body)["result"]


@pytest.mark.parametrize(
    ("response", "error"),
    [
        (refusal(409, "Search Error", message="x"), {"__type": "Search Error", "message": "x"}),
        (success({}), {}),
        (answer(400, {"error": "text"}), {}),
        (answer(400, "Bad request"), {}),
        (page(502, NGINX_502), {}),
    ],
    ids=["object", "success", "text", "JSON text", "page"],
)
def test_the_error_of_an_answer_is_an_object_or_nothing(response: Response, error: dict[str, Any]) -> None:
    assert error_of(response) == error


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({}, None, id="no header"),
        pytest.param({"retry-after": "120"}, 120.0, id="seconds"),
        pytest.param({"retry-after": " 7 "}, 7.0, id="blanks"),
        pytest.param({"retry-after": "0"}, 0.0, id="zero"),
        pytest.param({"retry-after": "1000000000"}, 1e9, id="30 years, which the policy caps"),
        pytest.param({"retry-after": "-5"}, None, id="negative"),
        pytest.param({"retry-after": "1.5"}, None, id="fraction"),
        pytest.param({"retry-after": "²"}, None, id="a digit that is none"),
        pytest.param({"retry-after": "soon"}, None, id="garbage"),
        pytest.param({"retry-after": ""}, None, id="empty"),
        pytest.param(
            {"retry-after": "Wed, 01 May 2024 10:00:30 GMT", "date": "Wed, 01 May 2024 10:00:00 GMT"},
            30.0,
            id="a date, by the server's clock",
        ),
        pytest.param(
            {"retry-after": "Wed, 01 May 2024 12:00:30 +0200", "date": "Wed, 01 May 2024 10:00:00 GMT"},
            30.0,
            id="a date in another zone",
        ),
        pytest.param(
            {"retry-after": "Wed, 01 May 2024 09:00:00 GMT", "date": "Wed, 01 May 2024 10:00:00 GMT"},
            0.0,
            id="a date that has passed",
        ),
        pytest.param({"retry-after": "Wed, 01 May 2024 10:00:30 GMT"}, None, id="a date without the server's"),
        pytest.param(
            {"retry-after": "Wed, 01 May 2024 10:00:30 GMT", "date": "yesterday"}, None, id="a date beside garbage"
        ),
        pytest.param(
            {"retry-after": "Wed, 01 May 2024 10:00:30 -0000", "date": "Wed, 01 May 2024 10:00:00 GMT"},
            None,
            id="a date without a zone",
        ),
        pytest.param(
            {"retry-after": "Wed, 01 May 99999999999999999999 10:00:30 GMT", "date": "Wed, 01 May 2024 10:00:00 GMT"},
            None,
            id="a year beyond counting",
        ),
    ],
)
def test_retry_after_is_seconds_or_a_date_by_the_servers_clock(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(Response(503, headers)) == seconds


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_retry_after_is_an_error(value: str, date: str) -> None:
    seconds = retry_after(Response(503, {"retry-after": value, "date": date}))
    assert seconds is None or seconds >= 0


def test_a_rate_limit_says_how_long_to_wait() -> None:
    with pytest.raises(RateLimited) as caught:
        decipher_response(REQUEST, page(429, "", **{"retry-after": "30"}))
    assert caught.value.retry_after == 30.0
