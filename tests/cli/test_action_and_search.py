"""`ckanclient action`, and `ckanclient search`."""

from __future__ import annotations

import json
import pstats
from typing import Any

import pytest


@pytest.fixture
def rain(line: Any) -> dict[str, Any]:
    made: dict[str, Any] = line.client.action.package_create(name="rain", title="Ré", owner_org="test-org")
    return made


def test_a_result_is_written_for_people_in_one_line_or_in_many(line: Any, rain: dict[str, Any]) -> None:
    pretty = line("action", "package_show", "id=rain").stdout
    assert pretty.startswith('{\n  "author": null,\n')
    assert json.loads(pretty)["title"] == "Ré"
    compact = line("action", "package_show", "id=rain", "-j").stdout
    assert (json.loads(compact), compact.count("\n")) == (json.loads(pretty), 1)
    assert line("action", "package_list", "-J").stdout == '"rain"\n'
    assert line("action", "package_list", "-j").stdout == '["rain"]\n'
    assert rain["name"] == "rain"


def test_arguments_come_from_the_line_a_file_or_standard_input(line: Any, rain: dict[str, Any]) -> None:
    file = line.folder / "arguments.json"
    file.write_text(json.dumps({"id": rain["id"]}))
    expected = line("action", "package_show", "id=rain").stdout
    assert line("action", "package_show", "-I", str(file)).stdout == expected
    assert line("action", "package_show", "-i", stdin='{"id": "rain"}').stdout == expected
    assert line("action", "package_show", "id=rain", "-g").stdout == expected
    assert line("action", "package_patch", "id=rain", 'tags:[{"name": "a=b"}]').exit_code == 1
    assert line("action", "package_patch", "id=rain", 'tags:[{"name": "water"}]').exit_code == 0
    assert [tag["name"] for tag in line.show("rain")["tags"]] == ["water"]


def test_a_file_is_sent(line: Any, rain: dict[str, Any]) -> None:
    (line.folder / "days.csv").write_text("day\n")
    sent = line(
        "action", "resource_create", f"package_id={rain['id']}", "upload@~/days.csv", "-j", HOME=str(line.folder)
    )
    assert sent.exit_code == 0
    assert json.loads(sent.stdout)["url"].endswith("/days.csv")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("package_show", "id=none"), 1, "Not found"),
        (("package_show", "id=rain", "-i"), 2, "give one of them"),
        (("package_show", "-j", "-J", "id=rain"), 2, "give one of them"),
        (("package_show", "id"), 2, "KEY=STRING, KEY:JSON or KEY@FILE"),
        (("package_show", "id:rain"), 2, "no JSON"),
        (("resource_create", "upload@/no/such/file"), 2, "no file"),
        (("resource_create", "upload@/"), 2, "'/' is a folder, and not a file"),
        (("../admin",), 1, "no name of an action"),
        (("resource_create", "-g", "upload@/etc/hostname"), 1, "leave -g out"),
    ],
    ids=str,
)
def test_what_goes_wrong_is_told(line: Any, arguments: tuple[str, ...], code: int, told: str) -> None:
    done = line("action", *arguments, stdin="{}")
    assert done.exit_code == code
    assert told in done.stderr
    assert done.stdout == ""


def test_the_kind_of_bulk_commands_may_be_singular_and_what_stands_in_its_place_is_told(line: Any) -> None:
    line.client.action.package_create(name="rain", owner_org="test-org")
    assert line("search", "dataset", "q=rain").stdout == line("search", "datasets", "q=rain").stdout != ""
    assert "'q=rain' is none of datasets; write datasets before it" in line("search", "q=rain").stderr
    assert "'tags' is none of datasets, groups, organizations, users\n" in line("dump", "tags", "--all").stderr


def test_where_the_time_went_is_written_to_a_file(line: Any) -> None:
    path = line.folder / "times"
    assert line("action", "status_show", "-P", str(path)).exit_code == 0
    assert pstats.Stats(str(path)).total_calls > 0  # type: ignore[attr-defined]


def test_a_terminal_is_not_steered_by_what_a_catalog_holds(line: Any) -> None:
    line.client.action.package_create(name="evil", title="\x9b31m\u202e", owner_org="test-org")
    for command in (("action", "package_show", "id=evil"), ("search", "datasets", "q=name:evil")):
        code, screen = line.on_terminal(*command)
        assert code == 0
        assert "\\u009b31m\\u202e" in screen
        assert not set(screen) & {"\x9b", "\u202e"}


def test_a_search_writes_what_it_finds(line: Any, rain: dict[str, Any]) -> None:
    line.client.action.package_create(name="hidden", owner_org="test-org", private=True)
    found = line("search", "datasets", "q=title:Ré")
    assert [json.loads(one)["name"] for one in found.stdout.splitlines()] == [rain["name"]]
    both = line("search", "datasets", "fq=+owner_org:*", "include_private:true", "sort=name asc", "-g")
    assert [json.loads(one)["name"] for one in both.stdout.splitlines()] == ["hidden", "rain"]
    assert line("search", "datasets", "q=nothing-like-it").stdout == ""
    assert line("search", "datasets", "q@file").exit_code == 2
    assert line("search", "organizations").exit_code == 2


def test_a_search_that_comes_short_says_so(line: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Short:
        promised, given = 2, 1

        def __init__(self, *_: object) -> None:
            pass

        def pages(self, _: object) -> Any:
            yield [{"id": "1"}]

    monkeypatch.setattr("ckan_api_client.cli.commands.search.Search", Short)
    done = line("search", "datasets")
    assert (done.exit_code, done.stdout) == (3, '{"id":"1"}\n')
    assert "CKAN counts 2 datasets, and gave 1" in done.stderr


def test_a_dash_is_standard_input(line: Any, rain: dict[str, Any]) -> None:
    shown = line("action", "package_show", "-I", "-", "-j", stdin='{"id": "rain"}')
    assert json.loads(shown.stdout)["id"] == rain["id"]
