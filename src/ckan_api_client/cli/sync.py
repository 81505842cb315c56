"""`ckanclient sync`."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import click

from ckan_api_client.cli.main import UNDONE
from ckan_api_client.cli.output import print_json, print_report
from ckan_api_client.cli.progress import SyncProgress
from ckan_api_client.cli.settings import Site, site_options
from ckan_api_client.sources import open_source
from ckan_api_client.syncing import SynchronizationClient
from ckan_api_client.syncing.clients import IN_FLIGHT


@click.command("sync")
@click.argument("source_name")
@click.argument("input_path", metavar="INPUT", type=click.Path(path_type=Path))
@site_options
@click.option("--organization", metavar="NAME", help="Whose the records are that name no organization.")
@click.option("--id-key", metavar="KEY", help="The key of a record's id. Default: id, else name.")
@click.option("--in-flight", type=click.IntRange(1, 32), default=IN_FLIGHT, show_default=True, help="Writes at once.")
@click.option(
    "--organization-merge-strategy", type=click.Choice(["create", "update"]), default="create", show_default=True,
    help="create: leave those that exist alone; update: bring title and description up to date.",
)  # fmt: skip
@click.option(
    "--group-merge-strategy", type=click.Choice(["create", "update"]), default="create", show_default=True,
    help="As for organizations.",
)  # fmt: skip
@click.option(
    "--dataset-group-merge-strategy", type=click.Choice(["add", "replace", "preserve"]), default="add",
    show_default=True, help="The source's groups: beside the present ones, instead of them, or not at all.",
)  # fmt: skip
@click.option("--preserve-names/--no-preserve-names", default=True, show_default=True, help="Keep datasets' names.")
@click.option(
    "--preserve-organization/--no-preserve-organization", default=True, show_default=True,
    help="Keep datasets where they are.",
)  # fmt: skip
@click.option("--dataset-table", default="dataset", show_default=True, help="In an SQLite file.")
@click.option("--group-table", default="group", show_default=True, help="In an SQLite file.")
@click.option("--organization-table", default="organization", show_default=True, help="In an SQLite file.")
@click.option("--allow-empty", is_flag=True, help="Take a source without records for one, and delete all it made.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole report as JSON.")
def command(
    source_name: str,
    input_path: Path,
    site: Site,
    organization: str | None,
    id_key: str | None,
    *,
    as_json: bool,
    **options: Any,
) -> None:
    """Make a catalog match a source, and nothing else.

    SOURCE_NAME marks what belongs to this source: keep it from run to run. INPUT is a file of JSON lines (.gz, too),
    a folder with dataset/, group/ and organization/, or an SQLite file with tables of these names.

    What the source mentions becomes as the source says, what it does not mention stays; datasets that bear no marker
    of this source are never touched. Exit codes: 0 done, 1 nothing could be done, 2 wrong usage, 3 some records were
    not taken, 6 CKAN does not know the token, 130 interrupted.
    """
    if site.token is None:
        raise click.UsageError("a sync needs an API token: set CKAN_API_TOKEN")
    tables = {key: options[key] for key in options if key.endswith("_table")}
    source = open_source(input_path, id_key=id_key, allow_empty=options["allow_empty"], **tables)
    client = SynchronizationClient(
        site.url,
        site.token,
        default_organization=organization,
        in_flight=options["in_flight"],
        organization_merge_strategy=options["organization_merge_strategy"],
        group_merge_strategy=options["group_merge_strategy"],
        dataset_group_merge_strategy=options["dataset_group_merge_strategy"],
        dataset_preserve_names=options["preserve_names"],
        dataset_preserve_organization=options["preserve_organization"],
    )
    started = time.monotonic()
    with client, SyncProgress() as progress:
        report = client.sync(source_name, source, allow_empty=options["allow_empty"], listener=progress)
    if as_json:
        print_json(report.as_dict())
    else:
        print_report(report, time.monotonic() - started)
    if not report:
        sys.exit(UNDONE)
