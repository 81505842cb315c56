"""`ckanclient doctor`."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import click

from ckan_api_client.cli.counting import Counting
from ckan_api_client.cli.main import UNDONE
from ckan_api_client.cli.options import json_option, state_option
from ckan_api_client.cli.output import counted, print_json, safe_text
from ckan_api_client.cli.settings import Site, site_options
from ckan_api_client.syncing import Diagnosis, Finding, Severity, SynchronizationClient
from ckan_api_client.syncing.events import Event, Examined
from ckan_api_client.syncing.identity import check_source_name

_MOST_ITEMS = 5
_LONGEST = 200
_LEAST_ROOM = 40
_SIGNS = {
    Severity.OK: ("ok", "green"),
    Severity.REMARK: ("remark", "cyan"),
    Severity.WARNING: ("warning", "yellow"),
    Severity.ERROR: ("error", "red"),
}
_WIDTH = max(len(text) for text, _ in _SIGNS.values())
_BEHIND = " " * (_WIDTH + 2)


def _as_source(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    try:
        return None if value is None else check_source_name(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command("doctor")
@click.argument("source_name", metavar="[SOURCE]", required=False, callback=_as_source)
@site_options
@state_option
@click.option("--quick", is_flag=True, help="Believe the search index where the state remembers the same.")
@json_option
def command(source_name: str | None, site: Site, state: Path | None, *, quick: bool, as_json: bool) -> None:
    """Look a source over, and say what is wrong and how to repair it. Nothing is written.

    It looks at the state file, at the search index beside the database, at datasets with the same marker, at those that
    the state does not know or that are gone, and at what the token may. Each dataset of the source is read once; a
    catalog with many takes its time, and --quick spares most of it. Without SOURCE, the catalog alone is looked at.

    Leaves with 0 if there is nothing to repair, 3 if there is, 1 if it could not look.
    """
    if source_name is None and state is not None:
        raise click.UsageError("--state is of a source: name it")
    client = SynchronizationClient(site.url, site.token, state=state, **site.options)
    with client, _Looking() as looking:
        diagnosis = client.diagnose(source_name, quick=quick, listener=looking)
    if as_json:
        print_json(diagnosis.as_dict())
    else:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
        for line in diagnosis_lines(diagnosis, width):
            click.echo(line)
    if not diagnosis:
        sys.exit(UNDONE)


def diagnosis_lines(diagnosis: Diagnosis, width: int | None = None) -> Iterator[str]:
    """Yield what was found, check by check, and how much there is to repair.

    What is longer than `width` goes on in another line, but for commands and names, which are to be copied.
    """
    head = f"{diagnosis.source} -> {diagnosis.catalog}" if diagnosis.source else diagnosis.catalog
    yield safe_text(head)
    for finding in diagnosis.findings:
        yield from _finding_lines(finding, width)
    for text in diagnosis.not_looked_at:
        yield from _labelled("not seen", "yellow", text, width)
    number = len(diagnosis.to_repair)
    yield f"{counted(number, 'thing')} to repair" if number else "nothing to repair"


def _finding_lines(finding: Finding, width: int | None) -> Iterator[str]:
    text, colour = _SIGNS[finding.severity]
    yield from _labelled(text, colour, f"{finding.check.value}: {finding.what}", width)
    for item in finding.items[:_MOST_ITEMS]:
        yield f"{_BEHIND}  - {safe_text(str(item), _LONGEST)}"
    if len(finding.items) > _MOST_ITEMS:
        yield f"{_BEHIND}  and {len(finding.items) - _MOST_ITEMS:,} more; all are in --json"
    if finding.why:
        yield from _labelled("", "", f"why: {finding.why}", width)
    if finding.repair:
        yield from _labelled("", "", f"repair: {finding.repair[0]}", width)
        yield from (f"{_BEHIND}  {safe_text(step)}" for step in finding.repair[1:])


def _labelled(label: str, colour: str, text: str, width: int | None) -> Iterator[str]:
    """Yield a text behind a label, as many lines as it takes."""
    shown = safe_text(text)
    room = max(_LEAST_ROOM, width - len(_BEHIND)) if width else 0
    lines = textwrap.wrap(shown, room, break_long_words=False, break_on_hyphens=False) if room else [shown]
    yield f"{click.style(label, fg=colour) if label else ''}{_BEHIND[len(label) :]}{lines[0]}"
    yield from (f"{_BEHIND}  {line}" for line in lines[1:])


class _Looking:
    """Shows how far a diagnosis is: a bar for each of its parts, one after another."""

    def __init__(self) -> None:
        self._doing = ""
        self._done = 0
        self._counting: Counting | None = None

    def __call__(self, event: Event) -> None:
        if not isinstance(event, Examined):
            return
        if event.doing != self._doing or self._counting is None:
            self._end()
            self._doing, self._done = event.doing, 0
            self._counting = Counting(event.doing, unit="datasets").__enter__()
        if event.total is not None:
            self._counting.expect(event.total)
        self._counting.advance(number=max(0, event.done - self._done))
        self._done = event.done

    def _end(self) -> None:
        if self._counting is not None:
            self._counting.__exit__(None, None, None)
            self._counting = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._end()
