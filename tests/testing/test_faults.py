"""Faults on demand: each does what its line in the table says, and nothing else."""

from __future__ import annotations

import http.client
import io
import json
import socket
import time
from typing import Any

import pytest

from ckan_api_client.testing import EmbeddedCkan, Fault, LostAnswer, Request
from testing.asking import Asker


def create(ask: Asker, name: str) -> Any:
    return ask("package_create", name=name, owner_org="test-org")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("package_create:2:lost-after-commit", Fault(frozenset({"package_create"}), "lost-after-commit", 2, 2)),
        (
            "package_show,package_search:3+:html=504",
            Fault(frozenset({"package_show", "package_search"}), "html", 3, None, 1.0, 504.0),
        ),
        ("*:*:slow=0.5", Fault(frozenset({"*"}), "slow", value=0.5)),
        ("reads:5%:search-error", Fault(frozenset({"reads"}), "search-error", share=0.05)),
    ],
)
def test_faults_have_a_text_form(text: str, fault: Fault) -> None:
    assert Fault.parse(text) == fault


@pytest.mark.parametrize("text", ["", "x", "a:b:slow", "a:1:nonsense", "a:0:slow", ":1:slow"])
def test_a_text_that_is_no_fault_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="fault"):
        Fault.parse(text)


@pytest.mark.parametrize(("kind", "is_done"), [("lost-before-commit", False), ("lost-after-commit", True)])
def test_lost_answers(kind: str, is_done: bool) -> None:
    with EmbeddedCkan() as ckan:
        ask = Asker(ckan, "http")
        ckan.faults.once("package_create", kind, at=2)
        create(ask, "first")
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            create(ask, "second")
        assert (ask("package_show", id="second").status == 200) is is_done
        assert [record.status for record in ckan.writes] == [200, 0]
        ask.close()


def test_lost_answers_in_process_are_an_exception() -> None:
    ckan = EmbeddedCkan()
    ckan.faults.once("status_show", "lost-before-commit")
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/api/3/action/status_show"}
    with pytest.raises(LostAnswer):
        ckan.wsgi(environ, lambda *_: None)
    started: list[Any] = []
    body = b"".join(ckan.wsgi(environ, lambda *args: started.append(args)))
    assert started[0][0] == "200 OK"
    assert json.loads(body)["success"] is True
    ckan.close()


@pytest.mark.parametrize(
    ("rule", "status", "type_"),
    [
        ("package_create:1:search-error", 409, "Search Error"),
        ("package_create:1:internal-error", 500, "Internal Server Error"),
        ("writes:1:solr-down", 500, "Search Index Error"),
        ("package_create:1:html", 502, None),
        ("package_create:1:html=503", 503, None),
        ("package_create:1:too-many=7", 429, None),
        ("package_create:1:redirect", 301, None),
        ("package_create:1:revoked", 403, "Authorization Error"),
    ],
)
def test_faults_that_leave_nothing_behind(ask: Asker, rule: str, status: int, type_: str | None) -> None:
    ask.ckan.faults.add(Fault.parse(rule))
    answer = create(ask, "abc")
    assert answer.status == status
    if type_ is None:
        assert answer.headers["Content-Type"].startswith("text/html")
    else:
        assert answer.error["__type"] == type_
    if status == 429:
        assert answer.headers["Retry-After"] == "7"
    if status == 301:
        assert answer.headers["Location"].startswith("https://127.0.0.1:")
    assert ask("package_show", id="abc").status == 404
    assert create(ask, "abc").status == 200


def test_an_html_page_may_hide_success(ask: Asker) -> None:
    ask.ckan.faults.once("package_create", "html-after-commit")
    assert create(ask, "abc").status == 504
    assert ask("package_show", id="abc").status == 200


def test_without_solr_reads_of_the_database_go_on(ask: Asker) -> None:
    create(ask, "abc")
    ask.ckan.faults.add("*", "solr-down")
    statuses = {
        "package_show": ask("package_show", id="abc").status,
        "package_list": ask("package_list").status,
        "no-op": ask("package_patch", id="abc").status,
        "member_list": ask("member_list", id="test-org").status,
        "status_show": ask("status_show").status,
    }
    assert set(statuses.values()) == {200}
    assert ask("package_search").error["__type"] == "Search Connection Error"
    assert ask("organization_show", id="test-org").error["__type"] == "Search Connection Error"
    assert ask("package_delete", id="abc").error["__type"] == "Search Index Error"
    ask.ckan.faults.clear()
    assert ask("package_show", id="abc").result["state"] == "active"


def test_a_cut_answer_promises_more_than_it_gives() -> None:
    with EmbeddedCkan() as ckan:
        ckan.faults.once("status_show", "cut", value=20)
        with socket.create_connection(("127.0.0.1", int(ckan.url.rpartition(":")[2]))) as connection:
            connection.sendall(b"GET /api/3/action/status_show HTTP/1.1\r\nHost: x\r\n\r\n")
            got = b""
            while chunk := connection.recv(4096):
                got += chunk
        head, _, body = got.partition(b"\r\n\r\n")
        assert b"Content-Length: " in head
        assert len(body) == 20


def test_slow_and_dripping_answers_take_their_time() -> None:
    with EmbeddedCkan() as ckan:
        ask = Asker(ckan, "http")
        ckan.faults.once("status_show", "slow", value=0.05)
        ckan.faults.once("site_read", "drip", value=0.001)
        start = time.monotonic()
        assert ask("status_show").status == 200
        assert time.monotonic() - start >= 0.05
        ask.close()


def test_index_lag_and_loss(ask: Asker) -> None:
    ask.ckan.faults.once("package_create", "index-lag", value=0.05)
    create(ask, "late")
    assert ask("package_search").result["count"] == 0
    assert ask("package_show", id="late").status == 200
    deadline = time.monotonic() + 2
    while not ask("package_search").result["count"] and time.monotonic() < deadline:
        time.sleep(0.01)
    assert ask("package_search").result["count"] == 1
    ask.ckan.faults.once("package_create", "index-loss")
    create(ask, "lost")
    assert ask("package_search").result["count"] == 1
    ask("package_patch", id="lost", notes="changed")
    assert ask("package_search").result["count"] == 2


def test_chances_are_seeded() -> None:
    ckan = EmbeddedCkan()
    hits = []
    for _ in range(2):
        ckan.faults.clear()
        ckan.faults.add("reads", "search-error", share=0.3, seed=7)
        request = Request("GET", "/api/3/action/status_show", body=io.BytesIO())
        hits.append([ckan.handle(request).status for _ in range(30)])
    assert hits[0] == hits[1]
    assert 0 < hits[0].count(409) < 20
    ckan.close()


def test_a_fault_of_an_action_that_is_not_here_is_refused() -> None:
    with pytest.raises(ValueError, match="no action package_creat here"):
        Fault.parse("package_creat:1:html")
