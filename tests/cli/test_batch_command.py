"""`ckanclient batch`: calls in the order of the lines, each on its own."""

from __future__ import annotations

import json
from typing import Any


def test_calls_are_made_in_order_and_each_fails_alone(line: Any) -> None:
    calls = [
        {"action": "package_create", "data": {"name": "rain", "owner_org": "test-org"}},
        {"action": "no_such_action"},
        {"action": "package_create", "data": {"name": "rain", "owner_org": "test-org"}},
        {"action": "package_patch", "data": {"id": "rain", "title": "Rain"}},
    ]
    log = line.folder / "log"
    done = line("batch", "-l", str(log), stdin="\n".join(["no JSON", *map(json.dumps, calls)]))
    assert done.exit_code == 3
    logged = [json.loads(one)[1:4] for one in log.read_text().splitlines()]
    assert [entry[:2] for entry in logged] == [
        [1, "read"],
        [2, "package_create"],
        [3, "no_such_action"],
        [4, "package_create"],
        [5, "package_patch"],
    ]
    assert [entry[2] is None for entry in logged] == [False, True, False, False, True]
    assert line.show("rain")["title"] == "Rain"


def test_one_502_stops_nothing(line: Any) -> None:
    line.ckan.faults.once("package_create", "html", at=2)
    calls = [{"action": "package_create", "data": {"name": f"r-{n}", "owner_org": "test-org"}} for n in range(4)]
    done = line("batch", stdin="\n".join(map(json.dumps, calls)))
    assert done.exit_code == 3
    assert line.client.action.package_list() == ["r-0", "r-2", "r-3"]
    assert "2 [3] " in done.stderr
    assert " package_create ServerError " in done.stderr


def test_a_batch_of_nothing_but_failures_did_nothing(line: Any) -> None:
    assert line("batch", "-q", stdin='{"action": "no_such_action"}').exit_code == 1
    assert line("batch", "-q", stdin="").exit_code == 0


def test_a_file_of_this_machine_is_sent_only_where_that_is_allowed(line: Any) -> None:
    made = line.client.action.package_create(name="rain", owner_org="test-org")
    file = line.folder / "days.csv"
    file.write_text("day\n")
    call = json.dumps({"action": "resource_create", "data": {"package_id": made["id"]}, "files": {"upload": str(file)}})
    refused = line("batch", stdin=call)
    assert (refused.exit_code, line.show("rain")["resources"]) == (1, [])
    assert "--local-files" in refused.stderr
    assert line("batch", "-q", "--local-files", stdin=call).exit_code == 0
    assert line.show("rain")["resources"][0]["url"].endswith("/days.csv")
