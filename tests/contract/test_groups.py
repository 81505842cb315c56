"""Organizations and groups: updates lose nothing, deleted ones keep their names, lists are whole."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.exceptions import NameTaken, NotFound
from ckan_api_client.high_level import CkanHighlevelClient
from ckan_api_client.objects import CkanGroup, CkanOrganization
from contract.bench import Bench
from contract.comparing import changed_keys

KINDS = ["organization", "group"]


class Kind:
    """The methods for one of the two, by one name."""

    def __init__(self, client: CkanHighlevelClient, kind: str) -> None:
        self.get = getattr(client, f"get_{kind}")
        self.create = getattr(client, f"create_{kind}")
        self.update = getattr(client, f"update_{kind}")
        self.delete = getattr(client, f"delete_{kind}")
        self.list = getattr(client, f"list_{kind}s")
        self.list_names = getattr(client, f"list_{kind}_names")
        self.iterate = getattr(client, f"iter_{kind}s")


def make(bench: Bench, kind: str, suffix: str = "it", **fields: Any) -> dict[str, Any]:
    made: dict[str, Any] = getattr(bench, kind)(suffix, **fields)
    return made


def show(bench: Bench, kind: str, identifier: str) -> dict[str, Any]:
    shown: dict[str, Any] = bench.action(f"{kind}_show", id=identifier, include_users=True, include_groups=True)
    # The rest of a user counts what it does elsewhere.
    return {**shown, "users": [(user["id"], user["capacity"]) for user in shown["users"]]}


def make_rich(bench: Bench, kind: str, editor: CkanHighlevelClient) -> dict[str, Any]:
    """Return one with a description, extras, a second member, a parent, and a dataset."""
    parent = make(bench, kind, "parent")
    made = make(
        bench,
        kind,
        title="Title",
        description="Words",
        image_url="https://example.org/a.png",
        extras=[{"key": "b", "value": "2"}, {"key": "a", "value": "1"}],
        groups=[{"name": parent["name"]}],
    )
    user = editor.low_level.whoami()["name"]
    bench.action(f"{kind}_member_create", id=made["id"], username=user, role="editor")
    if kind == "organization":
        bench.dataset(owner_org=made["id"])
    else:
        bench.dataset(groups=[{"name": made["name"]}])
    return show(bench, kind, made["id"])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "Changed"), ("description", ""), ("image_url", None)],
    ids=["title", "cleared", "removed"],
)
def test_only_what_changed_is_another(
    bench: Bench, both: CkanHighlevelClient, editor: CkanHighlevelClient, *, kind: str, field: str, value: str | None
) -> None:
    before = make_rich(bench, kind, editor)
    group = Kind(both, kind).get(before["id"])
    setattr(group, field, value)
    Kind(both, kind).update(group)
    after = show(bench, kind, before["id"])
    assert (
        changed_keys(before, after)
        == {
            "title": {"title", "display_name"},
            "description": {"description"},
            "image_url": {"image_url", "image_display_url"},
        }[field]
    )
    assert len(after["users"]) == 2
    assert after["package_count"] == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_plain_dict_changes_what_it_holds(
    bench: Bench, client: CkanHighlevelClient, editor: CkanHighlevelClient, kind: str
) -> None:
    before = make_rich(bench, kind, editor)
    Kind(client, kind).update({"id": before["id"], "title": "Changed"})
    assert changed_keys(before, show(bench, kind, before["id"])) == {"title", "display_name"}


@pytest.mark.parametrize("kind", KINDS)
def test_extras_change_and_members_stay(
    bench: Bench, client: CkanHighlevelClient, editor: CkanHighlevelClient, kind: str
) -> None:
    before = make_rich(bench, kind, editor)
    group = Kind(client, kind).get(before["id"])
    group.extras["a"] = "changed"
    del group.extras["b"]
    group.extras["c"] = "new"
    Kind(client, kind).update(group)
    after = show(bench, kind, before["id"])
    assert changed_keys(before, after) == {"extras"}
    assert {extra["key"]: extra["value"] for extra in after["extras"]} == {"a": "changed", "c": "new"}
    group = Kind(client, kind).get(before["id"])
    group.extras.clear()
    Kind(client, kind).update(group)
    last = show(bench, kind, before["id"])
    assert changed_keys(after, last) == {"extras"}
    assert last["extras"] == []


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_changed_is_nothing_written(
    bench: Bench, client: CkanHighlevelClient, editor: CkanHighlevelClient, kind: str
) -> None:
    before = make_rich(bench, kind, editor)
    group = Kind(client, kind).get(before["id"])
    assert Kind(client, kind).update(group) == group
    assert show(bench, kind, before["id"]) == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_deleted_one_keeps_its_name_for_both_kinds(bench: Bench, client: CkanHighlevelClient, kind: str) -> None:
    made = make(bench, kind)
    calls = Kind(client, kind)
    calls.delete(made["id"])
    calls.delete(made["id"])
    with pytest.raises(NotFound, match=f"{kind} state is deleted"):
        calls.get(made["id"])
    assert calls.get(made["id"], allow_deleted=True).state == "deleted"
    for other in KINDS:
        with pytest.raises(NameTaken, match=f"by the deleted {kind} '{made['id']}'"):
            Kind(client, other).create({"name": made["name"]})
    calls.update({"id": made["id"], "state": "active"})
    assert calls.get(made["id"]).state == "active"


@pytest.mark.parametrize("kind", KINDS)
def test_an_active_one_has_its_name(bench: Bench, client: CkanHighlevelClient, kind: str) -> None:
    made = make(bench, kind)
    with pytest.raises(NameTaken, match=f"by the active {kind}"):
        Kind(client, kind).create({"name": made["name"]})


@pytest.mark.parametrize("kind", KINDS)
def test_an_id_is_no_name(bench: Bench, client: CkanHighlevelClient, kind: str) -> None:
    made = make(bench, kind)
    with pytest.raises(NotFound, match="id mismatch"):
        Kind(client, kind).get(made["name"])
    with pytest.raises(NotFound, match="id mismatch"):
        Kind(client, kind).delete(made["name"])
    assert Kind(client, kind).get(made["id"]).name == made["name"]


def test_what_is_made_is_an_object_of_its_kind(bench: Bench, both: CkanHighlevelClient) -> None:
    organization = both.create_organization({"name": f"{bench.prefix}-o", "title": "O", "extras": {"a": "1"}})
    bench.purge_later("organization", organization.id or "")
    group = both.create_group(CkanGroup({"name": f"{bench.prefix}-g", "title": "G"}))
    bench.purge_later("group", group.id or "")
    assert isinstance(organization, CkanOrganization)
    assert isinstance(group, CkanGroup)
    assert (organization.title, dict(organization.extras), group.title) == ("O", {"a": "1"}, "G")
    assert both.get_organization_by_name(f"{bench.prefix}-o").id == organization.id
    assert both.get_group_by_name(f"{bench.prefix}-g").id == group.id


@pytest.mark.parametrize("kind", KINDS)
def test_lists_are_whole_though_ckan_gives_25_at_once(bench: Bench, both: CkanHighlevelClient, kind: str) -> None:
    """The cap is on lists with all fields, whatever limit is asked for (quirk E7)."""
    made = {one["id"]: one["name"] for one in (make(bench, kind, f"n{number}") for number in range(30))}
    capped = bench.action(f"{kind}_list", all_fields=True, limit=1000)
    assert len(capped) == 25
    calls = Kind(both, kind)
    ids, names = calls.list(), calls.list_names()
    assert set(made) <= set(ids)
    assert set(made.values()) <= set(names)
    assert (len(ids), len(names)) == (len(set(ids)), len(set(names)))
