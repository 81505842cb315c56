"""Batches: what a line may say, and files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.bulk.batching import call_line
from ckan_api_client.bulk.replies import Reply
from ckan_api_client.exceptions import Outcome, TransportError
from driving import Driver, Script, refusal, success


def call(driver: Driver, script: Script, line: Any, *, local_files: bool = False) -> Reply:
    text = line if isinstance(line, bytes) else json.dumps(line).encode()
    reply: Reply = driver.one(call_line(text, local_files=local_files), script)
    return reply


def test_a_line_is_a_call(driver: Driver) -> None:
    script = Script(success({"name": "a"}))
    reply = call(driver, script, {"action": "package_patch", "data": {"id": "a"}})
    assert (reply.action, reply.error, reply.response) == ("package_patch", None, {"name": "a"})
    assert script.calls == [("package_patch", {"id": "a"})]


def test_a_call_may_have_no_arguments(driver: Driver) -> None:
    script = Script(success({}))
    assert call(driver, script, {"action": "status_show"}).error is None
    assert script.calls == [("status_show", {})]


def test_what_is_not_found_is_told_with_the_line(driver: Driver) -> None:
    line = {"action": "package_show", "data": {"id": "a"}}
    reply = call(driver, Script(refusal(404, "Not Found Error")), line)
    assert (reply.error, reply.response) == ("NotFound", line)


def test_a_write_whose_answer_is_lost_is_not_sent_again(driver: Driver) -> None:
    script = Script(TransportError("no answer; it may have been carried out", Outcome.UNKNOWN))
    reply = call(driver, script, {"action": "package_create", "data": {"name": "a"}})
    assert (reply.error, reply.response) == ("TransportError", "no answer; it may have been carried out")


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b'{"data": {}}',
        b'{"action": 1}',
        b'{"action": "a", "data": []}',
        b'{"action": "a", "files": {"f": 1}}',
    ],
    ids=repr,
)
def test_a_line_that_is_no_call_is_its_own_failure(driver: Driver, line: bytes) -> None:
    reply = call(driver, Script(), line or b"{", local_files=True)
    assert reply.action == "read"
    assert reply.error in {"ValueError", "JSONDecodeError"}


def test_an_action_that_is_none_is_its_own_failure(driver: Driver) -> None:
    assert call(driver, Script(), {"action": "../admin"}).error == "ValueError"


def test_a_file_is_sent_where_that_is_allowed(driver: Driver, tmp_path: Path) -> None:
    (tmp_path / "days.csv").write_text("day\n")
    line = {"action": "resource_create", "data": {"package_id": "a"}, "files": {"upload": str(tmp_path / "days.csv")}}
    script = Script(success({}))
    assert call(driver, script, line, local_files=True).error is None
    ((name, upload),) = script.requests[0].uploads
    assert (name, upload.filename, upload.content) == ("upload", "days.csv", tmp_path / "days.csv")


def test_a_line_with_a_file_is_refused_where_none_are_allowed(driver: Driver) -> None:
    line = {"action": "resource_create", "data": {}, "files": {"upload": "days.csv"}}
    reply = call(driver, Script(), line)
    assert (reply.action, reply.error) == ("read", "ValueError")
    assert "--local-files" in reply.response


def test_a_file_that_is_not_there_is_told_as_ckanapi_tells_it(driver: Driver, tmp_path: Path) -> None:
    path = str(tmp_path / "no.csv")
    reply = call(driver, Script(), {"action": "a", "files": {"upload": path}}, local_files=True)
    told = {"parameter": "upload", "file_name": path, "error": "No such file or directory"}
    assert (reply.action, reply.error, reply.response) == ("read", "IOError", told)
