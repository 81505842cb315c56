"""One run of a command: how long it took, how much of that was computing, and how much memory it needed."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

_PR_SET_CHILD_SUBREAPER = 36
#: Where it is set, Python compiles all of the package at each start, which no installed one does.
_WITHOUT_BYTECODE = "PYTHONDONTWRITEBYTECODE"


@dataclass(frozen=True)
class Measure:
    """Seconds on the wall, CPU seconds (user and system) of the process and its children, MiB of its own at most."""

    seconds: float
    cpu: float
    peak: float


def measure(command: Sequence[str], environment: Mapping[str, str]) -> Measure:
    """Run a command to its end. Raises SystemExit, with what it said, where it fails."""
    done = subprocess.run(
        [sys.executable, __file__, *command],
        env={name: value for name, value in environment.items() if name != _WITHOUT_BYTECODE},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command[:4])} failed:\n{done.stdout[-2000:]}{done.stderr[-3000:]}")
    return Measure(**json.loads(done.stdout.splitlines()[-1]))


def _measure_here(command: Sequence[str]) -> Measure:
    """In a process of its own, which inherits what a command leaves behind: ckanapi does not wait for its workers."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        with suppress(ChildProcessError):
            while True:
                os.wait()
        code = child.returncode = os.waitstatus_to_exitcode(status)
        if code:
            output.seek(0)
            sys.stdout.write(output.read().decode(errors="replace")[-3000:])
            raise SystemExit(f"it ended with {code}")
    everything = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Measure(seconds, everything.ru_utime + everything.ru_stime, used.ru_maxrss / 1024)


def summarize(measures: Sequence[Measure]) -> dict[str, Any]:
    """Return the medians of some runs, with the least and the most."""
    values = [asdict(one) for one in measures]
    return {
        key: {
            "median": round(statistics.median(one[key] for one in values), 4),
            "least": round(min(one[key] for one in values), 4),
            "most": round(max(one[key] for one in values), 4),
        }
        for key in values[0]
    }


if __name__ == "__main__":
    print(json.dumps(asdict(_measure_here(sys.argv[1:]))))
