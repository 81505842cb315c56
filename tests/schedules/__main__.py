"""Play schedules, and tell of each that fails: PYTHONPATH=tests python -m schedules --seed N [--count M]."""

from __future__ import annotations

import argparse
import sys
import time
import traceback

from schedules.playing import Schedule, Tally


def main() -> int:
    """Play one seed aloud, or many in silence; return 1 if something did not hold."""
    parser = argparse.ArgumentParser(prog="schedules", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1)
    asked = parser.parse_args()
    tally, failed, started = Tally(), 0, time.monotonic()
    for seed in range(asked.seed, asked.seed + asked.count):
        try:
            Schedule(seed, tally, say if asked.count == 1 else lambda _: None).play()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told
            failed += 1
            say(f"seed {seed}: {type(error).__name__}: {error!s:.400}")
            if asked.count == 1:
                traceback.print_exc()
    say(
        f"{tally.schedules} schedules held, {failed} did not; {tally.runs} runs, {tally.requests} requests, "
        f"{tally.edits} edits, {tally.compared} datasets of which report and database were compared, "
        f"in {time.monotonic() - started:.0f} s"
    )
    for kind, count in sorted(tally.faults.items()):
        say(f"{count:7} {kind}")
    return 1 if failed else 0


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
