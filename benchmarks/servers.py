"""Servers to measure on: one that replays, the embedded CKAN, a real one. Each runs in processes of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any, Self

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

from realckan.checkout import Checkout
from realckan.ledger import Ledger
from realckan.releases import find_edition
from realckan.steps import Steps
from realckan.workshop import Workshop

ROOT = Path(__file__).resolve().parents[1]
_EMBEDDED = [sys.executable, "-m", "ckan_api_client.cli", "serve"]


class Server:
    """A server that is up: `url`, `token`. Closed at the end of a `with`.

    `empty` takes away all that it holds; `fill` has it hold the datasets of a file of prepared bodies, and returns
    whether it could, by a way of its own.
    """

    name = ""

    def __init__(self) -> None:
        self.url = self.token = ""
        self.about = ""

    def empty(self) -> None:
        raise NotImplementedError

    def fill(self, bodies: Path) -> bool:
        """Fill it, emptied before."""
        del bodies
        return False

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
        self._ask("bare")

    def fill(self, bodies: Path) -> bool:
        del bodies
        self._ask("full")
        return True

    def calls(self) -> dict[str, int]:
        found: dict[str, int] = self._ask("count")
        return found

    def _ask(self, what: str) -> Any:
        with urllib.request.urlopen(f"{self.url}/{what}") as answer:  # noqa: S310 - our own server
            return json.load(answer)["result"]


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
    """A real CKAN, by scripts/ckan. It is taken down at the end if it was not up before."""

    name = "real"

    def __init__(self, version: str) -> None:
        super().__init__()
        self._version = version
        workshop = Workshop(Checkout(ROOT), Ledger.load(Checkout(ROOT)), Steps())
        self._was_up = workshop.instance(find_edition(version, "plain")).process.pid() is not None
        told = self._run("up")
        self._instance = Workshop(Checkout(ROOT), Ledger.load(Checkout(ROOT)), Steps()).instance(
            find_edition(version, "plain")
        )
        self.url, self.token = told["url"], told["sysadmin_token"]
        self.about = f"CKAN {told['version']}"
        self._seen = self._instance.access_log.stat().st_size
        #: Datasets a second, as it was filled last.
        self.rate = 0.0

    @staticmethod
    def is_known(version: str) -> bool:
        """Tell whether it was up before, and so may hold something."""
        return find_edition(version, "plain").name in Ledger.load(Checkout(ROOT)).accounts

    def foreign(self) -> int:
        """Return how many datasets it holds that no benchmark made."""
        query = json.dumps({"q": "-name:record-*", "rows": 0, "include_private": True, "include_drafts": True}).encode()
        headers = {"Content-Type": "application/json", "Authorization": self.token}
        request = urllib.request.Request(f"{self.url}/api/3/action/package_search", query, headers)  # noqa: S310 - ours
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - as above
            count: int = json.load(answer)["result"]["count"]
            return count

    def empty(self) -> None:
        self._run("reset")

    def fill(self, bodies: Path) -> bool:
        self.empty()
        python = str(self._instance.venv.program("python"))
        command = [python, str(Path(__file__).with_name("filling.py")), str(self._instance.configuration), str(bodies)]
        began = time.monotonic()
        with subprocess.Popen([*command, "0", "2"]) as one, subprocess.Popen([*command, "1", "2"]) as other:
            if one.wait() or other.wait():
                raise SystemExit("CKAN could not be filled")
        with bodies.open("rb") as lines:
            self.rate = sum(1 for _ in lines) / (time.monotonic() - began)
        return True

    def calls(self) -> dict[str, int]:
        with self._instance.access_log.open() as log:
            log.seek(self._seen)
            lines = log.readlines()
            self._seen = log.tell()
        return dict(Counter(line.split()[1].rpartition("/")[2] for line in lines))

    def close(self) -> None:
        if not self._was_up:
            self._run("down")

    def _run(self, command: str) -> dict[str, Any]:
        done = subprocess.run(
            [str(ROOT / "scripts/ckan"), command, self._version], stdout=subprocess.PIPE, text=True, check=True
        )
        told: dict[str, Any] = json.loads(done.stdout)
        return told
