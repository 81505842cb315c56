"""Run on incomplete sources, and tell of each that deletes something.

PYTHONPATH=tests python -m incomplete [--seed N] [--count M]    so many of each kind; 400, unless told otherwise
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from incomplete.kinds import KINDS, Scene


def main() -> int:
    parser = argparse.ArgumentParser(prog="incomplete", description=__doc__)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--count", type=int, default=400)
    asked = parser.parse_args()
    came, wrong, began = Counter[str](), 0, time.process_time()
    for kind, make in KINDS.items():
        for seed in range(asked.seed, asked.seed + asked.count):
            with tempfile.TemporaryDirectory(prefix="incomplete-") as folder:
                scene = Scene(seed, Path(folder))
                report = scene.run(make(scene))
            came["ended before anything was written" if report is None else "went on and deleted nothing"] += 1
            if scene.deleted:
                wrong += 1
                say(f"{kind}, seed {seed}: {scene.deleted} datasets are gone")
    told = ", ".join(f"{number:,} {what}" for what, number in came.items())
    say(f"{len(KINDS)} kinds, {came.total():,} runs: {told}; {wrong} deleted")
    say(f"{time.process_time() - began:.0f} s of CPU")
    return 1 if wrong else 0


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - this is a command


if __name__ == "__main__":
    sys.exit(main())
