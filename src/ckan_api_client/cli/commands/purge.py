"""`ckanclient purge`."""

from __future__ import annotations

import sys
from typing import Any

import click

from ckan_api_client.cli.kinds import DATASET, KINDS, RESOURCE, kind_argument
from ckan_api_client.cli.main import UNDONE
from ckan_api_client.cli.output import counted, print_json, safe_text
from ckan_api_client.cli.settings import Site, site_options
from ckan_api_client.cli.writing import Thing, find, open_writer
from ckan_api_client.exceptions import CkanError, NotAuthorized
from ckan_api_client.high_level import CkanHighlevelClient
from ckan_api_client.high_level.purging import purge

#: By which filter the datasets of an organization or a group are found.
_DATASETS_OF = {"organization": 'owner_org:"{id}"', "group": 'groups:"{name}"'}


@click.command("purge")
@kind_argument(*KINDS)
@click.argument("references", metavar="ID_OR_NAME...", nargs=-1, required=True)
@click.option("--yes", "-y", "is_agreed", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print what became of each, as JSON.")
@site_options
def command(kind: str, references: tuple[str, ...], site: Site, *, is_agreed: bool, as_json: bool) -> None:
    """Remove for good, with what is in it: nothing of it comes back. Only sysadmins may; a resource, whoever may edit.

    Tells first what would be lost, and asks; where there is no terminal to ask on, it needs --yes. If one of them is
    not there, none is purged. What is in the trash can be purged as well. Of a purged group the datasets stay, without
    it; an organization with datasets CKAN refuses to purge, where it takes none without organization. Afterwards each
    is looked for: exit code 3 if one is still there.

    To move something to the trash, from where it can come back, use `ckanclient delete`.
    """
    with open_writer(site) as client:
        found = {thing["id"]: thing for thing in (find(client, kind, one, allow_deleted=True) for one in references)}
        _ask(client, kind, list(found.values()), is_agreed=is_agreed)
        outcomes: list[dict[str, Any]] = []
        for thing in found.values():
            outcomes.append(_purge(client, kind, thing, may_raise=not any(one["purged"] for one in outcomes)))
            if not as_json:
                _tell(outcomes[-1])
    if as_json:
        print_json(outcomes)
    if not all(outcome["purged"] for outcome in outcomes):
        sys.exit(UNDONE)


def _tell(outcome: dict[str, Any]) -> None:
    did = "purged" if outcome["purged"] else f"not purged: {outcome['reason']}"
    click.echo(safe_text(f"{outcome['kind']} {outcome['name']} {did}"), err=not outcome["purged"])


def _ask(client: CkanHighlevelClient, kind: str, things: list[Thing], *, is_agreed: bool) -> None:
    lines = [f"  {safe_text(_told(client, kind, thing), 300)}" for thing in things]
    what = counted(len(things), kind)
    if is_agreed:
        return
    click.echo("\n".join([f"This removes {what} of {client.low_level.base_url} for good:", *lines]), err=True)
    if not sys.stdin.isatty():
        raise click.UsageError("nothing was purged: there is nobody to ask here; if that is what you want, give --yes")
    click.confirm(f"Purge {what}?", abort=True, err=True)


def _told(client: CkanHighlevelClient, kind: str, thing: Thing) -> str:
    """Return what would be lost with a thing, in one line."""
    title = thing.get("title") or thing.get("url") or ""
    told = [f"{thing.get('name') or thing['id']}" + (f' "{title}"' if title else "")]
    if kind == DATASET:
        resources = thing.get("resources") or []
        files = sum(one.get("url_type") == "upload" for one in resources)
        tables = sum(one.get("datastore_active") is True for one in resources)
        told.append(counted(len(resources), "resource"))
        told += [counted(files, "uploaded file")] if files else []
        told += [counted(tables, "DataStore table")] if tables else []
    elif kind == RESOURCE:
        told += ["its uploaded file"] if thing.get("url_type") == "upload" else []
        told += ["its DataStore table"] if thing.get("datastore_active") is True else []
    else:
        query = _DATASETS_OF[kind].format_map(thing)
        search = client.low_level.action.package_search
        number = search(q="*:*", fq=query, rows=0, include_private=True, include_drafts=True)["count"]
        told.append(f"{counted(number, DATASET)} in it" if number else "without datasets")
    told += ["in the trash now"] if thing.get("state") == "deleted" else []
    return ", ".join(told)


def _purge(client: CkanHighlevelClient, kind: str, thing: Thing, *, may_raise: bool) -> dict[str, Any]:
    """Purge one; return what became of it. Raises NotAuthorized if nothing was purged before: no other will be."""
    outcome = {"kind": kind, "id": thing["id"], "name": thing.get("name") or thing["id"]}
    try:
        if kind == RESOURCE:
            client.delete_resource(thing["id"])
        else:
            client.low_level.run(purge(kind, thing["id"]))
    except CkanError as error:
        if may_raise and isinstance(error, NotAuthorized):
            raise
        return {**outcome, "purged": False, "reason": getattr(error, "message", str(error))}
    return {**outcome, "purged": True, "reason": None}
