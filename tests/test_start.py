"""What is not imported before it is needed: each module takes its time, at every start."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ckan_api_client.testing import EmbeddedCkan

#: The HTTP library, and what it is made of; it takes longer to import than all the rest of a client.
HTTP = {"httpx2", "httpcore2", "h11", "anyio", "ssl", "http.client", "urllib.request"}
#: What only some commands, or some callers, need.
SELDOM = {
    "asyncio", "rich", "luqum", "multipart",
    "ckan_api_client.bulk", "ckan_api_client.ckanapi", "ckan_api_client.downloading", "ckan_api_client.report",
    "ckan_api_client.syncing.diagnosing", "ckan_api_client.syncing.undoing", "ckan_api_client.testing",
}  # fmt: skip

_MAIN = "from ckan_api_client.cli.main import main; main()"


def told_by(code: str, *arguments: str, **environment: str) -> list[str]:
    """The words of the last line that Python writes to standard error."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr.splitlines()[-1].split()


def imported_by(statement: str, *arguments: str, **environment: str) -> set[str]:
    """The names of the modules that Python has imported when a statement has ended, or left."""
    code = f"import sys\ntry: {statement}\nfinally: print(*sys.modules, file=sys.stderr)"
    return set(told_by(code, *arguments, **environment))


@pytest.mark.parametrize(
    ("statement", "arguments", "needless"),
    [
        ("import ckan_api_client.low_level", (), HTTP | SELDOM | {"click", "sqlite3", "ckan_api_client.objects"}),
        ("import ckan_api_client.high_level", (), HTTP | SELDOM | {"click", "sqlite3", "ckan_api_client.syncing"}),
        ("import ckan_api_client.syncing", (), HTTP | SELDOM | {"click"}),
        (_MAIN, ("--help",), HTTP | SELDOM | {"sqlite3", "ckan_api_client.low_level", "ckan_api_client.syncing"}),
        (_MAIN, ("sync", "--help"), HTTP | SELDOM),
    ],
    ids=["low_level", "high_level", "syncing", "--help", "sync --help"],
)
def test_what_is_not_needed_yet_is_not_imported(statement: str, arguments: tuple[str, ...], needless: set[str]) -> None:
    assert imported_by(statement, *arguments) & needless == set()


def test_a_sync_imports_nothing_that_others_need(ckan: EmbeddedCkan, tmp_path: Path) -> None:
    source = tmp_path / "source.jsonl"
    source.write_text(json.dumps({"id": "1", "name": "wells", "title": "Wells", "owner_org": "test-org"}))
    imported = imported_by(
        _MAIN, "sync", "geo", str(source), "--state", str(tmp_path / "state"),
        CKAN_URL=ckan.url, CKAN_API_TOKEN=ckan.sysadmin_token, XDG_CONFIG_HOME=str(tmp_path),
    )  # fmt: skip
    assert imported >= {"httpx2", "sqlite3"}
    assert imported & SELDOM == set()


def test_a_command_collects_garbage_but_not_among_what_was_imported() -> None:
    code = f"import gc, sys; {_MAIN}; print(gc.isenabled(), gc.get_freeze_count() > 10_000, file=sys.stderr)"
    assert told_by(code, "completion", "zsh") == ["True", "True"]


def test_a_command_in_somebody_s_own_process_leaves_the_collector_alone() -> None:
    code = "import gc, sys; from ckan_api_client.cli.main import main; main(['completion', 'zsh'])"
    assert told_by(f"{code}; print(gc.isenabled(), gc.get_freeze_count(), file=sys.stderr)") == ["True", "0"]
