"""Where the settings of a command come from: its options, then the environment. The only reader of os.environ."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from ckan_api_client.high_level import CkanHighlevelClient
    from ckan_api_client.low_level import CkanLowlevelClient

F = TypeVar("F", bound=Callable[..., Any])

#: CKAN_API_KEY is what the 2014 client and others in the field read.
_URL_VARIABLES = ("CKAN_URL",)
_TOKEN_VARIABLES = ("CKAN_API_TOKEN", "CKAN_API_KEY")


@dataclass(frozen=True, slots=True)
class Site:
    """Which catalog, and the token for it."""

    url: str
    token: str | None = field(default=None, repr=False)
    #: What else the clients are given: `proxy`, `ca_bundle`, `user_agent` ... (`low_level.settings.Settings.of`).
    options: Mapping[str, Any] = field(default_factory=dict)

    def low_level(self) -> CkanLowlevelClient:
        from ckan_api_client.low_level import CkanLowlevelClient  # noqa: PLC0415 - `--help` needs none

        return CkanLowlevelClient(self.url, self.token, **self.options)

    def high_level(self) -> CkanHighlevelClient:
        from ckan_api_client.high_level import CkanHighlevelClient  # noqa: PLC0415 - as above

        return CkanHighlevelClient(self.url, self.token, **self.options)


def site_options(function: F) -> F:
    """Give a command `--url` and `--token`, and their sum as its argument `site`."""

    def collect(context: click.Context, _: click.Parameter, url: str | None) -> str | None:
        context.ensure_object(dict)["url"] = url
        return url

    url = click.option(
        "--url", metavar="URL", expose_value=False, callback=collect, help="The catalog. Default: $CKAN_URL."
    )
    token = click.option(
        "--token",
        "site",
        metavar="TOKEN",
        callback=_collect_site,
        help="The API token. Better kept out of the command line: $CKAN_API_TOKEN is read, too.",
    )
    return url(token(function))


def _collect_site(context: click.Context, _: click.Parameter, token: str | None) -> Site:
    given = context.ensure_object(dict).get("url")
    url = given or _first(_URL_VARIABLES)
    if not url:
        raise click.UsageError("which catalog? Set CKAN_URL, or give --url https://catalog.example.org")
    return Site(url, token or _first(_TOKEN_VARIABLES))


def _first(variables: tuple[str, ...]) -> str | None:
    return next((value for name in variables if (value := os.environ.get(name))), None)
