"""`ckanclient status`, and whether index and database are in step."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from ckan_api_client.low_level import index_check
from ckan_api_client.low_level.index_check import IndexCheck
from ckan_api_client.testing import Fault


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look again without a wait."""
    monkeypatch.setattr(index_check, "PAUSES", (0.0, 0.0))


def make(line: Any, *names: str, **fields: Any) -> None:
    for name in names:
        line.client.action.package_create(name=name, owner_org="test-org", **fields)


def lose(line: Any, *names: str) -> None:
    """Make datasets that the index does not hold."""
    make(line, *names)
    for name in names:
        line.ckan.lose_from_index(name)


def test_status_tells_who_i_am_and_what_is_there(line: Any) -> None:
    make(line, "air", "rain")
    make(line, "secret", private=True)
    told = json.loads(line("status", "--json").stdout)
    assert told == {
        "url": line.ckan.url,
        "title": "CKAN",
        "ckan_version": "2.11.6",
        "extensions": told["extensions"],
        "user": "sysadmin",
        "sysadmin": True,
        "role": "sysadmin",
        "may_write_to": ["test-org"],
        "datasets": 3,
        "organizations": 1,
        "groups": 0,
        "index": {"in_step": True, "public_datasets": 2, "missing": [], "ghosts": [], "advice": []},
    }


def test_status_of_an_editor_names_the_organizations(line: Any) -> None:
    result = line("status", CKAN_API_TOKEN=line.ckan.editor_token)
    assert result.exit_code == 0
    assert "I am           editor (user)\nI may          write datasets in test-org\n" in result.stdout


def test_status_without_a_token_says_what_to_set(line: Any) -> None:
    result = line("status", CKAN_API_TOKEN=None)
    assert result.exit_code == 0
    assert "I am           anonymous: reads what is public; set CKAN_API_TOKEN to write\n" in result.stdout
    assert "I may" not in result.stdout


def test_status_with_a_token_that_ckan_does_not_know_leaves_with_6(line: Any) -> None:
    result = line("status", CKAN_API_TOKEN="a-wrong-token")
    assert (result.exit_code, result.stdout) == (6, "")
    assert "CKAN does not know this API token" in result.stderr


@pytest.mark.usefixtures("at_once")
def test_datasets_that_only_one_of_index_and_database_has_are_named_with_what_to_do(line: Any) -> None:
    make(line, "air", "rain")
    lose(line, "lost-1", "lost-2")
    line.ckan.add_ghost({"id": "0", "name": "ghost"})
    result = line("status")
    assert result.exit_code == 0
    assert result.stdout.endswith(
        "search index   lacks 2 public datasets of the database: lost-1, lost-2\n"
        "               holds 1 dataset that the public cannot open: ghost\n"
        "               The operator of the site can mend it, on its server:\n"
        "                 ckan search-index rebuild\n"
        "                 ckan search-index clear-orphans\n"
    )
    told = json.loads(line("status", "--json").stdout)["index"]
    assert (told["in_step"], told["missing"], told["ghosts"]) == (False, ["lost-1", "lost-2"], ["ghost"])
    assert "index" not in json.loads(line("status", "--json", "--no-index").stdout)


@pytest.mark.usefixtures("at_once")
def test_only_a_few_of_many_are_named_to_people(line: Any) -> None:
    lose(line, *(f"lost-{number}" for number in range(8)))
    assert "lacks 8 public datasets of the database: lost-0, lost-1, lost-2, lost-3, lost-4 and 3 more" in (
        line("status").stdout
    )


def test_a_catalog_that_is_in_step_takes_one_search_for_each_thousand_datasets(line: Any) -> None:
    make(line, *(f"rain-{number}" for number in range(1001)))
    line.ckan.forget_requests()
    told = json.loads(line("status", "--json").stdout)
    assert (told["index"]["public_datasets"], told["index"]["in_step"]) == (1001, True)
    asked = Counter(request.action for request in line.ckan.requests)
    assert (asked["package_list"], asked["package_search"]) == (1, 1 + 2)


@pytest.mark.parametrize(
    ("before", "indexed", "after", "missing", "ghosts"),
    [
        (["a", "b"], ["a", "b"], ["a", "b"], (), ()),
        (["a", "b"], ["a"], ["a", "b"], ("b",), ()),
        (["a"], ["a", "z"], ["a"], (), ("z",)),
        (["a"], ["a", "new"], ["a", "new"], (), ()),
        (["a", "old"], ["a", "old"], ["a"], (), ()),
        (["a", "old"], ["a"], ["a"], (), ()),
        (["a"], ["a"], ["a", "new"], (), ()),
    ],
    ids=["same", "missing", "ghost", "made before", "deleted after", "deleted before", "made after"],
)
def test_what_came_or_went_meanwhile_is_neither_missing_nor_a_ghost(
    before: list[str], indexed: list[str], after: list[str], missing: tuple[str, ...], ghosts: tuple[str, ...]
) -> None:
    check = IndexCheck.of(before, indexed, after)
    assert (check.missing, check.ghosts) == (missing, ghosts)


@pytest.mark.parametrize(
    ("indexed", "listed", "missing", "ghosts"),
    [
        ([], ["lost"], ("lost",), ()),
        (["lost"], ["lost"], (), ()),
        ([], [], (), ()),
        (["ghost"], ["lost"], ("lost",), ("ghost",)),
        (["ghost"], ["lost", "ghost"], ("lost",), ()),
    ],
    ids=["still", "indexed since", "deleted since", "both", "committed since"],
)
def test_what_differed_for_a_moment_only_is_no_difference(
    indexed: list[str], listed: list[str], missing: tuple[str, ...], ghosts: tuple[str, ...]
) -> None:
    check = IndexCheck(2, ("lost",), ("ghost",)).narrowed(indexed, listed)
    assert (check.missing, check.ghosts, check.public) == (missing, ghosts, len(listed))


def test_an_index_that_lags_is_waited_for(line: Any) -> None:
    line.ckan.faults.add(Fault.parse("package_create:*:index-lag=0.7"))
    make(line, "late")
    told = json.loads(line("status", "--json").stdout)["index"]
    assert (told["in_step"], told["public_datasets"]) == (True, 1)


def test_a_catalog_whose_search_is_down_tells_the_rest_and_leaves_with_3(line: Any) -> None:
    line.ckan.faults.add(Fault.parse("package_search:*:search-error"))
    result = line("status")
    assert result.exit_code == 3
    assert "there are      datasets that cannot be counted, 1 organization, 0 groups\n" in result.stdout
    assert "search index   could not be looked at: package_search" in result.stdout


@pytest.mark.usefixtures("at_once")
def test_what_the_catalog_says_cannot_speak_to_the_terminal(line: Any) -> None:
    line.ckan.add_ghost({"id": "0", "name": "\x1b[31mred"})
    shown = line("status").stdout
    assert "\\x1b[31mred" in shown
    assert "\x1b" not in shown


def test_on_a_terminal_it_is_in_colours_and_wrapped(line: Any) -> None:
    lose(line, *(f"a-rather-long-name-of-a-dataset-that-is-lost-{number}" for number in range(4)))
    code, screen = line.on_terminal("status")
    assert code == 0
    assert "\x1b[33m! lacks 4 public datasets of the database:" in screen
    assert "\x1b[32m✓ sysadmin (sysadmin)" in screen
    assert all(len(row.rstrip()) <= 100 for row in screen.replace("\x1b[0m", "").splitlines() if "\x1b" not in row)
