"""The guard in canary.py fails a test that writes a token, wherever it writes it."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

TOKEN = "canary-4c2e91"
TESTS = f"""
import logging, sys
from ckan_api_client.low_level import CkanLowlevelClient

def make():
    return CkanLowlevelClient("http://127.0.0.1:1", "{TOKEN}")

def test_quiet():
    assert "{TOKEN}" not in repr(make())

def test_stdout():
    make()
    print("{TOKEN}")

def test_stderr():
    make()
    print("x{TOKEN}x", file=sys.stderr)

def test_log():
    make()
    logging.getLogger("httpcore2").debug("sent %r", [(b"Authorization", b"{TOKEN}")])

def test_short():
    CkanLowlevelClient("http://127.0.0.1:1", "short")
    print("short")
"""


def test_a_test_that_writes_a_token_fails(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    pytester.makeconftest("from canary import *\nfrom canary import _log_everything, _remember_tokens\n")
    pytester.makepyfile(TESTS)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=2, failed=3)
    result.stdout.fnmatch_lines(["*test_stdout wrote a token, Captured stdout call: cana...*"])
    result.stdout.fnmatch_lines(["*test_stderr wrote a token, Captured stderr call: cana...*"])
    result.stdout.fnmatch_lines(["*test_log wrote a token, Captured log call: cana...*"])
