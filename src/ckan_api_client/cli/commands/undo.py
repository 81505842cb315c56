"""`ckanclient undo`."""

from __future__ import annotations

import time
from pathlib import Path

import click

from ckan_api_client.cli.options import json_option, open_client, source_argument, state_option
from ckan_api_client.cli.progress import SyncProgress
from ckan_api_client.cli.report_file import report_option, reported
from ckan_api_client.cli.report_text import end_with
from ckan_api_client.cli.settings import Site, site_options


@click.command("undo")
@source_argument
@click.argument("run", metavar="[RUN]", type=click.IntRange(1), required=False)
@site_options
@state_option
@report_option
@json_option
def command(
    source_name: str,
    run: int | None,
    site: Site,
    state: Path | None,
    *,
    report: Path | None,
    as_json: bool,
) -> None:
    """Take back what a run did: RUN is its number in `ckanclient runs SOURCE`; without it, the last one.

    What the run created is deleted, what it deleted comes back, and each value that it wrote is again what it was.
    What somebody changed since then stays as it is, and is named. The source is not asked: the next sync would do the
    same again, so change the source, or the options, before it.
    """
    started = time.monotonic()
    go_on = f"`ckanclient runs {source_name}` tells what was done; undo the same run again to go on."
    with (
        open_client(site, {"state": state}) as client,
        SyncProgress(reads_source=False, go_on=go_on, events=as_json) as progress,
        reported(report, client, source_name),
    ):
        done = client.undo(source_name, run, listener=progress)
    end_with(done, time.monotonic() - started, state, as_json=as_json)
