"""The examples of docs/coming-from-ckanapi.md, Python and shell, as they are printed there, on an embedded CKAN."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "coming-from-ckanapi.md"
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def commands_in(page: str) -> Iterator[tuple[str, str]]:
    """The commands of the page's `console` blocks, each with the output that is printed below it."""
    for block in re.findall(r"^```console\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def test_the_python_examples_run(line: Any) -> None:
    path = line.folder / "days.csv"
    path.write_text("day,mm\n2026-01-01,3\n")
    names = {"url": line.ckan.url, "token": line.ckan.sysadmin_token, "path": path}
    told: list[str] = []
    test = doctest.DocTestParser().get_doctest(PAGE.read_text(), names, PAGE.name, PAGE.name, 0)
    assert test.examples
    doctest.DocTestRunner(optionflags=FLAGS).run(test, out=told.append)
    assert told == []


def test_the_commands_run_one_after_another(line: Any) -> None:
    environment = line.process_environment()
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    commands = list(commands_in(PAGE.read_text()))
    assert len(commands) > 5
    for command, expected in commands:
        done = subprocess.run(
            ["/bin/sh", "-c", command], env=environment, cwd=line.folder, capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), command
        assert doctest.OutputChecker().check_output(expected, done.stdout, FLAGS), (command, expected, done.stdout)
