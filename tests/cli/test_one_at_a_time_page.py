"""docs/one-at-a-time.md: what it shows is what happens."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "one-at-a-time.md"


def sessions() -> Iterator[tuple[str, str]]:
    """Yield each command of the page, and what it is said to print."""
    for block in re.findall(r"```console\n(.*?)```", PAGE.read_text(), re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, told = part.partition("\n")
            yield command, told


def test_the_commands_of_the_page_print_what_it_says(line: Any, tmp_path: Path) -> None:
    environment = line.process_environment()
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    checker, all_sessions = doctest.OutputChecker(), list(sessions())
    assert len(all_sessions) == 18
    wrong = []
    for command, told in all_sessions:
        done = subprocess.run(
            ["/bin/sh", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        if not checker.check_output(told, done.stdout + done.stderr, doctest.ELLIPSIS):
            wrong.append(f"{command}\n{done.stdout}{done.stderr}")
    assert wrong == []
