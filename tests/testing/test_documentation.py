"""docs/embedded.md: its examples run, its lists are complete."""

from __future__ import annotations

import doctest
from pathlib import Path

from ckan_api_client.testing.actions import ACTIONS
from ckan_api_client.testing.faults import KINDS

PAGE = Path(__file__).parents[2] / "docs" / "embedded.md"


def test_its_examples_run() -> None:
    failed, attempted = doctest.testfile(str(PAGE), module_relative=False)
    assert attempted > 10
    assert failed == 0


def test_it_lists_every_fault_as_the_code_describes_it() -> None:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    for kind, meaning in KINDS.items():
        assert f"| `{kind}` | {meaning} |" in lines


def test_it_lists_every_action() -> None:
    _, _, reads = PAGE.read_text(encoding="utf-8").partition("Actions that read:")
    reads, _, writes = reads.partition("Actions that write:")
    writes, _, _ = writes.partition("## ")
    assert {name for name, action in ACTIONS.items() if not action.writes} == set(reads.replace("`", "").split())
    assert {name for name, action in ACTIONS.items() if action.writes} == set(writes.replace("`", "").split())
