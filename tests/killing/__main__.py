"""Kill runs around their requests, and see whether the next run puts all in order.

PYTHONPATH=tests python -m killing --help
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import get_args

from contract.catalogs import PLAIN, find_catalogs
from killing.trials import Play, every_kill, play, some_of


def main() -> int:
    parser = argparse.ArgumentParser(prog="killing", description=__doc__)
    parser.add_argument("--ckan-version", default="2.11", help="a CKAN of scripts/ckan, which brings it up")
    parser.add_argument("--kills", type=int, default=0, help="so many, evenly spread over all of them; 0: all")
    parser.add_argument("--runs", nargs="+", choices=get_args(Play), default=get_args(Play), help="which runs to kill")
    parser.add_argument("--size", type=int, default=30, help="records of the source")
    asked = parser.parse_args()
    [catalog] = [one for one in find_catalogs(None, None, None, [asked.ckan_version]) if one.profile == PLAIN]
    started = time.monotonic()
    counted: Counter[str] = Counter()
    violated = 0
    with tempfile.TemporaryDirectory() as folder:
        every = every_kill(catalog, Path(folder), asked.size, asked.runs)
        kills = some_of(every, asked.kills) if asked.kills else every
        say(f"CKAN {catalog.version}: {len(kills)} kills of {len(every)} that there are")
        for number, (kill, wrong) in enumerate(play(catalog, Path(folder), kills, asked.size), 1):
            counted[f"{kill.run} as {kill.user}"] += 1
            if wrong:
                violated += 1
                say(f"--- {kill}: {wrong}\n")
            say(f"\r{number} of {len(kills)} in {time.monotonic() - started:.0f} s, {violated} violations", end="")
    say(
        f"\n{sum(counted.values())} kills in {time.monotonic() - started:.0f} s, {violated} violations: {dict(counted)}"
    )
    return 1 if violated else 0


def say(text: str, end: str = "\n") -> None:
    sys.stdout.write(f"{text}{end}")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
