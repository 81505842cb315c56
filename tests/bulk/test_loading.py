"""Loads: what is looked for, what is sent, and answers that are lost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ckan_api_client.bulk.loading import Loading, keys_of
from ckan_api_client.exceptions import Outcome, TransportError
from driving import Driver, Script, page, refusal, success

LOST = TransportError("no answer", Outcome.UNKNOWN)
MISSING = refusal(404, "Not Found Error", message="Not found")
RECORD = {"id": "1", "name": "a", "title": "A"}


def load(
    driver: Driver, script: Script, record: Any = RECORD, kind: str = "datasets", **options: Any
) -> tuple[Any, ...]:
    line = record if isinstance(record, bytes) else json.dumps(record).encode()
    reply = driver.one(Loading(kind, **options).load_line(line), script)
    return reply.action, reply.error, reply.response


def test_a_line_that_is_cut_off_is_told_by_its_column_and_not_as_one_of_two_lines(driver: Driver) -> None:
    told = load(driver, Script(), b'{"name": "a", \n')[2]
    assert told == "the line is not JSON: Expecting property name enclosed in double quotes at column 14"


def test_what_is_not_there_by_id_or_name_is_created(driver: Driver) -> None:
    script = Script(MISSING, MISSING, success(RECORD))
    assert load(driver, script) == ("create", None, "a")
    shows, (create, sent) = script.calls[:2], script.calls[2]
    assert [(action, arguments["id"]) for action, arguments in shows] == [("package_show", "1"), ("package_show", "a")]
    assert (create, sent) == ("package_create", RECORD)


def test_what_is_there_by_name_is_updated_under_its_own_id(driver: Driver) -> None:
    script = Script(MISSING, success({"id": "7", "name": "a"}), success({"id": "7", "name": "a"}))
    assert load(driver, script) == ("update", None, "a")
    assert script.calls[-1] == ("package_update", {**RECORD, "id": "7"})


def test_only_create_looks_for_nothing(driver: Driver) -> None:
    script = Script(success(RECORD))
    assert load(driver, script, updates=False) == ("create", None, "a")
    assert script.actions == ["package_create"]


def test_only_update_creates_nothing(driver: Driver) -> None:
    assert load(driver, Script(MISSING, MISSING), creates=False) == ("show", "NotFound", ["1", "a"])


@pytest.mark.parametrize(
    ("record", "sent"),
    [({"name": "a"}, [{"name": "editor"}]), ({"name": "a", "users": []}, [])],
    ids=["kept where none are given", "as they are given"],
)
def test_members(driver: Driver, record: dict[str, Any], sent: list[Any]) -> None:
    existing = {"id": "7", "name": "a", "users": [{"name": "editor"}]}
    script = Script(success(existing), success(existing))
    assert load(driver, script, record, "organizations") == ("update", None, "a")
    assert script.calls[-1][0] == "organization_update"
    assert script.calls[-1][1]["users"] == sent


def test_a_lost_create_that_was_carried_out_is_a_create(driver: Driver) -> None:
    script = Script(MISSING, MISSING, LOST, success(RECORD))
    assert load(driver, script) == ("create", None, "a")
    assert script.actions == ["package_show", "package_show", "package_create", "package_show"]


def test_a_lost_create_that_was_not_carried_out_is_sent_again(driver: Driver) -> None:
    script = Script(MISSING, MISSING, page(502, "Bad Gateway"), MISSING, MISSING, success(RECORD))
    assert load(driver, script) == ("create", None, "a")
    assert script.actions.count("package_create") == 2


def test_a_lost_create_that_left_something_else_is_a_failure(driver: Driver) -> None:
    script = Script(MISSING, MISSING, LOST, success({**RECORD, "title": "of somebody else"}))
    action, error, response = load(driver, script)
    assert (action, error) == ("create", "OperationFailure")
    assert "'a' (1) is there now" in response


def test_a_lost_create_of_what_has_no_name_is_not_sent_again(driver: Driver) -> None:
    script = Script(LOST)
    assert load(driver, script, {"title": "A"})[:2] == ("create", "OperationFailure")
    assert script.actions == ["package_create"]


@pytest.mark.parametrize(
    ("answer", "error", "response"),
    [
        (
            refusal(409, "Validation Error", name=["taken"]),
            "ValidationError",
            {"__type": "Validation Error", "name": ["taken"]},
        ),
        (
            refusal(403, "Authorization Error", message="Access denied"),
            "NotAuthorized",
            "{'__type': 'Authorization Error', 'message': 'Access denied'}",
        ),
        (MISSING, "NotFound", RECORD),
        (TransportError("refused", Outcome.NOT_SENT), "TransportError", "refused"),
    ],
    ids=["wrong", "forbidden", "missing", "unreachable"],
)
def test_a_failure_is_told_in_the_words_of_ckanapi(driver: Driver, answer: Any, error: str, response: Any) -> None:
    assert load(driver, Script(answer), updates=False) == ("create", error, response)


def test_what_may_not_be_seen_is_told_of_the_look(driver: Driver) -> None:
    script = Script(refusal(403, "Authorization Error", message="Access denied"))
    assert load(driver, script)[:2] == ("show", "NotAuthorized")


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b'{"name": ', "JSONDecodeError"),
        (b"[]", "ValueError"),
        (b'{"name": "a", "name": "b"}', "ValueError"),
        (b'{"name": NaN}', "ValueError"),
        (b'{"name": "\xff"}', "UnicodeDecodeError"),
    ],
    ids=repr,
)
def test_a_line_that_cannot_be_read_is_its_own_failure(driver: Driver, line: bytes, error: str) -> None:
    assert load(driver, Script(), line)[:2] == ("read", error)


def test_files_that_do_not_come_are_told_as_such(driver: Driver) -> None:
    def fails(*_: Any) -> Any:
        raise OSError("no route")
        yield

    assert load(driver, Script(success(RECORD)), updates=False, after=fails) == ("upload", "OSError", "no route")


def test_the_keys_of_a_line_are_its_id_and_name() -> None:
    assert keys_of(b'{"name": "a", "id": "1", "title": "t"}') == ["1", "a"]
    assert keys_of(b"no JSON") == keys_of(b"{}") == []
