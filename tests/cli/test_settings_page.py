"""docs/settings.md: its examples are read by the code, and it names whatever the code reads."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest

from ckan_api_client.cli import main as cli_main
from ckan_api_client.cli.profiles import _ALL_CHECKS, TOKEN_KEYS, read_profiles
from ckan_api_client.cli.settings import _CA_BUNDLE, _CONFIG, _PROFILE, _TOKENS, _URL
from ckan_api_client.cli.tokens import ckanpass

PAGE = (Path(__file__).parents[2] / "docs" / "settings.md").read_text()
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


def private(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o600)
    return path


def block(kind: str, start: str) -> str:
    (text,) = [text for found, text in BLOCKS if found == kind and text.startswith(start)]
    return str(text)


def test_its_profiles_are_profiles(tmp_path: Path) -> None:
    profiles = read_profiles(private(tmp_path / "config.toml", block("toml", "default_profile")), "here")
    assert profiles.default == "staging"
    assert profiles.by_name["staging"].values["token_file"] == str(tmp_path / "staging.token")
    assert profiles.by_name["prod"].values["token_command"] == ["pass", "show", "ckan"]


@pytest.mark.parametrize("url", ["https://catalog.example.org", "http://localhost:5000"])
def test_its_rows_of_ckanpass_are_rows(tmp_path: Path, url: str) -> None:
    found = ckanpass(private(tmp_path / ".ckanpass", block("", "# comments")), url)
    assert found is not None
    assert found.read().endswith("-KEY")


def test_its_commands_take_what_it_gives_them() -> None:
    lines = [shlex.split(row)[1:] for row in block("", "ckanclient status").splitlines()]
    assert len(lines) == 3
    for name, *words in lines:
        command: Any = cli_main.cli.get_command(click.Context(cli_main.cli), name)
        command.make_context(name, words)


@pytest.mark.parametrize("name", [*_ALL_CHECKS, *TOKEN_KEYS, _URL, *_TOKENS, _PROFILE, _CONFIG, _CA_BUNDLE])
def test_it_names_all_that_is_read(name: str) -> None:
    assert re.search(rf"\b{name}\b", PAGE)
