"""`ckanclient update`."""

from __future__ import annotations

from typing import Any

import click

from ckan_api_client.cli.commands.create import tell
from ckan_api_client.cli.editing import changed_lines, lay_extras, lay_over, left_out, refuse_made_by_ckan, take_out
from ckan_api_client.cli.given import Given, data_options, read_given, read_record
from ckan_api_client.cli.kinds import DATASET, GROUP, KINDS, ORGANIZATION, RESOURCE, kind_argument
from ckan_api_client.cli.output import print_json, safe_text
from ckan_api_client.cli.settings import Site, site_options
from ckan_api_client.cli.uploading import counted_upload
from ckan_api_client.cli.writing import TYPES, Conflict, Thing, find, one_write, open_writer, save
from ckan_api_client.high_level import CkanHighlevelClient

_MOST_SHOWN = 20
#: What CKAN puts into what it shows, by which a record that was read is known.
_READ_MARKS = {DATASET: "metadata_modified", RESOURCE: "metadata_modified", ORGANIZATION: "created", GROUP: "created"}


@click.command("update")
@kind_argument(*KINDS)
@click.argument("reference", metavar="[ID_OR_NAME]", required=False)
@data_options
@click.option("--base", metavar="FILE", help="The record as it was read, to tell what was changed in it since.")
@click.option("--json", "as_json", is_flag=True, help="Print what it is then, as JSON.")
@site_options
def command(
    kind: str,
    reference: str | None,
    arguments: tuple[str, ...],
    site: Site,
    base: str | None,
    *,
    from_stdin: bool,
    input_path: str | None,
    as_json: bool,
) -> None:
    """Make one be what a whole record says: read it, edit it, give it back.

    \b
    ckanclient get dataset roads --json > roads.json
    (edit roads.json)
    ckanclient update dataset roads -I roads.json

    Only what differs is written, and shown. If somebody changed it since the record was read, nothing is written, and
    the exit code is 5; with --base ORIGINAL, what they changed stays, and 5 is for values that both of you changed.
    CKAN keeps no versions of organizations and groups: without --base, what the record says of them wins.

    What the record does not mention stays, and is named; to empty a value, write null. (With --base, what was taken out
    since then goes.) Lists are whole: a tag, an extra or a resource that is no more in its list is taken away.
    Arguments, as of `ckanclient create`, win over the record. To set single values, use `ckanclient patch`.
    """  # noqa: D301 - \b is click's sign for lines to be left as they are
    if reference is not None and any(sign in reference for sign in "=:@"):
        arguments, reference = (reference, *arguments), None
    given = read_given(kind, arguments, from_stdin=from_stdin, path=input_path)
    if given.record is None:
        raise click.UsageError(
            "a whole record is wanted: -I FILE or -i. For single values there is "
            f"`ckanclient patch {kind} {reference or 'ID_OR_NAME'} KEY=STRING...`"
        )
    original = read_record(base) if base is not None else None
    update_given(kind, reference, given, original, site, as_json=as_json)


def update_given(
    kind: str, reference: str | None, given: Given, original: dict[str, Any] | None, site: Site, *, as_json: bool
) -> None:
    """Make something be what a record says, if it is still what the record was made of, and tell."""
    record = given.record or {}
    reference = reference or str(record.get("id") or record.get("name") or "")
    if not reference:
        raise click.UsageError("the record has no id and no name: say which one is to be updated")
    mark = _READ_MARKS[kind]
    for data, which in ((record, "record"), *([(original, "base")] if original is not None else [])):
        if data.get(mark) is None:
            raise click.UsageError(
                f"the {which} has no {mark}, so it is not what `ckanclient get {kind} {reference} --json` gives: begin "
                f"with that, or set single values with `ckanclient patch {kind} {reference} [-I FILE]`"
            )
    with open_writer(site) as client, one_write():
        now = find(client, kind, reference, allow_deleted="state" in given.values)
        for data in (record, original or record):
            if data.get("id") != now["id"]:
                raise click.UsageError(
                    f"the record is that of {data.get('id')!r}, and {kind} {reference!r} is {now['id']!r}"
                )
        refuse_made_by_ckan(kind, now, given.values)
        thing = now.copy() if original is None else TYPES[kind](original)
        lay_over(kind, thing, {**record, **given.values})
        lay_extras(thing, given.extras)
        if original is not None:
            take_out(kind, thing, record)
        elif record[mark] != now.get(mark) and (thing.is_modified() or given.upload is not None):
            raise Conflict(_outdated(kind, reference, now, thing, str(record[mark])))
        elif kept := left_out(kind, now, record):
            click.echo(f"not in the record, and so left as it is: {safe_text(', '.join(kept))}", err=True)
        finish(client, kind, now, thing, given, as_json=as_json)


def finish(client: CkanHighlevelClient, kind: str, now: Thing, thing: Thing, given: Given, *, as_json: bool) -> None:
    """Write what changed in a thing, and print it: each value before and after, or all of it as JSON."""
    keys = list(thing.changes())
    if not keys and given.upload is None:
        if as_json:
            print_json(now.serialize())
        else:
            click.echo(safe_text(f"nothing to change: {kind} {now.get('name') or now['id']} is as you say"))
        return
    with counted_upload(given.upload) as file:
        after = save(client, kind, thing, file)
    if as_json:
        print_json(after.serialize())
        return
    lines = list(changed_lines(now, after, keys))
    if given.upload is not None:
        lines.append(safe_text(f"  file: now {given.upload.name}"))
    tell(kind, "updated" if lines else "is as it was", after.serialize(), client.low_level.base_url)
    for line in lines:
        click.echo(line)


def _outdated(kind: str, reference: str, now: Thing, thing: Thing, read: str) -> str:
    lines = [
        safe_text(
            f"{kind} {reference} was changed since the record was read: that is of {read}, the catalog's of "
            f"{now.get('metadata_modified')}. Nothing was written. This differs (the catalog's -> yours):"
        ),
        *list(changed_lines(now, thing, thing.changes()))[:_MOST_SHOWN],
        safe_text(
            f"Read it again and make your changes there; or give the record as you read it with --base FILE: then "
            f"what others changed stays. Single values: `ckanclient patch {kind} {reference} KEY=STRING`"
        ),
    ]
    return "\n".join(lines)
