"""Spoil the files of a state at length: change bytes of them, cut them, and see what opening the state says.

PYTHONPATH=tests python -m damage [--flips NUMBER] [--step BYTES] [--seed NUMBER]

As many changed bytes of each file, and each length that the database can be cut to, take a quarter of an hour of CPU.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from damage.spoiling import NAME, closed_state, cut_often, flip_many, killed_state


def main() -> int:
    parser = argparse.ArgumentParser(prog="damage", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--flips", type=int, default=10_000, help="so many bytes of each file are changed, one at a time"
    )
    parser.add_argument("--step", type=int, default=1, help="bytes from cut to cut; 64 times that for the last writes")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="damage-") as made:
        place = Path(made)
        closed, killed = closed_state(place / "closed"), killed_state(place / "killed")
        for what, sample, name, apart, expected in (
            ("a closed state", closed, NAME, 1, {"rebuilt", "whole"}),
            ("the lock file of a closed state", closed, f"{NAME}.lock", 1, {"whole"}),
            ("the last writes of a killed run", killed, f"{NAME}-wal", 64, {"rebuilt"}),
        ):
            size, began = len(sample.read(name)), time.process_time()
            number = min(asked.flips, size * 10)
            flipped = flip_many(sample, name, place / "spoilt", number, asked.seed)
            cut = cut_often(sample, name, place / "spoilt", asked.step * apart)
            wrong += sum(number for came, number in (flipped + cut).items() if came not in expected)
            say(f"{what}, {size:,} bytes, {time.process_time() - began:.0f} s of CPU")
            say(f"  {flipped.total():,} changed bytes: {told(flipped)}")
            say(f"  {cut.total():,} cuts: {told(cut)}")
    say(f"{wrong} that were neither noticed nor harmless")
    return 1 if wrong else 0


def told(found: Counter[str]) -> str:
    return ", ".join(f"{number:,} {came}" for came, number in sorted(found.items()))


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - this is a command


if __name__ == "__main__":
    sys.exit(main())
