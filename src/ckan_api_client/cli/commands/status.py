"""`ckanclient status`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any

import click

from ckan_api_client.cli.counting import Counting
from ckan_api_client.cli.main import UNDONE
from ckan_api_client.cli.output import counted, print_json, safe_text
from ckan_api_client.cli.settings import Site, site_options
from ckan_api_client.exceptions import NotAuthorized, SearchError, ServerError
from ckan_api_client.low_level import CkanLowlevelClient
from ckan_api_client.low_level.index_check import check_index

_MOST_SHOWN = 20
_FEW = 5

GOOD, BAD, PLAIN = "green", "yellow", ""
#: A heading, what is said under it, and whether that is good.
Row = tuple[str, str, str]


@click.command("status")
@site_options
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.option("--no-index", is_flag=True, help="Do not compare the search index with the database.")
def command(site: Site, *, as_json: bool, no_index: bool) -> None:
    """What a catalog is, who I am there, what I may do, and whether its search index knows all datasets.

    For the last, all names are read: one request for each 1,000 datasets. Leaves with 3 if the catalog answers, and
    its search does not.
    """
    with site.low_level() as client:
        facts = _facts(client)
        if not no_index:
            facts["index"] = _index(client, events=as_json)
    if as_json:
        print_json(facts)
    elif sys.stdout.isatty():
        _show(facts)
    else:
        for heading, text, _ in _rows(facts):
            click.echo(f"{heading:14} {text}".rstrip())
    if facts["datasets"] is None or "error" in facts.get("index", {}):
        sys.exit(UNDONE)


def _facts(client: CkanLowlevelClient) -> dict[str, Any]:
    status = client.action.status_show()
    facts: dict[str, Any] = {
        "url": client.base_url,
        "title": status.get("site_title"),
        "ckan_version": status.get("ckan_version"),
        "extensions": status.get("extensions") or [],
    }
    own_url = str(status.get("site_url") or "").rstrip("/")
    if own_url and own_url != client.base_url:
        facts["calls_itself"] = own_url
    if client.is_anonymous:
        facts |= {"user": None, "sysadmin": False}
        facts |= {"role": "anonymous: reads what is public; set CKAN_API_TOKEN to write", "may_write_to": []}
    else:
        user = client.whoami()
        writable = client.action.organization_list_for_user(permission="create_dataset")
        facts |= {
            "user": user["name"],
            "sysadmin": user.get("sysadmin") is True,
            "role": "sysadmin" if user.get("sysadmin") is True else "user",
            "may_write_to": sorted(item["name"] for item in writable),
        }
    try:
        found = client.action.package_search(rows=0, include_private=True, include_drafts=True, facet=False)
        facts["datasets"] = found["count"]
    except (SearchError, ServerError) as error:
        facts |= {"datasets": None, "search_error": error.message}
    facts["organizations"] = len(client.list_organizations())
    facts["groups"] = len(client.list_groups())
    return facts


def _index(client: CkanLowlevelClient, *, events: bool) -> dict[str, Any]:
    doing = "comparing the search index with the database"
    try:
        with Counting(doing, unit="datasets", events=events) as counting:

            def tell(done: int, total: int) -> None:
                counting.expect(total)
                counting.advance(number=done - counting.done)

            check = client.run(check_index(tell))
    except (SearchError, ServerError, NotAuthorized) as error:
        return {"in_step": None, "error": error.message}
    return {
        "in_step": check.is_in_step,
        "public_datasets": check.public,
        "missing": list(check.missing),
        "ghosts": list(check.ghosts),
        "advice": check.advice,
    }


def _rows(facts: dict[str, Any]) -> Iterator[Row]:
    """Yield what is said, one line each; what comes of the catalog made harmless."""
    yield "catalog", safe_text(f"{facts['title'] or '-'}  {facts['url']}"), PLAIN
    if "calls_itself" in facts:
        yield "", safe_text(f"calls itself {facts['calls_itself']}"), BAD
    yield "CKAN", safe_text(str(facts["ckan_version"] or "of a version that it does not tell")), PLAIN
    yield "extensions", _some(facts["extensions"], _MOST_SHOWN) or "-", PLAIN
    if facts["user"] is None:
        yield "I am", facts["role"], BAD
    else:
        yield "I am", safe_text(f"{facts['user']} ({facts['role']})"), GOOD
        yield from _rights(facts)
    numbers = [counted(facts[name], name[:-1]) for name in ("organizations", "groups")]
    datasets = "datasets that cannot be counted" if facts["datasets"] is None else counted(facts["datasets"], "dataset")
    yield "there are", ", ".join([datasets, *numbers]), PLAIN
    if "search_error" in facts:
        yield "search", safe_text(facts["search_error"]), BAD
    yield from _index_rows(facts.get("index"))


def _rights(facts: dict[str, Any]) -> Iterator[Row]:
    writable = facts["may_write_to"]
    if facts["sysadmin"]:
        yield "I may", "do everything", GOOD
    elif not writable:
        yield "I may", "write to no organization: ask one of their administrators to make you an editor", BAD
    else:
        yield "I may", f"write datasets in {_some(writable, _MOST_SHOWN)}", GOOD


def _index_rows(index: dict[str, Any] | None) -> Iterator[Row]:
    if index is None:
        return
    if "error" in index:
        yield "search index", safe_text(f"could not be looked at: {index['error']}"), BAD
    elif index["in_step"]:
        yield "search index", f"in step with the database ({counted(index['public_datasets'], 'public dataset')})", GOOD
    else:
        missing, ghosts = index["missing"], index["ghosts"]
        lines = []
        if missing:
            lines.append(f"lacks {counted(len(missing), 'public dataset')} of the database: {_some(missing, _FEW)}")
        if ghosts:
            lines.append(f"holds {counted(len(ghosts), 'dataset')} that the public cannot open: {_some(ghosts, _FEW)}")
        for heading, line in zip(("search index", ""), lines, strict=False):
            yield heading, line, BAD
        yield "", "The operator of the site can mend it, on its server:", PLAIN
        for command_line in index["advice"]:
            yield "", f"  {command_line}", PLAIN


def _some(values: Sequence[Any], most: int) -> str:
    shown = ", ".join(safe_text(str(value)) for value in values[:most])
    return shown if len(values) <= most else f"{shown} and {len(values) - most:,} more"


def _show(facts: dict[str, Any]) -> None:
    """Show it to people, in colours, and wrapped beside the headings."""
    from rich.console import Console  # noqa: PLC0415 - programs need none
    from rich.table import Table  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    signs = {GOOD: "✓ ", BAD: "! ", PLAIN: ""}
    for heading, text, style in _rows(facts):
        table.add_row(Text(heading, style="bold"), Text(signs[style] + text, style=style))
    Console().print(table)
