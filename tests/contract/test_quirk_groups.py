"""Groups and organizations: one table, few locks, lists that are cut."""

from __future__ import annotations

import pytest

from contract.bench import Bench
from contract.catalogs import Catalog
from contract.raw import ask


@pytest.mark.quirk("deleted-group-keeps-its-name")
@pytest.mark.quirk("groups-and-organizations-share-names")
def test_the_name_of_a_deleted_organization_stays_taken_also_for_groups(bench: Bench) -> None:
    made = bench.organization()
    bench.action.organization_delete(id=made["id"])
    for kind in ("organization", "group"):
        answer = ask(bench.low_level, f"{kind}_create", name=made["name"])
        assert (answer.status, answer.fields) == (409, {"name"}), kind
    assert bench.action.organization_patch(id=made["id"], state="active")["state"] == "active"


@pytest.mark.quirk("group-update-removes-members")
@pytest.mark.quirk("group-update-removes-extras")
def test_what_an_update_of_a_group_removes(bench: Bench, catalog: Catalog) -> None:
    made = bench.group(extras=[{"key": "a", "value": "1"}])
    bench.action.member_create(id=made["id"], object="editor", object_type="user", capacity="member")
    bench.action.group_update(id=made["id"], name=made["name"], title="Changed")
    shown = bench.action.group_show(id=made["id"])
    left = {"2.10": (0, 1), "2.11": (0, 1), "2.12": (2, 0)}
    assert (len(shown["users"]), len(shown["extras"])) == left[catalog.release]


@pytest.mark.quirk("group-patch-keeps-the-last-extras")
@pytest.mark.parametrize("kind", ["group", "organization"])
def test_the_last_extras_go_only_if_they_are_marked(bench: Bench, catalog: Catalog, kind: str) -> None:
    make = bench.group if kind == "group" else bench.organization
    made = make(extras=[{"key": "a", "value": "1"}])
    patched = bench.action(f"{kind}_patch", id=made["id"], extras=[])
    left = {"2.10": 1, "2.11": 1, "2.12": 0}
    assert len(patched["extras"]) == left[catalog.release]
    bench.action(f"{kind}_patch", id=made["id"], extras=[{"key": "b", "value": "2"}])
    marked = bench.action(f"{kind}_patch", id=made["id"], extras=[{"key": "b", "value": "2", "deleted": True}])
    assert len(marked["extras"]) == 1 - left[catalog.release]


@pytest.mark.quirk("group-update-removes-datasets")
def test_an_update_of_a_group_with_some_of_its_datasets_takes_the_others_out(bench: Bench) -> None:
    made = bench.group()
    datasets = [bench.dataset(suffix, groups=[{"name": made["name"]}]) for suffix in ("one", "two")]
    bench.action.group_update(id=made["id"], name=made["name"], packages=[{"id": datasets[0]["id"]}])
    assert [len(bench.show(dataset["id"])["groups"]) for dataset in datasets] == [1, 0]


@pytest.mark.quirk("title-of-the-owner-is-old")
def test_datasets_show_the_title_that_their_organization_had(bench: Bench) -> None:
    owner = bench.organization(title="Old")
    made = bench.dataset(owner_org=owner["id"])
    bench.action.organization_patch(id=owner["id"], title="New")
    (found,) = bench.action.package_search(fq=f"+id:{made['id']}")["results"]
    assert found["organization"]["title"] == "Old"


@pytest.mark.quirk("group-lists-are-cut")
def test_a_list_of_groups_with_all_fields_ends_at_25(bench: Bench) -> None:
    for number in range(26):
        bench.group(f"{number:02}")
    assert len(bench.action.group_list(all_fields=True, limit=100, include_dataset_count=False)) == 25
    assert len(bench.action.group_list()) > 25


@pytest.mark.quirk("datasets-of-a-group-are-cut")
def test_an_organization_shows_ten_of_its_datasets(bench: Bench) -> None:
    owner = bench.organization()
    for number in range(11):
        bench.dataset(f"{number:02}", owner_org=owner["id"])
    shown = bench.action.organization_show(id=owner["id"], include_datasets=True)
    assert (len(shown["packages"]), shown["package_count"]) == (10, 11)


@pytest.mark.quirk("null-leaves-the-texts-of-groups")
@pytest.mark.parametrize("kind", ["group", "organization"])
def test_null_leaves_the_texts_of_a_group_and_a_blank_clears_them(bench: Bench, kind: str) -> None:
    texts = {"title": "Water", "description": "Wet.", "image_url": "https://example.org/water.png"}
    made = (bench.group if kind == "group" else bench.organization)(**texts)
    for value, left in ((None, texts), ("", dict.fromkeys(texts, ""))):
        patched = bench.action(f"{kind}_patch", id=made["id"], **dict.fromkeys(texts, value))
        assert {key: patched[key] for key in texts} == left
