"""Plant defects in a copy of the package, one at a time, and see whether the tests notice.

PYTHONPATH=tests python -m planted [--jobs 2] [NAME ...]
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

from planted.planting import Verdict, try_defect, try_without
from planted.table import DEFECTS


def main() -> int:
    parser = argparse.ArgumentParser(prog="planted", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="these defects only; without any, all of them")
    parser.add_argument("--list", action="store_true", help="say what there is, and plant nothing")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="so many at once (default: 1)")
    asked = parser.parse_args()
    known = {defect.name: defect for defect in DEFECTS}
    unknown = [name for name in asked.names if name not in known]
    if unknown:
        parser.error(f"no such defect: {', '.join(unknown)}; --list says what there is")
    chosen = [known[name] for name in asked.names] or list(DEFECTS)
    width = max(len(defect.name) for defect in chosen)
    if asked.list:
        for defect in chosen:
            say(f"{defect.name:{width}}  {defect.takes_out}")
        return 0
    started = time.monotonic()
    verdicts: dict[str, Verdict] = {}
    with ThreadPoolExecutor(asked.jobs) as pool:
        trials = {pool.submit(try_defect, defect): defect for defect in chosen}
        for trial in as_completed(trials):
            defect, verdict = trials[trial], trial.result()
            verdicts[defect.name] = verdict
            count = f"{len(verdicts):{len(str(len(chosen)))}}/{len(chosen)}"
            say(f"{count}  {defect.name:{width}}  {verdict.kind:8} {verdict.seconds:6.1f} s")
            if verdict.told:
                say(verdict.told)
    caught = [verdict for verdict in verdicts.values() if verdict.kind == "CAUGHT"]
    fooled = prove(caught) if caught else 0
    missed = len(chosen) - len(caught)
    for defect in chosen:
        by = verdicts[defect.name].by
        say(f"{defect.name:{width}}  {by[0] if by else f'NOT CAUGHT: {defect.takes_out}'}")
    slowest = max(verdict.seconds for verdict in verdicts.values())
    took = f"{time.monotonic() - started:.0f} s; the slowest took {slowest:.0f} s"
    say(f"{len(caught)} caught, {missed} not, in {took}")
    return 1 if missed or fooled else 0


def prove(caught: list[Verdict]) -> int:
    """Run the tests that noticed something on a package without a defect; return how many fail all the same."""
    verdict = try_without(verdict.by[0] for verdict in caught)
    if verdict.kind == "SURVIVED":
        say(f"without a defect, the tests that caught one pass ({verdict.seconds:.1f} s)")
        return 0
    for test in verdict.by:
        say(f"fails without a defect, too, and so caught nothing: {test}")
    say(verdict.told)
    return max(1, len(verdict.by))


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
