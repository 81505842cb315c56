"""Where the settings of a command come from, first to last: its options, the environment, a profile, ~/.ckanpass.

The only reader of os.environ. A profile that is named in the command line counts as its options: it beats the
environment. A token belongs to a site: one that was written down beside a URL is sent nowhere else.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import platformdirs
from click.shell_completion import CompletionItem

from ckan_api_client.cli.output import safe_text
from ckan_api_client.cli.pace_options import PACE_OPTIONS, pace_in
from ckan_api_client.cli.profiles import Profile, Profiles, read_profiles
from ckan_api_client.cli.proxies import proxy_in
from ckan_api_client.cli.tokens import TokenSource, ckanpass, token_in_file, token_of_command
from ckan_api_client.wire.address import Address, origin_of
from ckan_api_client.wire.proxy import proxy_url

if TYPE_CHECKING:
    from ckan_api_client.high_level import CkanHighlevelClient
    from ckan_api_client.low_level import CkanLowlevelClient

F = TypeVar("F", bound=Callable[..., Any])

_URL, _PROFILE, _CONFIG, _CA_BUNDLE = "CKAN_URL", "CKAN_PROFILE", "CKANCLIENT_CONFIG", "REQUESTS_CA_BUNDLE"
#: CKAN_API_KEY is what the 2014 client and others in the field read.
_TOKENS = ("CKAN_API_TOKEN", "CKAN_API_KEY")
DEFAULT = "default"

#: The options that `site_options` gives, and how they are called where they are named as an origin.
_OPTIONS = {
    "url": "--url",
    "token": "--token",
    "token_file": "--token-file",
    "profile": "--profile",
    "insecure": "--insecure",
    "allow_http": "--allow-http",
    "proxy": "--proxy",
    "ca_bundle": "--ca-bundle",
    "user_agent": "--user-agent",
    "max_in_flight": "--max-in-flight",
    "max_rate": "--max-rate",
}
#: What a client is set up with, beside URL and token.
_SETTINGS = (
    "proxy", "ca_bundle", "user_agent", "token_header", "timeouts", "insecure", "allow_http", "max_in_flight",
    "max_rate",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Site:
    """Which catalog, and the token for it."""

    url: str
    token: str | None = field(default=None, repr=False)
    #: What else the clients are given: `proxy`, `ca_bundle`, `user_agent` ... (`low_level.settings.Settings.of`).
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def at_once(self, default: int) -> int:
        """Return how many requests are under way at once, where only `max_in_flight` may say something else."""
        return int(self.options.get("max_in_flight", default))

    def low_level(self) -> CkanLowlevelClient:
        from ckan_api_client.low_level import CkanLowlevelClient  # noqa: PLC0415 - `--help` needs none

        return CkanLowlevelClient(self.url, self.token, **self.options)

    def high_level(self) -> CkanHighlevelClient:
        from ckan_api_client.high_level import CkanHighlevelClient  # noqa: PLC0415 - as above

        return CkanHighlevelClient(self.url, self.token, **self.options)


@dataclass(frozen=True, slots=True)
class Setting:
    """A value, and where it came from, in words for people."""

    value: Any = field(repr=False)
    origin: str = DEFAULT


@dataclass(frozen=True, slots=True)
class Choice:
    """What options, environment and files come to. `settings` are those of a client but for URL and token."""

    url: Setting
    token: TokenSource | None
    settings: Mapping[str, Setting]
    profile: Setting
    profiles: Profiles
    #: What the caller should know of what was not used, and why.
    notes: tuple[str, ...] = ()

    def site(self) -> Site:
        """Return the site, with its token read. Raises UsageError where there is no URL."""
        if not self.url.value:
            names = sorted(self.profiles.by_name)
            known = (
                f", or --profile {'|'.join(names)}" if names else "; `ckanclient settings --help`: keep it in a file"
            )
            raise click.UsageError(f"which catalog? Set CKAN_URL, or give --url https://catalog.example.org{known}")
        options = {name: setting.value for name, setting in self.settings.items() if setting.origin != DEFAULT}
        if "timeouts" in options:
            from ckan_api_client.connection import Timeouts  # noqa: PLC0415 - few need it

            options["timeouts"] = Timeouts(**options["timeouts"])
        if isinstance(options.get("token_header"), list):
            options["token_header"] = tuple(options["token_header"])
        if options.pop("insecure", False):
            options["verify"] = False
        self._refuse_to_be_overheard(options)
        return Site(self.url.value, None if self.token is None else self.token.read(), options)

    def _refuse_to_be_overheard(self, options: Mapping[str, Any]) -> None:
        if self.token is None or options.get("allow_http"):
            return
        if Address(self.url.value).is_overheard(options.get("proxy")):
            raise click.ClickException(
                f"the token ({safe_text(self.token.origin)}) would go to {self.url.value} unencrypted, so that whoever "
                "is in between can read it: give an address with https, or --allow-http (allow_http = true in a "
                "profile) where nobody is"
            )


def site_options(function: F) -> F:
    """Give a command the options that say which catalog, as whom and how, and their sum as its argument `site`."""

    def with_site(choice: Choice) -> Site:
        site = choice.site()
        for note in choice.notes:
            click.echo(f"Note: {safe_text(note)}", err=True)
        if site.options.get("verify") is False and site.url.startswith("https:"):
            click.echo(
                f"Warning: the certificate of {site.url} is not checked ({choice.settings['insecure'].origin}): "
                "whoever is in between reads the token, and everything else",
                err=True,
            )
        return site

    return _options("site", with_site)(function)


def choice_options(function: F) -> F:
    """Give a command the same options, and what they come to as its argument `choice`; no URL is needed."""
    return _options("choice", lambda choice: choice)(function)


def _options(argument: str, make: Callable[[Choice], Any]) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        @functools.wraps(function)
        def with_argument(*arguments: Any, **options: Any) -> Any:
            given = {name: options.pop(name) for name in _OPTIONS}
            return function(*arguments, **options, **{argument: make(choose(given, os.environ, Path.home()))})

        decorated: Any = with_argument
        for option in reversed(_SITE_OPTIONS):
            decorated = option(decorated)
        return decorated  # type: ignore[no-any-return]

    return decorate


def _refuse_local(_: click.Context, parameter: click.Parameter, value: str | None) -> None:
    if value is not None:
        raise click.UsageError(
            f"{'/'.join(parameter.opts)} is for the local mode of ckanapi, inside of a CKAN's own installation, which "
            "is not here: give the address of the site, -r URL"
        )


def _complete_profile(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    try:
        profiles = _read_profiles(os.environ)
    except click.ClickException:
        return []  # Nobody wants to be told in the middle of a word; the command itself tells.
    return [
        CompletionItem(name, help=profile.url)
        for name, profile in sorted(profiles.by_name.items())
        if name.startswith(incomplete)
    ]


_SITE_OPTIONS = (
    click.option("--url", "-r", "--remote", "url", metavar="URL", help="The catalog. Default: $CKAN_URL."),
    click.option(
        "--token", "-a", "--apikey", "--api-key", "token", metavar="TOKEN",
        help="The API token. Other users of this machine can see it here: better $CKAN_API_TOKEN, or --token-file.",
    ),
    click.option(
        "--token-file", type=click.Path(allow_dash=True), metavar="PATH",
        help="A file that holds the token; - reads a line of standard input.",
    ),
    click.option(
        "--profile", metavar="NAME", shell_complete=_complete_profile,
        help="One of the catalogs in the configuration; see `ckanclient settings`. Default: $CKAN_PROFILE.",
    ),
    click.option("--insecure", is_flag=True, default=None, help="Do not check the certificate of the catalog."),
    click.option("--allow-http", is_flag=True, default=None, help="Send the token over plain http, too."),
    click.option("--proxy", metavar="URL", help='The proxy, "" for none. Default: $HTTPS_PROXY and its kin.'),
    click.option(
        "--ca-bundle", type=click.Path(), metavar="PATH",
        help="PEM file of the authorities to trust. Default: $REQUESTS_CA_BUNDLE.",
    ),
    click.option("--user-agent", metavar="TEXT", help="What to call this program there."),
    *PACE_OPTIONS,
    click.option("-c", "--config", hidden=True, expose_value=False, callback=_refuse_local),
    click.option("-u", "--ckan-user", hidden=True, expose_value=False, callback=_refuse_local),
)  # fmt: skip


def choose(given: Mapping[str, Any], environment: Mapping[str, str], home: Path) -> Choice:
    """Return what options (None: not given), environment and files come to; every error in them is told."""
    profiles = _read_profiles(environment)
    named = _named_profile(given, environment, profiles)
    profile = None if named.value is None else profiles.get(named.value, named.origin)
    in_command = named.origin == _from_option("profile")
    url = next(_urls(given, environment, profile, in_command=in_command), Setting(None))
    if not url.value:
        return Choice(url, None, _settings(given, environment, None, None, in_command=False), named, profiles)
    try:
        base = Address.of(url.value).base
    except ValueError as error:
        raise click.ClickException(f"{url.origin}: {error}") from error
    is_about_this = profile is not None and origin_of(profile.url) == origin_of(base)
    used = profile if is_about_this else None
    token, notes = _choose_token(given, environment, home, base, profile, in_command=in_command)
    settings = _settings(given, environment, used, base, in_command=in_command)
    return Choice(Setting(base, url.origin), token, settings, named, profiles, notes)


def _read_profiles(environment: Mapping[str, str]) -> Profiles:
    given = environment.get(_CONFIG)
    default = platformdirs.user_config_path("ckanclient", appauthor=False) / "config.toml"
    if given:
        return read_profiles(Path(given).expanduser(), _from_variable(_CONFIG), must_exist=True)
    return read_profiles(default, DEFAULT)


def _named_profile(given: Mapping[str, Any], environment: Mapping[str, str], profiles: Profiles) -> Setting:
    if given.get("profile"):
        return Setting(given["profile"], _from_option("profile"))
    if environment.get(_PROFILE):
        return Setting(environment[_PROFILE], _from_variable(_PROFILE))
    return Setting(profiles.default, f"default_profile in {profiles.file}" if profiles.default else DEFAULT)


def _urls(
    given: Mapping[str, Any], environment: Mapping[str, str], profile: Profile | None, *, in_command: bool
) -> Iterator[Setting]:
    """Yield the URLs that somebody named, the one that counts first."""
    if given.get("url"):
        yield Setting(given["url"], _from_option("url"))
    if profile is not None and in_command:
        yield Setting(profile.url, _from_profile(profile))
    if environment.get(_URL):
        yield Setting(environment[_URL], _from_variable(_URL))
    if profile is not None:
        yield Setting(profile.url, _from_profile(profile))


def _choose_token(
    given: Mapping[str, Any],
    environment: Mapping[str, str],
    home: Path,
    base: str,
    profile: Profile | None,
    *,
    in_command: bool,
) -> tuple[TokenSource | None, tuple[str, ...]]:
    """Return where the token for a URL is, and what to say of those that are another site's."""
    if given.get("token") is not None and given.get("token_file") is not None:
        raise click.UsageError("--token and --token-file are two tokens: give one of them")
    if (text := given.get("token")) is not None:
        return TokenSource(_from_option("token"), lambda: str(text)), ()
    if (path := given.get("token_file")) is not None:
        return TokenSource(f"{_from_option('token_file')} {path}", lambda: token_in_file(path)), ()
    notes = []
    variable = next((name for name in _TOKENS if environment.get(name)), None)
    of_environment, of_profile = None, None
    if variable is not None:
        of_environment = TokenSource(_from_variable(variable), lambda: environment[variable])
        if environment.get(_URL) and not _is_same(environment[_URL], base):
            notes.append(
                f"the token in {variable} is not sent to {base}, since CKAN_URL beside it is another site; "
                "--token-file gives another token"
            )
            of_environment = None
    if profile is not None and profile.token_key is not None:
        of_profile = _token_of(profile, profile.token_key, environment)
        if not _is_same(profile.url, base):
            notes.append(
                f"the token of profile {profile.name} is not sent to {base}, since it is for {profile.url}; "
                "--token-file gives another token"
            )
            of_profile = None
    first, second = (of_profile, of_environment) if in_command else (of_environment, of_profile)
    found = first or second or ckanpass(home / ".ckanpass", base)
    return found, () if found else tuple(notes)


