"""`ckanclient completion`, in a real bash."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

#: Asks as bash does when TAB is pressed after a line; $2 is what readline takes for the words.
ASK = """\
eval "$(ckanclient completion bash)"
complete -p ckanclient > /dev/null || exit 1
COMP_LINE=$1
COMP_POINT=${#COMP_LINE}
read -ra COMP_WORDS <<< "${1//:/ : }"
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
[[ $1 == *" " ]] && COMP_WORDS+=("") && ((COMP_CWORD++))
[[ $2 == words ]] && unset COMP_LINE COMP_POINT
_ckanclient_completion ckanclient
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def complete(line: Any) -> Any:
    folder = line.folder / "config" / "ckanclient"
    folder.mkdir(parents=True)
    config = folder / "config.toml"
    config.write_text("".join(f"[profiles.{name}]\nurl = 'https://{name}.org'\n" for name in ("prod", "staging")))
    config.chmod(0o600)
    bash = shutil.which("bash")
    assert bash is not None
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

    def ask(text: str, *options: str) -> list[str]:
        done = subprocess.run(
            [bash, "-c", ASK, "bash", text, *options],
            env={**line.process_environment(), "PATH": path}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stderr == ""
        return done.stdout.split()

    return ask


@pytest.mark.parametrize("how", ["line", "words"])
@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("ckanclient s", ["sync", "search", "status", "settings", "serve"]),
        ("ckanclient wh", ["whoami"]),
        ("ckanclient --v", ["--version"]),
        ("ckanclient get ", ["datasets", "organizations", "groups", "resources"]),
        ("ckanclient get o", ["organizations"]),
        ("ckanclient dump ", ["datasets", "groups", "organizations", "users"]),
        ("ckanclient status --in", ["--insecure", "--in-flight"]),
        ("ckanclient status --profile ", ["prod", "staging"]),
        ("ckanclient whoami --profile s", ["staging"]),
        ("ckanclient completion ", ["bash", "zsh", "fish"]),
        ("ckanclient plan geo records.jsonl --on-conflict ", ["catalog", "source", "fail"]),
    ],
)
def test_what_may_follow_is_offered(complete: Any, text: str, offered: list[str], how: str) -> None:
    assert complete(text, how) == offered


def test_every_command_is_offered(complete: Any) -> None:
    assert {"plan", "get", "dump", "status", "completion"} < set(complete("ckanclient "))


@pytest.mark.parametrize("shell", ["get -r https://a.org:5000/x ", "get --url=https://a.org "])
def test_a_url_is_one_word(complete: Any, shell: str) -> None:
    assert complete(f"ckanclient {shell}r") == ["resources"]


def test_a_value_after_an_equals_sign_is_offered(complete: Any) -> None:
    assert complete("ckanclient status --profile=p") == ["prod"]


def test_a_configuration_that_is_refused_is_not_told_in_the_middle_of_a_line(complete: Any, line: Any) -> None:
    (line.folder / "config" / "ckanclient" / "config.toml").chmod(0o644)
    assert complete("ckanclient status --profile ") == []


@pytest.mark.parametrize(
    ("shell", "words"),
    [("bash", "complete -o nosort"), ("zsh", "#compdef ckanclient"), ("fish", "complete --no-files --command ckancli")],
)
def test_each_shell_gets_its_script_and_help_says_where_to_put_it(line: Any, shell: str, words: str) -> None:
    assert words in line("completion", shell).stdout
    assert f"ckanclient completion {shell}" in line("completion", "--help").stdout
