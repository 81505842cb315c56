"""A plugin of the pytest that runs with a defect planted: it sees to what is imported, and says which test failed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import Phase, settings

import ckan_api_client

COPY, RESULT = "PLANTED_COPY", "PLANTED_RESULT"


def pytest_configure() -> None:
    imported, copy = Path(ckan_api_client.__file__), Path(os.environ[COPY])
    if not imported.is_relative_to(copy):
        raise pytest.UsageError(f"{imported} was imported, which is not the copy in {copy}")
    # The same examples each time, and none of those that fail is left for others to find.
    # What fails is not made smaller: that takes minutes, and says no more.
    phases = [Phase.explicit, Phase.generate]
    settings.register_profile("planted", deadline=None, derandomize=True, phases=phases)
    settings.load_profile("planted")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed:
        with Path(os.environ[RESULT]).open("a") as file:
            file.write(f"{report.nodeid}\n")
