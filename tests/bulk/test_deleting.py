"""Deletes: the forms of their lines, and answers that are lost."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.bulk.deleting import all_references, delete_one, references_in
from ckan_api_client.exceptions import Outcome, TransportError
from driving import Driver, Script, refusal, success

LOST = TransportError("no answer", Outcome.UNKNOWN)
MISSING = refusal(404, "Not Found Error")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'{"id": "1", "name": "a"}', ["1"]),
        (b'{"name": "a"}', ["a"]),
        (b'{"id": 7, "name": "a"}', ["a"]),
        (b'{"results": [{"id": "1"}, {"id": "2"}]}', ["1", "2"]),
        (b'{"results": []}', []),
        (b'{"results": [{"id": "1"}, {"name": "b"}]}', ['{"results": [{"id": "1"}, {"name": "b"}]}']),
        (b'"a"', ["a"]),
        (b'["a", "b"]', ["a", "b"]),
        (b"[]", []),
        (b'["a", 1]', ['["a", 1]']),
        (b" water-quality \r\n", ["water-quality"]),
        (b"true", ["true"]),
        (b"17", ["17"]),
        (b'{"broken": ', ['{"broken":']),
        (b"\xff\xfe", [None]),
    ],
    ids=repr,
)
def test_a_line_says_what_to_delete_in_many_forms(line: bytes, expected: list[str | None]) -> None:
    assert references_in(line) == expected


def test_references_are_numbered_not_lines() -> None:
    lines = [(1, b'["a", "b"]'), (4, b"c")]
    assert list(all_references(lines)) == [(1, "a"), (2, "b"), (3, "c")]


def test_each_kind_has_its_action(driver: Driver) -> None:
    script = Script(*[success(None)] * 4)
    for kind in ("datasets", "groups", "organizations", "users"):
        assert driver.one(delete_one(kind, "a"), script).error is None
    assert script.calls == [
        ("package_delete", {"id": "a"}),
        ("group_delete", {"id": "a"}),
        ("organization_delete", {"id": "a"}),
        ("user_delete", {"id": "a"}),
    ]


@pytest.mark.parametrize(
    ("answers", "error", "actions"),
    [
        ([LOST, success({"state": "deleted"})], None, ["package_delete", "package_show"]),
        ([LOST, MISSING], None, ["package_delete", "package_show"]),
        (
            [LOST, success({"state": "active"}), success(None)],
            None,
            ["package_delete", "package_show", "package_delete"],
        ),
        ([MISSING], "NotFound", ["package_delete"]),
        ([TransportError("refused", Outcome.NOT_SENT)], "TransportError", ["package_delete"]),
    ],
    ids=["done", "gone", "not done", "never was", "never sent"],
)
def test_a_lost_answer_is_looked_into(
    driver: Driver, answers: list[Any], error: str | None, actions: list[str]
) -> None:
    script = Script(*answers)
    reply = driver.one(delete_one("datasets", "a"), script)
    assert (reply.error, script.actions) == (error, actions)


def test_what_is_no_text_is_a_failure_of_its_own(driver: Driver) -> None:
    reply = driver.one(delete_one("datasets", None), Script())
    assert (reply.error, reply.response) == ("UnicodeDecodeError", "the line is not UTF-8")
