"""`ckanclient purge`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ckan_api_client.exceptions import NotFound
from ckan_api_client.testing import Fault


@pytest.fixture
def roads(line: Any) -> dict[str, Any]:
    made: dict[str, Any] = line.client.action.package_create(
        name="roads", title="All \x1broads", owner_org="test-org", resources=[{"url": "https://example.org/a"}]
    )
    line.ckan.forget_requests()
    return made


def is_gone(line: Any, reference: str) -> bool:
    try:
        line.show(reference)
    except NotFound:
        return True
    return False


@pytest.mark.usefixtures("roads")
def test_where_nobody_can_be_asked_nothing_is_purged(line: Any) -> None:
    result = line("purge", "dataset", "roads", stdin="y\n")
    assert (result.exit_code, line.writes) == (2, [])
    assert '  roads "All \\x1broads", 1 resource\n' in result.stderr
    assert "give --yes" in result.stderr


@pytest.mark.parametrize(("typed", "code"), [("y\n", 0), ("n\n", 130), ("\n", 130)])
@pytest.mark.usefixtures("roads")
def test_on_a_terminal_it_asks(line: Any, typed: str, code: int) -> None:
    exit_code, screen = line.on_terminal("purge", "dataset", "roads", typed=typed)
    assert (exit_code, is_gone(line, "roads")) == (code, code == 0)
    assert "Purge 1 dataset? [y/N]" in screen


def test_several_are_purged_without_asking(line: Any, roads: dict[str, Any]) -> None:
    line.client.action.package_create(name="wells", owner_org="test-org")
    line.client.action.package_delete(id="wells")
    result = line("purge", "datasets", roads["id"], "wells", "roads", "--yes")
    assert (result.exit_code, result.stdout) == (0, "dataset roads purged\ndataset wells purged\n")
    assert is_gone(line, "roads")
    assert is_gone(line, "wells")


@pytest.mark.usefixtures("roads")
def test_if_one_is_not_there_none_is_purged(line: Any) -> None:
    result = line("purge", "dataset", "roads", "absent", "--yes")
    assert (result.exit_code, line.writes) == (1, [])
    assert "there is no dataset 'absent'" in result.stderr


def test_the_datasets_of_a_purged_group_stay(line: Any, roads: dict[str, Any]) -> None:
    line.client.action.group_create(name="transport")
    line.client.action.package_patch(id=roads["id"], groups=[{"name": "transport"}])
    assert "transport, 1 dataset in it" in line("purge", "group", "transport").stderr
    [outcome] = json.loads(line("purge", "group", "transport", "--yes", "--json").stdout)
    assert (outcome["kind"], outcome["name"], outcome["purged"]) == ("group", "transport", True)
    after = line.show("roads")
    assert (after["state"], after["groups"]) == ("active", [])


def test_an_organization_with_datasets_is_refused_and_one_without_is_purged(line: Any, roads: dict[str, Any]) -> None:
    line.client.action.organization_create(name="transport")
    line.client.action.package_patch(id=roads["id"], owner_org="transport")
    refused = line("purge", "organization", "transport", "--yes")
    assert (refused.exit_code, "while it still has datasets" in refused.stderr) == (3, True)
    line("purge", "dataset", "roads", "--yes")
    assert "transport, without datasets" in line("purge", "organization", "transport").stderr
    assert line("purge", "organization", "transport", "--yes").exit_code == 0
    assert "transport" not in line.client.list_organizations()


def test_a_resource_is_taken_out_of_its_dataset(line: Any, roads: dict[str, Any]) -> None:
    assert line("purge", "resource", roads["resources"][0]["id"], "--yes").exit_code == 0
    assert line.show("roads")["resources"] == []


def test_the_tables_go_with_their_dataset(line: Any, roads: dict[str, Any]) -> None:
    identifier = roads["resources"][0]["id"]
    line.client.action.datastore_create(
        resource_id=identifier, force=True, fields=[{"id": "a", "type": "text"}], records=[{"a": "1"}]
    )
    assert "1 DataStore table" in line("purge", "dataset", "roads").stderr
    line("purge", "dataset", "roads", "--yes")
    assert line.writes[-2:] == ["datastore_delete", "dataset_purge"]


@pytest.mark.usefixtures("roads")
def test_what_is_still_there_afterwards_makes_exit_code_3(line: Any) -> None:
    line.ckan.faults.add(Fault.parse("dataset_purge:*:html"))
    result = line("purge", "dataset", "roads", "--yes")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("dataset roads not purged: ")


@pytest.mark.usefixtures("roads")
def test_a_purge_whose_answer_is_lost_is_looked_into(line: Any) -> None:
    line.ckan.faults.add(Fault.parse("dataset_purge:*:lost-after-commit"))
    result = line("purge", "dataset", "roads", "--yes")
    assert (result.exit_code, result.stdout) == (0, "dataset roads purged\n")


def test_who_may_not_is_told_with_exit_code_6_and_nothing_is_lost(line: Any, roads: dict[str, Any]) -> None:
    identifier = roads["resources"][0]["id"]
    line.client.action.datastore_create(
        resource_id=identifier, force=True, fields=[{"id": "a", "type": "text"}], records=[{"a": "1"}]
    )
    result = line("purge", "dataset", "roads", "--yes", CKAN_API_TOKEN=line.ckan.editor_token)
    assert (result.exit_code, is_gone(line, "roads")) == (6, False)
    assert line.client.action.datastore_search(resource_id=identifier)["records"] == [{"_id": 1, "a": "1"}]


def test_what_was_purged_is_told_though_another_is_refused(line: Any) -> None:
    line.client.action.organization_create(name="others")
    resources = [
        line.client.action.package_create(name=name, owner_org=owner, resources=[{"url": "https://example.org"}])[
            "resources"
        ][0]["id"]
        for name, owner in (("ours", "test-org"), ("theirs", "others"))
    ]
    result = line("purge", "resource", *resources, "--yes", "--json", CKAN_API_TOKEN=line.ckan.editor_token)
    assert result.exit_code == 3
    assert [one["purged"] for one in json.loads(result.stdout)] == [True, False]
