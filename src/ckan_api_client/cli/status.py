"""`ckanclient status`."""

from __future__ import annotations

from typing import Any

import click

from ckan_api_client.cli.output import print_json, safe_text
from ckan_api_client.cli.settings import Site, site_options
from ckan_api_client.low_level import CkanLowlevelClient

_MOST_SHOWN = 20


@click.command("status")
@site_options
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def command(site: Site, *, as_json: bool) -> None:
    """What a catalog is, who I am there, and what I may do."""
    with site.low_level() as client:
        facts = _facts(client)
    if as_json:
        print_json(facts)
        return
    for name, value in facts.items():
        text = _some_of(value) if isinstance(value, list) else value
        click.echo(f"{name.replace('_', ' '):22} {safe_text(str('-' if text in (None, '') else text))}")


def _some_of(values: list[str]) -> str:
    shown = ", ".join(values[:_MOST_SHOWN])
    return shown if len(values) <= _MOST_SHOWN else f"{shown} and {len(values) - _MOST_SHOWN} more"


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
        facts |= {"user": None, "role": "anonymous: reads what is public; set CKAN_API_TOKEN to write"}
    else:
        user = client.whoami()
        writable = client.action.organization_list_for_user(permission="create_dataset")
        facts |= {
            "user": user["name"],
            "role": "sysadmin" if user.get("sysadmin") else "user",
            "may_write_to": sorted(item["name"] for item in writable),
        }
    found = client.action.package_search(rows=0, include_private=True, include_drafts=True, facet=False)
    facts["datasets"] = found["count"]
    facts["organizations"] = len(client.list_organizations())
    facts["groups"] = len(client.list_groups())
    return facts
