"""`ckanclient whoami`."""

from __future__ import annotations

from typing import Any

import click

from ckan_api_client.cli.options import json_option
from ckan_api_client.cli.output import print_json, safe_text
from ckan_api_client.cli.settings import Site, site_options

_KEYS = ("name", "fullname", "email", "sysadmin", "id")


@click.command("whoami")
@site_options
@json_option
def command(site: Site, *, as_json: bool) -> None:
    """Whose the API token is. Leaves with 6 if the catalog does not know it: it would be taken for nobody's."""
    if site.token is None:
        user: dict[str, Any] = dict.fromkeys(_KEYS)
    else:
        with site.low_level() as client:
            found = client.whoami()
        user = {key: found.get(key) for key in _KEYS}
    if as_json:
        print_json({"url": site.url, "anonymous": site.token is None, **user})
    elif site.token is None:
        click.echo(f"anonymous: there is no API token for {site.url}, which was not asked")
    else:
        for key in _KEYS:
            value = "yes" if user[key] is True else "no" if user[key] is False else user[key]
            click.echo(f"{key:9} {safe_text(str(value or '-'))}")
        if user["sysadmin"] is True:
            click.echo(
                "this token may do everything on the site; to sync into an organization, an editor's of it is enough"
            )
