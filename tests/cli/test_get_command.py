"""`ckanclient get`."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest


@pytest.fixture
def roads(line: Any) -> dict[str, Any]:
    made: dict[str, Any] = line.client.action.package_create(
        name="roads",
        title="All roads",
        notes="First line.\nSecond [bold]line[/bold] \x1b[31m.",
        owner_org="test-org",
        tags=[{"name": "road"}, {"name": "map"}],
        extras=[{"key": "spatial", "value": "Bolzano"}],
        resources=[{"url": "https://example.org/a.csv", "name": "A", "format": "CSV", "size": 1234567}],
    )
    return made


@pytest.mark.parametrize("key", ["id", "name"])
def test_a_dataset_is_shown_as_ckan_has_it(line: Any, roads: dict[str, Any], key: str) -> None:
    assert json.loads(line("get", "dataset", roads[key]).stdout) == line.show("roads")


def test_organizations_groups_and_resources_are_shown(line: Any, roads: dict[str, Any]) -> None:
    line.client.action.group_create(name="water", title="Water")
    assert json.loads(line("get", "group", "water").stdout)["title"] == "Water"
    assert json.loads(line("get", "organizations", "test-org").stdout)["title"] == "Test organization"
    resource = roads["resources"][0]["id"]
    assert json.loads(line("get", "resource", resource).stdout)["name"] == "A"


SCREEN = """\
All roads
dataset roads  {url}/dataset/roads

First line.
Second [bold]line[/bold] \\x1b[31m.
"""


@pytest.mark.usefixtures("roads")
def test_on_a_terminal_it_is_for_people(line: Any) -> None:
    code, screen = line.on_terminal("get", "dataset", "roads")
    plain = re.sub("\x1b\\[[0-9;]*m", "", screen)
    assert code == 0
    assert plain.startswith(SCREEN.format(url=line.ckan.url))
    rows = {row.partition("  ")[0].strip(): row.partition("  ")[2].strip() for row in plain.splitlines()}
    assert (rows["organization"], rows["spatial"]) == ("Test organization (test-org)", "Bolzano")
    assert rows["tags"] in {"road, map", "map, road"}
    assert "  1. A  CSV, 1.2 MB\n     https://example.org/a.csv\n" in plain


def test_the_address_of_a_file_is_in_one_piece_however_narrow_a_terminal_is(line: Any) -> None:
    url = f"https://example.org/{'a' * 150}.csv"
    line.client.action.package_create(name="wells", owner_org="test-org", resources=[{"url": url}])
    _, screen = line.on_terminal("get", "dataset", "wells")
    assert f"     {url}\n" in re.sub("\x1b\\[[0-9;]*m", "", screen)


@pytest.mark.usefixtures("roads")
def test_json_can_be_had_on_a_terminal(line: Any) -> None:
    _, screen = line.on_terminal("get", "dataset", "roads", "--json")
    assert json.loads(screen)["name"] == "roads"


def test_what_is_in_the_trash_is_shown_only_if_asked(line: Any, roads: dict[str, Any]) -> None:
    line.client.action.package_delete(id=roads["id"])
    result = line("get", "dataset", "roads")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "is in the trash: `ckanclient get dataset roads --deleted` shows it" in result.stderr
    assert json.loads(line("get", "dataset", "roads", "--deleted").stdout)["state"] == "deleted"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("dataset", "absent"), "`ckanclient list datasets` gives their names"),
        (("dataset", " "), "there is no dataset ' '"),
        (("group", "test-org"), "there is no group 'test-org'"),
        (("resource", "A"), "`ckanclient list resources --dataset DATASET --ids`"),
    ],
    ids=str,
)
@pytest.mark.usefixtures("roads")
def test_what_is_absent_is_told_with_where_to_look(line: Any, arguments: tuple[str, ...], told: str) -> None:
    result = line("get", *arguments)
    assert (result.exit_code, told in result.stderr) == (1, True)


def test_what_is_private_is_a_matter_of_the_token(line: Any, roads: dict[str, Any]) -> None:
    line.client.action.package_patch(id=roads["id"], private=True)
    result = line("get", "dataset", "roads", CKAN_API_TOKEN=None)
    assert (result.exit_code, "with an API token that may see it, try again" in result.stderr) == (1, True)
    assert line("get", "dataset", "roads", CKAN_API_TOKEN="wrong").exit_code == 6
