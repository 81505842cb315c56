"""Everything that is measured, in one command: rounds in turn, a warm-up, medians and spread.

    python -m benchmarks [--only TASK]... [--server replay|embedded|real]... [--records N] [--rounds N] [--peers 1,2,4]

Tasks: unchanged, changed, first, dump, delete. Servers: a replay of canned pages, the embedded CKAN, a real one
(brought up by scripts/ckan, and EMPTIED again and again), which must be asked for. Results are added to
`benchmarks/results.json`, from which the page and the charts are made; `--results FOLDER` writes them elsewhere. Needs
the dev extra, which has ckanapi.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import material
import results
from measuring import Measure, measure, summarize
from servers import Embedded, Real, Replay, Server
from tasks import TASKS, Bench, Contestant


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", action="append", choices=list(TASKS), metavar="TASK")
    parser.add_argument("--server", action="append", choices=["replay", "embedded", "real"])
    parser.add_argument("--ckan-version", default="2.11", help="Of the real CKAN.")
    parser.add_argument("--records", type=int, help="Default: what is usual for a task.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", default="1,2,4", help="How many processes ckanapi is given, in turn.")
    parser.add_argument("--results", type=Path, default=Path(__file__).parent)
    given = parser.parse_args()
    peers = [int(number) for number in given.peers.split(",")]
    for task in given.only or TASKS:
        _, servers, usual = TASKS[task]
        for server in given.server or ["replay", "embedded"]:
            for records in [given.records] if given.records else usual:
                if server in servers:
                    _run(task, server, records, peers, given)


def _run(task: str, kind: str, records: int, peers: list[int], given: argparse.Namespace) -> None:
    key = f"{task} {records} {kind}"
    with tempfile.TemporaryDirectory() as scratch:
        material.write(Path(scratch), records)
        with _server(kind, Path(scratch), given.ckan_version) as server:
            bench = Bench(server, Path(scratch), records, peers)
            make = TASKS[task][0]
            taken, calls = _rounds(key, server, bench, make(bench), given.rounds)
            about = server.about
    result = {
        "task": task,
        "what": make.__doc__,
        "server": about,
        "records": records,
        "rounds": given.rounds,
        "contestants": {name: {**summarize(all_of), "calls": calls.get(name)} for name, all_of in taken.items()},
    }
    given.results.mkdir(parents=True, exist_ok=True)
    results.write_page(given.results, results.add(given.results / "results.json", key, result))


def _rounds(
    key: str, server: Server, bench: Bench, contestants: list[Contestant], rounds: int
) -> tuple[dict[str, list[Measure]], dict[str, int]]:
    """Measure all in turn, each round beginning with another one; the first round only warms up."""
    taken: dict[str, list[Measure]] = {one.name: [] for one in contestants}
    calls: dict[str, int] = {}
    for turn in range(rounds + 1):
        first = turn % len(contestants)
        for one in contestants[first:] + contestants[:first]:
            one.prepare()
            server.calls()
            measured = measure([*one.command], bench.environment)
            counted = server.calls()
            one.check()
            if counted is not None:
                calls[one.name] = sum(counted.values())
            if turn:
                taken[one.name].append(measured)
            label = f"round {turn}" if turn else "warm-up"
            print(f"{key}, {label}: {one.name}: {measured.seconds:.2f} s, CPU {measured.cpu:.2f} s", flush=True)
    return taken, calls


def _server(kind: str, folder: Path, ckan_version: str) -> Server:
    if kind == "real":
        return Real(ckan_version)
    return Replay(folder) if kind == "replay" else Embedded()


if __name__ == "__main__":
    main()
