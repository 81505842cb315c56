"""`ckanclient settings` and `whoami`, and a token that no command shows."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from ckan_api_client.cli import main as cli_main

CANARY = "canary-8d41c6"


def configure(line: Any, text: str, mode: int = 0o600) -> Path:
    path: Path = line.folder / "config" / "ckanclient" / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def told(result: Any) -> dict[str, tuple[Any, str]]:
    return {name: (pair["value"], pair["from"]) for name, pair in json.loads(result.stdout).items()}


class TestSettings:
    def test_it_tells_each_value_and_where_it_came_from(self, line: Any) -> None:
        config = configure(line, "[profiles.p]\nurl = 'https://p.org'\ntoken = 'x'\ntimeouts = { read = 5 }\n")
        of_p = f"profile p in {config}"
        assert told(line("settings", "--profile", "p", "--user-agent", "me/1", "--json", HTTPS_PROXY="u:pw@p:1")) == {
            "url": ("https://p.org", of_p),
            "token": ("***", f"token of {of_p}"),
            "profile": ("p", "argument --profile"),
            "proxy": ("http://u:***@p:1", "environment variable HTTPS_PROXY"),
            "ca_bundle": (None, "default"),
            "user_agent": ("me/1", "argument --user-agent"),
            "token_header": ("Authorization", "default"),
            "timeouts": ({"connect": 10, "read": 5, "total": 900}, of_p),
            "insecure": (False, "default"),
            "allow_http": (False, "default"),
            "max_in_flight": (None, "default"),
            "max_rate": (None, "default"),
            "profiles": (["p"], str(config)),
            "configuration": (str(config), "default"),
            "state_folder": (str(line.folder / "state" / "ckan-api-client"), "default"),
        }

    def test_people_get_a_line_each(self, line: Any) -> None:
        result = line("settings")
        assert result.exit_code == 0
        rows = [row.split("  ") for row in result.stdout.splitlines()]
        shown = {row[0]: (row[-1].strip(), row) for row in rows}
        assert shown["url"][0] == "environment variable CKAN_URL"
        assert "***" in result.stdout
        assert "there is no such file" in shown["configuration"][0]

    def test_it_needs_no_url_and_asks_nobody(self, line: Any) -> None:
        result = line("settings", "--json", CKAN_URL=None, CKAN_API_TOKEN=None)
        assert result.exit_code == 0
        assert told(result)["url"] == (None, "default")
        assert told(line("settings", "--json"))["token"] == ("***", "environment variable CKAN_API_TOKEN")
        assert line.ckan.requests == []

    def test_it_starts_no_program_for_a_token(self, line: Any) -> None:
        touched = line.folder / "touched"
        configure(
            line, f"default_profile = 'p'\n[profiles.p]\nurl = 'http://p.org'\ntoken_command = ['touch', '{touched}']"
        )
        result = line("settings", "--json", CKAN_URL=None, CKAN_API_TOKEN=None)
        assert told(result)["token"][1].startswith("token_command of profile p in ")
        assert not touched.exists()

    def test_a_token_that_is_left_out_is_told(self, line: Any) -> None:
        result = line("settings", "--url", "https://elsewhere.org")
        assert "Note: the token in CKAN_API_TOKEN is not sent to https://elsewhere.org" in result.stderr
        assert "***" not in result.stdout


class TestWhoami:
    def test_it_names_the_user(self, line: Any) -> None:
        result = line("whoami")
        assert result.exit_code == 0
        assert result.stdout.splitlines()[0] == "name      sysadmin"
        told = json.loads(line("whoami", "--json", CKAN_API_TOKEN=line.ckan.editor_token).stdout)
        assert (told["name"], told["sysadmin"], told["anonymous"], told["url"]) == (
            "editor",
            False,
            False,
            line.ckan.url,
        )

    def test_of_a_sysadmins_it_says_that_less_is_enough(self, line: Any) -> None:
        told = "this token may do everything on the site; to sync into an organization, an editor's of it is enough"
        assert line("whoami").stdout.splitlines()[-1] == told
        assert "editor's" not in line("whoami", CKAN_API_TOKEN=line.ckan.editor_token).stdout

    def test_a_token_that_ckan_does_not_know_leaves_with_6(self, line: Any) -> None:
        result = line("whoami", CKAN_API_TOKEN=CANARY)
        assert (result.exit_code, result.stdout) == (6, "")
        assert "CKAN does not know this API token" in result.stderr
        assert "\n`ckanclient settings` says where the token comes from\n" in result.stderr

    def test_of_a_token_that_is_known_and_may_not_it_does_not_say_where_it_comes_from(self, line: Any) -> None:
        line.client.action.package_create(name="rain", owner_org="test-org")
        result = line("purge", "dataset", "rain", "--yes", CKAN_API_TOKEN=line.ckan.editor_token)
        assert (result.exit_code, "`ckanclient settings`" in result.stderr) == (6, False)

    def test_without_a_token_it_says_so_and_asks_nobody(self, line: Any) -> None:
        result = line("whoami", CKAN_API_TOKEN=None)
        assert result.exit_code == 0
        assert result.stdout == f"anonymous: there is no API token for {line.ckan.url}, which was not asked\n"
        assert line.ckan.requests == []
        told = json.loads(line("whoami", "--json", CKAN_API_TOKEN=None).stdout)
        assert (told["name"], told["anonymous"]) == (None, True)


class TestOptions:
    @pytest.mark.parametrize("option", ["--url", "-r", "--remote"])
    @pytest.mark.parametrize("token", ["--token", "-a", "--apikey"])
    def test_the_words_of_ckanapi_are_understood(self, line: Any, option: str, token: str) -> None:
        words = [option, line.ckan.url, token, line.ckan.editor_token]
        result = line("whoami", *words, CKAN_URL=None, CKAN_API_TOKEN=None)
        assert "name      editor" in result.stdout

    @pytest.mark.parametrize("option", ["-c", "--config", "-u", "--ckan-user"])
    def test_the_local_mode_of_ckanapi_is_refused_with_what_to_do(self, line: Any, option: str) -> None:
        result = line("status", option, "ckan.ini")
        assert result.exit_code == 2
        assert "is for the local mode of ckanapi" in result.stderr
        assert "give the address of the site, -r URL" in result.stderr
        # The first words are what the program is called, "-c" where another process has started it.
        assert option not in line("status", "--help").stdout.partition("[OPTIONS]")[2].split()

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (
                (),
                "which catalog? Set CKAN_URL, or give --url https://catalog.example.org; `ckanclient settings --help`",
            ),
            (("--url", "localhost:5000"), "like https://catalog.example.org, with https:// (or http://) in front\n"),
            (("--url", "ftp://c"), "should look like https://catalog.example.org\n"),
        ],
        ids=["none", "without a scheme", "of another scheme"],
    )
    def test_an_address_that_is_none_is_told_with_what_it_lacks(self, line: Any, words: Any, told: str) -> None:
        result = line("whoami", *words, CKAN_URL=None)
        assert (result.exit_code != 0, told in result.stderr) == (True, True)

    def test_of_a_server_without_certificate_plain_http_is_thought_of(self, line: Any) -> None:
        result = line("whoami", "--url", line.ckan.url.replace("http:", "https:"), "--token", CANARY)
        assert (result.exit_code, "Does it speak plain http?" in result.stderr) == (1, True)

    def test_a_token_comes_from_standard_input(self, line: Any) -> None:
        result = line("whoami", "--token-file", "-", stdin=f"{line.ckan.editor_token}\nmore\n")
        assert "name      editor" in result.stdout

    def test_a_proxy_of_the_environment_is_asked(self, line: Any) -> None:
        words = ("whoami", "--url", "http://catalog.invalid", "--token", CANARY, "--allow-http")
        result = line(*words, HTTP_PROXY="http://eve:hunter2@127.0.0.1:9")
        assert result.exit_code == 1
        assert "cannot reach http://catalog.invalid" in result.stderr
        assert "hunter2" not in result.output
        line(*words, http_proxy=line.ckan.url)
        assert line.ckan.requests[-1].path == "http://catalog.invalid/api/3/action/user_show"

    def test_a_proxy_that_is_none_is_not_shown(self, line: Any) -> None:
        result = line("whoami", "--proxy", "ftp://eve:hunter2@p")
        assert (result.exit_code, "hunter2" in result.output) == (1, False)
        assert result.stderr == (
            "Error: argument --proxy: this is no URL of a proxy: it should look like http://proxy.example.org:3128\n"
        )

    def test_an_unchecked_certificate_is_a_warning(self, line: Any) -> None:
        result = line("whoami", "--insecure", "--url", "https://127.0.0.1:9")
        assert "Warning: the certificate of https://127.0.0.1:9 is not checked (argument --insecure)" in result.stderr
        assert "Warning" not in line("whoami", "--insecure").stderr

    def test_a_token_goes_over_plain_http_only_where_that_is_said(self, line: Any) -> None:
        configure(
            line,
            f"[profiles.p]\nurl = 'http://catalog.invalid'\ntoken = '{CANARY}'\n"
            f"[profiles.q]\nurl = 'http://catalog.invalid'\ntoken = '{CANARY}'\nallow_http = true\n",
        )
        refused = line("whoami", "--profile", "p")
        assert refused.exit_code == 1
        assert "(token of profile p in " in refused.stderr
        assert "would go to http://catalog.invalid unencrypted" in refused.stderr
        assert "or --allow-http (allow_http = true in a profile)" in refused.stderr
        for words in (["--profile", "p", "--allow-http"], ["--profile", "q"]):
            assert "cannot reach http://catalog.invalid" in line("whoami", *words).stderr
        no_token = line("status", "--url", "http://catalog.invalid", CKAN_API_TOKEN=None)
        assert "cannot reach http://catalog.invalid" in no_token.stderr

    def test_a_ca_bundle_that_is_not_there_is_named(self, line: Any) -> None:
        result = line("whoami", REQUESTS_CA_BUNDLE="/nowhere.pem")
        assert result.exit_code == 1
        assert "the CA bundle '/nowhere.pem' cannot be read" in result.stderr

    @pytest.mark.parametrize("command", ["status", "whoami", "settings", "plan", "runs", "get"])
    def test_a_configuration_that_others_can_read_is_refused_by_every_command(self, line: Any, command: str) -> None:
        config = configure(line, f"[profiles.p]\nurl = '{line.ckan.url}'\ntoken = '{CANARY}'\n", 0o644)
        words = {"plan": ["geo", "x"], "runs": ["geo"], "get": ["dataset", "air"]}.get(command, [])
        result = line(command, *words)
        assert result.exit_code == 1
        assert f"chmod 600 {shlex.quote(str(config))}" in result.stderr
        assert CANARY not in result.output


#: A call of each command that asks a catalog.
CALLS = {
    "plan": ["geo", "{records}"],
    "apply": ["{plan}"],
    "sync": ["geo", "{records}"],
    "undo": ["geo"],
    "list": ["datasets"],
    "get": ["dataset", "air"],
    "iter": ["datasets"],
    "create": ["dataset", "name=air"],
    "update": ["dataset", "air", "-I", "{record}"],
    "patch": ["dataset", "air", "title=Air"],
    "purge": ["dataset", "air", "--yes"],
    "action": ["status_show"],
    "batch": ["-I", "{calls}"],
    "dump": ["datasets", "--all"],
    "load": ["datasets", "-I", "{records}"],
    "search": ["datasets", "q=air"],
    "delete": ["datasets", "air"],
    "status": [],
    "doctor": [],
    "whoami": [],
}
#: These take the options, and ask nobody.
QUIET = {"runs", "report", "settings"}


def test_every_command_with_the_options_is_called_here() -> None:
    context = click.Context(cli_main.cli)
    commands = {name: cli_main.cli.get_command(context, name) for name in cli_main._COMMANDS}
    have_them = {name for name, command in commands.items() if command and _has_proxy(command)}
    assert have_them == {*CALLS, *QUIET}


def _has_proxy(command: click.Command) -> bool:
    return any("--proxy" in parameter.opts for parameter in command.params)


@pytest.mark.parametrize("name", CALLS)
def test_every_command_goes_the_way_that_its_options_say(line: Any, name: str) -> None:
    files = {"records": line.write({"id": "1", "name": "air", "title": "T"}), "record": str(line.folder / "record")}
    (line.folder / "record").write_text('{"name": "air", "title": "A", "metadata_modified": "2026-01-01T00:00:00"}')
    files["calls"], files["plan"] = str(line.folder / "calls"), str(line.folder / "plan.json")
    (line.folder / "calls").write_text('{"action": "status_show"}\n')
    assert line("plan", "geo", files["records"], "--organization", "test-org", "-o", files["plan"]).exit_code == 0
    if name == "undo":
        assert line("sync", "geo", files["records"], "--organization", "test-org").exit_code == 0
    line.ckan.forget_requests()
    words = [word.format(**files) for word in CALLS[name]]
    line(name, *words, "--proxy", line.ckan.url, "--token-file", "-", stdin=f"{CANARY}\n", CKAN_API_TOKEN=None)
    assert {request.path.startswith("http://") for request in line.ckan.requests} == {True}


#: What is run, and how it ends with a token that the catalog knows, and with another one.
COMMANDS: dict[str, tuple[list[str], int, int]] = {
    "settings": (["settings"], 0, 0),
    "settings --json": (["settings", "--json"], 0, 0),
    "whoami": (["whoami"], 0, 6),
    "whoami --json": (["whoami", "--json"], 0, 6),
    "status": (["status"], 0, 6),
    "status --json": (["status", "--json"], 0, 6),
    "plan": (["plan", "geo", "{records}"], 0, 6),
    "sync": (["sync", "geo", "{records}", "--organization", "test-org", "--json"], 0, 6),
    "runs": (["runs", "geo"], 0, 0),
    "get": (["get", "dataset", "air"], 1, 6),
    "list": (["list", "datasets"], 0, 6),
    "dump": (["dump", "datasets", "--all"], 0, 6),
    "search": (["search", "datasets", "q=*:*"], 0, 6),
    "action": (["action", "status_show"], 0, 6),
}

WAYS = ["argument", "environment", "token", "token_file", "token_env", "token_command", "ckanpass"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("command", list(COMMANDS))
@pytest.mark.parametrize("is_known", [True, False], ids=["known", "unknown"])
def test_no_command_shows_the_token_wherever_it_came_from(line: Any, command: str, way: str, is_known: bool) -> None:
    token = line.ckan.sysadmin_token if is_known else CANARY
    (words, *codes), records = COMMANDS[command], line.write({"id": "1", "title": "T"})
    options, environment = _given(line, way, token)
    result = line(*(word.format(records=records) for word in words), *options, **environment)
    assert result.exit_code == codes[0 if is_known else 1]
    assert token not in result.output


def _given(line: Any, way: str, token: str) -> tuple[list[str], dict[str, str | None]]:
    """Put a token where it is found in one way only."""
    if way == "argument":
        return ["--token", token], {"CKAN_API_TOKEN": None}
    if way == "environment":
        return [], {"CKAN_API_TOKEN": token}
    if way == "ckanpass":
        path = line.folder / ".ckanpass"
        path.write_text(f"{line.ckan.url}:{token}\n")
        path.chmod(0o600)
        return [], {"CKAN_API_TOKEN": None}
    (line.folder / "token").write_text(token)
    (line.folder / "token").chmod(0o600)
    value: Any = {
        "token": token,
        "token_file": str(line.folder / "token"),
        "token_env": "MINE",
        "token_command": [sys.executable, "-c", "import os; print(os.environ['MINE'])"],
    }[way]
    configure(line, f"default_profile = 'p'\n[profiles.p]\nurl = '{line.ckan.url}'\n{way} = {json.dumps(value)}\n")
    return [], {"CKAN_URL": None, "CKAN_API_TOKEN": None, "MINE": token}
