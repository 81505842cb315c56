"""`ckanclient load`: nothing stops it but a person, exit codes tell the truth, and it says where to go on."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def records(number: int, **more: Any) -> list[dict[str, Any]]:
    return [{"name": f"rain-{place}", "title": "T", "owner_org": "test-org", **more} for place in range(number)]


def lines_of(path: Path) -> list[list[Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def names(line: Any) -> set[str]:
    return set(line.client.action.package_list())


@pytest.mark.parametrize("fault", ["html", "html-after-commit", "lost-before-commit", "lost-after-commit"])
def test_one_answer_that_is_none_stops_nothing(line: Any, fault: str) -> None:
    line.ckan.faults.once("package_create", fault, at=2)
    done = line("load", "datasets", "-I", line.write(*records(6)))
    assert done.exit_code == 0
    assert names(line) == {f"rain-{place}" for place in range(6)}


def test_a_record_that_is_refused_again_and_again_is_a_failure_of_its_own(line: Any) -> None:
    line.ckan.faults.add("package_create", "html", first=2, last=4, value=502)
    done = line("load", "datasets", "-p", "1", "-I", line.write(*records(6)), "-l", str(line.folder / "log"))
    assert done.exit_code == 3
    assert names(line) == {f"rain-{place}" for place in range(6)} - {"rain-1"}
    logged = {entry[1]: entry[2:] for entry in lines_of(line.folder / "log")}
    assert logged[1] == ["create", None, "rain-0"]
    assert logged[2][:2] == ["create", "ServerError"]


def test_one_line_that_is_no_json_stops_nothing(line: Any) -> None:
    path = Path(line.write(*records(3)))
    first, second, third = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([first, b'{"name": ', b"", second, b"\xff", third]))
    done = line("load", "datasets", "-p", "1", "-I", str(path))
    assert done.exit_code == 3
    told = [(one.split()[0], one.split("] ")[1].split()[1:3]) for one in done.stderr.splitlines()]
    assert told == [
        ("1", ["create", "None"]),
        ("2", ["read", "JSONDecodeError"]),
        ("4", ["create", "None"]),
        ("5", ["read", "UnicodeDecodeError"]),
        ("6", ["create", "None"]),
    ]
    assert names(line) == {"rain-0", "rain-1", "rain-2"}


@pytest.mark.parametrize(
    ("given", "code"),
    [([], 0), (records(2), 0), ([*records(1), {"name": "NO"}], 3), ([{"name": "NO"}], 1)],
    ids=["nothing to do", "all done", "some failed", "none done"],
)
def test_the_exit_code_tells_what_was_done(line: Any, given: list[dict[str, Any]], code: int) -> None:
    assert line("load", "datasets", "-q", "-I", line.write(*given)).exit_code == code


def test_who_may_do_none_of_it_is_told_by_the_exit_code(line: Any) -> None:
    path = line.write(*records(2))
    assert line("load", "datasets", "-q", "-I", path, CKAN_API_TOKEN=None).exit_code == 6
    wrong = line("load", "datasets", "-q", "-I", path, CKAN_API_TOKEN="wrong")
    assert wrong.exit_code == 6
    assert "does not know this API token" in wrong.stderr


def test_what_is_there_already_is_replaced(line: Any) -> None:
    line("load", "datasets", "-I", line.write(*records(1, notes="N", version="1")))
    done = line("load", "datasets", "-I", line.write(*records(1, notes="M")))
    assert done.stderr == '1 [None] --- update None "rain-0"\n'
    assert (line.show("rain-0")["notes"], line.show("rain-0")["version"]) == ("M", None)


def test_of_two_lines_for_one_dataset_the_later_has_the_last_word(line: Any) -> None:
    line("load", "datasets", "-q", "-p", "8", "-I", line.write(*records(20)))
    twice = [{**one, "title": f"{turn}"} for one in records(20) for turn in range(3)]
    assert line("load", "datasets", "-q", "-p", "8", "-I", line.write(*twice)).exit_code == 0
    assert {line.show(f"rain-{place}")["title"] for place in range(20)} == {"2"}


def test_standard_input_is_read_compressed_too(line: Any) -> None:
    content = "".join(json.dumps(one) + "\n" for one in records(2))
    assert line("load", "datasets", "-q", stdin=content).exit_code == 0
    packed = line.folder / "records.gz"
    packed.write_bytes(gzip.compress(content.encode()))
    assert line("load", "datasets", "-q", "-z", "-n", "-I", str(packed)).exit_code == 1
    cut = line.folder / "cut.gz"
    cut.write_bytes(packed.read_bytes()[:-9])
    assert line("load", "datasets", "-q", "-z", "-I", str(cut)).exit_code == 1


def test_a_part_can_be_loaded(line: Any) -> None:
    done = line("load", "datasets", "-p", "1", "-s", "3", "-m", "2", "-I", line.write(*records(6)))
    assert [part.split()[0] for part in done.stderr.splitlines()] == ["3", "4"]
    assert names(line) == {"rain-2", "rain-3"}


def test_members_stay_where_the_line_names_none(line: Any) -> None:
    member = {"name": "editor", "capacity": "admin"}
    line("load", "organizations", "-q", "-I", line.write({"name": "agency", "title": "A", "users": [member]}))
    line("load", "organizations", "-q", "-I", line.write({"name": "agency", "title": "B"}))
    shown = line.client.action.organization_show(id="agency", include_users=True)
    assert shown["title"] == "B"
    assert ("editor", "admin") in {(user["name"], user["capacity"]) for user in shown["users"]}


def test_users_are_loaded(line: Any) -> None:
    user = {"name": "hydrologist", "email": "h@example.org", "password": "springs-and-wells"}
    assert line("load", "users", "-I", line.write(user)).stderr == '1 [None] --- create None "hydrologist"\n'
    assert line("delete", "users", "hydrologist").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("related",), "no related items"),
        (("things",), "none of datasets, groups"),
        (("datasets", "-n", "-o"), "give one of them"),
        (("datasets", "--upload-logo"), "for groups and organizations"),
        (("groups", "--upload-resources"), "for datasets"),
        (("datasets", "-I", "/no/such/file"), "No such file"),
        (("datasets", "-l", "/no/such/folder/log"), "No such file"),
        (("datasets", "-c", "ckan.ini"), "local mode"),
        (("datasets", "-p", "0"), "range"),
    ],
    ids=str,
)
def test_what_makes_no_sense_is_told_before_anything_is_done(line: Any, arguments: tuple[str, ...], told: str) -> None:
    done = line("load", *arguments)
    assert done.exit_code in {1, 2}
    assert told in done.stderr
    assert line.ckan.writes == []


def test_ctrl_c_finishes_what_is_under_way_and_says_where_to_go_on(line: Any) -> None:
    line.ckan.faults.add("package_create", "slow", value=0.1)
    path = line.write(*records(300))
    command = [sys.executable, "-m", "ckan_api_client.cli", "load", "datasets", "-I", path]
    with subprocess.Popen(command, env=line.process_environment(), stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        told = [process.stderr.readline() for _ in range(5)]
        process.send_signal(signal.SIGINT)
        told += process.stderr.readlines()
    assert process.returncode == 130
    assert "Go on with --start-record" in told[-1]
    following = int(told[-1].split()[-1])
    done = names(line)
    assert 5 <= len(done) < 300
    assert done == {f"rain-{place}" for place in range(following - 1)}
    assert len([one for one in told if " create None " in one]) == len(done)
    rest = line("load", "datasets", "-q", "-s", str(following), "-I", path, "-m", "2")
    assert rest.exit_code == 0
    assert len(names(line)) == len(done) + 2


def test_a_log_that_can_be_written_no_more_ends_it_and_says_where_to_go_on(line: Any) -> None:
    done = line("load", "datasets", "-p", "1", "-I", line.write(*records(3)), "-l", "/dev/full")
    assert done.exit_code == 1
    assert names(line) == {"rain-0"}
    assert "Stopped: go on with --start-record 2" in done.stderr
    assert "'/dev/full': the log is not complete: No space left on device" in done.stderr


def test_on_a_terminal_there_are_counts_and_failures_instead_of_lines(line: Any) -> None:
    path = line.write(*records(2), {"name": "NO\u001b[31m", "title": "\u001b[31m"})
    code, screen = line.on_terminal("load", "datasets", "-I", path)
    assert code == 3
    assert "2 created, 1 failed" in screen
    assert "3: ValidationError" in screen
    assert "1 [2]" not in screen
    assert "\x1b[31m" not in screen


def test_files_of_resources_are_fetched_with_the_token_of_their_own_site_and_sent(line: Any) -> None:
    hidden = line.client.action.package_create(name="hidden", owner_org="test-org", private=True)
    file = line.folder / "days.csv"
    file.write_text("day,mm\n2026-01-01,3\n")
    with file.open("rb") as content:
        sent = line.client.action.resource_create(package_id=hidden["id"], name="days", upload=content)
    copy = {"name": "copy", "owner_org": "test-org", "resources": [{"url": sent["url"], "url_type": "upload"}]}
    assert line("load", "datasets", "-q", "--upload-resources", "-I", line.write(copy)).exit_code == 0
    (resource,) = line.show("copy")["resources"]
    assert resource["url"] != sent["url"]
    assert resource["url"].endswith("/days.csv")
    assert resource["size"] == file.stat().st_size


def test_a_file_that_does_not_come_is_told_of_the_record_that_is_there(line: Any) -> None:
    missing = f"{line.ckan.url}/dataset/none/resource/none/download/days.csv"
    record = {"name": "copy", "owner_org": "test-org", "resources": [{"url": missing, "url_type": "upload"}]}
    done = line("load", "datasets", "--upload-resources", "-I", line.write(record))
    assert done.exit_code == 1
    assert f'upload NotFound "download of {missing}: HTTP 404"' in done.stderr
    assert names(line) == {"copy"}
