"""Profiles: what somebody wrote down of the catalogs they work with, in one TOML file. Reads no environment."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from ckan_api_client.cli.output import safe_text
from ckan_api_client.cli.tokens import read_private
from ckan_api_client.wire.address import Address
from ckan_api_client.wire.proxy import proxy_url
from ckan_api_client.wire.rate import MOST_IN_FLIGHT, checked_in_flight, checked_rate

#: The ways to a token. A profile has one of them, or none.
TOKEN_KEYS = ("token", "token_file", "token_env", "token_command")
TIMEOUT_KEYS = ("connect", "read", "total")
_PATHS = ("token_file", "ca_bundle")


@dataclass(frozen=True, slots=True)
class Profile:
    """What is said of one catalog. `values` are those of the file: checked, with whole paths, and secret."""

    name: str
    url: str
    file: Path
    values: Mapping[str, Any] = field(repr=False)

    @property
    def token_key(self) -> str | None:
        return next((key for key in TOKEN_KEYS if key in self.values), None)


@dataclass(frozen=True, slots=True)
class Profiles:
    """What a file says: its profiles by name, and which of them is meant when nobody says."""

    file: Path
    #: Who said that it is this file.
    origin: str
    exists: bool = False
    default: str | None = None
    by_name: Mapping[str, Profile] = field(default_factory=dict)

    def get(self, name: str, said_by: str) -> Profile:
        """Return a profile. Raises UsageError, with the names there are, for one that is not there."""
        if name not in self.by_name:
            there = ", ".join(sorted(self.by_name)) or "none"
            raise click.UsageError(
                safe_text(f"there is no profile {name!r} ({said_by}) in {self.file}; there are: {there}")
            )
        return self.by_name[name]


def read_profiles(path: Path, origin: str, *, must_exist: bool = False) -> Profiles:
    """Return what a file says; nothing where there is no file. Raises ClickException for whatever is wrong in it."""
    try:
        text = read_private(path, "the configuration")
    except FileNotFoundError as error:
        if must_exist:
            raise click.ClickException(safe_text(f"there is no configuration {path} ({origin})")) from error
        return Profiles(path, origin)
    try:
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # Plain ones, too: for an integer of 5,000 digits.
        raise _wrong(path, f"it is no TOML: {error}") from error
    _check_keys(path, content, ("default_profile", "profiles"), "")
    default = content.get("default_profile")
    if not isinstance(default, str | None):
        raise _wrong(path, "default_profile should be the name of a profile")
    tables = content.get("profiles", {})
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise _wrong(path, "profiles should be tables: [profiles.NAME]")
    by_name = {name: _profile(path, name, table) for name, table in tables.items()}
    return Profiles(path, origin, exists=True, default=default, by_name=by_name)


def _profile(path: Path, name: str, table: dict[str, Any]) -> Profile:
    where = f"profiles.{name}"
    _check_keys(path, table, ("url", *TOKEN_KEYS, *_CHECKS, "timeouts"), where)
    if "url" not in table:
        raise _wrong(path, f"{where} has no url: which catalog is it?")
    ways = [key for key in TOKEN_KEYS if key in table]
    if len(ways) > 1:
        raise _wrong(path, f"{where} has {' and '.join(ways)}: one of them will do")
    for key, value in table.items():
        check, wanted = _ALL_CHECKS[key]
        if not check(value):
            raise _wrong(path, f"{where}.{key} should be {wanted}")
    values = dict(table)
    for key in _PATHS:
        if key in values:
            values[key] = str(path.parent / Path(values[key]).expanduser())
    return Profile(name, Address.of(table["url"]).base, path, values)


def _check_keys(path: Path, table: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, list(known), 1)
            hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
            raise _wrong(path, f"{where + '.' if where else ''}{key} is no setting; {hint}")


def _wrong(path: Path, text: str) -> click.ClickException:
    return click.ClickException(safe_text(f"the configuration {path}: {text}"))


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and _holds(Address.of, value)


def _is_proxy(value: Any) -> bool:
    return value == "" or (isinstance(value, str) and _holds(proxy_url, value))


def _is_in_flight(value: Any) -> bool:
    return type(value) is int and _holds(checked_in_flight, value)


def _is_rate(value: Any) -> bool:
    return type(value) in {int, float} and _holds(checked_rate, value)


def _holds(make: Callable[[Any], object], value: Any) -> bool:
    try:
        make(value)
    except ValueError:
        return False
    return True


def _is_words(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_text, value))


def _is_timeouts(value: Any) -> bool:
    return isinstance(value, dict) and all(
        key in TIMEOUT_KEYS and isinstance(seconds, int | float) and not isinstance(seconds, bool) and seconds > 0
        for key, seconds in value.items()
    )


#: What a key's value must be, and how that is said. No value is ever shown: it may be a secret in the wrong place.
_CHECKS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "proxy": (_is_proxy, 'the URL of a proxy, such as "http://proxy.example.org:3128", or "" for none'),
    "ca_bundle": (_is_text, "the path of a PEM file"),
    "user_agent": (_is_text, "a text"),
    "token_header": (lambda value: _is_text(value) or _is_words(value), "the name of a header, or a list of them"),
    "insecure": (lambda value: isinstance(value, bool), "true or false"),
    "allow_http": (lambda value: isinstance(value, bool), "true or false"),
    "max_in_flight": (_is_in_flight, f"a number of requests at once, 1 to {MOST_IN_FLIGHT}"),
    "max_rate": (_is_rate, "a number of requests a second, above 0, such as 2 or 0.5"),
}
_ALL_CHECKS: dict[str, tuple[Callable[[Any], bool], str]] = {
    **_CHECKS,
    "url": (_is_address, 'the base URL of a CKAN, such as "https://catalog.example.org"'),
    "token": (_is_text, "a text"),
    "token_file": (_is_text, "the path of a file"),
    "token_env": (_is_text, "the name of an environment variable"),
    "token_command": (_is_words, 'a list of words, such as ["pass", "show", "ckan"]'),
    "timeouts": (_is_timeouts, "a table of seconds: { connect = 10, read = 300, total = 900 }"),
}
