"""Tests on one real CKAN are one unit of work; what runs on embedded ones is shared out by files."""

from __future__ import annotations

import pytest

from side_by_side import unit_of


@pytest.mark.parametrize(
    ("test", "unit"),
    [
        ("tests/contract/test_search.py::test_it[2.11]", "CKAN 2.11"),
        ("tests/contract/test_names.py::test_it[2.11-async]", "CKAN 2.11"),
        ("tests/contract/test_names.py::test_it[sysadmin-2.12]", "CKAN 2.12"),
        ("tests/contract/test_names.py::test_it[2.11-scheming-async]", "CKAN 2.11-scheming"),
        ("tests/contract/test_names.py::test_it[2.11-embedded-async]", "tests/contract/test_names.py"),
        ("tests/contract/test_names.py::test_it[sysadmin-2.11-embedded]", "tests/contract/test_names.py"),
        ("tests/contract/test_callers.py::test_it", "tests/contract/test_callers.py"),
        ("tests/twins/test_twins.py::test_it", "CKAN 2.11"),
        ("tests/testing/test_server.py::test_it[2.11]", "tests/testing/test_server.py"),
    ],
)
def test_a_real_ckan_has_one_process(test: str, unit: str) -> None:
    assert unit_of(test) == unit
