"""One detached server process, remembered by pid. Knows how to start, recognise and stop it, not what it serves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .steps import Command, as_user, clean_environment


@dataclass(frozen=True)
class Process:
    """A server process and the file that remembers it.

    A pid is believed only while the process has the start time that was noted, in the same boot of the machine:
    pids are used again.
    """

    record: Path

    @property
    def name(self) -> str:
        """What it is called in messages: `solr`, `ckan-2.11`."""
        return self.record.stem

    def pid(self) -> int | None:
        """The pid if our process runs, else None."""
        try:
            noted = json.loads(self.record.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return None
        identity = _identity(noted["pid"])
        return int(noted["pid"]) if identity is not None and identity == noted["identity"] else None

    def start(
        self,
        command: Command,
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        folder: Path,
        user: str | None = None,
    ) -> None:
        """Start a command in a session of its own, with its output appended to the log, and remember it."""
        with log.open("ab") as output:
            child = subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=clean_environment() | dict(environment or {}),
                cwd=folder,
                start_new_session=True,
                **as_user(user),
            )
        self.record.write_text(json.dumps({"pid": child.pid, "identity": _identity(child.pid)}), encoding="utf-8")

    def stop(self, *, gently: signal.Signals = signal.SIGTERM, patience: float = 15) -> bool:
        """Stop it and wait until it is gone; False if it did not run.

        After patience (seconds) its whole session is killed.
        """
        pid = self.pid()
        if pid is not None:
            os.kill(pid, gently)
            end = time.monotonic() + patience
            while self.pid() is not None:
                if time.monotonic() > end:
                    os.killpg(pid, signal.SIGKILL)
                    end = float("inf")
                time.sleep(0.05)
        self.record.unlink(missing_ok=True)
        return pid is not None

    def kill(self) -> None:
        """Kill its whole session, as a crash would, and wait until it is gone."""
        pid = self.pid()
        if pid is not None:
            os.killpg(pid, signal.SIGKILL)
            while self.pid() is not None:
                time.sleep(0.05)
        self.record.unlink(missing_ok=True)


def find_program(pid: int) -> str | None:
    """The name of the program with a pid, None if there is no such process. A zombie counts as gone."""
    found = _look_up(pid)
    return found[0] if found else None


def _identity(pid: int) -> str | None:
    """Boot and start time of a process, None if it is gone."""
    found = _look_up(pid)
    if found is None:
        return None
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return f"{boot}:{found[1][19]}"


def _look_up(pid: int) -> tuple[str, list[str]] | None:
    """The name and the fields after it in /proc/PID/stat; the name is in brackets and may hold anything (proc(5))."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    head, _, tail = text.rpartition(")")
    fields = tail.split()
    return None if fields[0] in "ZX" else (head.partition("(")[2], fields)
