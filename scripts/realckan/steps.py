"""The steps of a command: says what is being done, runs foreground programs, and names the step that failed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any, TypeAlias

# A program and its arguments: texts, paths and numbers.
Command: TypeAlias = Sequence[object]


class StepFailed(Exception):
    """A step could not be done. The text is one line: which step, why, and which log to read."""

    def __init__(self, step: str, reason: str, log: Path | None = None) -> None:
        read = f"; read {log}" if log else ""
        super().__init__(f"{step} failed: {reason}{read}")


class Steps:
    """Runs programs and tells the reader of standard error about it, with the seconds since the start.

    Safe to use from several threads. `abandon` ends every program that still runs.
    """

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._lock = threading.Lock()
        self._children: set[subprocess.Popen[str]] = set()
        self._abandoned = False

    def say(self, text: str) -> None:
        """Tell one line of progress."""
        with self._lock:
            print(f"[{time.monotonic() - self._start:5.1f} s] {text}", file=sys.stderr, flush=True)

    def run(
        self,
        step: str,
        command: Command,
        *,
        log: Path,
        text: str = "",
        capture: bool = False,
        attempts: int = 1,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        user: str | None = None,
    ) -> str:
        """Run a program to its end and return its standard output, which is empty unless it is to be captured.

        What is not captured is appended to the log. `text` is its standard input. A download gets several attempts.
        """
        for attempt in range(1, attempts + 1):
            if self._abandoned:
                raise StepFailed(step, "another step failed")
            with log.open("a", encoding="utf-8") as output:
                output.write(f"$ {' '.join(str(word) for word in command)}\n")
                output.flush()
                child = subprocess.Popen(
                    [str(word) for word in command],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE if capture else output,
                    stderr=output,
                    env=dict(environment) if environment is not None else clean_environment(),
                    cwd=folder,
                    text=True,
                    start_new_session=True,
                    **as_user(user),
                )
                with self._lock:
                    self._children.add(child)
                try:
                    captured, _ = child.communicate(text)
                finally:
                    with self._lock:
                        self._children.discard(child)
            if child.returncode == 0:
                return captured or ""
            if self._abandoned:
                break
            if attempt < attempts:
                self.say(f"{step}: attempt {attempt} of {attempts} failed, trying again")
                time.sleep(3 * attempt)
        raise StepFailed(step, f"exit status {child.returncode}", log)

    def together(self, *actions: Callable[[], object]) -> None:
        """Do independent things at the same time; when one fails, the programs of the others are ended."""
        with ThreadPoolExecutor(max_workers=len(actions)) as pool:
            futures = [pool.submit(action) for action in actions]
            try:
                for future in as_completed(futures):
                    future.result()
            except BaseException:
                self.abandon()
                raise

    def abandon(self) -> None:
        """End every program that still runs, and start no more."""
        with self._lock:
            self._abandoned = True
            children = list(self._children)
        for child in children:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGTERM)


def clean_environment() -> dict[str, str]:
    """The environment without what would bend the servers and tools: CKAN_*, PG*, Python's paths, proxies for loopback.

    CKAN takes options from CKAN_* and psql its server from PG*; the Solr client of CKAN obeys proxy variables.
    """
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("CKAN_", "PG")) and key not in {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    }
    return kept | {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}


def as_user(user: str | None) -> dict[str, Any]:
    """The arguments of Popen that run a program as another user; none for ourselves."""
    return {} if user is None else {"user": user, "group": user, "extra_groups": []}


def wait_until(ready: Callable[[], bool], alive: Callable[[], bool], *, step: str, log: Path, patience: float) -> None:
    """Return when a server is ready; fail as soon as it died, or when patience (seconds) is over."""
    end = time.monotonic() + patience
    while not ready():
        if not alive():
            raise StepFailed(step, "the process ended", log)
        if time.monotonic() > end:
            raise StepFailed(step, f"no answer within {patience:.0f} s", log)
        time.sleep(0.1)
