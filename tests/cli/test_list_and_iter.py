"""`ckanclient list` and `ckanclient iter`: all there is, in lines."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.cli.commands import iter as iter_command
from ckan_api_client.testing import Fault
from ckan_api_client.wire.messages import Flow, Sleep


@pytest.fixture
def datasets(line: Any) -> list[dict[str, Any]]:
    return [
        line.client.action.package_create(name=name, title=title, owner_org="test-org", private=private)
        for name, title, private in (("wells", "Wells", False), ("roads", "Roads \x9b31m", False), ("plans", "P", True))
    ]


@pytest.mark.parametrize("word", ["dataset", "datasets", "package", "DATASETS"])
@pytest.mark.usefixtures("datasets")
def test_the_names_of_all_datasets_come_one_a_line(line: Any, word: str) -> None:
    assert line("list", word).stdout == "plans\nroads\nwells\n"


def test_ids_come_instead_of_names_if_asked(line: Any, datasets: list[dict[str, Any]]) -> None:
    assert line("list", "datasets", "--ids").stdout.split() == sorted(one["id"] for one in datasets)
    assert line("list", "organizations", "--ids").stdout.split() == [datasets[0]["organization"]["id"]]


@pytest.mark.usefixtures("datasets")
def test_without_a_token_nothing_private_is_listed(line: Any) -> None:
    assert line("list", "datasets", CKAN_API_TOKEN=None).stdout == "roads\nwells\n"


def test_the_options_are_those_of_the_2014_client(line: Any, datasets: list[dict[str, Any]]) -> None:
    options = ("--url", line.ckan.url, "--api-key", line.ckan.sysadmin_token)
    result = line("list", "datasets", *options, CKAN_URL=None, CKAN_API_TOKEN=None)
    assert len(result.stdout.split()) == len(datasets)


def test_more_than_the_server_gives_at_once_are_listed(line: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(7):
        line.client.action.package_create(name=f"many-{number}", owner_org="test-org")
        line.client.action.group_create(name=f"group-{number}")
    monkeypatch.setattr("ckan_api_client.quirks.search.MOST_ROWS", 3)
    monkeypatch.setattr("ckan_api_client.quirks.groups.MOST_ROWS", 3)
    assert len(line("list", "datasets").stdout.split()) == 7
    assert line("list", "groups").stdout.split() == [f"group-{number}" for number in range(7)]
    told = line("iter", "datasets").stdout.splitlines()
    assert len({json.loads(one)["id"] for one in told}) == len(told) == 7


def test_as_json_a_list_has_ids_names_and_titles(line: Any, datasets: list[dict[str, Any]]) -> None:
    told = json.loads(line("list", "datasets", "--json").stdout)
    assert told[2] == {"id": datasets[0]["id"], "name": "wells", "title": "Wells"}
    told = json.loads(line("list", "organizations", "--json").stdout)
    assert [(one["name"], one["title"]) for one in told] == [("test-org", "Test organization")]


@pytest.mark.usefixtures("datasets")
def test_on_a_terminal_titles_stand_beside_the_names(line: Any) -> None:
    code, screen = line.on_terminal("list", "datasets")
    assert code == 0
    assert [row.split()[0] for row in screen.splitlines()] == ["plans", "roads", "wells"]
    assert "Roads \\x9b31m" in screen


def test_on_a_terminal_names_are_whole(line: Any) -> None:
    line.client.action.package_create(name="n" * 70, title="T" * 70, owner_org="test-org")
    line.client.action.package_create(name="m" * 100, title="T" * 70, owner_org="test-org")
    _, screen = line.on_terminal("list", "datasets")
    plain = re.sub("\x1b\\[[0-9;]*m", "", screen)
    assert plain.splitlines() == ["m" * 100, f"{'n' * 70}  {'T' * 27}…"]


@pytest.mark.parametrize("command", ["list", "iter"])
@pytest.mark.usefixtures("datasets")
def test_where_lines_cannot_be_written_it_says_so(line: Any, command: str) -> None:
    arguments = [sys.executable, "-m", "ckan_api_client.cli", command, "datasets"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            arguments, stdout=full, stderr=subprocess.PIPE, text=True, env=line.process_environment(), check=False
        )
    assert (done.returncode, done.stderr) == (1, "Error: the output is not complete: No space left on device\n")


@pytest.mark.usefixtures("datasets")
def test_who_reads_only_the_beginning_is_told_nothing(line: Any) -> None:
    arguments = [sys.executable, "-m", "ckan_api_client.cli", "iter", "datasets"]
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=line.process_environment()
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


def test_a_datasets_resources_are_listed_by_name_or_url(line: Any) -> None:
    resources = [{"url": "https://example.org/a", "name": "A\nB"}, {"url": "https://example.org/b"}]
    made = line.client.action.package_create(name="wells", owner_org="test-org", resources=resources)
    assert line("list", "resources", "--dataset", "wells").stdout == "A\\x0aB\nhttps://example.org/b\n"
    ids = [one["id"] for one in made["resources"]]
    assert line("list", "resources", "--dataset", "wells", "--ids").stdout.split() == ids
    told = json.loads(line("list", "resources", "--dataset", "wells", "--json").stdout)
    assert told[1] == {"id": ids[1], "name": None, "format": "", "url": "https://example.org/b"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("list", "users"), "'users' is none of datasets, organizations, groups, resources"),
        (("list", "resources"), "of which dataset? Give --dataset"),
        (("list", "groups", "--dataset", "x"), "--dataset is for resources"),
        (("iter", "resources"), "'resources' is none of datasets, organizations, groups"),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_wrong_usage_says_what_is_right(line: Any, arguments: tuple[str, ...], told: str) -> None:
    result = line(*arguments)
    assert (result.exit_code, told in result.stderr) == (2, True)


def test_whole_records_come_as_lines_of_json(line: Any, datasets: list[dict[str, Any]]) -> None:
    result = line("iter", "datasets")
    records = [json.loads(one) for one in result.stdout.splitlines()]
    assert [one["id"] for one in records] == sorted(one["id"] for one in datasets)
    roads = next(one for one in records if one["name"] == "roads")
    assert roads["title"] == "Roads \x9b31m"
    assert result.stderr == ""
    [organization] = [json.loads(one) for one in line("iter", "organization").stdout.splitlines()]
    assert (organization["name"], "packages" in organization) == ("test-org", False)


@pytest.mark.parametrize(("name", "options"), [("all.jsonl.gz", ()), ("all", ("-z",))])
def test_a_file_is_compressed_and_always_the_same(
    line: Any, datasets: list[dict[str, Any]], tmp_path: Path, name: str, options: tuple[str, ...]
) -> None:
    path = tmp_path / name
    assert line("iter", "datasets", "--output", str(path), *options).exit_code == 0
    first = path.read_bytes()
    assert len(gzip.decompress(first).splitlines()) == len(datasets)
    line("iter", "datasets", "-o", str(path), *options)
    assert path.read_bytes() == first


@pytest.mark.usefixtures("datasets")
def test_a_file_stays_what_it_was_if_something_goes_wrong(line: Any, tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    path.write_text("old\n")
    result = line("iter", "datasets", "-o", str(path), CKAN_API_TOKEN="wrong")
    assert (result.exit_code, path.read_text(), list(tmp_path.iterdir())) == (6, "old\n", [path])
    result = line("iter", "datasets", "-o", str(tmp_path / "absent" / "all.jsonl"))
    assert (result.exit_code, "No such file or directory" in result.stderr) == (1, True)


@pytest.mark.usefixtures("datasets")
def test_programs_are_told_how_far_it_is(line: Any) -> None:
    event = json.loads(line("iter", "datasets", "--json").stderr.splitlines()[-1])
    assert (event["event"], event["done"], event["total"], event["unit"]) == ("ended", 3, 3, "datasets")


@pytest.mark.usefixtures("datasets")
def test_on_a_terminal_what_steers_it_is_written_out(line: Any) -> None:
    _, screen = line.on_terminal("iter", "datasets")
    assert "Roads \\u009b31m" in screen


@pytest.mark.usefixtures("datasets")
def test_compressed_lines_are_not_for_a_terminal(line: Any) -> None:
    code, screen = line.on_terminal("iter", "datasets", "-z")
    assert (code, "give --output FILE" in screen) == (2, True)


def test_a_group_that_is_purged_meanwhile_is_passed_over(line: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def names(_: str) -> Flow[list[str]]:
        yield Sleep(0.0)
        return ["gone", "test-org"]

    monkeypatch.setattr(iter_command, "list_names", names)
    assert [json.loads(one)["name"] for one in line("iter", "organizations").stdout.splitlines()] == ["test-org"]


@pytest.mark.usefixtures("datasets")
def test_on_a_terminal_no_bar_stands_among_the_records(line: Any) -> None:
    line.ckan.faults.add(Fault.parse("package_search:*:slow=1.5"))
    _, screen = line.on_terminal("iter", "datasets")
    assert [json.loads(row)["state"] for row in screen.splitlines()] == ["active"] * 3
    _, screen = line.on_terminal("iter", "datasets", "-o", str(line.folder / "all.jsonl"))
    assert "reading datasets" in screen
