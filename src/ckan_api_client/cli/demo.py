"""`ckanclient demo`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import click

from ckan_api_client.cli.output import safe_text
from ckan_api_client.cli.progress import SyncProgress
from ckan_api_client.cli.serve import wait_for_the_end
from ckan_api_client.sources import JsonlSource, MappingSource, Reading, Record, Source
from ckan_api_client.syncing import Report, SynchronizationClient
from ckan_api_client.testing import EmbeddedCkan

_SAMPLE = "datagov-100.jsonl.gz"
_SOURCE = "datagov"


@click.command("demo")
@click.option("--keep", is_flag=True, help="Leave the server up at the end, until Ctrl-C.")
def command(*, keep: bool) -> None:
    """See a sync without any CKAN: real records into an embedded server, again, and once more after a change."""
    with EmbeddedCkan() as ckan, as_file(files("ckan_api_client.testing") / _SAMPLE) as sample:
        _tell(f"An embedded CKAN {ckan.version} is up at {ckan.url}. 100 real records of data.gov go into it:")
        with SynchronizationClient(ckan.url, ckan.sysadmin_token) as client:
            _sync(ckan, client, JsonlSource(sample))
            _tell("The same again. Nothing has changed, so nothing is written:")
            _sync(ckan, client, JsonlSource(sample))
            changed, told = _changed(sample)
            _tell(f"Now the source changes: {told}. Only that is written:")
            _sync(ckan, client, MappingSource(changed))
        _say_what_next(ckan, keep=keep)
        if keep:
            wait_for_the_end()


def _sync(ckan: EmbeddedCkan, client: SynchronizationClient, source: Source) -> None:
    before, started = len(ckan.writes), time.monotonic()
    with SyncProgress() as progress:
        report = client.sync(_SOURCE, source, listener=progress)
    seconds = time.monotonic() - started
    click.echo(f"  {_summary(report)}\n  {len(ckan.writes) - before} writes at the server, {seconds:.1f} s\n")


def _summary(report: Report) -> str:
    parts = []
    for kind in ("organization", "group", "dataset"):
        counts = report.counts(kind)
        if counts:
            parts.append(f"{kind}s: " + ", ".join(f"{number} {did}" for did, number in counts.items()))
    return "; ".join(parts)


def _changed(sample: Path) -> tuple[Mapping[str, Any], str]:
    """Return the sample with one title changed, one record gone and one new; and that in words."""
    reading = Reading(JsonlSource(sample).read())
    datasets = {record.key: dict(record.data) for record in reading if isinstance(record, Record)}
    first, second, third = list(datasets)[:3]
    title, gone = str(datasets[first]["title"]), str(datasets.pop(second)["title"])
    datasets[first]["title"] = f"{title} (revised)"
    new = {**datasets[third], "id": "new-record", "name": "a-new-record", "title": "A new record", "resources": []}
    datasets["new-record"] = new
    told = f"'{safe_text(title, 50)}' gets another title, '{safe_text(gone, 50)}' is gone, 'A new record' is there"
    return {"dataset": datasets}, told


def _say_what_next(ckan: EmbeddedCkan, *, keep: bool) -> None:
    if keep:
        click.echo("The server stays up until Ctrl-C. In another terminal:\n")
        click.echo(f"  export CKAN_URL={ckan.url} CKAN_API_TOKEN={ckan.sysadmin_token}")
        click.echo("  ckanclient status\n")
    click.echo("On a CKAN of yours:\n")
    click.echo("  export CKAN_URL=https://catalog.example.org CKAN_API_TOKEN=...")
    click.echo("  ckanclient status")
    click.echo("  ckanclient sync my-source records.jsonl --organization my-organization")


def _tell(text: str) -> None:
    click.echo(click.style(text, bold=True))
