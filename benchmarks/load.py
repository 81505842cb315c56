"""Loading records into a real CKAN: `ckanclient sync` beside `ckanapi load`, on the same records, in one run.

    python benchmarks/load.py [--records FILE] [--number 200] [--rounds 3]

Brings up CKAN 2.11 by scripts/ckan and empties it. Each round, in turn: both load the records into an empty catalog,
then load them again, when nothing has changed. Organizations and groups are there before the clock starts. What is
loaded is what a sync left in the catalog and `ckanapi dump` read from it, so that both get records that CKAN takes.
Prints the medians and their ratios; the server, not the client, does most of the work in all of them.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PEER = "ckanapi==4.11"
VERSION = "2.11"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--records", type=Path, default=ROOT / "src/ckan_api_client/testing/datagov-100.jsonl.gz")
    parser.add_argument("--number", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _Bench(Path(folder)).run(arguments.records, arguments.number, arguments.rounds)


class _Bench:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ours = Path(sys.executable).with_name("ckanclient")
        venv.create(folder / "venv", with_pip=True)
        self._peer = folder / "venv/bin/ckanapi"
        _run(str(folder / "venv/bin/pip"), "install", "--quiet", "setuptools<81", PEER)
        up = json.loads(_run(str(ROOT / "scripts/ckan"), "up", VERSION))
        self._url, self._token = up["url"], up["sysadmin_token"]
        # ckanapi starts its workers by name.
        path = f"{folder / 'venv/bin'}{os.pathsep}{os.environ['PATH']}"
        os.environ |= {"CKAN_URL": self._url, "CKAN_API_TOKEN": self._token, "PATH": path}

    def run(self, records: Path, number: int, rounds: int) -> None:
        chosen = self._folder / "chosen.jsonl"
        with gzip.open(records, "rb") as lines:
            chosen.write_bytes(b"".join(itertools.islice(lines, number)))
        self._reset()
        _run(str(self._ours), "sync", "bench", str(chosen))
        for kind in ("organizations", "groups", "datasets"):
            self._call_peer("dump", kind, "--all", "-O", str(self._folder / f"{kind}.jsonl"))
        found = sum(1 for _ in (self._folder / "datasets.jsonl").open())
        taken: dict[str, list[float]] = {}
        for turn in range(rounds):
            works = [
                ("ckanclient sync", lambda: _run(str(self._ours), "sync", "copy", self._file("datasets"))),
                (
                    "ckanapi load -p 2",
                    lambda: self._call_peer("load", "datasets", "-p", "2", "-I", self._file("datasets")),
                ),
            ]
            for name, work in works if turn % 2 else reversed(works):
                self._reset()
                for kind in ("organizations", "groups"):
                    self._call_peer("load", kind, "-I", self._file(kind))
                for time_of in ("first", "again"):
                    taken.setdefault(f"{name}, {time_of}", []).append(_seconds(work))
                    print(f"round {turn + 1}: {name}, {time_of}: {taken[f'{name}, {time_of}'][-1]:.1f} s", flush=True)
                self._check(found)
        _print_table(found, taken)

    def _file(self, kind: str) -> str:
        return str(self._folder / f"{kind}.jsonl")

    def _reset(self) -> None:
        _run(str(ROOT / "scripts/ckan"), "reset", VERSION)

    def _call_peer(self, *arguments: str) -> str:
        return _run(str(self._peer), *arguments, "-r", self._url, "-a", self._token, "-q")

    def _check(self, expected: int) -> None:
        counted = _run(str(self._ours), "status", "--json")
        if json.loads(counted)["datasets"] != expected:
            raise SystemExit(f"the catalog should hold {expected} datasets, and holds {counted}")


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def _seconds(work: Callable[[], str]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _print_table(number: int, taken: dict[str, list[float]]) -> None:
    print(f"\n{number} records, CKAN {VERSION}, medians of {len(next(iter(taken.values())))} rounds (least to most)")
    for name, seconds in sorted(taken.items()):
        print(f"{name:28} {statistics.median(seconds):7.1f} s  ({min(seconds):.1f} to {max(seconds):.1f})")
    for time_of in ("first", "again"):
        ratio = statistics.median(taken[f"ckanapi load -p 2, {time_of}"]) / statistics.median(
            taken[f"ckanclient sync, {time_of}"]
        )
        print(f"{time_of}: ckanapi takes {ratio:.1f} times as long")


if __name__ == "__main__":
    main()
