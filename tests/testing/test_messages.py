"""How requests are read, and what an answer looks like (quirks A1 to A13)."""

from __future__ import annotations

import pytest

from testing.asking import Asker, multipart

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("version", "text"),
    [
        ("2.10", "Bad request - Action name not known: nonsense"),
        ("2.11", "Bad request - Action name not known: nonsense"),
        ("2.12", "Bad request: Action name not known: nonsense"),
    ],
)
def test_an_unknown_action_is_a_json_string(ask: Asker, version: str, text: str) -> None:
    assert ask.ckan.version == version
    assert ask("nonsense")[:2] == (400, text)


@pytest.mark.parametrize(
    ("method", "path", "body", "text"),
    [
        ("GET", "package_create", b"", "Invalid request. Please use POST method for your request"),
        ("POST", "package_show", b"[1]", "Request data JSON decoded to [1] but it needs to be a dictionary."),
        ("POST", "package_show", b"null", "Request data JSON decoded to None but it needs to be a dictionary."),
        (
            "POST",
            "package_show",
            b"{bad",
            "Error decoding JSON data. Error: <BadRequest '400: Bad Request'> JSON data extracted from the request: {}",
        ),
    ],
    ids=["get on a write", "list", "null", "no json"],
)
def test_a_request_that_cannot_be_read_is_a_json_string(
    ask: Asker, method: str, path: str, body: bytes, text: str
) -> None:
    assert ask.send(method, f"/api/3/action/{path}", body)[:2] == (400, f"Bad request - JSON Error: {text}")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("POST", "/nowhere", 405),
        ("POST", "/api/3/action/package_show/", 405),
        ("PUT", "/api/3/action/package_show", 405),
        ("GET", "/api/1/rest/package", 404),
    ],
)
def test_flask_answers_with_a_page(ask: Asker, method: str, path: str, status: int) -> None:
    answer = ask.send(method, path, b"{}")
    assert answer.status == status
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("path", ["/api/3/action/site_read", "/api/action/site_read", "/fr/api/3/action/site_read"])
@pytest.mark.parametrize("version", ["2.10"])
def test_actions_have_several_addresses(ask: Asker, path: str, version: str) -> None:
    assert ask.ckan.version == version
    assert ask.send("POST", path, b"{}").result is True


@pytest.mark.parametrize(("version", "status"), [("2.10", 400), ("2.11", 415), ("2.12", 415)])
def test_json_needs_its_content_type(ask: Asker, version: str, status: int) -> None:
    assert ask.ckan.version == version
    answer = ask.send("POST", "/api/3/action/package_show", b'{"id": "x"}', content_type="text/plain")
    assert answer.status == status


def test_a_form_with_an_address_in_its_json_is_shredded(ask: Asker) -> None:
    path = "/api/3/action/package_show"
    assert ask.send("POST", path, b'{"id": "x"}', content_type=FORM).status == 404
    assert ask.send("POST", path, b'{"id": "x", "url": "?a=b"}', content_type=FORM).status == 409


def test_a_query_string_hides_the_body_of_reads_only(ask: Asker) -> None:
    assert ask.send("POST", "/api/3/action/package_show?x=1", b'{"id": "x"}').error["name_or_id"] == ["Missing value"]
    assert ask.send("POST", "/api/3/action/organization_patch?x=1", b'{"id": "test-org", "title": "T"}').status == 200


def test_get_gives_strings_and_lists_of_repeated_names(ask: Asker) -> None:
    answer = ask.send("GET", "/api/3/action/package_search?fl=id&fl=name&facet.field=tags")
    assert answer.error["facet.field"][0] == "Could not parse as valid JSON"
    assert ask.send("GET", "/api/3/action/package_search?fl=id&fl=name").result["count"] == 0


def test_a_parameter_callback_makes_anonymous(ask: Asker) -> None:
    message = "Access denied: Action organization_create requires an authenticated user"
    assert ask("organization_create", name="x", callback="f").error["message"] == message


@pytest.mark.parametrize("value", ["1", ""])
def test_a_form_of_one_field_is_taken_for_json(ask: Asker, value: str) -> None:
    answer = ask.send("POST", "/api/3/action/package_show", f"id={value}".encode(), content_type=FORM)
    assert answer.status == 400
    assert answer.body.startswith("Bad request - JSON Error: Error decoding JSON data. Error: JSONDecodeError(")


@pytest.mark.parametrize(("files", "status"), [({}, 400), ({"upload": ("a.csv", b"a")}, 500)], ids=["alone", "file"])
def test_lists_cannot_be_sent_in_forms(ask: Asker, files: dict[str, tuple[str, bytes]], status: int) -> None:
    body, content_type = multipart({"name": "abc", "tags": "x"}, files)
    answer = ask.send("POST", "/api/3/action/package_create", body, content_type=content_type)
    assert answer.status == status
    assert isinstance(answer.body, dict) is (status == 400)


@pytest.mark.parametrize(
    ("key", "value", "kind"),
    [
        ("tags", ["a"], "list"),
        ("tags", "a,b", "str"),
        ("tags", None, "NoneType"),
        ("extras", {"k": "v"}, "dict"),
        ("resources", {}, "dict"),
    ],
)
def test_a_wrong_shape_is_sent_back(ask: Asker, key: str, value: object, kind: str) -> None:
    answer = ask("package_create", name="abc", **{key: value})
    assert answer.status == 400
    assert answer.error == {
        "__type": "Integrity Error",
        "message": f"Only lists of dicts can be placed against subschema ('{key}',), not <class '{kind}'>",
        "data": {"name": "abc", key: value, "type": "dataset"},
    }


def test_every_answer_tells_where_help_is(ask: Asker) -> None:
    assert ask("status_show").body["help"] == f"{ask.ckan.url}/api/3/action/help_show?name=status_show"


def test_what_is_not_implemented_says_so(ask: Asker) -> None:
    dataset = ask("package_create", name="abc", owner_org="test-org", resources=[{"url": "http://x"}]).result
    answer = ask("resource_view_create", resource_id=dataset["resources"][0]["id"], view_type="text_view")
    assert answer.status == 501
    assert answer.error["__type"] == "Not Implemented by the embedded CKAN"
    assert ask("package_activity_list", id="abc").status == 501
    assert ask("get_site_user").status == 501


@pytest.mark.parametrize("version", ["2.10", "2.11", "2.12"])
@pytest.mark.parametrize("action", ["file_create", "file_show", "activity_delete"])
def test_actions_that_came_with_2_12_are_unknown_before(ask: Asker, version: str, action: str) -> None:
    assert ask(action, id="abc").status == (501 if version == "2.12" else 400)
