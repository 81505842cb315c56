"""Groups and organizations (quirks D3, D8, F6; literals observed on real CKANs)."""

from __future__ import annotations

import pytest

from testing.asking import Asker

VERSIONS = ["2.10", "2.11", "2.12"]


@pytest.mark.parametrize("version", VERSIONS)
def test_an_update_without_users_removes_them_before_2_12(ask: Asker, version: str) -> None:
    extras = [{"key": "k", "value": "v"}]
    ask("organization_patch", id="test-org", extras=extras)
    ask("organization_update", id="test-org", title="New")
    shown = ask("organization_show", id="test-org").result
    is_new = version == "2.12"
    assert (len(shown["users"]), len(shown["extras"])) == ((2, 0) if is_new else (0, 1))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_patch_keeps_users(ask: Asker, version: str) -> None:
    ask("organization_patch", id="test-org", title="New")
    shown = ask("organization_show", id="test-org").result
    assert [(user["name"], user["capacity"]) for user in shown["users"]] == [
        ("editor", "editor"),
        ("sysadmin", "admin"),
    ]
    assert ("tags" in shown) is (version != "2.12")


def test_names_stay_taken_and_revive(ask: Asker) -> None:
    ask("group_create", name="some-group")
    ask("group_delete", id="some-group")
    for action in ("group_create", "organization_create"):
        assert ask(action, name="some-group").error["name"] == ["Group name already exists in database"]
    assert ask("group_show", None, id="some-group").status == 403
    assert ask("group_patch", id="some-group", state="active").result["state"] == "active"


def test_an_organization_with_datasets_stays(ask: Asker) -> None:
    ask("package_create", name="abc", owner_org="test-org")
    message = "Organization cannot be deleted while it still has datasets"
    assert ask("organization_delete", id="test-org").error["message"] == message
    ask("package_delete", id="abc")
    assert ask("organization_delete", id="test-org").result is None


def test_lists_have_limits(ask: Asker) -> None:
    for number in range(30):
        ask("group_create", name=f"group-{number:02}")
    assert len(ask("group_list").result) == 30
    assert len(ask("group_list", all_fields=True, limit=100).result) == 25
    assert ask("group_list", limit=2, offset=1).result == ["group-01", "group-02"]


def test_packages_of_a_group_are_set_by_it(ask: Asker) -> None:
    ask("group_create", name="some-group")
    ids = [ask("package_create", name=f"ds-{n}", owner_org="test-org").result["id"] for n in range(3)]
    ask("group_patch", id="some-group", packages=[{"id": id_} for id_ in ids])
    assert ask("group_show", id="some-group").result["package_count"] == 3
    ask("group_update", id="some-group", packages=[{"id": ids[0]}])
    assert [found["name"] for found in ask("group_package_show", id="some-group").result] == ["ds-0"]


def test_group_and_organization_are_not_one_another(ask: Asker) -> None:
    assert ask("group_show", id="test-org").status == 404
    assert ask("group_update", id="test-org", type="group").error == {
        "__type": "Validation Error",
        "message": "Type cannot be updated",
    }


def test_members_of_datasets(ask: Asker) -> None:
    group = ask("group_create", name="some-group").result
    dataset = ask("package_create", name="abc", owner_org="test-org").result
    row = ask("member_create", id="some-group", object="abc", object_type="package", capacity="public").result
    assert (row["table_id"], row["group_id"], row["state"]) == (dataset["id"], group["id"], "active")
    assert [found["id"] for found in ask("package_show", id="abc").result["groups"]] == [group["id"]]
    ask("package_delete", id="abc")
    assert ask("member_list", id="some-group", object_type="package").result == []
    assert [dataset["id"], "package", "public"] in ask("member_list", id="some-group").result


@pytest.mark.parametrize("version", VERSIONS)
def test_names_in_a_text_break_2_10(ask: Asker, version: str) -> None:
    for names in ("test-org", "test-org, other"):
        answer = ask("organization_list", organizations=names)
        assert answer.status == (500 if version == "2.10" else 200)
        assert version == "2.10" or answer.result == ["test-org"]
    assert ask("organization_list", organizations=["test-org"]).result == ["test-org"]
    assert ask("group_list", groups=[5]).status == 500


def test_who_is_admin_of_a_parent_reads_what_is_private_below(ask: Asker) -> None:
    ask("organization_create", name="below")
    ask("organization_member_create", id="test-org", username="editor", role="admin")
    ask("package_create", name="abc", owner_org="below", private=True)
    assert ask("package_show", "editor", id="abc").status == 403
    ask("member_create", id="test-org", object="below", object_type="group", capacity="parent")
    assert ask("package_show", "editor", id="abc").status == 200


@pytest.mark.parametrize("version", VERSIONS)
def test_extras_come_back_as_they_were_sent_once(ask: Asker, version: str) -> None:
    extras = [{"key": "zz", "value": 5}, {"key": "b", "value": ["x", "y"]}]
    sent = {"zz": 5, "b": ["x", "y"]}
    for answer in (ask("group_create", name="abc", extras=extras), ask("group_patch", id="abc", extras=extras)):
        found = {extra["key"]: extra["value"] for extra in answer.result["extras"]}
        assert found == ({"zz": "5", "b": '["x", "y"]'} if version == "2.12" else sent)
    created = ask("group_create", name="def", extras=extras).result["extras"]
    assert [extra["key"] for extra in created] == (["zz", "b"] if version == "2.12" else ["b", "zz"])
    shown = {extra["key"]: extra["value"] for extra in ask("group_show", id="abc").result["extras"]}
    assert shown == {"zz": "5", "b": '["x", "y"]' if version == "2.12" else "{x,y}"}


@pytest.mark.parametrize("version", VERSIONS)
def test_an_extra_is_deleted_only_if_it_was_there(ask: Asker, version: str) -> None:
    gone = [{"key": "k", "value": "v", "deleted": True}]
    keys = [[extra["key"] for extra in ask("group_create", name="abc", extras=gone).result["extras"]]]
    keys.append([extra["key"] for extra in ask("group_patch", id="abc", extras=gone).result["extras"]])
    assert keys == [["k"], ["k"] if version == "2.12" else []]
