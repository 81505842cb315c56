"""Runs the same command by ckanapi and by ckanclient, each in a folder of its own, and compares what they leave."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from contract.catalogs import Catalog

_PROGRAMS = Path(sys.executable).parent
_RATE = re.compile(r"(?m)^(\d+ \[[^\]]*\]) (?:---|\d+\.\d\ds) ")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def masked(text: str) -> str:
    """Return a text without what is another each time: rates, moments, ids that CKAN makes."""
    return _UUID.sub("UUID", _MOMENT.sub("MOMENT", _RATE.sub(r"\1 RATE ", text)))


@dataclass(frozen=True)
class Done:
    """What a command left: exit code, standard output and error, and the files that it wrote, unpacked and masked."""

    code: int
    out: str
    err: str
    files: dict[str, str]


@dataclass(frozen=True)
class Beside:
    """Both programs on one catalog."""

    catalog: Catalog
    folder: Path

    def ckanapi(self, *arguments: str, stdin: bytes = b"") -> Done:
        return self._run("ckanapi", arguments, stdin)

    def ckanclient(self, *arguments: str, stdin: bytes = b"") -> Done:
        return self._run("ckanclient", arguments, stdin)

    def same(self, *arguments: str, stdin: bytes = b"", between: Callable[[], object] = lambda: None) -> Done:
        """Run a command by both; assert that they leave the same, byte by byte, but for what `masked` leaves out.

        `between` restores what ckanapi changed. The exit code is ckanclient's, for the caller to look at.
        """
        theirs = self.ckanapi(*arguments, stdin=stdin)
        between()
        ours = self.ckanclient(*arguments, stdin=stdin)
        for seen in ("err", "out", "files"):
            mine, peers = getattr(ours, seen), getattr(theirs, seen)
            assert mine == peers, f"{arguments}: {seen} of ckanclient, then of ckanapi:\n{mine}\n{peers}\n{ours.err}"
        return ours

    def _run(self, program: str, arguments: tuple[str, ...], stdin: bytes) -> Done:
        folder = self.folder / program
        folder.mkdir(exist_ok=True)
        before = {path: path.read_bytes() for path in folder.iterdir()}
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CKAN")}
        environment["PYTHONWARNINGS"] = "ignore"  # ckanapi's own.
        # ckanapi starts its workers by name.
        environment["PATH"] = f"{_PROGRAMS}{os.pathsep}{environment['PATH']}"
        done = subprocess.run(
            [_PROGRAMS / program, *arguments, "-r", self.catalog.url, "-a", self.catalog.sysadmin_token],
            input=stdin, capture_output=True, cwd=folder, env=environment, check=False, timeout=120,
        )  # fmt: skip
        new = {path.name: path.read_bytes() for path in folder.iterdir() if path.read_bytes() != before.get(path)}
        files = {name: gzip.decompress(text) if name.endswith(".gz") else text for name, text in new.items()}
        shown = {name: masked(text.decode()) for name, text in files.items()}
        return Done(done.returncode, masked(done.stdout.decode()), masked(done.stderr.decode()), shown)
