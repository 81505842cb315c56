"""Groups and organizations: only what changed is written, and never members or datasets."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.exceptions import BadApiWarning, NameTaken, NotFound, OperationFailure, ValidationError
from ckan_api_client.high_level.groups import create_group, delete_group, get_group, update_group
from ckan_api_client.objects import CkanGroup, CkanOrganization
from ckan_api_client.wire.flow import run
from driving import Script, refusal, success

ID = "2f6b0b0e-66a1-4e9c-9a52-8f1f2b8d3c11"
NOT_FOUND = refusal(404, "Not Found Error", message="Not found")
TAKEN = refusal(409, "Validation Error", name=["Group name already exists in database"])


def shown(**fields: Any) -> dict[str, Any]:
    return {
        "id": ID,
        "name": "environment",
        "title": "Environment",
        "description": "Words",
        "state": "active",
        "created": "2024-05-01T10:00:00",
        "users": [{"id": "u1", "capacity": "admin"}],
        "groups": [{"id": "g0", "name": "parent"}],
        "extras": [{"key": "a", "value": "1"}],
        "package_count": 3,
        **fields,
    }


def update(script: Script, group: Any, *, strict: bool = False) -> CkanGroup:
    updated = run(update_group(CkanGroup, group, strict=strict), script)
    assert script.answers == []
    return updated


def changed(**windows: Any) -> CkanGroup:
    group = CkanGroup(shown())
    for name, value in windows.items():
        setattr(group, name, value)
    return group


def test_a_patch_holds_what_changed_and_nothing_else() -> None:
    script = Script(success(shown()), success(shown(title="New")))
    update(script, changed(title="New"))
    assert script.calls == [
        ("group_show", {"id": ID, "include_datasets": False, "include_dataset_count": False}),
        ("group_patch", {"id": ID, "title": "New"}),
    ]


def test_the_action_is_that_of_the_kind() -> None:
    script = Script(success(shown()), success(shown(title="New")))
    run(update_group(CkanOrganization, {"id": ID, "title": "New"}, strict=False), script)
    assert script.actions == ["organization_show", "organization_patch"]


@pytest.mark.parametrize(
    "group", [changed(), {"id": ID, "title": "Environment"}, shown()], ids=["object", "dict", "show"]
)
def test_nothing_changed_is_nothing_written(group: Any) -> None:
    script = Script(success(shown()))
    update(script, group)
    assert script.actions == ["group_show"]


def test_none_and_a_removed_key_clear_by_blank_since_ckan_ignores_null() -> None:
    group = changed(title=None)
    del group["description"]
    script = Script(success(shown()), success(shown(title="", description="")))
    update(script, group)
    assert script.calls[1] == ("group_patch", {"id": ID, "title": "", "description": ""})


@pytest.mark.parametrize("key", ["users", "packages", "package_count"])
def test_members_and_datasets_are_not_to_be_set_this_way(key: str) -> None:
    group = changed()
    group[key] = []
    with pytest.raises(ValueError, match=key):
        update(Script(success(shown())), group)


def test_a_plain_dict_never_sends_members() -> None:
    script = Script(success(shown()), success(shown(title="New")))
    update(script, {**shown(users=[]), "title": "New"})
    assert script.calls[1] == ("group_patch", {"id": ID, "title": "New"})


def test_what_others_changed_elsewhere_stays_and_the_same_field_is_told() -> None:
    script = Script(success(shown(description="Theirs")), success(shown(description="Theirs", title="New")))
    assert update(script, changed(title="New")).description == "Theirs"
    with pytest.raises(OperationFailure, match="title: was 'Environment', ours is 'New', theirs is 'Theirs'"):
        update(Script(success(shown(title="Theirs"))), changed(title="New"))


def test_what_ckan_dropped_is_told() -> None:
    group = changed()
    group["colour"] = "blue"
    with pytest.warns(BadApiWarning, match="colour: sent 'blue', got ABSENT"):
        update(Script(success(shown()), success(shown())), group)
    with pytest.raises(OperationFailure, match="colour"):
        update(Script(success(shown()), success(shown())), group, strict=True)


@pytest.mark.parametrize("group", [{"title": "New"}, CkanGroup(title="New")])
def test_without_an_id_nothing_is_sent(group: Any) -> None:
    with pytest.raises(ValueError, match="has no id"):
        update(Script(), group)


def test_create_refuses_an_id_and_leaves_out_what_the_server_makes() -> None:
    with pytest.raises(ValueError, match="has an id"):
        run(create_group(CkanGroup, {"id": ID, "name": "x"}, strict=False), Script())
    script = Script(success(shown()))
    wanted = {key: value for key, value in shown().items() if key != "id"}
    run(create_group(CkanGroup, wanted, strict=False), script)
    assert set(script.calls[0][1]) == {"name", "title", "description", "state", "groups", "extras"}


def test_a_taken_name_says_by_what() -> None:
    script = Script(TAKEN, NOT_FOUND, success(shown(state="deleted")))
    with pytest.raises(NameTaken, match=f"by the deleted organization '{ID}'"):
        run(create_group(CkanGroup, {"name": "environment"}, strict=False), script)
    assert script.actions == ["group_create", "group_show", "organization_show"]


def test_a_refused_name_that_nobody_has_is_what_it_was() -> None:
    with pytest.raises(ValidationError) as refused:
        run(create_group(CkanGroup, {"name": "environment"}, strict=False), Script(TAKEN, NOT_FOUND, NOT_FOUND))
    assert not isinstance(refused.value, NameTaken)


def test_get_checks_what_came_back() -> None:
    def get(reference: str, by: str, **fields: Any) -> CkanGroup:
        script = Script(success(shown(**fields)))
        return run(get_group(CkanGroup, reference, by=by, allow_deleted=False, anonymous=False), script)

    assert get(ID, "id").name == "environment"
    with pytest.raises(NotFound, match="group id mismatch"):
        get("environment", "id")
    with pytest.raises(NotFound, match="group name mismatch"):
        get(ID, "name")
    with pytest.raises(NotFound, match="group state is deleted"):
        get(ID, "id", state="deleted")


@pytest.mark.parametrize(
    ("answer", "actions"),
    [
        (success(shown()), ["group_show", "group_delete"]),
        (success(shown(state="deleted")), ["group_show"]),
        (NOT_FOUND, ["group_show"]),
    ],
    ids=["there", "in-the-trash", "absent"],
)
def test_delete_deletes_what_is_there(answer: Any, actions: list[str]) -> None:
    script = Script(answer, *[success(None)] * (len(actions) - 1))
    run(delete_group(CkanGroup, ID), script)
    assert script.actions == actions


def test_delete_refuses_a_name() -> None:
    with pytest.raises(NotFound, match="'environment' is the name of"):
        run(delete_group(CkanGroup, "environment"), Script(success(shown())))


def test_the_last_extras_go_by_their_mark_where_an_empty_list_leaves_them() -> None:
    script = Script(success(shown()), success(shown()), success(shown(extras=[])))
    assert update(script, {"id": ID, "extras": []})["extras"] == []
    assert [arguments for _, arguments in script.calls[1:]] == [
        {"id": ID, "extras": []},
        {"id": ID, "extras": [{"key": "a", "value": "1", "deleted": True}]},
    ]
    script = Script(success(shown()), success(shown(extras=[])))
    assert update(script, {"id": ID, "extras": []})["extras"] == []
