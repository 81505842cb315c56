"""Resources: made, changed in one field, uploaded, removed; the others of the dataset stay as they are."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from ckan_api_client.exceptions import NotFound, OperationFailure
from ckan_api_client.high_level import CkanHighlevelClient
from ckan_api_client.objects import CkanResource
from contract.bench import Bench
from contract.comparing import changed_keys


def make(bench: Bench) -> dict[str, Any]:
    """Return a dataset with two resources, in a group where the editor has no role."""
    foreign = bench.group("foreign")
    made = bench.dataset(
        groups=[{"name": foreign["name"]}],
        resources=[
            {
                "url": "https://example.org/a.csv",
                "name": "first",
                "description": "One",
                "format": "CSV",
                "custom": {"any": ["json", 1, None]},
                "datastore_active": True,
            },
            {"url": "https://example.org/b", "name": "second", "datastore_active": False},
        ],
    )
    return bench.show(made["id"])


def others(before: dict[str, Any], after: dict[str, Any], *keys: str) -> list[set[str]]:
    """Return what changed in the resources that are in both."""
    now = {resource["id"]: resource for resource in after["resources"]}
    return [changed_keys(one, now[one["id"]]) - set(keys) for one in before["resources"] if one["id"] in now]


def download(client: CkanHighlevelClient, resource: CkanResource) -> bytes:
    return client.low_level.request("GET", urlsplit(resource.url or "").path).body


def test_a_new_resource_goes_to_the_end(bench: Bench, either: CkanHighlevelClient) -> None:
    before = make(bench)
    made = either.create_resource(
        CkanResource({"package_id": before["id"], "url": "https://example.org/c", "name": "third", "custom": "kept"})
    )
    after = bench.show(before["id"])
    assert [one["name"] for one in after["resources"]] == ["first", "second", "third"]
    assert made == after["resources"][2]
    assert (made["custom"], made.package_id) == ("kept", before["id"])
    assert others(before, after) == [set(), set()]
    assert changed_keys(before, after) == {"resources", "num_resources"}


@pytest.mark.parametrize("form", ["object", "dict"])
def test_only_the_field_that_changed_is_another(bench: Bench, either: CkanHighlevelClient, form: str) -> None:
    before = make(bench)
    identifier = before["resources"][0]["id"]
    if form == "object":
        resource = either.get_resource(identifier)
        resource.description = "Changed"
        updated = either.update_resource(resource)
    else:
        updated = either.update_resource({"id": identifier, "description": "Changed"})
    after = bench.show(before["id"])
    assert others(before, after) == [{"description"}, set()]
    assert changed_keys(before, after) == {"resources"}
    assert updated == after["resources"][0]
    assert (updated["custom"], updated["datastore_active"]) == ({"any": ["json", 1, None]}, True)


def test_nothing_changed_is_nothing_written(bench: Bench, either: CkanHighlevelClient) -> None:
    before = make(bench)
    resource = either.get_resource(before["resources"][0]["id"])
    either.update_resource(resource)
    either.update_resource({"id": resource.id, "name": "first"})
    assert bench.show(before["id"]) == before


def test_two_who_change_different_fields_both_have_it(
    bench: Bench, client: CkanHighlevelClient, editor: CkanHighlevelClient
) -> None:
    identifier = make(bench)["resources"][0]["id"]
    mine, other = client.get_resource(identifier), editor.get_resource(identifier)
    other.description = "Theirs"
    editor.update_resource(other)
    mine.name = "ours"
    assert client.update_resource(mine).description == "Theirs"
    mine.description = "Ours"
    with pytest.raises(OperationFailure, match="description"):
        client.update_resource(mine)


def test_a_file_is_uploaded_and_replaced(bench: Bench, both: CkanHighlevelClient, tmp_path: Path) -> None:
    before = make(bench)
    first, second = tmp_path / "My File (1).CSV", tmp_path / "second.csv"
    first.write_bytes(b"a,b\n" + b"1,2\n" * 500_000)
    second.write_bytes(b"c\n3\n")
    made = both.create_resource({"package_id": before["id"], "name": "file", "custom": "kept"}, upload=first)
    assert (made.url_type, made.size, made["custom"]) == ("upload", 2_000_004, "kept")
    assert (made.url or "").endswith("/my-file-1.csv")
    with bench.catalog.client() as client:
        content = download(client, made)
        assert hashlib.sha256(content).hexdigest() == hashlib.sha256(first.read_bytes()).hexdigest()
        made.description = "New"
        updated = both.update_resource(made, upload=second)
        assert (updated.id, updated.description, updated["custom"]) == (made.id, "New", "kept")
        assert download(client, updated) == b"c\n3\n"
    after = bench.show(before["id"])
    assert others(before, after) == [set(), set()]

    # What was uploaded stays what it is when something else changes.
    both.update_dataset({"id": before["id"], "title": "Changed"})
    assert changed_keys(after["resources"][2], bench.show(before["id"])["resources"][2]) == set()


def test_an_open_file_is_uploaded_by_an_editor(bench: Bench, editor: CkanHighlevelClient, tmp_path: Path) -> None:
    before = make(bench)
    path = tmp_path / "open.txt"
    path.write_bytes(b"text")
    with path.open("rb") as file:
        made = editor.create_resource({"package_id": before["id"]}, upload=file)
    assert download(editor, made) == b"text"


def test_a_removed_resource_is_gone_and_the_others_stay(bench: Bench, either: CkanHighlevelClient) -> None:
    before = make(bench)
    gone = before["resources"][0]["id"]
    either.delete_resource(gone)
    either.delete_resource(gone)
    after = bench.show(before["id"])
    assert others(before, after, "position") == [set()]
    assert [one["name"] for one in after["resources"]] == ["second"]
    with pytest.raises(NotFound):
        either.get_resource(gone)
    with pytest.raises(NotFound):
        either.update_resource({"id": gone, "name": "again"})


def test_a_resource_is_known_by_its_id_alone(bench: Bench, client: CkanHighlevelClient) -> None:
    name = f"{bench.prefix}-resource"
    bench.dataset(resources=[{"url": "https://example.org/a", "name": name}])
    with pytest.raises(NotFound):
        client.get_resource(name)
    with pytest.raises(NotFound):
        client.get_resource(f"{name}-absent")


def test_a_resource_of_no_dataset_is_refused(client: CkanHighlevelClient) -> None:
    with pytest.raises(ValueError, match="package_id"):
        client.create_resource({"url": "https://example.org/a"})
    with pytest.raises(NotFound):
        client.create_resource({"package_id": "00000000-0000-4000-8000-000000000000", "url": "https://example.org/a"})
