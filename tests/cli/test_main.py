"""The command line as a whole."""

from __future__ import annotations

import json
from itertools import takewhile
from typing import Any

import click
import pytest

from ckan_api_client.cli.main import cli, main
from ckan_api_client.cli.output import safe_json, safe_text
from ckan_api_client.exceptions import (
    BadApiError,
    EditConflict,
    HTTPError,
    NotAuthorized,
    SourceError,
    StalePlan,
    TransportError,
    UnsafePlan,
)
from ckan_api_client.syncing.plan import Conflict

#: What `--help` lists, in its order.
SECTIONS = {
    "Make a catalog match a source": ["plan", "apply", "sync", "undo", "runs", "doctor", "report"],
    "One thing at a time": ["list", "get", "iter", "create", "update", "patch", "purge", "import"],
    "Many, with the grammar and the formats of ckanapi": ["action", "batch", "dump", "load", "search", "delete"],
    "About the catalog and this tool": ["status", "whoami", "settings", "completion", "demo", "serve"],
}
COMMANDS = [name for names in SECTIONS.values() for name in names]


@pytest.mark.parametrize("arguments", [(), *((name,) for name in COMMANDS)], ids=str)
def test_every_command_tells_what_it_does(line: Any, arguments: tuple[str, ...]) -> None:
    result = line(*arguments, "--help")
    assert result.exit_code == 0
    assert "Usage: " in result.stdout


def test_the_commands_are_listed_by_what_they_are_for(line: Any) -> None:
    rows = line("--help").stdout.splitlines()
    listed = {
        title: [row.split()[0] for row in takewhile(str.strip, rows[rows.index(f"{title}:") + 1 :]) if row[2] != " "]
        for title in SECTIONS
    }
    assert listed == SECTIONS


def test_an_unknown_command_is_wrong_usage(line: Any) -> None:
    result = line("harvest")
    assert result.exit_code == 2
    assert "No such command 'harvest'" in result.stderr


CONFLICT = Conflict("1", "id-1", "Wells", "title", "A\u009b", "B", "catalog", "both changed")

UNSAFE = """\
Error: the plan is not applied, and nothing was written:
  too many deletes (--max-deletes 3 allows it)
  too many updates
"""

CONFLICTING = """\
Error: 1 value was changed both in the source and in the catalog: decide which side wins (on_conflict). \
Nothing was written.
  ! 1  Wells
      title: kept from the catalog (both changed)
        source:  "A\\x9b"
        catalog: "B"
"""


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (SourceError("no JSON", file="a.jsonl", line=3), 1, "Error: a.jsonl:3: no JSON\n"),
        (TransportError("cannot reach it"), 1, "Error: cannot reach it\n"),
        (BadApiError("an HTML page"), 1, "Error: an HTML page\n"),
        (HTTPError(500, "it broke"), 1, "Error: it broke\n"),
        (ValueError("that is no name"), 1, "Error: that is no name\n"),
        (NotAuthorized(403, "not yours\x1b[31m"), 6, "Error: not yours\\x1b[31m\n"),
        (StalePlan("the plan was altered"), 4, "Error: the plan was altered\n"),
        (
            UnsafePlan(("too many deletes (--max-deletes 3 allows it)", "too many updates")),
            4,
            UNSAFE,
        ),
        (
            EditConflict((CONFLICT,)),
            5,
            CONFLICTING,
        ),
        (click.UsageError("what?"), 2, "Error: what?\n"),
        (KeyboardInterrupt(), 130, "\nInterrupted.\n"),
        (click.Abort(), 130, "\nInterrupted.\n"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_each_error_has_its_exit_code_and_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: BaseException, code: int, told: str
) -> None:
    def fail(**_: Any) -> None:
        raise error

    monkeypatch.setattr(cli, "main", fail)
    with pytest.raises(SystemExit) as end:
        main(["sync"])
    assert (end.value.code, capsys.readouterr().err) == (code, told)
    with pytest.raises(SystemExit) as end:
        main(["plan", "--detailed-exitcode"])
    assert end.value.code == (130 if code == 130 else 1)


def test_many_conflicts_are_not_all_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(**_: Any) -> None:
        raise EditConflict((CONFLICT,) * 21)

    monkeypatch.setattr(cli, "main", fail)
    with pytest.raises(SystemExit):
        main([])
    assert capsys.readouterr().err.endswith("  and 1 more: see `ckanclient plan --full`\n")


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


@pytest.mark.parametrize("text", ["é 日本", "\x9b31m", "\x7f", "\u202egnp.exe", "\ud800", "\U000e0041tag", "\x1b\n\t"])
def test_json_is_made_harmless_and_means_the_same(text: str) -> None:
    shown = safe_json(json.dumps({text: [text]}, ensure_ascii=False))
    assert json.loads(shown) == {text: [text]}
    assert safe_text(shown) == shown
