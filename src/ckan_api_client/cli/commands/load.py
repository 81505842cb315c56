"""`ckanclient load`."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import click

from ckan_api_client.bulk.lines import part_of, read_lines
from ckan_api_client.bulk.loading import Loading, keys_of, nothing_after
from ckan_api_client.bulk.running import in_turn, known_caller
from ckan_api_client.bulk.uploading import Uploading
from ckan_api_client.cli.record_options import (
    AT_ONCE,
    at_once_option,
    gzip_option,
    input_option,
    kind_argument,
    log_option,
    opened_input,
    part_options,
    quiet_option,
)
from ckan_api_client.cli.settings import Site, site_options
from ckan_api_client.cli.telling import WITH_ACTION, carry_records, telling
from ckan_api_client.downloading import LARGEST_FILE, download
from ckan_api_client.low_level.settings import Settings

_MIB = 2**20


@click.command("load")
@kind_argument("datasets", "groups", "organizations", "users")
@site_options
@input_option
@part_options
@click.option("-n", "--create-only", is_flag=True, help="Replace nothing: what is there already counts as a failure.")
@click.option("-o", "--update-only", is_flag=True, help="Create nothing: what is not there yet counts as a failure.")
@click.option(
    "--upload-resources", is_flag=True, help="Of datasets: fetch the files that were uploaded, and upload them here."
)
@click.option(
    "--upload-logo",
    is_flag=True,
    help="Of groups and organizations: fetch the logos that were uploaded, and upload them here.",
)
@click.option(
    "--allow-private-addresses",
    is_flag=True,
    help="Fetch these files from this machine and from inner networks, too: only where the records are to be trusted.",
)
@click.option(
    "--max-file-size",
    type=click.IntRange(1),
    default=LARGEST_FILE // _MIB,
    show_default=True,
    metavar="MIB",
    help="The largest of these files that is fetched, in MiB.",
)
@at_once_option(f"{AT_ONCE} for datasets, else 1, since a group may need the one before it")
@log_option
@quiet_option
@gzip_option
@click.option("-U", "--include-users", hidden=True, is_flag=True, help="Taken, and of no effect, as in ckanapi.")
def command(
    *,
    kind: str,
    site: Site,
    input_path: Path | None,
    first: int,
    most: int | None,
    at_once: int | None,
    log: Path | None,
    create_only: bool,
    update_only: bool,
    upload_resources: bool,
    upload_logo: bool,
    allow_private_addresses: bool,
    max_file_size: int,
    is_quiet: bool,
    is_gzip: bool,
    include_users: bool,  # noqa: ARG001 - see its help
) -> None:
    """Create datasets, organizations, groups or users from JSON lines, or replace those that are there already.

    They are found by their id, then by their name. What exists is replaced: values that the line does not hold are
    lost, but for the members of organizations and groups. To write only what has changed, and keep what others changed
    meanwhile, there is `ckanclient sync`.

    What fails stops nothing: it is told, in the --log, too, and the exit code is 3.
    """
    if create_only and update_only:
        raise click.UsageError("-n and -o together would do nothing: give one of them")
    if upload_resources and kind != "datasets":
        raise click.UsageError("--upload-resources is for datasets")
    if upload_logo and kind not in {"groups", "organizations"}:
        raise click.UsageError("--upload-logo is for groups and organizations")
    limit = at_once or site.at_once(AT_ONCE if kind == "datasets" else 1)
    connection = Settings.of(site.url, site.token, **site.options).connection
    fetch = partial(
        download,
        connection,
        allow_private_addresses=allow_private_addresses,
        largest_file=max_file_size * _MIB,
    )
    uploading = Uploading(kind, fetch)
    after = uploading.resources if upload_resources else uploading.logo if upload_logo else nothing_after
    loading = Loading(kind, creates=not update_only, updates=not create_only, after=after)
    with (
        site.low_level() as client,
        opened_input(input_path) as file,
        telling(f"loading {kind}", WITH_ACTION, unit=kind, log=log, is_quiet=is_quiet, window=limit) as told,
    ):
        client.run(known_caller())
        lines = part_of(read_lines(file, is_gzip=is_gzip), first=first, most=most)
        loads = in_turn((number, keys_of(line), loading.load_line(line)) for number, line in lines)
        carry_records(client, loads, told, at_once=limit, before=first - 1)
    sys.exit(told.exit_code)
