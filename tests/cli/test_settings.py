"""Where settings come from, which of them counts, and to whom a token is sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
import pytest

from ckan_api_client.cli.proxies import is_exempt, proxy_in
from ckan_api_client.cli.settings import Choice, choose
from ckan_api_client.cli.tokens import token_of_command
from ckan_api_client.transport import Timeouts

A, B = "https://a.example.org", "https://b.example.org"
PROFILES = f"""
default_profile = "a"

[profiles.a]
url = "{A}"
token = "token-of-a"

[profiles.b]
url = "{B}/data/"
token = "token-of-b"
proxy = "http://proxy.b:3128"
user_agent = "b/1"
token_header = ["X-One", "X-Two"]
insecure = true
timeouts = {{ read = 7 }}
"""


class Desk:
    """A home, with what lies in it, and a question."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.config = home / "config.toml"

    def write(self, text: str, name: str = "config.toml", mode: int = 0o600) -> Path:
        path = self.home / name
        path.write_text(text)
        path.chmod(mode)
        return path

    def choose(self, environment: dict[str, str] | None = None, **given: Any) -> Choice:
        config = {"CKANCLIENT_CONFIG": str(self.config)} if self.config.exists() else {}
        return choose(given, {**config, **(environment or {})}, self.home)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    return Desk(tmp_path)


def found(choice: Choice) -> tuple[str | None, str | None]:
    """The URL, and the token that goes there."""
    return choice.url.value, None if choice.token is None else choice.token.read()


ENVIRONMENT = {"CKAN_URL": B, "CKAN_API_TOKEN": "token-of-environment"}


@pytest.mark.parametrize(
    ("environment", "given", "expected"),
    [
        ({}, {}, (A, "token-of-a")),
        ({}, {"profile": "b"}, (f"{B}/data", "token-of-b")),
        ({"CKAN_PROFILE": "b"}, {}, (f"{B}/data", "token-of-b")),
        ({"CKAN_PROFILE": "b"}, {"profile": "a"}, (A, "token-of-a")),
        (ENVIRONMENT, {}, (B, "token-of-environment")),
        ({**ENVIRONMENT, "CKAN_PROFILE": "a"}, {}, (B, "token-of-environment")),
        # A profile that is named in the command line beats the environment, as its arguments do.
        (ENVIRONMENT, {"profile": "a"}, (A, "token-of-a")),
        (ENVIRONMENT, {"token": "given"}, (B, "given")),
        (ENVIRONMENT, {"url": A, "token": "given"}, (A, "given")),
        ({}, {"url": B, "profile": "a", "token": "given"}, (B, "given")),
        # A token in the environment, with no URL beside it, goes where the command goes.
        ({"CKAN_API_TOKEN": "loose"}, {}, (A, "loose")),
        ({"CKAN_API_TOKEN": "loose"}, {"url": B}, (B, "loose")),
        ({"CKAN_API_TOKEN": "loose"}, {"profile": "a"}, (A, "token-of-a")),
        ({"CKAN_API_KEY": "old"}, {}, (A, "old")),
        ({"CKAN_API_KEY": "old", "CKAN_API_TOKEN": "new"}, {}, (A, "new")),
        ({"CKAN_URL": "", "CKAN_API_TOKEN": "", "CKAN_PROFILE": ""}, {}, (A, "token-of-a")),
        # What differs in path only is the same site.
        ({"CKAN_URL": f"{A}/api/3/action/"}, {}, (A, "token-of-a")),
        ({}, {"url": "HTTPS://A.example.org:443/de"}, ("https://A.example.org:443/de", "token-of-a")),
    ],
)
def test_the_first_that_says_something_wins(
    desk: Desk, environment: dict[str, str], given: dict[str, Any], expected: tuple[str, str]
) -> None:
    desk.write(PROFILES)
    choice = desk.choose(environment, **given)
    assert found(choice) == expected
    assert choice.notes == ()


