"""The goals, and whether a run met them. A goal is told only where all that it is about was measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from scale import RUNS
from start import HELP, MODULES, PYTHON
from tasks import LOST, OURS, SLIM, WHOLE

Everything = dict[str, Any]
#: With no more records than these, starting is most of what is measured.
_FEW = 2000


@dataclass(frozen=True)
class Goal:
    """`measured`, and the same `without_starts`: without what each program takes before it begins."""

    what: str
    wanted: str
    measured: str
    is_met: bool
    without_starts: str = ""


def judge(everything: Everything) -> list[Goal]:
    """Return the goals of which the results tell."""
    return [
        goal
        for result in everything.values()
        for goal in _GOALS.get(result["task"], _no_goals)(result, everything)
    ]  # fmt: skip


def _no_goals(_result: Everything, _everything: Everything) -> Iterator[Goal]:
    yield from ()


def _unchanged(result: Everything, everything: Everything) -> Iterator[Goal]:
    where = _where(result)
    yield _above_floor(result, OURS, SLIM, 1.3, f"no change, {where}")
    yield _above_floor(result, LOST, WHOLE, 1.5, f"no change, no state, {where}")
    peer = _best(result, "ckanapi")
    if peer and result["records"] > _FEW:
        yield _beyond(result, OURS, peer, 200, f"no change, {where}, beside {peer}")
    other = everything.get(f"unchanged 2000 {result['kind']}")
    if other is not None and result["records"] > other["records"]:
        cpu = (_median(result, OURS, "cpu") - _median(other, OURS, "cpu")) / (result["records"] - other["records"])
        what = f"CPU for one more record that did not change, {_server(result)}"
        yield Goal(what, "<= 60 µs", f"{1e6 * cpu:.0f} µs", cpu <= 60e-6)  # noqa: PLR2004 - the goal


def _changed(result: Everything, everything: Everything) -> Iterator[Goal]:
    same = everything.get(f"unchanged {result['records']} {result['kind']}")
    where = _where(result)
    changed = -(-result["records"] // 100)
    yield _above_floor(result, OURS, "floor: lines, slim pages, writes", 1.3, f"1 % changed, {where}")
    if same is None:
        return
    beyond = result["contestants"][OURS]["calls"] - same["contestants"][OURS]["calls"]
    yield Goal(f"requests beyond those of no change, {where}", f"{changed}", f"{beyond}", beyond <= changed)
    if result["records"] <= _FEW:
        return
    cpu = (_median(result, OURS, "cpu") - _median(same, OURS, "cpu")) / changed
    yield Goal(f"CPU for a record that is updated, {where}", "<= 1.5 ms", f"{1e3 * cpu:.1f} ms", cpu <= 1.5e-3)  # noqa: PLR2004 - the goal


def _first(result: Everything, _everything: Everything) -> Iterator[Goal]:
    where, floor, peer = _where(result), _best(result, "floor"), _best(result, "ckanapi")
    ours = _median(result, OURS, "seconds")
    if result["kind"] == "real":
        speed = _median(result, floor, "seconds") / ours
        bare = (_median(result, floor, "seconds") - _median(result, "start of a floor", "seconds")) / (
            ours - _median(result, "start of ckanclient", "seconds")
        )
        what = f"first load, {where}, part of the speed of {floor.removeprefix('floor: ')}"
        yield Goal(what, ">= 0.95", f"{speed:.2f}", speed >= 0.95, f"{bare:.2f}")  # noqa: PLR2004 - the goal
    yield _beyond(result, OURS, peer, 1.8, f"first load, {where}, beside {peer}")
    if result["kind"] == "replay":
        cpu = (_median(result, OURS, "cpu") - _median(result, "start of ckanclient", "cpu")) / result["records"]
        yield Goal(f"CPU for a record that is created, {where}", "<= 1.5 ms", f"{1e3 * cpu:.1f} ms", cpu <= 1.5e-3)  # noqa: PLR2004 - the goal


def _dump(result: Everything, _everything: Everything) -> Iterator[Goal]:
    where, peer = _where(result), _best(result, "ckanapi")
    yield _above_floor(result, "ckanclient dump", "floor: whole pages", 1.3, f"dump, {where}")
    yield _beyond(result, "ckanclient dump", peer, 20, f"dump, {where}, beside {peer}")


def _delete(result: Everything, _everything: Everything) -> Iterator[Goal]:
    where, peer = _where(result), _best(result, "ckanapi")
    yield _above_floor(result, "ckanclient delete", "floor: bodies, 3 at once", 1.3, f"delete, {where}")
    yield _beyond(result, "ckanclient delete", peer, 1, f"delete, {where}, beside {peer}")


def _start(result: Everything, _everything: Everything) -> Iterator[Goal]:
    for module in MODULES:
        cpu = _median(result, f"import {module}", "cpu") - _median(result, PYTHON, "cpu")
        yield Goal(f"import {module}, CPU beyond Python's", "<= 60 ms", f"{1e3 * cpu:.0f} ms", cpu <= 60e-3)  # noqa: PLR2004 - the goal
    seconds = _median(result, HELP, "seconds")
    yield Goal(HELP, "<= 150 ms", f"{1e3 * seconds:.0f} ms", seconds <= 150e-3)  # noqa: PLR2004 - the goal


def _scale(result: Everything, _everything: Everything) -> Iterator[Goal]:
    for records, most in (("100000", 256), ("1000000", 512)):
        for run in RUNS if records in result["sizes"] else ():
            peak = result["sizes"][records][run]["peak"]
            yield Goal(f"memory, {int(records):,} records, {run}", f"<= {most} MiB", f"{peak:.0f} MiB", peak <= most)


_GOALS: dict[str, Callable[[Everything, Everything], Iterator[Goal]]] = {
    "start": _start,
    "unchanged": _unchanged,
    "changed": _changed,
    "first": _first,
    "dump": _dump,
    "delete": _delete,
    "scale": _scale,
}


def _above_floor(result: Everything, ours: str, floor: str, most: float, what: str) -> Goal:
    ratio = _median(result, ours, "seconds") / _median(result, floor, "seconds")
    ours_alone = _median(result, ours, "seconds") - _median(result, "start of ckanclient", "seconds")
    floor_alone = _median(result, floor, "seconds") - _median(result, "start of a floor", "seconds")
    bare = f"{ours_alone / floor_alone:.2f} x" if min(ours_alone, floor_alone) > 0 else ""
    return Goal(f"{what}, beside its floor", f"<= {most} x", f"{ratio:.2f} x", ratio <= most, bare)


def _beyond(result: Everything, ours: str, peer: str, least: float, what: str) -> Goal:
    ratio = _median(result, peer, "seconds") / result["contestants"][peer]["part"] / _median(result, ours, "seconds")
    return Goal(what, f">= {least} x faster", f"{ratio:.1f} x", ratio >= least)


def _best(result: Everything, prefix: str) -> str:
    """Return the fastest of some contestants that went on; "" where there is none."""
    names = [name for name in result["contestants"] if name.startswith(prefix)]
    most = max((result["contestants"][name]["rounds"] for name in names), default=0)
    going_on = [name for name in names if result["contestants"][name]["rounds"] == most]
    return min(going_on, key=lambda name: _median(result, name, "seconds"), default="")


def _median(result: Everything, name: str, kind: str) -> float:
    value: float = result["contestants"][name][kind]["median"]
    return value


def _where(result: Everything) -> str:
    return f"{result['records']:,} records, {_server(result)}"


def _server(result: Everything) -> str:
    told: str = result["server"]
    return told if result["kind"] == "real" else str(result["kind"])
