"""`ckanclient doctor`."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from ckan_api_client.cli.commands.doctor import diagnosis_lines
from ckan_api_client.low_level import index_check
from ckan_api_client.syncing import Check, Diagnosis, Finding, Severity
from ckan_api_client.syncing.diagnosing import Item, examining

GEO = ("--organization", "test-org")


@pytest.fixture
def synced(line: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A catalog with three datasets of `geo`, as an editor made them."""
    monkeypatch.setattr(examining, "PAUSE", 0.0)
    monkeypatch.setattr(index_check, "PAUSES", (0.0, 0.0))
    records = [{"id": f"{number}", "name": f"name-{number}", "title": "T"} for number in range(3)]
    assert line("sync", "geo", line.write(*records), *GEO, CKAN_API_TOKEN=line.ckan.editor_token).exit_code == 0
    line.ckan.forget_requests()
    return line


def copy(line: Any) -> str:
    extras = [{"key": "_harvest_source", "value": "geo:1"}]
    return str(line.client.action.package_create(name="copy", owner_org="test-org", extras=extras)["id"])


def test_a_healthy_source_leaves_with_0(synced: Any) -> None:
    result = synced("doctor", "geo", CKAN_API_TOKEN=synced.ckan.editor_token)
    assert result.exit_code == 0
    first, *checks, last = result.stdout.splitlines()
    assert first == f"geo -> {synced.ckan.url}"
    assert [text.split()[:2] for text in checks] == [["ok", f"{check.value}:"] for check in Check]
    assert last == "nothing to repair"
    assert synced.writes == []


def test_what_is_to_be_repaired_leaves_with_3_and_says_how(synced: Any) -> None:
    made = copy(synced)
    result = synced("doctor", "geo", CKAN_API_TOKEN=synced.ckan.editor_token)
    assert result.exit_code == 3
    assert "error    duplicates: 1 record with more than one dataset, 2 in all" in result.stdout
    assert f"  - copy, {made}, record 1, delete" in result.stdout
    assert f"\n           ckanclient delete datasets {made}\n" in result.stdout
    assert result.stdout.endswith("1 thing to repair\n")


def test_the_advice_works(synced: Any) -> None:
    copy(synced)
    told = json.loads(synced("doctor", "geo", "--json").stdout)
    (finding,) = (one for one in told["findings"] if one["severity"] == "error")
    command = next(step for step in finding["repair"] if step.startswith("ckanclient delete"))
    assert synced(*command.split()[1:]).exit_code == 0
    assert synced("doctor", "geo").exit_code == 0


def test_the_marker_comes_off_as_advised(synced: Any) -> None:
    made = copy(synced)
    assert synced("patch", "dataset", made, "extras._harvest_source:null").exit_code == 0
    assert synced("doctor", "geo").exit_code == 0


def test_a_remark_alone_leaves_with_0(synced: Any) -> None:
    result = synced("doctor", "geo")
    assert result.exit_code == 0
    assert "remark   token: the token is that of sysadmin, a sysadmin" in result.stdout


def test_all_of_it_can_be_had_as_json(synced: Any) -> None:
    told = json.loads(synced("doctor", "geo", "--json").stdout)
    assert (told["source"], told["catalog"], told["healthy"]) == ("geo", synced.ckan.url, True)
    assert (told["facts"]["user"], told["facts"]["sysadmin"]) == ("sysadmin", True)
    assert "index-is-not-the-database" in told["facts"]["oddities"]
    assert {one["check"] for one in told["findings"]} == {check.value for check in Check}


def test_without_a_source_the_catalog_is_looked_at(synced: Any) -> None:
    result = synced("doctor", CKAN_API_TOKEN=synced.ckan.editor_token)
    assert result.exit_code == 0
    assert "ok       index: in step with the database: 3 public datasets" in result.stdout
    assert "sources with datasets: geo (3)" in result.stdout
    copy(synced)
    assert synced("doctor").exit_code == 3


def test_commands_name_the_state_that_was_given(synced: Any) -> None:
    state = str(synced.folder / "a state.sqlite")
    result = synced("doctor", "geo", "--state", state)
    assert result.exit_code == 3
    assert f"ckanclient plan geo INPUT --state '{state}'" in result.stdout


def test_a_wrong_token_is_a_finding(synced: Any) -> None:
    result = synced("doctor", "geo", CKAN_API_TOKEN="wrong")
    assert result.exit_code == 3
    assert "error    token: CKAN does not know this API token" in result.stdout
    assert "ok       memory: the state is whole" in result.stdout


def test_where_there_is_no_ckan_it_leaves_with_1(synced: Any) -> None:
    result = synced("doctor", "geo", CKAN_URL="http://127.0.0.1:9")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")


@pytest.mark.parametrize("arguments", [("Geo",), ("--state", "x.sqlite")], ids=["name", "state"])
def test_what_makes_no_sense_is_wrong_usage(line: Any, arguments: tuple[str, ...]) -> None:
    assert line("doctor", *arguments).exit_code == 2
    assert line.ckan.requests == []


def test_on_a_terminal_it_fits(synced: Any) -> None:
    copy(synced)
    code, screen = synced.on_terminal("doctor", "geo")
    assert code == 3
    assert "\x1b[31merror\x1b[0m    duplicates: " in screen
    long = [text for text in re.sub(r"\x1b\[\d+m", "", screen).splitlines() if len(text) > 100]
    assert all(str(synced.folder) in text for text in long)


def test_names_of_the_catalog_cannot_speak_to_a_terminal_and_many_are_cut() -> None:
    items = tuple(Item(dataset_id=f"{number}", name="\x1b[31mred\n") for number in range(8))
    finding = Finding(Check.DATASETS, Severity.WARNING, "found \x1b[2J", "since \x9b", ("do \r", "so \x07"), items)
    shown = list(diagnosis_lines(Diagnosis("https://x.example", "geo", (finding,), {}, ("\x1b",))))
    assert all(text.replace("\x1b[33m", "").replace("\x1b[0m", "").isprintable() for text in shown)
    assert sum("red" in text for text in shown) == 5
    assert any(text.strip() == "and 3 more; all are in --json" for text in shown)