@pytest.mark.parametrize(
    ("environment", "given", "note"),
    [
        ({}, {"url": B}, f"the token of profile a is not sent to {B}, since it is for {A}"),
        ({}, {"url": A.replace("https", "http")}, "the token of profile a is not sent to http://a.example.org"),
        ({}, {"url": f"{A}:8443"}, f"the token of profile a is not sent to {A}:8443"),
        ({}, {"url": B, "profile": "a"}, f"the token of profile a is not sent to {B}"),
        ({"CKAN_URL": B}, {}, f"the token of profile a is not sent to {B}"),
        ({"CKAN_URL": B, "CKAN_PROFILE": "a"}, {}, f"the token of profile a is not sent to {B}"),
        (ENVIRONMENT, {"url": "http://c.org"}, "the token in CKAN_API_TOKEN is not sent to http://c.org"),
        ({"CKAN_URL": "nonsense", "CKAN_API_KEY": "x"}, {"url": B}, "the token in CKAN_API_KEY is not sent to"),
    ],
)
def test_a_token_is_sent_to_no_other_site_than_the_one_beside_it(
    desk: Desk, environment: dict[str, str], given: dict[str, Any], note: str
) -> None:
    desk.write(PROFILES)
    choice = desk.choose(environment, **given)
    assert choice.token is None
    assert any(one.startswith(note) for one in choice.notes)
    assert "token-of" not in f"{choice!r} {choice.notes} {choice.site()!r}"


def test_of_a_profile_of_another_site_nothing_is_used(desk: Desk) -> None:
    desk.write(PROFILES)
    assert desk.choose(profile="b", url=A).site().options == {}


def test_a_profile_sets_what_the_clients_take(desk: Desk) -> None:
    desk.write(PROFILES)
    site = desk.choose(profile="b").site()
    assert site.options == {
        "proxy": "http://proxy.b:3128",
        "user_agent": "b/1",
        "token_header": ("X-One", "X-Two"),
        "timeouts": Timeouts(read=7),
        "verify": False,
    }
    with site.low_level() as client:
        assert client.base_url == f"{B}/data"


@pytest.mark.parametrize(
    ("environment", "given", "name", "expected"),
    [
        ({}, {}, "proxy", ("http://proxy.b:3128", "profile b")),
        ({"HTTPS_PROXY": "http://e:1"}, {}, "proxy", ("http://proxy.b:3128", "profile b")),
        (
            {"HTTPS_PROXY": "http://e:1", "CKAN_PROFILE": "b"},
            {"profile": None},
            "proxy",
            ("http://e:1", "environment variable HTTPS_PROXY"),
        ),
        ({"HTTPS_PROXY": "http://e:1"}, {"proxy": "http://o:1"}, "proxy", ("http://o:1", "argument --proxy")),
        ({"HTTPS_PROXY": "http://e:1"}, {"proxy": ""}, "proxy", (None, "argument --proxy")),
        ({}, {"user_agent": "o/1"}, "user_agent", ("o/1", "argument --user-agent")),
        ({"REQUESTS_CA_BUNDLE": "/e.pem"}, {}, "ca_bundle", ("/e.pem", "environment variable REQUESTS_CA_BUNDLE")),
        ({"REQUESTS_CA_BUNDLE": "/e.pem"}, {"ca_bundle": "/o.pem"}, "ca_bundle", ("/o.pem", "argument --ca-bundle")),
        ({}, {}, "insecure", (True, "profile b")),
        ({}, {"ca_bundle": "/o.pem"}, "insecure", (False, "argument --ca-bundle")),
        ({}, {"insecure": True}, "insecure", (True, "argument --insecure")),
    ],
)
def test_each_setting_says_where_it_came_from(
    desk: Desk, environment: dict[str, str], given: dict[str, Any], name: str, expected: tuple[Any, str]
) -> None:
    desk.write(PROFILES)
    setting = desk.choose(environment, **{"profile": "b", **given}).settings[name]
    assert (setting.value, setting.origin.partition(" in /")[0]) == expected


def test_without_a_url_the_ways_to_one_are_named(desk: Desk) -> None:
    desk.write(PROFILES.replace('default_profile = "a"', ""))
    with pytest.raises(click.UsageError, match=r"Set CKAN_URL, or give --url \S+, or --profile a\|b"):
        desk.choose().site()


