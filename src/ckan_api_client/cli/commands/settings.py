"""`ckanclient settings`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ckan_api_client.cli.options import json_option
from ckan_api_client.cli.output import print_json, safe_text
from ckan_api_client.cli.settings import DEFAULT, Choice, Setting, choice_options
from ckan_api_client.connection import USER_AGENT, Timeouts
from ckan_api_client.quirks.tokens import TOKEN_HEADER
from ckan_api_client.syncing.state.files import default_folder
from ckan_api_client.wire.proxy import without_password

_HIDDEN = "***"
_WIDEST = 42


@click.command("settings")
@choice_options
@json_option
def command(choice: Choice, *, as_json: bool) -> None:
    """Each setting, and where it came from. No catalog is asked, and no token is read or shown.

    The first that says something wins: options; the environment (CKAN_URL, CKAN_API_TOKEN or CKAN_API_KEY,
    REQUESTS_CA_BUNDLE, HTTPS_PROXY and its kin); a profile; for a token, the rows URL:KEY of ~/.ckanpass. A profile
    that --profile names comes before the environment.

    Profiles are in one TOML file, which you alone may read (chmod 600); its path is printed, and CKANCLIENT_CONFIG
    moves it:

    \b
        default_profile = "prod"
        [profiles.prod]
        url = "https://catalog.example.org"
        token_command = ["pass", "show", "ckan"]

    Instead of token_command: token, token_file, or token_env, the name of a variable. Besides: proxy, ca_bundle,
    user_agent, token_header, insecure, allow_http, timeouts, max_in_flight, max_rate.
    """  # noqa: D301 - click's sign for what is to stand as it is
    told = _told(choice)
    if as_json:
        print_json({name: {"value": setting.value, "from": setting.origin} for name, setting in told.items()})
        return
    shown = {name: _short(_in_words(setting.value)) for name, setting in told.items()}
    widths = max(map(len, shown)), min(max(map(len, shown.values())), _WIDEST)
    for name, setting in told.items():
        click.echo(f"{name:{widths[0]}}  {shown[name]:{widths[1]}}  {_short(setting.origin)}")
    for note in choice.notes:
        click.echo(f"Note: {safe_text(note)}", err=True)


def _told(choice: Choice) -> dict[str, Setting]:
    """Return all settings as they may be shown."""
    limits = Timeouts()
    timeouts = {"connect": limits.connect, "read": limits.read, "total": limits.total}
    defaults = {
        "user_agent": USER_AGENT,
        "token_header": TOKEN_HEADER,
        "insecure": False,
        "allow_http": False,
        "timeouts": timeouts,
    }
    of_client = {
        name: Setting(defaults.get(name), DEFAULT) if setting.origin == DEFAULT else setting
        for name, setting in choice.settings.items()
    }
    some = of_client["timeouts"]
    of_client["timeouts"] = Setting({**timeouts, **some.value}, some.origin)
    if proxy := of_client["proxy"].value:
        of_client["proxy"] = Setting(without_password(proxy), of_client["proxy"].origin)
    profiles = choice.profiles
    file = Setting(
        str(profiles.file), profiles.origin if profiles.exists else f"{profiles.origin}; there is no such file"
    )
    return {
        "url": choice.url,
        "token": Setting(None) if choice.token is None else Setting(_HIDDEN, choice.token.origin),
        "profile": choice.profile,
        **of_client,
        "profiles": Setting(sorted(profiles.by_name), str(profiles.file) if profiles.exists else DEFAULT),
        "configuration": file,
        "state_folder": Setting(str(default_folder())),
    }


def _short(text: str) -> str:
    """Return a text, harmless, with paths in the user's home as shells write them."""
    return safe_text(text.replace(f"{Path.home()}/", "~/"))


def _in_words(value: Any) -> str:
    if value is None or value == []:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(f"{key} {number:g} s" for key, number in value.items())
    return ", ".join(value) if isinstance(value, list | tuple) else str(value)