def _token_of(profile: Profile, key: str, environment: Mapping[str, str]) -> TokenSource:
    value = profile.values[key]
    origin = f"{key} of {_from_profile(profile)}"
    if key == "token_env":
        origin = f"{_from_variable(value)}, {origin}"
        return TokenSource(origin, lambda: environment.get(value, ""))
    takes: dict[str, Callable[[], str]] = {
        "token": lambda: str(value),
        "token_file": lambda: token_in_file(value),
        "token_command": lambda: token_of_command(value),
    }
    return TokenSource(origin, takes[key])


def _settings(
    given: Mapping[str, Any],
    environment: Mapping[str, str],
    profile: Profile | None,
    base: str | None,
    *,
    in_command: bool,
) -> dict[str, Setting]:
    """Return the settings of a client, those that nobody set with the default's value or None."""
    values = {} if profile is None else profile.values
    of_environment: dict[str, Setting] = {}
    if environment.get(_CA_BUNDLE):
        of_environment["ca_bundle"] = Setting(environment[_CA_BUNDLE], _from_variable(_CA_BUNDLE))
    if base is not None and (proxy := proxy_in(environment, base)) is not None:
        of_environment["proxy"] = Setting(proxy[0], _from_variable(proxy[1]))
    for name, number, variable in pace_in(environment):
        of_environment[name] = Setting(number, _from_variable(variable))
    found = {}
    for name in _SETTINGS:
        of_profile = Setting(values[name], _from_profile(profile)) if profile is not None and name in values else None
        of_option = Setting(given[name], _from_option(name)) if given.get(name) is not None else None
        of_variable = of_environment.get(name)
        both = (of_profile, of_variable) if in_command else (of_variable, of_profile)
        found[name] = next((one for one in (of_option, *both) if one is not None), Setting(None))
    found["proxy"] = _checked_proxy(found["proxy"])
    if given.get("ca_bundle") and not given.get("insecure"):
        found["insecure"] = Setting(False, _from_option("ca_bundle"))  # noqa: FBT003 - the value
    return found


def _checked_proxy(proxy: Setting) -> Setting:
    try:
        return Setting(proxy_url(proxy.value) if proxy.value else None, proxy.origin)
    except ValueError as error:
        raise click.ClickException(f"{proxy.origin}: {error}") from None


def _is_same(url: str, base: str) -> bool:
    try:
        return origin_of(url) == origin_of(base)
    except ValueError:
        return False


def _from_option(name: str) -> str:
    return f"argument {_OPTIONS[name]}"


def _from_variable(name: str) -> str:
    return f"environment variable {name}"


def _from_profile(profile: Profile) -> str:
    return f"profile {profile.name} in {profile.file}"