def test_two_tokens_are_wrong_usage(desk: Desk) -> None:
    with pytest.raises(click.UsageError, match="--token and --token-file are two tokens"):
        desk.choose(url=A, token="x", token_file="y")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("profiles = [", "it is no TOML: "),
        pytest.param("profiles = " + "9" * 5000, "it is no TOML: ", id="5000 digits"),
        pytest.param("profiles = " + "[" * 5000, "it is no TOML: ", id="deep"),
        ("default_profil = 'a'", "default_profil is no setting; did you mean default_profile?"),
        ("colour = 1", "colour is no setting; there are: default_profile, profiles"),
        ("default_profile = 1", "default_profile should be the name of a profile"),
        ("profiles = 1", r"profiles should be tables: \[profiles.NAME\]"),
        ("[profiles]\na = 1", r"profiles should be tables: \[profiles.NAME\]"),
        ("[profiles.a]", "profiles.a has no url: which catalog is it?"),
        ("[profiles.a]\nurl = 'a.org'", "profiles.a.url should be the base URL of a CKAN"),
        ("[profiles.a]\nurl = 'https://me:canary@a.org'", "profiles.a.url should be the base URL of a CKAN"),
        ("[profiles.a]\nurl = 'https://a.org'\ntokn = 'canary'", "profiles.a.tokn is no setting; did you mean token?"),
        ("[profiles.a]\nurl = 'https://a.org'\ntoken = ['canary']", "profiles.a.token should be a text"),
        ("[profiles.a]\nurl = 'https://a.org'\ntoken = 'canary'\ntoken_env = 'B'", "has token and token_env: one of"),
        ("[profiles.a]\nurl = 'https://a.org'\ntoken_command = 'pass x'", "token_command should be a list of words"),
        ("[profiles.a]\nurl = 'https://a.org'\ninsecure = 'no'", "insecure should be true or false"),
        ("[profiles.a]\nurl = 'https://a.org'\nallow_http = 1", "allow_http should be true or false"),
        ("[profiles.a]\nurl = 'https://a.org'\nproxy = 'ftp://u:canary@x'", "proxy should be the URL of a proxy"),
        ("[profiles.a]\nurl = 'https://a.org'\nmax_in_flight = 0", "max_in_flight should be a number of requests at"),
        ("[profiles.a]\nurl = 'https://a.org'\nmax_in_flight = true", "max_in_flight should be a number of requests"),
        ("[profiles.a]\nurl = 'https://a.org'\nmax_rate = 0", "max_rate should be a number of requests a second"),
        ("[profiles.a]\nurl = 'https://a.org'\nmax_rate = nan", "max_rate should be a number of requests a second"),
        ("[profiles.a]\nurl = 'https://a.org'\nmax_rate = '2'", "max_rate should be a number of requests a second"),
        ("[profiles.a]\nurl = 'https://a.org'\ntimeouts = 3", "timeouts should be a table of seconds"),
        ("[profiles.a]\nurl = 'https://a.org'\ntimeouts = { raed = 3 }", "timeouts should be a table of seconds"),
        ("[profiles.a]\nurl = 'https://a.org'\ntimeouts = { read = true }", "timeouts should be a table of seconds"),
    ],
)
def test_whatever_is_wrong_in_the_configuration_is_named_and_no_value_is_shown(
    desk: Desk, text: str, complaint: str
) -> None:
    desk.write(text)
    with pytest.raises(click.ClickException, match=complaint) as caught:
        desk.choose(url=A)
    assert caught.value.message.startswith(f"the configuration {desk.config}: ")
    assert "canary" not in caught.value.message


@pytest.mark.parametrize("given", [{"profile": "c"}, {}])
def test_a_profile_that_is_not_there_is_told_with_those_that_are(desk: Desk, given: dict[str, Any]) -> None:
    desk.write(PROFILES)
    with pytest.raises(click.UsageError, match=r"there is no profile 'c' \(.*\) in .*config.toml; there are: a, b"):
        desk.choose({} if given else {"CKAN_PROFILE": "c"}, **given)


def test_a_configuration_that_was_named_must_be_there(desk: Desk) -> None:
    with pytest.raises(click.ClickException, match=r"no configuration /nowhere \(environment variable CKANCL"):
        desk.choose({"CKANCLIENT_CONFIG": "/nowhere"}, url=A)


def test_without_one_there_is_none(desk: Desk) -> None:
    choice = desk.choose(url=A)
    assert (found(choice), choice.profiles.exists) == ((A, None), False)
    assert str(choice.profiles.file).endswith("/xdg/ckanclient/config.toml")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o610])
def test_files_with_tokens_that_others_can_open_are_refused(desk: Desk, mode: int) -> None:
    path = desk.write(PROFILES, mode=mode)
    with pytest.raises(click.ClickException, match=rf"\(mode {mode:o}\), and is not used: chmod 600 {path}"):
        desk.choose(url=A)
    path.unlink()
    token_file = desk.write("canary", "token", mode)
    with pytest.raises(click.ClickException, match=f"chmod 600 {token_file}"):
        desk.choose(url=A, token_file=str(token_file)).site()
    ckanpass = desk.write(f"{A}:canary", ".ckanpass", mode)
    with pytest.raises(click.ClickException, match=f"chmod 600 {ckanpass}"):
        desk.choose(url=A)
    # It would be of no use here.
    assert found(desk.choose(url=B)) == (B, None)
    assert found(desk.choose(url=A, token="given")) == (A, "given")


