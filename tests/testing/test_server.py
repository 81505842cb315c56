"""The server itself: how it starts, what it tells, what a test may do to its index."""

from __future__ import annotations

import time
from pathlib import Path

import httpx2
import pytest

from ckan_api_client.testing import EmbeddedCkan
from testing.asking import Asker


def create(ask: Asker, name: str) -> str:
    id_: str = ask("package_create", name=name, owner_org="test-org").result["id"]
    return id_


@pytest.mark.parametrize(("version", "full"), [("2.10", "2.10.11"), ("2.11", "2.11.6"), ("2.12", "2.12.0")])
def test_it_describes_itself_as_scripts_ckan_does(version: str, full: str) -> None:
    with EmbeddedCkan(version) as ckan:
        assert list(ckan.describe()) == ["url", "version", "sysadmin_token", "editor_token", "datastore"]
        assert ckan.describe()["version"] == full
        assert Asker(ckan, "in process")("status_show").result["ckan_version"] == full


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(ValueError, match=r"there are 2\.10, 2\.11, 2\.12"):
        EmbeddedCkan("2.9")


def test_it_answers_at_once() -> None:
    start = time.perf_counter()
    with EmbeddedCkan() as ckan:
        assert httpx2.get(f"{ckan.url}/api/3/action/status_show").status_code == 200
        assert time.perf_counter() - start < 1


def test_httpx_can_use_it_in_process() -> None:
    ckan = EmbeddedCkan()
    with httpx2.Client(transport=httpx2.WSGITransport(app=ckan.wsgi), base_url=ckan.url) as client:
        answer = client.post("/api/3/action/user_show", json={}, headers={"Authorization": ckan.editor_token})
    assert answer.json()["result"]["name"] == "editor"
    ckan.close()


def test_requests_and_writes_are_recorded(ask: Asker) -> None:
    ask("package_show", id="x")
    create(ask, "abc")
    assert ask.ckan.requests == [
        ("POST", "/api/3/action/package_show", "package_show", 404),
        ("POST", "/api/3/action/package_create", "package_create", 200),
    ]
    assert [record.action for record in ask.ckan.writes] == ["package_create"]


def test_a_file_outlives_the_process(tmp_path: Path) -> None:
    path = tmp_path / "ckan.sqlite"
    with EmbeddedCkan(path=path) as ckan:
        token = ckan.editor_token
        create(Asker(ckan, "in process"), "abc")
    with EmbeddedCkan(path=path) as ckan:
        ask = Asker(ckan, "in process")
        assert ask("user_show", token).result["name"] == "editor"
        assert ask("package_search").result["count"] == 1
        assert ask("package_show", id="abc").status == 200


def test_reset_leaves_users_tokens_and_the_organization(ask: Asker) -> None:
    create(ask, "abc")
    ask("group_create", name="some-group")
    ask.ckan.reset()
    assert ask("package_search").result["count"] == 0
    assert ask("group_list").result == []
    assert ask("organization_list").result == ["test-org"]
    assert [user["name"] for user in ask("organization_show", id="test-org").result["users"]] == ["editor", "sysadmin"]
    create(ask, "abc")


def test_a_frozen_index_is_late(ask: Asker) -> None:
    ask.ckan.freeze_index()
    create(ask, "abc")
    assert ask("package_search").result["count"] == 0
    ask.ckan.thaw_index()
    assert ask("package_search").result["count"] == 1


def test_a_lost_document_is_not_found_but_shown(ask: Asker) -> None:
    create(ask, "abc")
    ask.ckan.lose_from_index("abc")
    assert ask("package_search").result["count"] == 0
    assert ask("package_show", id="abc").status == 200
    assert ask("package_create", name="abc", owner_org="test-org").error["name"] == ["That URL is already in use."]
    ask("package_patch", id="abc")
    assert ask("package_search").result["count"] == 0
    ask.ckan.reindex()
    assert ask("package_search").result["count"] == 1


def test_a_ghost_is_found_but_not_there(ask: Asker) -> None:
    ask.ckan.add_ghost({"id": "0f0f0f0f-0000-4000-8000-000000000000", "name": "ghost"})
    assert [found["name"] for found in ask("package_search").result["results"]] == ["ghost"]
    assert ask("package_show", id="ghost").status == 404
    assert ask("package_patch", id="ghost").status == 404
