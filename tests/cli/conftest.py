"""The command line against an embedded CKAN, with a memory of its own in each test."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ckan_api_client.cli.main import main
from ckan_api_client.low_level import CkanLowlevelClient
from ckan_api_client.testing import EmbeddedCkan


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
            "XDG_STATE_HOME": str(self.folder / "state"),
        }

    def __call__(self, *arguments: str, **environment: str | None) -> Result:
        """Run a command; return its exit code and what it wrote."""
        runner = CliRunner(env={**self.environment, **environment})
        with runner.isolation() as (stdout, stderr, _):
            code = 0
            try:
                main(list(arguments))
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
            out, err = stdout.getvalue(), stderr.getvalue()
        return Result(runner, out, err, out + err, None, code, None)

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


@pytest.fixture(scope="module")
def embedded() -> Iterator[EmbeddedCkan]:
    with EmbeddedCkan() as ckan:
        yield ckan


@pytest.fixture
def line(embedded: EmbeddedCkan, tmp_path: Path) -> Iterator[Line]:
    embedded.reset()
    with CkanLowlevelClient(embedded.url, embedded.sysadmin_token) as client:
        yield Line(embedded, client, tmp_path)
    assert embedded.crashes == []