class TestTokens:
    @pytest.mark.parametrize("where", ["absolute", "beside the configuration"])
    def test_one_in_a_file(self, desk: Desk, where: str) -> None:
        path = desk.write("in-a-file\n", "token")
        desk.write(f"[profiles.a]\nurl = '{A}'\ntoken_file = '{path if where == 'absolute' else 'token'}'")
        assert found(desk.choose(profile="a")) == (A, "in-a-file")
        assert found(desk.choose(url=A, token_file=str(path))) == (A, "in-a-file")

    def test_one_in_a_variable(self, desk: Desk) -> None:
        desk.write(f"[profiles.a]\nurl = '{A}'\ntoken_env = 'MINE'")
        choice = desk.choose({"MINE": "in-a-variable"}, profile="a")
        assert found(choice) == (A, "in-a-variable")
        assert choice.token is not None
        assert choice.token.origin == f"environment variable MINE, token_env of profile a in {desk.config}"

    def test_one_of_a_program_without_a_shell(self, desk: Desk) -> None:
        desk.write(f"[profiles.a]\nurl = '{A}'\ntoken_command = ['printf', '%s\\n', 'a$HOME;', 'more']")
        assert found(desk.choose(profile="a")) == (A, "a$HOME;")

    @pytest.mark.parametrize(
        ("words", "complaint"),
        [
            (["sh", "-c", "echo canary; printf 'no \\033[31m agent' >&2; exit 3"],
             r"token_command: sh failed with exit code 3\n  no \\x1b\[31m agent"),
            (["/nowhere/pass"], "token_command: /nowhere/pass cannot be run: .*No such file"),
            (["true"], r"token_command of profile a in .*: the API token is empty"),
            (["printf", "can ary"], "the API token holds a character that no token of CKAN has"),
        ],
        ids=["fails", "absent", "silent", "two words"],
    )  # fmt: skip
    def test_a_program_that_fails_is_told_with_what_it_said(self, desk: Desk, words: list[str], complaint: str) -> None:
        desk.write(f"[profiles.a]\nurl = '{A}'\ntoken_command = {json.dumps(words)}")
        with pytest.raises(click.ClickException, match=complaint) as caught:
            desk.choose(profile="a").site()
        assert "canary" not in caught.value.message
        assert "can ary" not in caught.value.message

    def test_a_program_that_takes_too_long_is_ended(self) -> None:
        with pytest.raises(click.ClickException, match=r"token_command: sleep took more than 0\.05 s"):
            token_of_command(["sleep", "60"], patience=0.05)

    @pytest.mark.parametrize("content", [None, "", "a\nb\n", "a b"], ids=["absent", "empty", "two lines", "two words"])
    def test_a_file_that_holds_none_is_named(self, desk: Desk, content: str | None) -> None:
        path = desk.home / "token" if content is None else desk.write(content, "token")
        with pytest.raises(click.ClickException, match=str(path).replace(".", r"\.")) as caught:
            desk.choose(url=A, token_file=str(path)).site()
        assert "a b" not in caught.value.message

    def test_a_command_that_reads_none_starts_no_program(self, desk: Desk) -> None:
        desk.write(f"[profiles.a]\nurl = '{A}'\ntoken_command = ['touch', '{desk.home}/started']")
        assert desk.choose(profile="a").token is not None
        assert not (desk.home / "started").exists()


