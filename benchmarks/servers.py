"""Servers to measure on: one that replays, the embedded CKAN, a real one. Each runs in processes of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[1]
_EMBEDDED = [sys.executable, "-m", "ckan_api_client.cli", "serve"]


class Server:
    """A server that is up: `url`, `token`; `empty` takes away all that it holds. Closed at the end of a `with`."""

    name = ""

    def __init__(self) -> None:
        self.url = self.token = ""
        self.about = ""

    def empty(self) -> None:
        raise NotImplementedError

    def calls(self) -> dict[str, int] | None:
        """Return how many calls there were since the last time; None where nobody counts."""
        return None

    def close(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Child(Server):
    """A server that is a child of this process, and ends with its standard input."""

    def _start(self, command: list[str]) -> dict[str, Any]:
        self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self._child.stdout.readline() if self._child.stdout else ""
        if not line:
            raise SystemExit(f"{' '.join(command[:3])} did not come up")
        told: dict[str, Any] = json.loads(line)
        self.url, self.token = told["url"], told["sysadmin_token"]
        return told

    def close(self) -> None:
        if self._child.stdin:
            self._child.stdin.close()
        self._child.terminate()
        self._child.wait()


class Replay(_Child):
    """Answers from bytes that were made before."""

    name = "replay"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._start([sys.executable, str(Path(__file__).with_name("replay.py")), str(folder)])
        self.about = "answers from memory at wire speed"

    def empty(self) -> None:
        """It keeps nothing."""

    def calls(self) -> dict[str, int]:
        with urllib.request.urlopen(f"{self.url}/count") as answer:  # noqa: S310 - our own server
            found: dict[str, int] = json.load(answer)["result"]
            return found


class Embedded(_Child):
    """The embedded CKAN, anew each time that it is emptied."""

    name = "embedded"

    def __init__(self) -> None:
        super().__init__()
        told = self._start(_EMBEDDED)
        self.about = f"embedded CKAN {told['version']}"

    def empty(self) -> None:
        self.close()
        self._start(_EMBEDDED)


class Real(Server):
    """A real CKAN, brought up by scripts/ckan; it stays up. Emptying it removes everything it holds."""

    name = "real"

    def __init__(self, version: str) -> None:
        super().__init__()
        self._version = version
        told = self._run("up")
        self.url, self.token = told["url"], told["sysadmin_token"]
        self.about = f"CKAN {told['version']}"

    def empty(self) -> None:
        self._run("reset")

    def _run(self, command: str) -> dict[str, Any]:
        done = subprocess.run(
            [str(ROOT / "scripts/ckan"), command, self._version], stdout=subprocess.PIPE, text=True, check=True
        )
        told: dict[str, Any] = json.loads(done.stdout)
        return told
