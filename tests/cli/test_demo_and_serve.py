"""`ckanclient demo` and `ckanclient serve`."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from ckan_api_client.exceptions import ServerError
from ckan_api_client.low_level import CkanLowlevelClient
from ckan_api_client.wire.retry import RetryPolicy


def test_the_demo_keeps_what_people_wrote_refuses_an_accident_and_takes_a_run_back(line: Any) -> None:
    result = line("demo", CKAN_URL=None, CKAN_API_TOKEN=None)
    assert result.exit_code == 0
    assert "datasets: 100 created" in result.stdout
    assert "1 conflict between the two sides: 1 kept from the catalog" in result.stdout
    assert "datasets: 1 created, 1 updated, 1 deleted, 98 unchanged" in result.stdout
    assert "title now: 'A title that an editor wrote', tags: reviewed" in result.stdout
    assert "50 of 100 datasets would be deleted" in result.stdout
    assert "datasets: 1 updated, 1 revived, 1 deleted" in result.stdout
    assert re.findall(r"(\d+) writes at the server", result.stdout) == ["125", "0", "3", "0", "3"]
    assert "ckanclient sync my-source records.jsonl" in result.stdout


@contextmanager
def served(*options: str) -> Iterator[tuple[dict[str, Any], subprocess.Popen[str]]]:
    """Run `ckanclient serve`, and see that it is gone at the end."""
    command = [sys.executable, "-m", "ckan_api_client.cli", "serve", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline()), process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_served_ckan_says_where_it_is_on_the_first_line_and_ends_on_a_signal(number: signal.Signals) -> None:
    with served("--ckan-version", "2.12") as (told, process):
        assert (told["version"][:4], told["datastore"]) == ("2.12", True)
        assert told["url"].startswith("http://127.0.0.1:")
        with CkanLowlevelClient(told["url"], told["editor_token"]) as client:
            assert client.action.package_create(name="wells", owner_org="test-org")["name"] == "wells"
        process.send_signal(number)
        _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (0, "")


def test_a_served_ckan_has_the_faults_that_it_is_told() -> None:
    with (
        served("--fault", "status_show:*:html=502") as (told, _),
        CkanLowlevelClient(told["url"], retry=RetryPolicy(attempts=1)) as client,
        pytest.raises(ServerError) as failed,
    ):
        client.action.status_show()
    assert failed.value.status_code == 502


def test_a_fault_that_is_none_is_wrong_usage(line: Any) -> None:
    result = line("serve", "--fault", "status_show")
    assert result.exit_code == 2
    assert "write ACTIONS:WHEN:KIND" in result.stderr
