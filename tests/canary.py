"""No token is ever shown: each one that a client is given in these tests is looked for in all that a test wrote.

That is standard output, standard error, and the log, down to DEBUG, of the HTTP library, too.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator
from typing import Any

import pytest

from ckan_api_client.wire.address import Token

#: Shorter ones, such as "x", are words of tests that are about something else.
_SHORTEST = 12
_SECRETS: set[str] = set()


def remember(text: str) -> None:
    if len(text) >= _SHORTEST:
        _SECRETS.add(text)


def leaks_of(text: str) -> list[str]:
    """Return the tokens in a text, cut, so that they may be shown."""
    return [f"{secret[:4]}..." for secret in _SECRETS if secret in text]


@pytest.fixture(autouse=True, scope="session")
def _remember_tokens() -> Iterator[None]:
    make: Any = Token.__init__

    def made(self: Token, text: str) -> None:
        make(self, text)
        remember(self.reveal())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Token, "__init__", made)
        yield


@pytest.fixture(autouse=True)
def _log_everything() -> Iterator[None]:
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    yield
    root.setLevel(level)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that wrote a token."""
    report = yield
    # What an earlier phase wrote was that phase's failure.
    written = [(name, text) for name, text in report.sections if name.endswith(report.when or "")]
    leaks = [f"{name}: {', '.join(found)}" for name, text in written if (found := leaks_of(text))]
    if leaks and report.outcome == "passed":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} wrote a token, {'; '.join(leaks)}"
    return report
