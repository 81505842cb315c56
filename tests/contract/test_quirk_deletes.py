"""Deletes: what goes, what stays, and what comes back."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.high_level import CkanHighlevelClient
from contract.bench import Bench
from contract.raw import ask


def grouped(bench: Bench, suffix: str) -> dict[str, Any]:
    return bench.dataset(suffix, groups=[{"name": bench.group(f"group-{suffix}")["name"]}])


@pytest.mark.quirk("deleted-is-shown")
@pytest.mark.quirk("delete-twice")
def test_a_deleted_dataset_is_shown_and_can_be_deleted_again(bench: Bench, editor: CkanHighlevelClient) -> None:
    made = bench.dataset()
    for _ in range(2):
        assert ask(bench.low_level, "package_delete", id=made["id"]).status == 200
    for client in (bench.low_level, editor.low_level):
        assert ask(client, "package_show", id=made["id"]).result["state"] == "deleted"


@pytest.mark.quirk("deleted-can-be-updated")
def test_a_deleted_dataset_can_be_updated_and_stays_deleted(bench: Bench) -> None:
    made = bench.dataset()
    bench.action.package_delete(id=made["id"])
    patched = ask(bench.low_level, "package_patch", id=made["id"], notes="changed").result
    assert (patched["notes"], patched["state"]) == ("changed", "deleted")


@pytest.mark.quirk("delete-by-name-keeps-memberships")
def test_deleted_by_name_a_dataset_stays_in_its_groups(bench: Bench) -> None:
    by_id, by_name = grouped(bench, "by-id"), grouped(bench, "by-name")
    bench.action.package_delete(id=by_id["id"])
    bench.action.package_delete(id=by_name["name"])
    assert [len(bench.show(made["id"])["groups"]) for made in (by_id, by_name)] == [0, 1]


@pytest.mark.quirk("undelete-brings-back-half")
def test_what_package_delete_deleted_comes_back_without_its_groups(bench: Bench) -> None:
    deleted, revised = grouped(bench, "deleted"), grouped(bench, "revised")
    bench.action.package_delete(id=deleted["id"])
    bench.action.package_revise(match={"id": revised["id"]}, update={"state": "deleted"})
    back = [bench.action.package_patch(id=made["id"], state="active") for made in (deleted, revised)]
    assert [(made["state"], len(made["groups"])) for made in back] == [("active", 0), ("active", 1)]
    members = {member[0] for member in bench.action.member_list(id=deleted["owner_org"], object_type="package")}
    assert [made["id"] in members for made in back] == [False, True]
