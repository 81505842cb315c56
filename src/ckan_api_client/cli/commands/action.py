"""`ckanclient action`."""

from __future__ import annotations

import cProfile
import sys
from pathlib import Path
from typing import Any

import click

from ckan_api_client.bulk.asking import ask_by_get, ask_by_post
from ckan_api_client.bulk.lines import compact_json, pretty_json
from ckan_api_client.cli.arguments import parse_arguments
from ckan_api_client.cli.output import safe_json
from ckan_api_client.cli.record_options import FILE, get_option, input_option, opened_input
from ckan_api_client.cli.settings import Site, site_options
from ckan_api_client.sources.strict_json import parse_json
from ckan_api_client.wire.messages import Upload


@click.command("action")
@click.argument("action", metavar="ACTION")
@click.argument("arguments", nargs=-1, metavar="[KEY=STRING | KEY:JSON | KEY@FILE]...")
@site_options
@click.option("-i", "--input-json", "from_stdin", is_flag=True, help="Read the arguments as JSON from standard input.")
@input_option
@click.option("-j", "--output-json", "is_compact", is_flag=True, help="Write JSON in one line.")
@click.option("-J", "--output-jsonl", "is_lines", is_flag=True, help="Write a line of JSON for each item of a list.")
@get_option
@click.option("-P", "timings", type=FILE, metavar="FILE", help="Write to a file where the time went (cProfile).")
def command(
    action: str,
    arguments: tuple[str, ...],
    site: Site,
    input_path: Path | None,
    timings: Path | None,
    *,
    from_stdin: bool,
    is_compact: bool,
    is_lines: bool,
    by_get: bool,
) -> None:
    """Call any action of the API, and write its result as JSON.

    KEY=STRING is a text, KEY:JSON any value, KEY@FILE a file to send: the first of the three signs decides.

    \b
    ckanclient action package_show id=bathing-water
    ckanclient action package_patch id=bathing-water 'tags:[{"name": "water"}]'
    ckanclient action resource_patch id=6f0c… upload@measured.csv
    """  # noqa: D301 - click's own mark
    if is_compact and is_lines:
        raise click.UsageError("-j and -J are two ways to write one result: give one of them")
    values = arguments_of(arguments, input_path, from_stdin=from_stdin)
    ask = ask_by_get if by_get else ask_by_post
    with site.low_level() as client:
        if timings is None:
            result = client.run(ask(action, values))
        else:
            with cProfile.Profile() as taken:
                result = client.run(ask(action, values))
            taken.dump_stats(timings)
    if is_lines:
        lines = [compact_json(item) for item in (result if isinstance(result, list) else [result])]
    else:
        lines = [compact_json(result) if is_compact else pretty_json(result)]
    for line in lines:
        write_json(line)


def arguments_of(
    arguments: tuple[str, ...], input_path: Path | None, *, from_stdin: bool, files: bool = True
) -> dict[str, Any]:
    """Return the arguments of a call: those of the command line, or those in a file, or on standard input."""
    if sum((bool(arguments), input_path is not None, from_stdin)) > 1:
        raise click.UsageError("the arguments of a call come from the command line, by -i, or by -I: give one of them")
    if from_stdin or input_path is not None:
        with opened_input(None if from_stdin else input_path) as file:
            values = parse_json(file.read())
        if not isinstance(values, dict):
            raise ValueError("the arguments of a call are a JSON object")
        return values
    given = parse_arguments(arguments, files=files)
    return {key: Upload.of(value) if isinstance(value, Path) else value for key, value in given.items()}


def write_json(line: bytes) -> None:
    """Write a line of JSON to standard output; to a terminal, with what could steer it written out."""
    if sys.stdout.isatty():
        click.echo(safe_json(line.decode()))
    else:
        sys.stdout.buffer.write(line + b"\n")
