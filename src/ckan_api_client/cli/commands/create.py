"""`ckanclient create`."""

from __future__ import annotations

from typing import Any

import click

from ckan_api_client.cli.editing import refuse_made_by_ckan
from ckan_api_client.cli.given import Given, data_options, read_given
from ckan_api_client.cli.kinds import DATASET, KINDS, RESOURCE, kind_argument, page_of, plural
from ckan_api_client.cli.output import print_json, safe_text
from ckan_api_client.cli.settings import Site, site_options
from ckan_api_client.cli.uploading import counted_upload
from ckan_api_client.cli.writing import make, one_write, open_writer


@click.command("create")
@kind_argument(*KINDS)
@data_options
@click.option("--json", "as_json", is_flag=True, help="Print what CKAN made, as JSON.")
@site_options
def command(
    kind: str, arguments: tuple[str, ...], site: Site, *, from_stdin: bool, input_path: str | None, as_json: bool
) -> None:
    """Make a dataset, an organization, a group or a resource.

    \b
    ckanclient create dataset name=roads owner_org=transport tags:'["road"]'
    ckanclient create resource package_id=roads name="Roads 2026" upload@roads.csv
    ckanclient create organization -I transport.json title="Transport"

    KEY=STRING is a text, KEY:JSON any other value, extras.KEY=STRING one extra, upload@FILE the file of a resource,
    which is sent as it is read. Arguments win over the values of a record from -I or -i. A name that is in use is an
    error: nothing is overwritten. Exit code 3: it was made, but CKAN dropped or changed some of it, which is told.
    """  # noqa: D301 - \b is click's sign for lines to be left as they are
    create_given(kind, read_given(kind, arguments, from_stdin=from_stdin, path=input_path), site, as_json=as_json)


def create_given(kind: str, given: Given, site: Site, *, as_json: bool) -> None:
    """Make what is given, and tell."""
    data = given.merged()
    _check(kind, data, given)
    refuse_made_by_ckan(kind, None, given.values)
    with open_writer(site) as client, one_write():
        with counted_upload(given.upload) as file:
            made = make(client, kind, data, file)
        if as_json:
            print_json(made.serialize())
        else:
            tell(kind, "created", made.serialize(), client.low_level.base_url)


def tell(kind: str, did: str, data: dict[str, Any], base_url: str) -> None:
    """Print what became of something, and where it is."""
    shown = str(data.get("name") or "")
    if kind == RESOURCE:
        shown = f"{shown} ({data['id']})" if shown else str(data["id"])
    click.echo(safe_text(f"{kind} {shown} {did}: {page_of(base_url, kind, data)}"))


def _check(kind: str, data: dict[str, Any], given: Given) -> None:
    if given.is_nothing:
        example = "package_id=DATASET upload@FILE" if kind == RESOURCE else 'name=roads title="Roads"'
        raise click.UsageError(f"nothing to make it of: give values ({example}), -I FILE or -i")
    if kind == RESOURCE:
        if not data.get("package_id"):
            raise click.UsageError("of which dataset? Add package_id=ID_OR_NAME")
    elif data.get("id"):
        load = f"; to make it with this very id, `ckanclient load {plural(kind)}`"
        ids = " and the ids of the resources" if kind == DATASET else ""
        raise click.UsageError(
            f"the record has an id ({data['id']}), so it is one that exists: to change it, `ckanclient update {kind}`; "
            f"to make a copy, add id= and another name=…, and take out the id{ids}{load}"
        )
