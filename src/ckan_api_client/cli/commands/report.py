"""`ckanclient report`."""

from __future__ import annotations

from pathlib import Path

import click

from ckan_api_client.cli.options import source_argument, state_option
from ckan_api_client.cli.output import safe_json, safe_text
from ckan_api_client.cli.report_file import FORMATS, format_of, text_of, write_report
from ckan_api_client.cli.settings import Site, site_options
from ckan_api_client.report import document_of_run
from ckan_api_client.syncing import SynchronizationClient


@click.command("report")
@source_argument
@click.argument("run", metavar="[RUN]", type=click.IntRange(1), required=False)
@site_options
@state_option
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Where to: its name says the format. Default: Markdown, to standard output.",
)  # fmt: skip
@click.option("--format", "form", type=click.Choice(FORMATS), help="The format, where the name does not say it.")
def command(
    source_name: str, run: int | None, *, site: Site, state: Path | None, output: Path | None, form: str | None
) -> None:
    """Show a run as a page for the browser, as Markdown or as JSON; the catalog is not asked.

    RUN is its number in `ckanclient runs SOURCE`; without it, the last one. The page (-o report.html) is one file that
    needs no network: what was done to each dataset, value by value, conflicts, and what was refused or failed, and why.
    Single values are kept of the last 20 runs that wrote something.
    """
    if output is not None and form is None:
        form = format_of(output)
    with SynchronizationClient(site.url, state=state) as client:
        record, entries = client.journal(source_name, run)
        document = document_of_run(source_name, client.low_level.base_url, record, entries)
    if output is not None:
        write_report(output, document, form)
        click.echo(safe_text(f"{output}: {document.title}"), err=True)
        return
    text = text_of(document, form or "markdown")
    click.echo(safe_json(text) if form == "json" else text, nl=False)
