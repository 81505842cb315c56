"""`ckanclient demo` and `ckanclient serve`."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from typing import Any

import pytest

from ckan_api_client.exceptions import ServerError
from ckan_api_client.low_level import CkanLowlevelClient
from ckan_api_client.wire.retry import RetryPolicy


def test_the_demo_creates_writes_nothing_and_writes_what_changed(line: Any) -> None:
    result = line("demo", CKAN_URL=None, CKAN_API_TOKEN=None)
    assert result.exit_code == 0
    assert "datasets: 100 created" in result.stdout
    assert "datasets: 1 created, 1 updated, 1 deleted, 98 unchanged" in result.stdout
    assert re.findall(r"(\d+) writes at the server", result.stdout) == ["125", "0", "3"]
    assert "ckanclient sync my-source records.jsonl" in result.stdout


def test_a_served_ckan_says_where_it_is_on_the_first_line_and_ends_on_an_interrupt() -> None:
    command = [sys.executable, "-m", "ckan_api_client.cli", "serve", "--ckan-version", "2.12"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        assert (told["version"][:4], told["datastore"]) == ("2.12", True)
        assert told["url"].startswith("http://127.0.0.1:")
        with CkanLowlevelClient(told["url"], told["editor_token"]) as client:
            assert client.action.package_create(name="wells", owner_org="test-org")["name"] == "wells"
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    assert process.returncode == 130
    assert "Traceback" not in errors


def test_a_served_ckan_has_the_faults_that_it_is_told() -> None:
    command = [sys.executable, "-m", "ckan_api_client.cli", "serve", "--fault", "status_show:*:html=502"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        with CkanLowlevelClient(url, retry=RetryPolicy(attempts=1)) as client, pytest.raises(ServerError) as failed:
            client.action.status_show()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)
    assert failed.value.status_code == 502


def test_a_fault_that_is_none_is_wrong_usage(line: Any) -> None:
    result = line("serve", "--fault", "status_show")
    assert result.exit_code == 2
    assert "write ACTIONS:WHEN:KIND" in result.stderr
