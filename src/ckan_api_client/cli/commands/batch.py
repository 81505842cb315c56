"""`ckanclient batch`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ckan_api_client.bulk.batching import call_line
from ckan_api_client.bulk.lines import part_of, read_lines
from ckan_api_client.bulk.running import known_caller
from ckan_api_client.cli.record_options import (
    at_once_option,
    gzip_option,
    input_option,
    log_option,
    opened_input,
    part_options,
    quiet_option,
)
from ckan_api_client.cli.settings import Site, site_options
from ckan_api_client.cli.telling import WITH_ACTION, carry_records, telling


@click.command("batch")
@site_options
@input_option
@part_options
@click.option("--local-files", is_flag=True, help="Let the lines name files of this machine to send.")
@at_once_option("1, so that the calls are made in the order of the lines")
@log_option
@quiet_option
@gzip_option
def command(
    *,
    site: Site,
    input_path: Path | None,
    first: int,
    most: int | None,
    at_once: int | None,
    log: Path | None,
    local_files: bool,
    is_quiet: bool,
    is_gzip: bool,
) -> None:
    """Call the actions in JSON lines: {"action": "package_patch", "data": {"id": "…", "title": "…"}}.

    With --local-files, a line may have "files": {"upload": "measured.csv"} beside. What fails stops nothing: it is
    told, in the --log, too, and the exit code is 3.
    """
    limit = at_once or site.at_once(1)
    with (
        site.low_level() as client,
        opened_input(input_path) as file,
        telling("calling", WITH_ACTION, unit="calls", log=log, is_quiet=is_quiet, window=limit) as told,
    ):
        client.run(known_caller())
        lines = part_of(read_lines(file, is_gzip=is_gzip), first=first, most=most)
        calls = ((number, call_line(line, local_files=local_files)) for number, line in lines)
        carry_records(client, calls, told, at_once=limit, before=first - 1)
    sys.exit(told.exit_code)
