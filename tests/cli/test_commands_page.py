"""docs/cli.md holds every command and every option that --help shows; tests/test_docs.py holds it to the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from ckan_api_client.cli.main import _COMMANDS, cli

PAGE = (Path(__file__).parents[2] / "docs" / "cli.md").read_text()


def sections() -> dict[str, str]:
    """The text below each heading."""
    parts = re.split(r"^#+ (.*)$", PAGE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def commands(words: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield words, command
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from commands(f"{words} {name}", below)


def every_command() -> Iterator[tuple[str, click.Command]]:
    for name in _COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        yield from commands(f"ckanclient {name}", command)


@pytest.mark.parametrize(("words", "command"), [pytest.param(*one, id=one[0]) for one in every_command()])
def test_a_command_has_a_section_with_its_options_or_where_they_are(words: str, command: click.Command) -> None:
    told = sections()[words]
    links = re.findall(r"of \[(?:`(ckanclient sync)`|(the catalog))\]", told)
    told += "".join(sections()[command or "The catalog"] for command, _ in links)
    shown = [option for option in command.params if isinstance(option, click.Option) and not option.hidden]
    names = [name for option in shown for name in [*option.opts, *option.secondary_opts]]
    assert [name for name in names if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", told)] == []


def test_no_line_of_the_page_holds_what_click_writes_for_terminals() -> None:
    assert re.findall(r".*(?:\x08|INTEGER RANGE|<=x|x>=|\[default:).*", PAGE) == []
