"""`ckanclient get`."""

from __future__ import annotations

import sys

import click
from rich.console import Console

from ckan_api_client.cli.kinds import KINDS, kind_argument, page_of
from ckan_api_client.cli.output import print_json
from ckan_api_client.cli.record_text import view
from ckan_api_client.cli.settings import Site, site_options
from ckan_api_client.cli.writing import find


@click.command("get")
@kind_argument(*KINDS)
@click.argument("reference", metavar="ID_OR_NAME")
@click.option("--deleted", is_flag=True, help="Also if it is in the trash.")
@click.option("--json", "as_json", is_flag=True, help="JSON on a terminal, too.")
@site_options
def command(kind: str, reference: str, site: Site, *, deleted: bool, as_json: bool) -> None:
    """Show a dataset, an organization, a group or a resource (that by its id).

    As JSON, all that CKAN says of it; on a terminal, what is in it for people. Organizations and groups are shown
    without their datasets: `ckanclient search` finds those.
    """
    with site.high_level() as client:
        data = find(client, kind, reference, allow_deleted=deleted).serialize()
        address = page_of(client.low_level.base_url, kind, data)
    if as_json or not sys.stdout.isatty():
        print_json(data)
    else:
        Console(highlight=False).print(view(kind, data, address), crop=False)
