"""`ckanclient sync`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from ckan_api_client.cli.options import json_option, limits_of, open_client, open_input, sync_options
from ckan_api_client.cli.progress import SyncProgress
from ckan_api_client.cli.report_file import report_option, reported
from ckan_api_client.cli.report_text import end_with
from ckan_api_client.cli.settings import Site


@click.command("sync")
@sync_options
@report_option
@json_option
def command(
    source_name: str, input_path: Path, site: Site, *, report: Path | None, as_json: bool, **options: Any
) -> None:
    """Make a catalog match a source, and nothing else: plan, then apply.

    SOURCE names the source, and marks what belongs to it: keep it from run to run. INPUT is a file of JSON lines
    (.gz, too), a folder with dataset/, group/ and organization/, or an SQLite file with tables of these names.

    What changed in the source since the last run is written; what people changed in the catalog stays; where both
    changed a value, --on-conflict decides. Datasets that bear no marker of this source are never touched. A plan that
    would delete or change too much is refused before anything is written. See `ckanclient --help` for exit codes.
    """
    go_on = "Run the same command again: it goes on from there."
    started = time.monotonic()
    with open_client(site, options) as client:
        source, limits = open_input(input_path, options), limits_of(options)
        if options["forget_state"]:
            client.forget_state(source_name)
        with SyncProgress(go_on=go_on, events=as_json) as progress, reported(report, client, source_name, limits):
            done = client.sync(
                source_name,
                source,
                allow_empty=limits.allow_empty,
                max_deletes=limits.max_deletes,
                max_updates=limits.max_updates,
                listener=progress,
            )
    end_with(done, time.monotonic() - started, options["state"], as_json=as_json)
