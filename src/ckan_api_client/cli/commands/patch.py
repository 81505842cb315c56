"""`ckanclient patch`."""

from __future__ import annotations

import click

from ckan_api_client.cli.commands.update import finish
from ckan_api_client.cli.editing import lay_extras, lay_over, refuse_made_by_ckan
from ckan_api_client.cli.given import data_options, read_given
from ckan_api_client.cli.kinds import KINDS, kind_argument
from ckan_api_client.cli.settings import Site, site_options
from ckan_api_client.cli.writing import find, one_write, open_writer


@click.command("patch")
@kind_argument(*KINDS)
@click.argument("reference", metavar="ID_OR_NAME")
@data_options
@click.option("--json", "as_json", is_flag=True, help="Print what it is then, as JSON.")
@site_options
def command(
    kind: str,
    reference: str,
    arguments: tuple[str, ...],
    site: Site,
    *,
    from_stdin: bool,
    input_path: str | None,
    as_json: bool,
) -> None:
    """Set single values of one, whatever it is now; everything else stays.

    \b
    ckanclient patch dataset roads title="All roads" tags:'["road", "map"]'
    ckanclient patch dataset roads extras.spatial=Bolzano license_id:null
    ckanclient patch resource RESOURCE_ID upload@roads.csv
    ckanclient patch dataset roads state=active        (out of the trash)

    A list is given whole (tags, groups, resources, extras); extras.KEY=STRING sets one extra and leaves the others,
    extras.KEY:null takes it out. KEY:null empties a value. Resources that are given without their ids are those with
    the same URL and name. Values may also come as a JSON object from -I or -i.

    What somebody else changes at the same moment is kept; the same value changed by both is exit code 5. Only what
    differs is written, and shown. To give back a whole record that you read and edited, use `ckanclient update`.
    """  # noqa: D301 - \b is click's sign for lines to be left as they are
    given = read_given(kind, arguments, from_stdin=from_stdin, path=input_path)
    if given.is_nothing:
        raise click.UsageError("nothing to set: give KEY=STRING, KEY:JSON, -I FILE or -i")
    values = {**(given.record or {}), **given.values}
    if given.record is not None and "metadata_modified" in given.record:
        raise click.UsageError(
            "this is a whole record, as it was read at some time (it has metadata_modified): give it to "
            f"`ckanclient update {kind} {reference}`, which overwrites nothing that was changed since then"
        )
    with open_writer(site) as client, one_write():
        now = find(client, kind, reference, allow_deleted="state" in values)
        refuse_made_by_ckan(kind, now, values)
        thing = now.copy()
        lay_over(kind, thing, values)
        lay_extras(thing, given.extras)
        finish(client, kind, now, thing, given, as_json=as_json)
