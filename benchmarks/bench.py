"""A server, a folder with material, and what tasks have to know of both: what is measured, and how it is prepared."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import material
from servers import Server

_HERE = Path(__file__).parent
_OURS = str(Path(sys.executable).with_name("ckanclient"))
_PEER = str(Path(sys.executable).with_name("ckanapi"))
#: All that a command imports before it does anything.
_IMPORTS = "import ckan_api_client.cli.main, ckan_api_client.cli.commands.{}, ckan_api_client.transport"
KNOWN = "known.sqlite"


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class Contestant:
    """A command to measure. `prepare` is done before it, and `check` after it, neither of them measured.

    Of those of one `group`, the fastest of the first turn goes on. `part`: what part of the records it is given.
    """

    name: str
    command: Callable[[], Sequence[str]]
    prepare: Callable[[], None] = _nothing
    check: Callable[[], None] = _nothing
    group: str = ""
    part: float = 1.0


@dataclass
class Bench:
    """Of the records, `part` is given to ckanapi where that takes longest."""

    server: Server
    folder: Path
    records: int
    part: int
    peers: Sequence[int]
    environment: dict[str, str] = field(default_factory=dict)
    #: Whether something was written that the state does not know.
    is_touched: bool = False
    is_full: bool = False

    def __post_init__(self) -> None:
        # ckanapi starts its workers by name; no settings of this machine's user come in.
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self.environment = {**os.environ, "PATH": path, "XDG_CONFIG_HOME": str(self.folder), "PYTHONWARNINGS": "ignore"}
        self.part = min(self.part, self.records)
        self.meet()

    def meet(self) -> None:
        """Take note of the server's address, which may have changed."""
        self.environment |= {"CKAN_URL": self.server.url, "CKAN_API_TOKEN": self.server.token}

    def file(self, name: str) -> str:
        return str(self.folder / name)

    def run(self, *command: str) -> str:
        """Run a command that is not measured."""
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{' '.join(command[:3])} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    # Commands

    def ours(self, *arguments: str) -> list[str]:
        return [_OURS, *arguments]

    def sync(self, file: str, state: str) -> list[str]:
        return self.ours("sync", material.SOURCE, self.file(file), "--state", self.file(state))

    def peer(self, *arguments: str) -> list[str]:
        return [_PEER, *arguments, "-q", "-r", self.server.url, "-a", self.server.token]

    def floor(self, kind: str, *more: str) -> list[str]:
        return [sys.executable, str(_HERE / "floors.py"), kind, self.server.url, self.server.token, *more]

    def starts(self, command: str) -> list[Contestant]:
        """What every run of a command of ours, and every floor, takes before it begins."""
        floor = [sys.executable, str(_HERE / "floors.py"), "nothing"]
        return [
            Contestant("start of ckanclient", lambda: [sys.executable, "-c", _IMPORTS.format(command)]),
            Contestant("start of a floor", lambda: floor),
        ]

    def by_peer(self, what: str, *arguments: str, prepare: Callable[[], None] = _nothing) -> list[Contestant]:
        """Return ckanapi with each number of processes; `arguments` name what it is given."""

        def command(processes: int) -> Callable[[], Sequence[str]]:
            return lambda: self.peer(*what.split(), "-p", str(processes), *arguments)

        part, verb = self.part / self.records, what.partition(" ")[0]
        return [
            Contestant(
                f"ckanapi {verb} -p {number}", command(number), prepare, self.touch, "ckanapi", part
            )
            for number in self.peers
        ]  # fmt: skip

    # What the catalog holds

    def empty(self) -> None:
        self.is_full = False
        self.server.empty()
        self.meet()

    def fill(self) -> None:
        """Have the catalog hold the records, and a state know them; that run must find nothing to write."""
        if self.is_full:
            self.settle()
            return
        self.forget(KNOWN)
        if not self.server.fill(self.folder / "create.jsonl"):
            self.empty()
            self.run(*self.sync("source.jsonl", KNOWN))
            self.is_full = True
            return
        plan = self.folder / "plan.json"
        self.run(*self.ours("plan", material.SOURCE, self.file("source.jsonl"), "--state", self.file(KNOWN),
                            "-o", str(plan)))  # fmt: skip
        told = json.loads(plan.read_text())
        found = {kind: len(told.get(kind) or ()) for kind in ("creates", "updates", "deletes", "conflicts")}
        if any(found.values()):
            raise SystemExit(
                f"a catalog that was filled with what a sync writes should need nothing, and needs {found}"
            )
        self.run(*self.sync("source.jsonl", KNOWN))
        self.keep()
        self.is_full = True

    def keep(self) -> None:
        """Keep the state as it is, for `settle`."""
        kept = self.folder / "kept"
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir()
        for file in self.folder.glob(f"{KNOWN}*"):
            shutil.copy2(file, kept)

    def touch(self) -> None:
        self.is_touched = True

    def settle(self) -> None:
        """Have catalog and state agree again on the source."""
        if not self.is_touched:
            return
        if self.server.name == "replay":  # It forgets.
            self.forget(KNOWN)
            for file in (self.folder / "kept").iterdir():
                shutil.copy2(file, self.folder)
        else:
            self.run(*self.sync("source.jsonl", KNOWN), "--own", "title")
            self.run(*self.sync("source.jsonl", KNOWN))
        self.is_touched = False

    def forget(self, state: str) -> None:
        for file in self.folder.glob(f"{state}*"):
            file.unlink()

    def organization_id(self) -> str:
        found: str = self._told("organization_show", f"id={material.ORGANIZATION}")["id"]
        return found

    def holds(self, number: int, query: str = "*:*") -> None:
        """Raise SystemExit unless the catalog has so many datasets; of a server that forgets, nothing is asked."""
        if self.server.name == "replay":
            return
        count = self._told("package_search", "rows:0", f"q={query}")["count"]
        if count != number:
            raise SystemExit(f"the catalog should hold {number} datasets, and holds {count}")

    def _told(self, *call: str) -> dict[str, Any]:
        told = json.loads(self.run(_OURS, "action", *call))
        result: dict[str, Any] = told.get("result", told)
        return result
