"""Prove the promises of a synchronization at length.

PYTHONPATH=tests python -m machine steps                  cut every scenario at each of its steps, in each way
PYTHONPATH=tests python -m machine soak [NUMBER] [SEED]  tell so many random stories, and what came of them
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback

from machine.rules import EXPECTED, play_part
from machine.scenarios import SCENARIOS
from machine.steps import laid_out
from schedules.oracle import Violation
from schedules.playing import Tally

_A_PART, _STEPS = 100, 40


def main() -> int:
    parser = argparse.ArgumentParser(prog="machine", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    whats = parser.add_subparsers(dest="what", required=True)
    whats.add_parser("steps")
    soaking = whats.add_parser("soak")
    soaking.add_argument("number", type=int, nargs="?", default=2000)
    soaking.add_argument("seed", type=int, nargs="?", default=1)
    asked = parser.parse_args()
    return cut_all() if asked.what == "steps" else soak(asked.number, asked.seed)


def soak(number: int, first: int) -> int:
    """Tell so many stories, in parts with seeds of their own; of a part in which something does not hold, the story."""
    started, tally, violated = time.process_time(), Tally(), 0
    for part in range(first, first + -(-number // _A_PART)):
        try:
            play_part(part, min(_A_PART, number), _STEPS, tally)
        except Exception:  # noqa: BLE001 - whatever it is, it is told
            violated += 1
            say(f"seed {part}:\n{traceback.format_exc()}")
        say(
            f"seed {part}: {tally.schedules} stories, {tally.rules} rules, {tally.runs} runs, "
            f"{tally.requests} requests, "
            f"{tally.edits} edits, {tally.audited} rows that runs wrote, "
            f"{tally.compared} datasets of which report and database were compared, {violated} violations, "
            f"{time.process_time() - started:.0f} s of CPU"
        )
    for kind, count in sorted(tally.faults.items()):
        say(f"{count:8} {kind}")
    missing = sorted(kind for kind in EXPECTED if not tally.faults[kind])
    say(f"never seen: {', '.join(missing) or 'nothing'}")
    return 1 if violated or missing else 0


def cut_all() -> int:
    """Tell of each scenario how it went; of one in which something does not hold, no more is cut."""
    started, total, violated = time.process_time(), 0, 0
    for scenario in SCENARIOS:
        try:
            with laid_out(scenario) as steps:
                played = sum(steps.play_all().values())
                say(f"{played:6} cuts of {scenario.name!r}, which has {steps.number} steps")
            total += played
        except Violation as violation:
            violated += 1
            say(f"{scenario.name!r}: {violation!s:.3000}")
    say(f"{total:6} cuts, {violated} scenarios violated, {time.process_time() - started:.0f} s of CPU")
    return 1 if violated else 0


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
