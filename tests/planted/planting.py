"""Runs chosen tests on a copy of the package with one defect in it. The package itself is only read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from planted.defect import PACKAGE, ROOT, Defect
from planted.witness import COPY, RESULT

#: Seconds after which tests that hang are ended.
PATIENCE = 300


@dataclass(frozen=True, slots=True)
class Verdict:
    """`by`: the tests that failed, the first one first. `told`: the end of what pytest said, where it ran no tests."""

    kind: Literal["CAUGHT", "SURVIVED", "NOT RUN"]
    seconds: float
    by: tuple[str, ...] = ()
    told: str = ""


def try_defect(defect: Defect) -> Verdict:
    """Run the tests of a defect, up to the first that fails, with the defect in the package."""
    return _run(defect.tests, defect)


def try_without(tests: Iterable[str]) -> Verdict:
    """Run tests on a copy without any defect: those that fail here prove nothing."""
    return _run(tuple(dict.fromkeys(tests)), None)


def _run(tests: tuple[str, ...], defect: Defect | None) -> Verdict:
    with tempfile.TemporaryDirectory(prefix="planted-") as folder:
        copy, result = Path(folder) / "src", Path(folder) / "failed"
        shutil.copytree(PACKAGE, copy / PACKAGE.name)
        if defect is not None:
            file = copy / PACKAGE.name / defect.file
            file.write_text(defect.planted_in(file.read_text()))
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(copy), str(ROOT / "tests"))),
            COPY: str(copy),
            RESULT: str(result),
        }
        options = ["-q", "-p", "no:cacheprovider", "-p", "planted.witness", *(["-x"] if defect is not None else [])]
        started = time.monotonic()
        try:
            done = subprocess.run(
                [sys.executable, "-m", "pytest", *options, *tests],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Verdict("NOT RUN", time.monotonic() - started, told=f"no end after {PATIENCE} s")
        seconds = time.monotonic() - started
        by = tuple(result.read_text().splitlines()) if result.exists() else ()
        if done.returncode == 0:
            return Verdict("SURVIVED", seconds)
        if done.returncode == 1 and by:
            return Verdict("CAUGHT", seconds, by)
        return Verdict("NOT RUN", seconds, by, f"{done.stdout}{done.stderr}".strip()[-2000:])
