"""What all tests share: the options of the contract tests, known however pytest is started; and hypothesis."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings
from xdist.remote import Producer  # type: ignore[import-untyped]

from canary import (  # noqa: F401 - pytest finds them here
    _log_everything,
    _remember_tokens,
    pytest_runtest_makereport,
)
from side_by_side import Units

# A busy machine is no bug; and what CI finds must be there the next time, too.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=5000)
settings.load_profile("ci" if os.environ.get("CI") else "default")


@pytest.fixture(autouse=True, scope="session")
def _no_state_in_the_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What syncs remember when nobody says where stays out of the home of whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


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


@pytest.hookimpl(optionalhook=True)  # as there is none under `-p no:xdist`
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Units:
    """Keep together what shares a real CKAN, where several processes run the tests."""
    return Units(config, log)
