"""The whole of it: which tasks on which servers, in which order, how long that takes, and what is written down."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any, TypeAlias

import material
import results
import scale
import start
from bench import Bench, Contestant
from measuring import Measure, measure, summarize
from servers import Embedded, Real, Replay, Server
from tasks import TASKS

#: Filling a real CKAN may take so long; it gets fewer records where it is slower.
_FILLING = 240
#: Measures, and the calls of the last one, by contestant.
Taken: TypeAlias = tuple[dict[str, list[Measure]], dict[str, int]]
Task: TypeAlias = Callable[..., list[Contestant]]


@dataclass(frozen=True)
class Step:
    """A task on a server. `part`: of the records, ckanapi is given so many; `seconds`: about what it takes."""

    task: str
    server: str
    records: int
    rounds: int
    part: int
    seconds: float

    @property
    def key(self) -> str:
        return f"{self.task} {self.records} {self.server}"

    @property
    def title(self) -> str:
        return f"{self.task}, {self.records:,} records, {self.server}" if self.records else self.task


#: In this order; those of one server and number of records share what is prepared.
_STEPS = (
    Step("start", "none", 0, 10, 0, 15),
    Step("unchanged", "replay", 2000, 5, 1000, 60),
    Step("first", "replay", 2000, 3, 500, 70),
    Step("dump", "replay", 2000, 5, 2000, 40),
    Step("unchanged", "replay", 10000, 5, 1000, 120),
    Step("changed", "replay", 10000, 5, 0, 25),
    Step("delete", "replay", 500, 3, 500, 20),
    Step("first", "embedded", 300, 2, 150, 30),
    Step("first", "real", 120, 2, 120, 300),  # It has to be brought up as well.
    Step("delete", "real", 500, 1, 100, 420),
    Step("unchanged", "real", 2000, 2, 0, 100),
    Step("dump", "real", 2000, 2, 200, 40),
    Step("unchanged", "real", 10000, 2, 100, 350),
    Step("changed", "real", 10000, 1, 0, 70),
    Step("scale", "none", 0, 1, 0, 200),
)
#: A run without options takes no longer than this, about: where it would, what is left has fewer rounds.
_MOST_SECONDS = 30 * 60
#: How long a run is goes by the pace of its steps so far, once they should have taken so many seconds.
_TELLING = 120
_TASKS = tuple(dict.fromkeys(step.task for step in _STEPS))


def main(description: str | None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", action="append", choices=_TASKS)
    parser.add_argument("--server", action="append", choices=["replay", "embedded", "real"])
    parser.add_argument("--empty", action="store_true", help="Empty the real CKAN, whatever it holds.")
    parser.add_argument("--ckan-version", default="2.11", help="Of the real CKAN.")
    parser.add_argument("--records", type=int, help="Default: what is usual for a task.")
    parser.add_argument("--rounds", type=int, help="Default: what is usual for a task.")
    parser.add_argument("--peers", default="1,2,4", help="How many processes ckanapi is given, in turn.")
    parser.add_argument("--file", type=Path, help="A file of records as JSON lines (.gz, too), instead of made ones.")
    parser.add_argument("--results", type=Path, default=Path(__file__).parent)
    given = parser.parse_args()
    steps = _chosen(given)
    given.results.mkdir(parents=True, exist_ok=True)
    if not (given.only or given.server):
        (given.results / "results.json").unlink(missing_ok=True)
    _Run(given, steps).run()


def _chosen(given: argparse.Namespace) -> list[Step]:
    chosen: dict[str, Step] = {}
    for step in _STEPS:
        if step.task not in (given.only or _TASKS):
            continue
        if given.server and step.server not in given.server and not (step.server == "none" and given.only):
            continue
        one = replace(step, rounds=given.rounds or step.rounds)
        if given.records and step.server != "none":
            one = replace(one, records=given.records, seconds=step.seconds * given.records / step.records)
        chosen.setdefault(one.key, one)
    return list(chosen.values())


class _Run:
    def __init__(self, given: argparse.Namespace, steps: list[Step]) -> None:
        self._given = given
        self._steps = steps
        self._done = 0
        self._began = time.monotonic()

    def run(self) -> None:
        total = sum(step.seconds for step in self._steps)
        print(f"{len(self._steps)} steps, about {_minutes(total)} on an idle machine of two cores:")
        for step in self._steps:
            print(f"  {step.title}")
        if any(step.server == "real" for step in self._steps) and not self._given.empty:
            self._look()
            self._began = time.monotonic()
        for kind, of_server in groupby(self._steps, key=lambda step: step.server):
            if kind == "none":
                for step in of_server:
                    self._alone(step)
                continue
            with self._serving(kind) as server:
                for records, of_number in groupby(of_server, key=lambda step: step.records):
                    self._measured(kind, server, records, list(of_number))
        print(f"done in {_minutes(time.monotonic() - self._began)}; see {self._given.results / 'results.md'}")

    def _look(self) -> None:
        """End before anything is measured where the real CKAN holds what would be lost."""
        if not Real.is_known(self._given.ckan_version):
            return
        with Real(self._given.ckan_version) as server:
            foreign = server.foreign()
        if foreign:
            raise SystemExit(f"the real CKAN holds {foreign} datasets that no benchmark made: --empty removes them")

    def _alone(self, planned: Step) -> None:
        step = self._announce(planned)
        if step.task == "start":
            taken = _rounds(None, start.contestants(), step.rounds, start.ENVIRONMENT)
            self._write(step, start.contestants, "no server", taken, {})
        else:
            sizes = [self._given.records] if self._given.records else list(scale.SIZES)
            self._add(step.key, scale.measured(sizes, self._given.file))

    @contextmanager
    def _serving(self, kind: str) -> Iterator[Server | None]:
        if kind != "real":
            yield None
            return
        print("bringing up a real CKAN; the first time that takes some minutes", flush=True)
        with Real(self._given.ckan_version) as server:
            yield server

    def _measured(self, kind: str, given: Server | None, records: int, steps: list[Step]) -> None:
        if isinstance(given, Real) and given.rate and not self._given.records:
            records = min(records, max(2000, int(given.rate * _FILLING) // 1000 * 1000))
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            print(f"writing {records:,} records", flush=True)
            material.write(folder, records, given=self._given.file)
            with _given_or_new(kind, folder, given) as server:
                bench = Bench(server, folder, records, 0, [int(number) for number in self._given.peers.split(",")])
                for planned in steps:
                    step = self._announce(planned)
                    bench.part = min(step.part, records)
                    make = TASKS[step.task]
                    contestants = make(bench)
                    taken = _rounds(server, contestants, step.rounds, bench.environment)
                    parts = {one.name: one.part for one in contestants}
                    self._write(replace(step, records=records), make, server.about, taken, parts)

    def _announce(self, step: Step) -> Step:
        """Say what comes, and how long all that is left takes; return the step as it is to be taken."""
        left = sum(one.seconds for one in self._steps[self._done :])
        behind = sum(one.seconds for one in self._steps[: self._done])
        so_far = time.monotonic() - self._began
        pace = max(1.0, so_far / behind) if behind > _TELLING else 1.0
        self._done += 1
        following = self._steps[self._done].title if self._done < len(self._steps) else "the results"
        print(
            f"\n[{self._done}/{len(self._steps)}; about {_minutes(left * pace)} left] {step.title}, then {following}",
            flush=True,
        )
        if self._given.rounds or so_far + left * pace <= _MOST_SECONDS:
            return step
        return replace(step, rounds=max(1, step.rounds // 2))

    def _write(self, step: Step, make: Task, about: str, taken: Taken, parts: dict[str, float]) -> None:
        measures, calls = taken
        contestants = {
            name: {**summarize(all_of), "rounds": len(all_of), "calls": calls.get(name), "part": parts.get(name, 1.0)}
            for name, all_of in measures.items()
        }
        raw = {name: [asdict(one) for one in all_of] for name, all_of in measures.items()}
        told = {"task": step.task, "what": make.__doc__, "server": about, "kind": step.server, "records": step.records}
        self._add(step.key, {**told, "contestants": contestants, "raw": raw})

    def _add(self, key: str, result: dict[str, Any]) -> None:
        folder: Path = self._given.results
        results.write_page(folder, results.add(folder / "results.json", key, result))


@contextmanager
def _given_or_new(kind: str, folder: Path, given: Server | None) -> Iterator[Server]:
    if given is not None:
        yield given
        return
    with Replay(folder) if kind == "replay" else Embedded() as server:
        yield server


def _rounds(server: Server | None, contestants: list[Contestant], rounds: int, environment: dict[str, str]) -> Taken:
    """Measure all in turn, each turn beginning with another one.

    The first turn warms up, and tells which of a group is the fastest: that one goes on.
    """
    taken: dict[str, list[Measure]] = {}
    calls: dict[str, int] = {}
    racing = contestants
    for turn in range(rounds + 1):
        first = turn % len(racing)
        for one in racing[first:] + racing[:first]:
            one.prepare()
            if server is not None:
                server.calls()
            measured = measure([*one.command()], environment)
            counted = server.calls() if server is not None else None
            one.check()
            if counted is not None:
                calls[one.name] = sum(counted.values())
            taken.setdefault(one.name, []).append(measured)
            label = f"round {turn} of {rounds}" if turn else "warm-up"
            print(f"  {label}: {one.name}: {measured.seconds:.2f} s, CPU {measured.cpu:.2f} s", flush=True)
        if not turn:
            racing = _fastest(contestants, taken)
    for one in racing:
        taken[one.name].pop(0)
    return taken, calls


def _fastest(contestants: list[Contestant], taken: dict[str, list[Measure]]) -> list[Contestant]:
    best: dict[str, Contestant] = {}
    for one in contestants:
        known = best.get(one.group)
        if known is None or taken[one.name][0].seconds < taken[known.name][0].seconds:
            best[one.group] = one
    return [one for one in contestants if not one.group or best[one.group] is one]


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"  # noqa: PLR2004 - a minute and a half
