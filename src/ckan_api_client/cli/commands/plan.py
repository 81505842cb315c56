"""`ckanclient plan`."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import Any

import click

from ckan_api_client.cli.main import CHANGES, DETAILED
from ckan_api_client.cli.options import json_option, limits_of, open_client, open_input, sync_options
from ckan_api_client.cli.output import safe_json, safe_text
from ckan_api_client.cli.plan_text import plan_lines
from ckan_api_client.cli.progress import SyncProgress
from ckan_api_client.cli.report_file import report_option, write_report
from ckan_api_client.cli.settings import Site
from ckan_api_client.syncing.guards import Limits


@click.command("plan")
@sync_options
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Keep the plan, for `ckanclient apply`. It holds all values of the records, but no token.",
)  # fmt: skip
@click.option(DETAILED, "detailed", is_flag=True, help="Leave with 0: nothing to do, 2: changes, 1: any error.")
@click.option("--full", is_flag=True, help="Print every change, and every value as long as it is.")
@report_option
@json_option
def command(
    source_name: str,
    input_path: Path,
    site: Site,
    output: Path | None,
    *,
    detailed: bool,
    full: bool,
    report: Path | None,
    as_json: bool,
    **options: Any,
) -> None:
    """See what a sync would do, value by value; nothing is written to the catalog.

    The arguments and options are those of `ckanclient sync`. What would be deleted or changed beyond the usual is
    named with the option that allows it. The checksum says what this plan is: `ckanclient apply --checksum` takes no
    other.
    """
    with open_client(site, options) as client:
        source, limits = open_input(input_path, options), limits_of(options)
        if options["forget_state"]:
            client.forget_state(source_name)
        with SyncProgress(go_on="Run the same command again.", events=as_json) as progress:
            plan = client.plan(source_name, source, listener=progress)
    if output is not None:
        _keep(output, plan.to_json())
    if report is not None:
        from ckan_api_client.report import document_of_plan  # noqa: PLC0415 - most plans are shown here only

        write_report(report, document_of_plan(plan, limits))
    if as_json:
        click.echo(safe_json(plan.to_json()), nl=False)
    else:
        for line in plan_lines(plan, limits, full=full):
            click.echo(line)
        if output is not None and plan:
            # What was allowed here has to be allowed there, too.
            allowed = [word for violation in plan.violations(Limits()) for word in violation.option.split()]
            click.echo(safe_text(f"to apply it: {shlex.join(['ckanclient', 'apply', str(output), *allowed])}"))
    if detailed and plan:
        sys.exit(CHANGES)


def _keep(path: Path, text: str) -> None:
    """Write a file for its owner's eyes: private datasets may be in it. A cut one is noticed by its checksum."""
    try:
        with open(path, "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(text)
    except OSError as error:
        raise click.FileError(str(path), error.strerror or str(error)) from error
