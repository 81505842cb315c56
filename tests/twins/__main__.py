"""Compare the embedded CKAN with a real one on many random sequences: PYTHONPATH=tests python -m twins --help."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from ckan_api_client.testing import EmbeddedCkan
from contract.catalogs import find_catalogs
from twins.comparing import Finding, Twins
from twins.drawing import draw
from twins.invariants import check_alone
from twins.sides import EmbeddedSide, RealSide


def main() -> int:
    parser = argparse.ArgumentParser(prog="twins", description=__doc__)
    parser.add_argument("--sequences", type=int, default=200)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ckan-version", default="2.11", help="a CKAN of scripts/ckan, which brings it up")
    parser.add_argument("--counts", action="store_true", help="tell how often each kind of action was called")
    parser.add_argument(
        "--alone", action="store_true", help="check what holds of the embedded CKAN, without a real one"
    )
    asked = parser.parse_args()
    return alone(asked) if asked.alone else compare(asked)


def alone(asked: argparse.Namespace) -> int:
    """Play on the embedded CKAN alone; return 1 if an invariant does not hold."""
    broken = 0
    started = time.monotonic()
    with EmbeddedCkan(asked.ckan_version) as ckan:
        for steps in draw(asked.sequences, asked.steps, asked.seed):
            try:
                check_alone(ckan, steps)
            except AssertionError as error:
                broken += 1
                say(f"--- {error}\n")
                ckan.crashes.clear()
                ckan.reset()
    say(f"{asked.sequences} sequences of {asked.steps} steps in {time.monotonic() - started:.0f} s, {broken} broken")
    return 1 if broken else 0


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def compare(asked: argparse.Namespace) -> int:
    """Print each kind of difference once, as short as it gets; return 1 if there is any."""
    [catalog] = [one for one in find_catalogs(None, None, None, [asked.ckan_version]) if one.profile == "plain"]
    findings: dict[str, Finding] = {}
    often: Counter[str] = Counter()
    started = time.monotonic()
    with EmbeddedCkan(catalog.release) as embedded:
        real = RealSide(catalog.url, catalog.sysadmin_token, catalog.editor_token)
        twins = Twins(EmbeddedSide(embedded), real)

        for steps in draw(asked.sequences, asked.steps, asked.seed):
            finding = twins.compare(steps)
            if finding is None:
                continue
            often[finding.kind] += 1
            if finding.kind not in findings:
                kinds, statuses = twins.kinds.copy(), twins.statuses.copy()
                findings[finding.kind] = twins.shrink(finding)
                twins.kinds, twins.statuses = kinds, statuses
                say(f"--- {finding.kind}\n{findings[finding.kind]}\n")
        real.close()
    calls, differ = sum(twins.kinds.values()), sum(often.values())
    say(
        f"{asked.sequences} sequences of {asked.steps} steps in {time.monotonic() - started:.0f} s, "
        f"{calls} calls compared, {differ} sequences differ, in {len(often)} ways"
    )
    for name, count in twins.known.most_common():
        say(f"{count:6} known: {name}")
    if asked.counts:
        for name, count in [*twins.kinds.most_common(), *sorted(twins.statuses.items())]:
            say(f"{count:6} {name}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
