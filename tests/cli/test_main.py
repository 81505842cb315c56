"""The command line as a whole."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ckan_api_client.cli.output import safe_text


@pytest.mark.parametrize("arguments", [("--help",), ("sync", "--help"), ("status", "--help")])
def test_every_command_tells_what_it_does(line: Any, arguments: tuple[str, ...]) -> None:
    result = line(*arguments)
    assert result.exit_code == 0
    assert "Usage: " in result.stdout


def test_an_unknown_command_is_wrong_usage(line: Any) -> None:
    result = line("harvest")
    assert result.exit_code == 2
    assert "No such command 'harvest'" in result.stderr


def test_status_tells_who_i_am_and_what_is_there(line: Any) -> None:
    result = line("status", "--json")
    told = json.loads(result.stdout)
    assert (told["ckan_version"], told["user"], told["role"], told["may_write_to"]) == (
        "2.11.6",
        "me",
        "sysadmin",
        ["org"],
    )
    assert (told["datasets"], told["organizations"], told["groups"]) == (0, 1, 0)


def test_status_without_a_token_says_what_to_set(line: Any) -> None:
    result = line("status", CKAN_API_TOKEN=None)
    assert result.exit_code == 0
    assert "anonymous: reads what is public; set CKAN_API_TOKEN to write" in result.stdout


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 日本", "plain é 日本"),
        ("\x1b]8;;file:///etc\x07", "\\x1b]8;;file:///etc\\x07"),
        ("a\nb\rc\td", "a\\x0ab\\x0dc\\x09d"),
        ("\x9b31m", "\\x9b31m"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("\ud800", "\\ud800"),
    ],
)
def test_text_is_made_harmless_for_a_terminal(text: str, shown: str) -> None:
    assert safe_text(text) == shown


def test_a_long_text_is_cut_where_asked() -> None:
    assert safe_text("x" * 50, 10) == "xxxxxxxxx…"
