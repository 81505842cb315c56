"""Large sources: what a record costs, and how much memory a run takes, as the catalog grows.

    .venv/bin/python benchmarks/scale.py [--records 1000 10000 100000] [--folder FOLDER]

For each size, on the server that replays: a source is synced without a state; then with it, unchanged; then with one
record in a hundred changed, and those are written. Each run is a `ckanclient` of its own, whose peak memory is the
kernel's figure. Records are of 2 kB, so that a million of them need about 15 GB of disk, in FOLDER or where temporary
files lie, and an hour; `python -m benchmarks` goes up to 100,000.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import material
from bench import KNOWN, Bench
from measuring import Measure, measure
from servers import Replay

SIZES = (1_000, 10_000, 100_000)
RUNS = ("no state", "unchanged", "1 % changed")


def measured(sizes: list[int], given: Path | None = None, folder: Path | None = None) -> dict[str, Any]:
    """Return a result as others are, in which each size has its runs."""
    rows: dict[str, dict[str, Any]] = {}
    for records in sizes:
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            print(f"  writing {records:,} records", flush=True)
            material.write(Path(scratch), records, words=material.SMALL, given=given)
            for name, one in _runs(Path(scratch), records).items():
                rows.setdefault(str(records), {})[name] = asdict(one)
    return {"task": "scale", "what": "Sources of growing size.", "server": "answers from memory", "sizes": rows}


def _runs(folder: Path, records: int) -> dict[str, Measure]:
    taken = {}
    with Replay(folder) as server:
        bench = Bench(server, folder, records, 0, [])
        for name, file in zip(RUNS, ("source.jsonl", "source.jsonl", "changed.jsonl"), strict=True):
            taken[name] = one = measure(bench.sync(file, KNOWN), bench.environment)
            cpu = 1e6 * one.cpu / records
            print(
                f"  {records:,}, {name}: {one.seconds:.1f} s, {cpu:.0f} µs CPU a record, {one.peak:.0f} MiB", flush=True
            )
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--records", type=int, nargs="+", default=SIZES)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    print(json.dumps(measured(given.records, folder=given.folder), indent=1))


if __name__ == "__main__":
    main()
