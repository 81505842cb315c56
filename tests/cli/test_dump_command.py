"""`ckanclient dump`: all of it, in order, whatever happens to one of them."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def filled(line: Any) -> list[str]:
    """The names of 600 datasets, as package_list has them."""
    for number in range(600):
        line.client.action.package_create(name=f"rain-{number:03}", owner_org="test-org", notes="é")
    line.ckan.forget_requests()
    return [f"rain-{number:03}" for number in range(600)]


def dumped(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_all_datasets_are_what_package_show_gives_in_the_order_of_package_list(line: Any, filled: list[str]) -> None:
    done = line("dump", "datasets", "--all")
    asked = [request.action for request in line.ckan.requests]
    assert done.exit_code == 0
    shown = [json.dumps(line.show(name), ensure_ascii=False, sort_keys=True, separators=(",", ":")) for name in filled]
    assert done.stdout == "".join(one + "\n" for one in shown)
    assert asked.count("package_search") == 4
    assert asked.count("package_show") == 4
    each = line("dump", "datasets", "--all", "--show-each", "-q")
    assert (each.exit_code, each.stdout) == (0, done.stdout)


def test_each_is_told_as_ckanapi_tells_it(line: Any) -> None:
    for name in ("a1", "b1"):
        line.client.action.package_create(name=name, owner_org="test-org")
    log = line.folder / "log"
    done = line("dump", "datasets", "--all", "-p", "1", "-l", str(log))
    assert [one.replace(one.split("] ")[1].split()[0], "RATE") for one in done.stderr.splitlines()] == [
        "0 [1] RATE None a1",
        "1 [None] RATE None b1",
    ]
    assert [json.loads(one)[1:] for one in log.read_text().splitlines()] == [[0, None, "a1"], [1, None, "b1"]]


def test_what_the_index_lacks_is_shown(line: Any, filled: list[str]) -> None:
    lost = line.show("rain-300")["id"]
    line.ckan.lose_from_index(lost)
    names = [one["name"] for one in dumped(line("dump", "datasets", "--all", "-q").stdout)]
    assert names == filled


def test_one_answer_that_is_none_stops_nothing(line: Any, filled: list[str]) -> None:
    line.ckan.faults.once("package_search", "html", at=2)
    line.ckan.faults.once("package_show", "lost-before-commit", at=1)
    done = line("dump", "datasets", "--all", "-q")
    assert [one["name"] for one in dumped(done.stdout)] == filled
    assert done.exit_code == 0


def test_private_ones_and_drafts_come_where_they_are_asked_for(line: Any) -> None:
    for name, more in (("open", {}), ("private", {"private": True}), ("draft", {"state": "draft"}), ("gone", {})):
        line.client.action.package_create(name=name, owner_org="test-org", **more)
    line.client.action.package_delete(id="gone")

    def names(*options: str) -> list[str]:
        return [one["name"] for one in dumped(line("dump", "datasets", "--all", "-q", *options).stdout)]

    assert names() == ["open"]
    assert names("--include-private") == ["open", "private"]
    assert names("--include-drafts") == ["open", "draft"]
    assert names("--include-drafts", "--include-private") == ["open", "draft", "private"]
    done = line("dump", "datasets", "--all", "--include-deleted")
    assert [one["name"] for one in dumped(done.stdout)] == ["open"]
    assert "ckan.search.remove_deleted_packages" in done.stderr


@pytest.mark.parametrize(
    ("names", "code", "number"), [(["a1", "b1"], 0, 2), (["a1", "none"], 3, 1), (["none", "nil"], 1, 0)]
)
def test_the_exit_code_tells_what_was_written(line: Any, names: list[str], code: int, number: int) -> None:
    for name in ("a1", "b1"):
        line.client.action.package_create(name=name, owner_org="test-org")
    done = line("dump", "datasets", *names)
    assert (done.exit_code, len(dumped(done.stdout))) == (code, number)


def test_a_private_dataset_is_none_of_a_visitors_business(line: Any) -> None:
    line.client.action.package_create(name="hidden", owner_org="test-org", private=True)
    assert line("dump", "datasets", "hidden", "-q", CKAN_API_TOKEN=None).exit_code == 6


def test_a_file_is_replaced_when_all_is_there_and_not_by_nothing(line: Any) -> None:
    line.client.action.package_create(name="a1", owner_org="test-org")
    file = line.folder / "all.jsonl.gz"
    assert line("dump", "datasets", "--all", "-q", "-z", "-O", str(file)).exit_code == 0
    before = file.read_bytes()
    assert dumped(gzip.decompress(before).decode())[0]["name"] == "a1"
    line.ckan.faults.add("package_show", "html")
    line.ckan.faults.add("package_search", "html")
    assert line("dump", "datasets", "--all", "-q", "-O", str(file)).exit_code == 1
    assert file.read_bytes() == before
    assert [path.name for path in line.folder.iterdir() if path.name.startswith(".all")] == []


def test_groups_organizations_and_users_are_dumped(line: Any) -> None:
    line.client.action.group_create(name="water", title="W")
    assert [one["name"] for one in dumped(line("dump", "groups", "--all", "-q").stdout)] == ["water"]
    (organization,) = dumped(line("dump", "organizations", "test-org", "-U", "-q").stdout)
    assert "editor" in {user["name"] for user in organization["users"]}
    assert {"editor", "sysadmin"} <= {one["name"] for one in dumped(line("dump", "users", "--all", "-q").stdout)}


def test_fields_of_tables_come_with_their_resources(line: Any) -> None:
    made = line.client.action.package_create(name="a1", owner_org="test-org")
    fields = [{"id": "mm", "type": "int"}]
    line.client.action.datastore_create(resource={"package_id": made["id"], "name": "t"}, fields=fields)
    (plain,), (more,) = (dumped(line("dump", "datasets", "--all", "-q", *o).stdout) for o in ((), ("-d",)))
    assert "datastore_fields" not in plain["resources"][0]
    assert {field["id"] for field in more["resources"][0]["datastore_fields"]} == {"_id", "mm"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("datasets",), "--all"),
        (("datasets", "a", "--all"), "--all"),
        (("related", "--all"), "no related items"),
        (("datasets", "--all", "-D", "folder"), "not written yet"),
        (("groups", "--all", "--include-private"), "dump datasets --all"),
        (("datasets", "a", "--include-drafts"), "dump datasets --all"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_told(line: Any, arguments: tuple[str, ...], told: str) -> None:
    done = line("dump", *arguments)
    assert done.exit_code == 2
    assert told in done.stderr


def test_a_folder_that_is_not_there_is_told(line: Any) -> None:
    done = line("dump", "users", "--all", "-q", "-O", str(Path("/no/such/folder/file")))
    assert done.exit_code == 1
    assert "No such file" in done.stderr


def test_a_dash_is_standard_output(line: Any) -> None:
    line.client.action.package_create(name="a1", owner_org="test-org")
    assert dumped(line("dump", "datasets", "--all", "-q", "-O", "-").stdout)[0]["name"] == "a1"


def test_ctrl_c_keeps_the_file_and_says_how_far_it_came(line: Any, filled: list[str]) -> None:
    file = line.folder / "all.jsonl"
    file.write_text("before\n")
    line.ckan.faults.add("package_show", "slow", value=0.05)
    command = [sys.executable, "-m", "ckan_api_client.cli", "dump", "datasets", *filled, "-O", str(file)]
    with subprocess.Popen(command, env=line.process_environment(), stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        told = [process.stderr.readline() for _ in range(5)]
        process.send_signal(signal.SIGINT)
        told += process.stderr.readlines()
    assert process.returncode == 130
    assert f"of 600 read; {file} is as it was" in told[-1]
    assert file.read_text() == "before\n"
    assert set(line.folder.glob(".all*")) == set()


def test_who_reads_no_further_is_no_error(line: Any, filled: list[str]) -> None:
    command = [sys.executable, "-m", "ckan_api_client.cli", "dump", "datasets", "--all", "-q"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=line.process_environment(), stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["name"] == filled[0]
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(("--all", "rain"), "Give ids or names, or --all, and not both\n"), ((), "Give ids or names, or --all\n")],
    ids=["both", "neither"],
)
def test_either_names_or_all_are_wanted(line: Any, arguments: tuple[str, ...], told: str) -> None:
    done = line("dump", "datasets", *arguments)
    assert (done.exit_code, done.stderr.endswith(told)) == (2, True)
