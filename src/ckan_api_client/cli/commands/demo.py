"""`ckanclient demo`."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import as_file, files
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from ckan_api_client.cli.commands.serve import wait_for_the_end
from ckan_api_client.cli.output import safe_text
from ckan_api_client.cli.plan_text import plan_lines
from ckan_api_client.cli.progress import SyncProgress
from ckan_api_client.cli.values_text import conflict_lines
from ckan_api_client.exceptions import UnsafePlan
from ckan_api_client.low_level import CkanLowlevelClient
from ckan_api_client.sources import JsonlSource, MappingSource, Reading, Record
from ckan_api_client.syncing import Report, SynchronizationClient
from ckan_api_client.syncing.guards import Limits
from ckan_api_client.testing import EmbeddedCkan

_SAMPLE = "datagov-100.jsonl.gz"
_SOURCE = "datagov"


@click.command("demo")
@click.option("--keep", is_flag=True, help="Leave the server up at the end, until Ctrl-C.")
def command(*, keep: bool) -> None:
    """See a sync without any CKAN: real records into an embedded server; then what people and accidents do to it."""
    with (
        EmbeddedCkan() as ckan,
        as_file(files("ckan_api_client.testing") / _SAMPLE) as sample,
        TemporaryDirectory() as folder,
        SynchronizationClient(ckan.url, ckan.sysadmin_token, state=Path(folder) / "state.sqlite") as client,
    ):
        show = _Show(ckan, client)
        _tell(f"An embedded CKAN {ckan.version} is up at {ckan.url}. 100 real records of data.gov go into it:")
        show.run(lambda listener: client.sync(_SOURCE, JsonlSource(sample), listener=listener))
        _tell("The same again. Nothing has changed, so nothing is written:")
        show.run(lambda listener: client.sync(_SOURCE, JsonlSource(sample), listener=listener))

        _tell("People work in the catalog: an editor rewrites the title of two datasets, and adds a tag.")
        records = _read(sample)
        first, second, third, fourth = list(records)[:4]
        edits = _Edits(client.low_level)
        edits.write(first, title="A title that an editor wrote", tag="reviewed")
        edits.write(second, title="Another title that an editor wrote")
        click.echo()

        _tell("Meanwhile the source changes: a title that the editor changed as well, another one; a record is gone,")
        _tell("one is new. `ckanclient plan` tells what a sync would do, and writes nothing:")
        changed = {**records}
        changed[second] = {**records[second], "title": f"{records[second]['title']} (2nd edition)"}
        changed[third] = {**records[third], "title": f"{records[third]['title']} (revised)"}
        del changed[fourth]
        changed["new-record"] = {**records[third], "id": "new-record", "name": "a-new-record", "title": "A new record"}
        changed["new-record"]["resources"] = []
        plan = client.plan(_SOURCE, MappingSource({"dataset": changed}))
        for line in plan_lines(plan, Limits()):
            click.echo(f"  {line}" if line else "")
        click.echo()

        _tell("Applied, it does just that. The editor's title and tag stay, and so does the title that both changed:")
        report = show.run(lambda listener: client.apply(plan, listener=listener), reads_source=False)
        click.echo(f"  title now: {edits.title_of(first)!r}, tags: {', '.join(edits.tags_of(first))}")
        for conflict in report.conflicts:
            for line in conflict_lines(conflict):
                click.echo(line)
        click.echo("  --on-conflict source would have taken the source's.\n")

        _tell("An accident: half of the source is missing. Nothing is written:")
        half = dict(islice(changed.items(), len(changed) // 2))
        show.refused(lambda: client.sync(_SOURCE, {"dataset": half}))

        _tell(f"`ckanclient undo {_SOURCE}` takes the last run back. What the editor wrote still stays:")
        show.run(lambda listener: client.undo(_SOURCE, report.run, listener=listener), reads_source=False)
        _say_what_next(ckan, keep=keep)
        if keep:
            wait_for_the_end()


@dataclass(frozen=True, slots=True)
class _Show:
    """Carries something out and tells what came of it, with the server's own count of writes."""

    ckan: EmbeddedCkan
    client: SynchronizationClient

    def run(self, action: Callable[[SyncProgress], Report], *, reads_source: bool = True) -> Report:
        before, started = len(self.ckan.writes), time.monotonic()
        with SyncProgress(reads_source=reads_source) as progress:
            report = action(progress)
        seconds = time.monotonic() - started
        click.echo(f"  {_summary(report)}\n  {len(self.ckan.writes) - before} writes at the server, {seconds:.1f} s\n")
        return report

    def refused(self, action: Callable[[], object]) -> None:
        before = len(self.ckan.writes)
        try:
            action()
        except UnsafePlan as error:
            for reason in error.reasons:
                click.echo(f"  {safe_text(reason)}")
        click.echo(f"  {len(self.ckan.writes) - before} writes at the server\n")


class _Edits:
    """What an editor does with the catalog, by hand."""

    def __init__(self, client: CkanLowlevelClient) -> None:
        self._action = client.action

    def write(self, record_id: str, *, title: str, tag: str | None = None) -> None:
        dataset = self._dataset(record_id)
        tags = [*dataset["tags"], *([{"name": tag}] if tag else [])]
        self._action.package_patch(id=dataset["id"], title=title, tags=tags)
        was = safe_text(str(dataset["title"]), 40)
        click.echo(f"  {was!r} is now {title!r}{f', with the tag {tag!r}' if tag else ''}")

    def title_of(self, record_id: str) -> str:
        return str(self._dataset(record_id)["title"])

    def tags_of(self, record_id: str) -> list[str]:
        return [str(tag["name"]) for tag in self._dataset(record_id)["tags"]]

    def _dataset(self, record_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self._action.package_search(fq=f'+_harvest_source:"{_SOURCE}:{record_id}"')
        dataset: dict[str, Any] = found["results"][0]
        return dataset


def _summary(report: Report) -> str:
    parts = []
    for kind in ("organization", "group", "dataset"):
        counts = report.counts(kind)
        if counts:
            parts.append(f"{kind}s: " + ", ".join(f"{number} {did}" for did, number in counts.items()))
    return "; ".join(parts)


def _read(sample: Path) -> dict[str, dict[str, Any]]:
    reading = Reading(JsonlSource(sample).read())
    return {record.key: dict(record.data) for record in reading if isinstance(record, Record)}


def _say_what_next(ckan: EmbeddedCkan, *, keep: bool) -> None:
    if keep:
        click.echo("The server stays up until Ctrl-C. In another terminal:\n")
        click.echo(f"  export CKAN_URL={ckan.url} CKAN_API_TOKEN={ckan.sysadmin_token}")
        click.echo("  ckanclient status\n")
    click.echo("On a CKAN of yours:\n")
    click.echo("  export CKAN_URL=https://catalog.example.org CKAN_API_TOKEN=...")
    click.echo("  ckanclient status")
    click.echo("  ckanclient plan my-source records.jsonl --organization my-organization")
    click.echo("  ckanclient sync my-source records.jsonl --organization my-organization")


def _tell(text: str) -> None:
    click.echo(click.style(text, bold=True))
