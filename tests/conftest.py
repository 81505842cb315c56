"""What all tests share: the options of the contract tests, known however pytest is started; and hypothesis."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

# A busy machine is no bug; and what CI finds must be there the next time, too.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("contract", "real CKANs for tests/contract")
    # --ckan-url and --ckan-token come with the package's own plugin.
    group.addoption("--ckan-editor-token", help="the API token of somebody who is an editor of one organization")
    group.addoption(
        "--ckan-version",
        action="append",
        default=[],
        metavar="VERSION",
        help="a CKAN of scripts/ckan, which brings it up; repeatable; default: those that are up",
    )
    group.addoption("--require-ckan", action="store_true", help="to have no CKAN is a failure (always so with CI set)")