class TestCkanpass:
    @pytest.mark.parametrize(
        ("row", "url"),
        [
            ("https://a.example.org:key", A),
            (r"https\://a.example.org:key", A),
            (r"http\://localhost\:5000:key", "http://localhost:5000"),
            ("http://localhost:5000/sub/:key", "http://localhost:5000/sub"),
            ("  https://a.example.org/api/3:key  ", A),
        ],
    )
    def test_rows_of_2014_are_read_with_and_without_backslashes(self, desk: Desk, row: str, url: str) -> None:
        desk.write(f"# my keys\n\n{row}\nhttps://other.org:other\n", ".ckanpass")
        choice = desk.choose(url=url)
        assert found(choice) == (url, "key")
        assert choice.token is not None
        assert choice.token.origin == f"{desk.home}/.ckanpass, line 3"

    def test_everything_else_comes_before_it(self, desk: Desk) -> None:
        desk.write(f"{A}:key", ".ckanpass")
        assert found(desk.choose({"CKAN_API_TOKEN": "e"}, url=A)) == (A, "e")
        assert found(desk.choose({"CKAN_URL": B, "CKAN_API_TOKEN": "e"}, url=A)) == (A, "key")
        desk.write(PROFILES)
        assert found(desk.choose(url=A)) == (A, "token-of-a")

    @pytest.mark.parametrize("row", ["https://a.example.org", "a.example.org:canary", "nothing"])
    def test_a_row_that_is_none_is_named_by_its_number(self, desk: Desk, row: str) -> None:
        path = desk.write(f"\n{row}\n", ".ckanpass")
        with pytest.raises(click.ClickException, match=f"{path}, line 2: ") as caught:
            desk.choose(url=A)
        assert "canary" not in caught.value.message


@pytest.mark.parametrize(
    ("environment", "url", "proxy"),
    [
        ({"HTTPS_PROXY": "http://p"}, A, ("http://p", "HTTPS_PROXY")),
        ({"HTTPS_PROXY": "http://p"}, "http://a.org", None),
        ({"http_proxy": "http://low", "HTTP_PROXY": "http://up"}, "http://a.org", ("http://low", "http_proxy")),
        ({"ALL_PROXY": "socks5://p"}, A, ("socks5://p", "ALL_PROXY")),
        ({"ALL_PROXY": "http://all", "https_proxy": "http://p"}, A, ("http://p", "https_proxy")),
        ({"HTTPS_PROXY": "http://p", "NO_PROXY": "example.org"}, A, (None, "NO_PROXY")),
        ({"HTTPS_PROXY": "http://p", "NO_PROXY": "b.org", "no_proxy": "example.org"}, A, (None, "no_proxy")),
        ({"NO_PROXY": "example.org"}, A, None),
        ({"HTTPS_PROXY": ""}, A, None),
    ],
)
def test_proxies_are_read_as_curl_reads_them(
    environment: dict[str, str], url: str, proxy: tuple[str | None, str] | None
) -> None:
    assert proxy_in(environment, url) == proxy


@pytest.mark.parametrize(
    ("no_proxy", "url", "exempt"),
    [
        ("*", A, True),
        ("other.org, a.example.org", A, True),
        (".example.org", A, True),
        ("*.example.org", A, True),
        ("EXAMPLE.ORG", A, True),
        ("ample.org", A, False),
        ("a.example.org:443", A, True),
        ("a.example.org:80", A, False),
        ("10.0.0.0/8", "http://10.1.2.3", True),
        ("10.0.0.0/8", "http://11.1.2.3", False),
        ("127.0.0.1", "http://127.0.0.1:5000", True),
        ("::1", "http://[::1]:5000", True),
        ("", A, False),
        (" , ", A, False),
    ],
)
def test_no_proxy_names_hosts_domains_ports_and_networks(no_proxy: str, url: str, exempt: bool) -> None:
    assert is_exempt(no_proxy, url) is exempt


def test_how_much_is_asked_is_told_by_options_then_the_environment_then_a_profile(desk: Desk) -> None:
    desk.write(f"[profiles.a]\nurl = '{A}'\nmax_in_flight = 2\nmax_rate = 0.5\n")
    variables = {"CKAN_MAX_IN_FLIGHT": "4", "CKAN_MAX_RATE": "1.5", "CKAN_PROFILE": "a"}

    def limits(*arguments: Any, **given: Any) -> tuple[Any, Any]:
        settings = desk.choose(*arguments, **given).settings
        return settings["max_in_flight"].value, settings["max_rate"].value

    assert limits(url=A) == (None, None)
    assert limits({"CKAN_PROFILE": "a"}) == (2, 0.5)
    assert limits(variables) == (4, 1.5)
    assert limits(variables, max_in_flight=8, max_rate=3.0) == (8, 3.0)
    assert limits({"CKAN_MAX_RATE": "1.5"}, profile="a") == (2, 0.5)


@pytest.mark.parametrize("text", ["0", "-1", "nan", "many", "1e999"])
@pytest.mark.parametrize("variable", ["CKAN_MAX_IN_FLIGHT", "CKAN_MAX_RATE"])
def test_a_variable_that_holds_no_limit_is_named(desk: Desk, variable: str, text: str) -> None:
    with pytest.raises(click.ClickException, match=f"environment variable {variable}: "):
        desk.choose({variable: text}, url=A)
