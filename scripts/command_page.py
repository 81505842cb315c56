"""The page docs/cli.md, made of the commands themselves: what they take, and what they say of it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

import click

from ckan_api_client.cli.main import _COMMANDS, _SECTIONS, cli
from ckan_api_client.cli.settings import site_options

HEAD = """\
<!-- Made by scripts/generate_docs.py of src/ckan_api_client/cli: change it there. -->

# Commands

"""

#: Where there is more to read about a command.
MORE = {
    **{name: ["syncing.md"] for name in ("plan", "apply", "undo", "runs", "doctor", "report")},
    "sync": ["syncing.md", "fitting.md"],
    **{name: ["one-at-a-time.md"] for name in ("list", "get", "iter", "create", "update", "patch", "purge", "import")},
    **{name: ["coming-from-ckanapi.md"] for name in ("action", "batch", "dump", "load", "search", "delete")},
    **{name: ["settings.md"] for name in ("status", "whoami", "settings")},
    "settings": ["settings.md"],
    "demo": ["quickstart.md"],
    "serve": ["embedded.md"],
}
#: Others take its options, too, which are told once.
OF_SYNC = "sync"
#: How click marks a paragraph whose lines stay as they are.
_VERBATIM = "\b"
_EXIT_CODES = "Exit codes: "


def commands_page() -> str:
    """Return docs/cli.md: the commands by section, each with its usage, its help and its options."""
    return HEAD + "\n".join(_lines()).rstrip() + "\n"


def _lines() -> Iterator[str]:
    yield from _prose(cli.help or "")
    yield from _contents()
    yield from _site_section()
    for title, commands in _SECTIONS.items():
        yield from (f"## {title}", "")
        for name in commands:
            command = _command(name)
            yield from _command_section(command, ("ckanclient", name), "###")
            if name in MORE:
                yield from (f"More: {', '.join(f'[{page}]({page})' for page in MORE[name])}.", "")


def _contents() -> Iterator[str]:
    yield from ("| command | what it does |", "|---|---|")
    for commands in _SECTIONS.values():
        for name, (_, text) in commands.items():
            yield f"| [`{name}`](#ckanclient-{name}) | {_cell(text)} |"
    yield ""


def _site_section() -> Iterator[str]:
    yield from (
        "## The catalog",
        "",
        "Commands that ask a catalog take these options, too; they are not repeated below.",
        "[`ckanclient settings`](#ckanclient-settings) tells what else may say which catalog and which token.",
        "",
    )
    yield from _options_table(_site_options())


def _command_section(command: click.Command, words: tuple[str, ...], heading: str) -> Iterator[str]:
    """The section of a command, and those of the commands below it."""
    context = click.Context(command, info_name=" ".join(words))
    usage = [*words, *command.collect_usage_pieces(context)]
    if isinstance(command, click.Group):
        usage.remove("[OPTIONS]")
    yield from (f"{heading} {' '.join(words)}", "", "```", " ".join(usage), "```", "")
    yield from _prose(command.help or "")
    yield from _options_section(command)
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from _command_section(below, (*words, name), f"{heading}#")


def _options_section(command: click.Command) -> Iterator[str]:
    """The options that are a command's own, and where those are told that it shares with others."""
    own, elsewhere = _shown(command), []
    of_site, sync = _names(_site_options()), _command(OF_SYNC)
    if command is not sync and (of_sync := _names(_shown(sync)) - of_site) <= _names(own):
        own = [parameter for parameter in own if parameter.name not in of_sync]
        elsewhere.append(_command_link(OF_SYNC))
    if of_site <= _names(own):
        own = [parameter for parameter in own if parameter.name not in of_site]
        elsewhere.append("[the catalog](#the-catalog)")
    if own:
        yield from _options_table(own)
    if elsewhere:
        yield from (f"{'And those' if own else 'The options are those'} of {' and of '.join(elsewhere)}.", "")


def _options_table(parameters: Iterable[click.Option]) -> Iterator[str]:
    yield from ("| option | |", "|---|---|")
    for parameter in parameters:
        names, text = parameter.get_help_record(click.Context(cli)) or ("", "")
        yield f"| `{_cell(names)}` | {_cell(_in_words(text))} |"
    yield ""


def _in_words(text: str) -> str:
    """Return an option's help with what click puts in brackets behind it, a default and a range, as sentences."""
    said, bracket, rest = text.rpartition("  [")
    if not bracket:
        return text
    words = []
    for part in rest.removesuffix("]").split("; "):
        if found := re.fullmatch(r"(\d+)<=x<=(\d+)", part):
            words.append(f"{found[1]} to {found[2]}.")
        elif found := re.fullmatch(r"x>=(\d+)", part):
            words += [] if found[1] == "0" else [f"{found[1]} or more."]
        else:
            words.append(f"{part[:1].upper()}{part[1:]}.")
    return " ".join([said, *words])


def _shown(command: click.Command) -> list[click.Option]:
    """The options that --help shows, without --help itself."""
    return [parameter for parameter in command.params if isinstance(parameter, click.Option) and not parameter.hidden]


def _site_options() -> list[click.Option]:
    @click.command()
    @site_options
    def any_command(**_: Any) -> None: ...

    return _shown(any_command)


def _names(parameters: Iterable[click.Option]) -> set[str]:
    return {parameter.name or "" for parameter in parameters}


def _prose(text: str) -> Iterator[str]:
    """Help as Markdown: paragraphs as one line each, what is set verbatim as a block of its own."""
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        lines = paragraph.splitlines()
        joined = " ".join(line.strip() for line in lines)
        if lines[0].strip() == _VERBATIM:
            yield from ("```", textwrap.dedent("\n".join(lines[1:])).rstrip(), "```", "")
        elif joined.startswith(_EXIT_CODES):
            yield from _exit_codes(joined.removeprefix(_EXIT_CODES))
        else:
            yield from (_linked(joined), "")


def _exit_codes(text: str) -> Iterator[str]:
    yield from ("| exit code | |", "|---|---|")
    for code, meaning in re.findall(r"(\d+) (.*?)(?:; (?=\d)|$)", text.removesuffix(".")):
        yield f"| {code} | {_cell(meaning)} |"
    yield ""


def _linked(text: str) -> str:
    """The same with pages of docs/ and commands as links, and without signs that Markdown would take for its own."""
    text = text.replace("<", "&lt;").replace("*", "\\*")
    text = re.sub(r"`?docs/(\w[\w-]*\.md)`?", r"[\1](\1)", text)
    return re.sub(r"`ckanclient ([a-z]+)`", lambda found: _command_link(found[1]), text)


def _command_link(name: str) -> str:
    return f"[`ckanclient {name}`](#ckanclient-{name})" if name in _COMMANDS else f"`ckanclient {name}`"


def _cell(text: str) -> str:
    return _linked(text).replace("|", "\\|")


def _command(name: str) -> click.Command:
    command = cli.get_command(click.Context(cli), name)
    if command is None:
        raise LookupError(f"there is no command {name}")
    return command
