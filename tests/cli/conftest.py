"""The command line against an embedded CKAN, with a memory of its own in each test."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import termios
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from canary import leaks_of, remember
from ckan_api_client.cli.main import main
from ckan_api_client.low_level import CkanLowlevelClient
from ckan_api_client.testing import EmbeddedCkan

#: What else the command line reads of its environment.
_UNSET = [
    "CKAN_PROFILE", "CKANCLIENT_CONFIG", "REQUESTS_CA_BUNDLE", "CKAN_MAX_IN_FLIGHT", "CKAN_MAX_RATE",
    *(name for kind in ("HTTP", "HTTPS", "ALL", "NO") for name in (f"{kind}_PROXY", f"{kind.lower()}_proxy")),
]  # fmt: skip


#: These start a catalog of their own, and say how to get in.
_SHOW_TOKENS = [("serve",), ("demo",)]


@dataclass
class Line:
    """The command line, and the catalog that it finds in its environment."""

    ckan: EmbeddedCkan
    client: CkanLowlevelClient
    folder: Path

    @property
    def environment(self) -> dict[str, str | None]:
        return {
            "CKAN_URL": self.ckan.url,
            "CKAN_API_TOKEN": self.ckan.sysadmin_token,
            "CKAN_API_KEY": None,
            **dict.fromkeys(_UNSET),
            "HOME": str(self.folder),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_STATE_HOME": str(self.folder / "state"),
        }

    def __call__(self, *arguments: str, stdin: str | None = None, **environment: str | None) -> Result:
        """Run a command; return its exit code and what it wrote."""
        runner = CliRunner(env={**self.environment, **environment})
        with runner.isolation(stdin) as (stdout, stderr, _):
            code = 0
            try:
                main(list(arguments))
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
            out, err = stdout.getvalue(), stderr.getvalue()
        shown = [] if arguments[:1] in _SHOW_TOKENS else leaks_of((out + err).decode("utf-8", "replace"))
        assert shown == [], f"{arguments} showed a token"
        return Result(runner, out, err, out + err, None, code, None)

    def on_terminal(self, *arguments: str, typed: str = "") -> tuple[int, str]:
        """Run a command in a process of its own, on a terminal of 100 columns; return its exit code and its screen."""
        ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (50, 100))
        command = [sys.executable, "-m", "ckan_api_client.cli", *arguments]
        # Some who run tests, pytest-xdist among them, say in the environment how wide their own terminal is.
        environment = {**self.process_environment(), "TERM": "xterm", "COLUMNS": "100", "LINES": "50"}
        with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as process:
            os.close(theirs)
            os.write(ours, typed.encode())
            shown = b""
            while part := _read(ours):
                shown += part
        os.close(ours)
        return process.returncode, shown.decode().replace("\r\n", "\n")

    def process_environment(self) -> dict[str, str]:
        """The same environment, for a process of its own."""
        given = {name: value for name, value in self.environment.items() if value is not None}
        return {name: value for name, value in os.environ.items() if name not in self.environment} | given

    def write(self, *records: dict[str, Any]) -> str:
        """Write records as lines of JSON; return the path."""
        path = self.folder / "records.jsonl"
        path.write_text("".join(json.dumps(record) + "\n" for record in records))
        return str(path)

    def show(self, reference: str) -> dict[str, Any]:
        dataset: dict[str, Any] = self.client.action.package_show(id=reference)
        return dataset

    @property
    def writes(self) -> list[str]:
        """The actions that wrote something, in order."""
        return [write.action for write in self.ckan.writes]


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # Linux says so where the other end is closed.
        return b""


@pytest.fixture(scope="module")
def embedded() -> Iterator[EmbeddedCkan]:
    with EmbeddedCkan() as ckan:
        yield ckan


@pytest.fixture
def line(embedded: EmbeddedCkan, tmp_path: Path) -> Iterator[Line]:
    embedded.reset()
    with CkanLowlevelClient(embedded.url, embedded.sysadmin_token) as client:
        remember(embedded.sysadmin_token)
        remember(embedded.editor_token)
        yield Line(embedded, client, tmp_path)
    for file in (path for path in (tmp_path / "state").rglob("*") if path.is_file()):
        assert leaks_of(file.read_bytes().decode("latin-1")) == [], f"{file} holds a token"
    assert embedded.crashes == []
