"""Who may do what, and how CKAN says no (quirks B1 to B8; literals observed on real CKANs)."""

from __future__ import annotations

from typing import Any

import pytest

from testing.asking import Asker


@pytest.fixture
def outsider(ask: Asker) -> str:
    ask("user_create", name="outsider", email="outsider@example.org", password="long enough")
    token: str = ask("api_token_create", user="outsider", name="tests").result["token"]
    return token


def test_whoami(ask: Asker, outsider: str) -> None:
    assert ask("user_show").result["sysadmin"] is True
    own = ask("user_show", outsider).result
    assert (own["name"], own["email"], own["apikey"], own["sysadmin"]) == (
        "outsider",
        "outsider@example.org",
        None,
        False,
    )
    assert "email" not in ask("user_show", None, id="outsider").result


@pytest.mark.parametrize("token", [None, "nonsense", "Bearer x"])
def test_a_wrong_token_is_anonymous(ask: Asker, token: str | None) -> None:
    assert ask("user_show", token).body["error"] == {"__type": "Not Found Error", "message": "Not found"}
    assert ask("package_search", token).status == 200
    denied = "Access denied: User  not authorized to create packages"
    assert ask("package_create", token, name="abc").error == {"__type": "Authorization Error", "message": denied}


def test_a_revoked_token_is_anonymous(ask: Asker, outsider: str) -> None:
    assert ask("api_token_revoke", outsider, token=outsider).result is None
    assert ask("user_show", outsider).status == 404


@pytest.mark.parametrize(("version", "status"), [("2.10", 200), ("2.11", 404), ("2.12", 404)])
def test_the_old_header(ask: Asker, version: str, status: int) -> None:
    headers = {"X-CKAN-API-Key": ask.ckan.sysadmin_token}
    answer = ask.send("POST", "/api/3/action/user_show", b"{}", who=None, **headers)
    assert (ask.ckan.version, answer.status) == (version, status)


def test_private_drafts_and_deleted_are_403_to_others(ask: Asker, outsider: str) -> None:
    hidden: dict[str, dict[str, Any]] = {"private": {"private": True}, "draft": {"state": "draft"}}
    for name, fields in hidden.items():
        dataset = ask("package_create", name=name, owner_org="test-org", **fields).result
        denied = f"Access denied: User outsider not authorized to read package {dataset['id']}"
        assert ask("package_show", outsider, id=name).error["message"] == denied
        assert ask("package_show", "editor", id=name).status == 200
        assert ask("package_show", None, id=name).status == 403


def test_search_shows_what_one_may_read(ask: Asker, outsider: str) -> None:
    ask("package_create", name="abc", owner_org="test-org", private=True)
    counts = [
        ask("package_search", who, include_private=True).result["count"]
        for who in ("sysadmin", "editor", outsider, None)
    ]
    assert counts == [1, 1, 0, 0]
    assert ask("package_search").result["count"] == 0


def test_editors_write_in_their_organization_only(ask: Asker, outsider: str) -> None:
    ask("organization_create", name="other-org")
    dataset = ask("package_create", "editor", name="abc", owner_org="test-org", state="draft").result
    assert dataset["state"] == "active"
    foreign = ask("package_create", "editor", name="xyz", owner_org="other-org")
    assert foreign.error["message"] == "Access denied: User editor not authorized to add dataset to this organization"
    moved = ask("package_patch", "editor", id="abc", owner_org="other-org")
    assert moved.error["owner_org"] == ["You cannot add a dataset to this organization"]
    denied = f"Access denied: User outsider not authorized to edit package {dataset['id']}"
    assert ask("package_patch", outsider, id="abc").error["message"] == denied
    assert ask("dataset_purge", "editor", id="abc").error["message"] == "Access denied"


def test_groups_that_are_unknown_or_foreign(ask: Asker) -> None:
    ask("group_create", name="some-group")
    arguments: dict[str, Any] = {"name": "abc", "owner_org": "test-org"}
    unknown = ask("package_create", "editor", **arguments, groups=[{"id": "nonsense"}])
    assert unknown.error == {"__type": "Not Found Error", "message": "Not found: Group was not found."}
    foreign = ask("package_create", "editor", **arguments, groups=[{"name": "some-group"}])
    assert foreign.error["message"] == "Access denied: User editor not authorized to edit these groups"
    assert ask("package_create", **arguments, groups=[{"id": "nonsense"}, {"id": "some-group"}]).result["groups"] == []
    assert len(ask("package_patch", id="abc", groups=[{"name": "some-group"}]).result["groups"]) == 1


def test_a_plain_member_may_not_create(ask: Asker, outsider: str) -> None:
    assert ask("organization_list_for_user", outsider).result == []
    ask("organization_member_create", id="test-org", username="outsider", role="member")
    assert [row["capacity"] for row in ask("organization_list_for_user", outsider).result] == ["member"]
    assert ask("organization_list_for_user", outsider, permission="create_dataset").result == []
