"""Take random runs back, and tell of each that leaves a trace.

PYTHONPATH=tests python -m undoing [--seed N] [--count M]
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from undoing.trips import go_there_and_back


def main() -> int:
    parser = argparse.ArgumentParser(prog="undoing", description=__doc__)
    parser.add_argument("--seed", type=int, default=1000, help="the first one; those of the tests are below 1000")
    parser.add_argument("--count", type=int, default=1000)
    asked = parser.parse_args()
    done, failed, began = Counter[str](), 0, time.process_time()
    for seed in range(asked.seed, asked.seed + asked.count):
        deletes = ("delete", "private", "purge")[seed % 3]
        try:
            done += go_there_and_back(seed, deletes)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            failed += 1
            say(f"seed {seed}, deletes {deletes}: {type(error).__name__}: {error!s:.2000}")
    told = ", ".join(f"{number:,} {what}" for what, number in sorted(done.items()))
    say(f"{asked.count - failed:,} round trips left no trace, {failed} did; {time.process_time() - began:.0f} s of CPU")
    say(f"what was taken back: {told}")
    return 1 if failed else 0


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - this is a command


if __name__ == "__main__":
    sys.exit(main())
