"""The datastore's actions behind the site's rights (quirk H3; literals observed on real CKANs)."""

from __future__ import annotations

from typing import Any

import pytest

from testing.asking import Asker

VERSIONS = ["2.10", "2.11", "2.12"]


@pytest.fixture
def resource(ask: Asker) -> Any:
    dataset = ask("package_create", name="abc", owner_org="test-org", resources=[{"url": "http://x"}]).result
    return dataset["resources"][0]


def test_a_linked_resource_is_read_only(ask: Asker, resource: Any) -> None:
    answer = ask("datastore_create", resource_id=resource["id"], fields=[{"id": "a", "type": "int"}])
    assert list(answer.error) == ["read-only", "__type"]


def test_the_flag_on_the_resource_follows_the_table(ask: Asker, resource: Any) -> None:
    before = ask("package_show", id="abc").result["metadata_modified"]
    ask("datastore_create", resource_id=resource["id"], force=True, records=[{"a": 1}])
    shown = ask("package_show", id="abc").result
    assert (shown["resources"][0]["datastore_active"], shown["metadata_modified"]) == (True, before)
    assert ask("datastore_search", None, resource_id=resource["id"]).result["records"] == [{"_id": 1, "a": 1}]
    ask("datastore_delete", resource_id=resource["id"], force=True)
    assert ask("resource_show", id=resource["id"]).result["datastore_active"] is False


def test_rows_of_private_datasets_are_private(ask: Asker, resource: Any) -> None:
    ask("datastore_create", resource_id=resource["id"], force=True, records=[{"a": 1}])
    ask("package_patch", id="abc", private=True)
    assert ask("datastore_search", None, resource_id=resource["id"]).status == 403
    assert ask("datastore_search", "editor", resource_id=resource["id"]).status == 200


def test_strangers_may_not_write(ask: Asker, resource: Any) -> None:
    answer = ask("datastore_create", None, resource_id=resource["id"], force=True)
    assert answer.error["message"] == f"Access denied: User  not authorized to edit resource {resource['id']}"


def test_a_resource_of_the_datastores_own(ask: Asker, resource: Any) -> None:
    made = ask("datastore_create", resource={"package_id": resource["package_id"]}, records=[{"a": "x"}]).result
    shown = ask("resource_show", id=made["resource_id"]).result
    assert shown["url"] == f"{ask.ckan.url}/datastore/dump/{made['resource_id']}"
    assert ask("datastore_upsert", resource_id=made["resource_id"], method="insert", records=[{"a": "y"}]).status == 200


def test_reset_empties_it(ask: Asker, resource: Any) -> None:
    ask("datastore_create", resource_id=resource["id"], force=True, records=[{"a": 1}])
    ask.ckan.reset()
    assert ask("datastore_search", resource_id=resource["id"]).status == 404


@pytest.mark.parametrize("version", VERSIONS)
def test_a_table_that_comes_or_goes_modifies_its_resource_since_2_12(ask: Asker, version: str) -> None:
    dataset = ask("package_create", name="abc", owner_org="test-org").result

    def last_modified() -> Any:
        return ask("package_show", id="abc").result["resources"][0]["last_modified"]

    made = ask("datastore_create", resource={"package_id": dataset["id"]}, fields=[{"id": "a", "type": "int"}]).result
    first = last_modified()
    ask("datastore_upsert", resource_id=made["resource_id"], method="insert", records=[{"a": 1}])
    assert last_modified() == first  # CKAN 2.12 leaves that to a background job
    ask("datastore_delete", resource_id=made["resource_id"])
    assert (first is not None, last_modified() != first) == ((True, True) if version == "2.12" else (False, False))
