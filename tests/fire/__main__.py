"""Syncs under fire: faults between client and CKAN, clients killed, parts of the CKAN restarted, people at work.

PYTHONPATH=tests python -m fire --ckan 2.11 --faults 300 --kills 40 --restarts 9 --seed 1 --json one.json
PYTHONPATH=tests python -m fire --sum one.json two.json

After each scene, one clean run must leave the catalog as the source says, each record once, bystanders to the byte and
people's edits in place; the run after it must write nothing. The CKAN is one of scripts/ckan, and is emptied.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args

from contract.catalogs import PLAIN, find_catalogs
from fire.life import SCENES, Life, Scene
from fire.server import Part, Server
from fire.tally import Tally

_PARTS: tuple[Part, ...] = get_args(Part)


def main() -> int:
    parser = argparse.ArgumentParser(prog="fire", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--ckan", default="2.11", help="a CKAN of scripts/ckan, which brings it up")
    parser.add_argument("--faults", type=int, default=300, help="go on until there were so many")
    parser.add_argument("--kills", type=int, default=0, help="and so many runs were killed")
    parser.add_argument("--restarts", type=int, default=0, help="and a part was restarted so often, each in turn")
    parser.add_argument("--users", nargs="+", default=["sysadmin", "editor"], help="whose lives are played, in turn")
    parser.add_argument("--size", type=int, default=48, help="records of the source")
    parser.add_argument("--in-flight", type=int, default=3, help="requests at once; 1: the seed alone decides")
    parser.add_argument("--minutes", type=float, default=600, help="begin no scene after so long")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write the summary there")
    parser.add_argument("--sum", type=Path, nargs="+", metavar="JSON", help="only tell the sum of such summaries")
    asked = parser.parse_args()
    if asked.sum:
        say(json.dumps(summed(asked.sum), indent=1))
        return 0
    [catalog] = [one for one in find_catalogs(None, None, None, [asked.ckan]) if one.profile == PLAIN]
    tally, started = Tally(), time.monotonic()
    number = turn = 0

    def is_enough() -> bool:
        counted = (tally.faults.total(), tally.kills, tally.restarts.total())
        wanted = (asked.faults, asked.kills, asked.restarts)
        over = time.monotonic() - started > 60 * asked.minutes
        return over or all(have >= want for have, want in zip(counted, wanted, strict=True))

    server = Server(catalog)
    server.reset()
    with suppress(KeyboardInterrupt):  # What was seen until then is told.
        while not is_enough():
            seed, user = f"{asked.seed}/{number}", asked.users[number % len(asked.users)]
            with Life(catalog, user, seed, tally, size=asked.size, in_flight=asked.in_flight) as life:
                for scene in SCENES:
                    part = _PARTS[turn % len(_PARTS)] if tally.restarts.total() < asked.restarts else None
                    kills = (4, 3, 4)[turn % 3] if tally.kills < asked.kills else 0
                    turn += 1
                    known = len(tally.violations)
                    life.play(Scene(scene, kills, part))
                    for wrong in tally.violations[known:]:
                        say(f"--- as {user}, seed {wrong}")
                    say(f"{time.monotonic() - started:5.0f} s, life {number} as {user}, {scene}: {tally}")
                    if is_enough():
                        break
                server.reset()  # So that nothing is left to be purged, one by one.
            number += 1
    summary = {"ckan": catalog.version, "seed": asked.seed, "seconds": round(time.monotonic() - started)}
    summary |= tally.as_dict()
    say(json.dumps(summary, indent=1))
    if asked.json:
        asked.json.write_text(json.dumps(summary, indent=1))
    return 1 if tally.violations else 0


def summed(files: Iterable[Path]) -> dict[str, Any]:
    """Return the sums of the campaigns of each CKAN, and of all of them; no campaign counts twice."""
    told = [json.loads(file.read_text()) for file in files]
    if len({(one["ckan"], one["seed"]) for one in told}) < len(told):
        raise ValueError("two of them are of one CKAN and one seed")
    sums = {"all": Tally()} | {one["ckan"]: Tally() for one in told}
    for one in told:
        for of in ("all", one["ckan"]):
            sums[of] += Tally.of(one)
    campaigns = Counter(one["ckan"] for one in told) | {"all": len(told)}
    return {of: {"campaigns": campaigns[of], "told": str(tally), **tally.as_dict()} for of, tally in sums.items()}


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
