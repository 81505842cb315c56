"""An update writes what changed and loses nothing else, whatever kind of field it is (quirks C1 to C12)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ckan_api_client.exceptions import NotFound
from ckan_api_client.high_level import CkanHighlevelClient
from ckan_api_client.objects import CkanDataset
from contract.bench import Bench
from contract.comparing import changed_keys


def make_rich(bench: Bench) -> dict[str, Any]:
    """Return a dataset with a bit of everything, as CKAN shows it.

    `datastore_active` is given, since up to CKAN 2.11 the first write after a create stores the one that the DataStore
    shows, and so changes every resource's `metadata_modified` (ckanext/datastore/plugin.py, before_resource_show).
    """
    foreign = bench.group("foreign")
    made = bench.dataset(
        title="Rich",
        notes="  Two\r\nlines, blanks around  ",
        author="Somebody",
        author_email="somebody@example.org",
        maintainer="",
        url="https://example.org/page?a=b&c=d",
        version="1.0",
        license_id="cc-by",
        extras=[
            {"key": "b", "value": "2"},
            {"key": "a", "value": "1"},
            {"key": "Größe", "value": '{"json": [1, 2]}'},
            {"key": "blank", "value": ""},
        ],
        tags=[{"name": "water"}, {"name": "Air"}, {"name": "été 2020"}],
        groups=[{"name": foreign["name"]}],
        resources=[
            {
                "url": "https://example.org/a.csv",
                "name": "first",
                "description": "One",
                "format": "csv",
                "size": 12,
                "custom": {"any": ["json", 1, None]},
                "datastore_active": True,
            },
            {
                "url": "https://example.org/b",
                "name": "second",
                "format": "WMS",
                "mimetype": "text/xml",
                "datastore_active": False,
            },
        ],
    )
    return bench.show(made["id"])


def set_title(dataset: CkanDataset) -> None:
    dataset.title = "Changed"


def clear_notes(dataset: CkanDataset) -> None:
    dataset.notes = ""


def clear_url(dataset: CkanDataset) -> None:
    dataset.url = None


def remove_version(dataset: CkanDataset) -> None:
    del dataset["version"]


def hide(dataset: CkanDataset) -> None:
    dataset.private = True


def change_extra(dataset: CkanDataset) -> None:
    dataset.extras["a"] = "changed"


def add_extra(dataset: CkanDataset) -> None:
    dataset.extras["new"] = "3"


def remove_extra(dataset: CkanDataset) -> None:
    del dataset.extras["b"]


def remove_all_extras(dataset: CkanDataset) -> None:
    dataset.extras.clear()


def add_tag(dataset: CkanDataset) -> None:
    dataset.tags.add("new")


def remove_tag(dataset: CkanDataset) -> None:
    dataset.tags.discard("Air")


def remove_all_tags(dataset: CkanDataset) -> None:
    dataset.tags = ()


def change_resource(dataset: CkanDataset) -> None:
    dataset.resources[0].description = "Changed"


def clear_in_resource(dataset: CkanDataset) -> None:
    dataset.resources[1].format = ""


def add_resource(dataset: CkanDataset) -> None:
    dataset.resources.append({"url": "https://example.org/c.pdf", "name": "third"})


def remove_resource(dataset: CkanDataset) -> None:
    del dataset.resources[0]


def reorder_resources(dataset: CkanDataset) -> None:
    dataset.resources.reverse()


def remove_all_resources(dataset: CkanDataset) -> None:
    dataset.resources.clear()


CHANGES: list[tuple[Callable[[CkanDataset], None], set[str]]] = [
    (set_title, {"title"}),
    (clear_notes, {"notes"}),
    (clear_url, {"url"}),
    (remove_version, {"version"}),
    (hide, {"private"}),
    (change_extra, {"extras"}),
    (add_extra, {"extras"}),
    (remove_extra, {"extras"}),
    (remove_all_extras, {"extras"}),
    (add_tag, {"tags", "num_tags"}),
    (remove_tag, {"tags", "num_tags"}),
    (remove_all_tags, {"tags", "num_tags"}),
    (change_resource, {"resources"}),
    (clear_in_resource, {"resources"}),
    (add_resource, {"resources", "num_resources"}),
    (remove_resource, {"resources", "num_resources"}),
    (reorder_resources, {"resources"}),
    (remove_all_resources, {"resources", "num_resources"}),
]


@pytest.mark.parametrize(("change", "keys"), [pytest.param(*one, id=one[0].__name__) for one in CHANGES])
def test_only_what_changed_is_another(
    bench: Bench, client: CkanHighlevelClient, change: Callable[[CkanDataset], None], keys: set[str]
) -> None:
    before = make_rich(bench)
    dataset = client.get_dataset(before["id"])
    change(dataset)
    updated = client.update_dataset(dataset)

    after = bench.show(before["id"])
    assert changed_keys(before, after) == keys
    # Not frozen, either, as CKAN 2.12 lets a sysadmin (F4).
    assert after["metadata_modified"] > before["metadata_modified"]
    assert changed_keys(updated, after) == set()
    assert dataset.is_equivalent(updated)
    # Again, it does nothing.
    client.update_dataset(dataset)
    assert bench.show(before["id"])["metadata_modified"] == after["metadata_modified"]


def test_what_a_sysadmin_may_an_editor_may_too(bench: Bench, editor: CkanHighlevelClient) -> None:
    before = make_rich(bench)
    dataset = editor.get_dataset(before["id"])
    for change in (set_title, change_extra, add_tag, change_resource):
        change(dataset)
    editor.update_dataset(dataset)
    assert changed_keys(before, bench.show(before["id"])) == {"title", "extras", "tags", "num_tags", "resources"}


def test_a_change_within_a_resource_leaves_every_other_key_of_all_resources(
    bench: Bench, either: CkanHighlevelClient
) -> None:
    before = make_rich(bench)
    dataset = either.get_dataset(before["id"])
    dataset.resources[0].description = "Changed"
    either.update_dataset(dataset)
    first, second = bench.show(before["id"])["resources"]
    assert changed_keys(before["resources"][0], first) == {"description"}
    assert changed_keys(before["resources"][1], second) == set()
    assert second["metadata_modified"] == before["resources"][1]["metadata_modified"]
    assert (first["custom"], first["datastore_active"]) == ({"any": ["json", 1, None]}, True)


def test_a_new_resource_leaves_those_that_are_there(bench: Bench, either: CkanHighlevelClient) -> None:
    before = make_rich(bench)
    dataset = either.get_dataset(before["id"])
    dataset.resources.insert(0, {"url": "https://example.org/c.pdf"})
    either.update_dataset(dataset)
    new, first, second = bench.show(before["id"])["resources"]
    assert (new["url"], new["position"]) == ("https://example.org/c.pdf", 0)
    assert changed_keys(before["resources"][0], first) == {"position"}
    assert changed_keys(before["resources"][1], second) == {"position"}


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        ({"title": "Changed"}, {"title"}),
        ({"extras": {"a": "1", "b": "2"}}, {"extras"}),
        ({"tags": ["water", "new"]}, {"tags", "num_tags"}),
        (
            {"resources": [{"url": "https://example.org/a.csv", "description": "Changed"}]},
            {"resources", "num_resources"},
        ),
        ({"title": "Rich", "tags": ["Air", "water", "été 2020"], "author": "Somebody"}, set()),
    ],
    ids=["scalar", "extras", "tags", "resources", "nothing"],
)
def test_a_plain_dict_changes_what_it_holds(
    bench: Bench, either: CkanHighlevelClient, wanted: dict[str, Any], keys: set[str]
) -> None:
    before = make_rich(bench)
    either.update_dataset({"id": before["id"], **wanted})
    after = bench.show(before["id"])
    assert changed_keys(before, after) == keys
    assert [one["id"] for one in after["resources"]] == [one["id"] for one in before["resources"]][
        : len(after["resources"])
    ]
    if not keys:
        assert after["metadata_modified"] == before["metadata_modified"]


def test_groups_change_alone(bench: Bench, client: CkanHighlevelClient) -> None:
    before = make_rich(bench)
    added = bench.group("added")
    dataset = client.get_dataset(before["id"])
    dataset.groups.add(added["name"])
    client.update_dataset(dataset)
    after = bench.show(before["id"])
    assert changed_keys(before, after) == {"groups"}
    assert {one["name"] for one in after["groups"]} == {added["name"], before["groups"][0]["name"]}

    dataset = client.get_dataset(before["id"])
    dataset.groups = ()
    client.update_dataset(dataset)
    assert bench.show(before["id"])["groups"] == []


@pytest.mark.quirk("revise-needs-every-group")
def test_an_editor_keeps_the_groups_that_it_may_not_manage(bench: Bench, editor: CkanHighlevelClient) -> None:
    """Plain package_revise is refused there from CKAN 2.11 on."""
    before = make_rich(bench)
    mine = bench.group("mine")
    bench.action.member_create(
        id=mine["id"], object=editor.low_level.whoami()["id"], object_type="user", capacity="editor"
    )
    dataset = editor.get_dataset(before["id"])
    dataset.groups.add(mine["name"])
    dataset.title = "Changed"
    editor.update_dataset(dataset)
    after = bench.show(before["id"])
    assert changed_keys(before, after) == {"groups", "title"}
    assert {one["name"] for one in after["groups"]} == {mine["name"], before["groups"][0]["name"]}

    editor.update_dataset({"id": before["id"], "title": "Again"})
    assert bench.show(before["id"])["groups"] == after["groups"]


def test_what_is_in_the_trash_is_not_updated_but_may_be_brought_back(bench: Bench, either: CkanHighlevelClient) -> None:
    made = bench.dataset(state="deleted")
    with pytest.raises(NotFound, match="state is deleted"):
        either.update_dataset({"id": made["id"], "title": "Changed"})
    assert bench.show(made["id"])["title"] == made["title"]
    either.update_dataset({"id": made["id"], "title": "Changed", "state": "active"})
    assert either.get_dataset(made["id"]).title == "Changed"


def test_an_update_of_what_is_absent_is_not_found(client: CkanHighlevelClient) -> None:
    with pytest.raises(NotFound):
        client.update_dataset({"id": "00000000-0000-4000-8000-000000000000", "title": "Changed"})
