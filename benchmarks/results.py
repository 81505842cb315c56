"""Results as JSON, and as a page with charts. No names of machines, no paths: cores, versions and dates."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import charts
from goals import Goal, judge

_MET = {True: "yes", False: "**no**"}


def add(file: Path, key: str, result: dict[str, Any]) -> dict[str, Any]:
    """Put a result into the file of results, in place of an older one of that key; return all of them."""
    everything: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    everything[key] = {**result, "machine": _machine(), "date": datetime.now(UTC).isoformat(timespec="minutes")}
    file.write_text(json.dumps(everything, indent=1) + "\n")
    return everything


def write_page(folder: Path, everything: dict[str, Any]) -> None:
    """Write `results.md`, and a chart for each task beside it."""
    for chart in folder.glob("*.svg"):
        chart.unlink()
    parts = [
        "# Results",
        "",
        "Written by `python -m benchmarks`; see docs/performance.md. Medians of rounds in turn, with the least and the",
        "most. CPU is user and system time of a command and its processes, memory that of the first of these. Every",
        "command, floors too, is a program of its own, and the start of Python is in its time; of the ratios, the",
        "second is without both starts. Where ckanapi, or the replay of bodies, was tried with several at once, the",
        "fastest of the first turn went on, and the others have that one round. Raw figures are in `results.json`.",
        "",
        *_goals(judge(everything)),
    ]
    for key, result in everything.items():
        parts += ["", f"## {key.replace(' 0 none', '')}", "", _about(result), ""]
        if "sizes" in result:
            parts += _sizes(result)
            continue
        chart = f"{key.replace(' ', '-')}.svg"
        (folder / chart).write_text(charts.bars(key, result["contestants"]))
        parts += [f"![{key}: seconds]({chart})", "", *_contestants(result)]
    (folder / "results.md").write_text("\n".join(parts) + "\n")


def _goals(goals: list[Goal]) -> list[str]:
    rows = ["| goal | | measured | without starts | met |", "|---|---|---|---|---|"]
    rows += [
        f"| {goal.what} | {goal.wanted} | {goal.measured} | {goal.without_starts} | {_MET[goal.is_met]} |"
        for goal in goals
    ]
    return rows


def _contestants(result: dict[str, Any]) -> list[str]:
    rows = ["| | seconds | CPU | MiB | calls | rounds |", "|---|---|---|---|---|---|"]
    for name, one in result["contestants"].items():
        seconds, cpu, peak = (one[kind] for kind in ("seconds", "cpu", "peak"))
        said = name
        if one["part"] < 1:
            said += f" ({round(one['part'] * result['records']):,} of {result['records']:,} records; not scaled here)"
        rows.append(
            f"| {said} | {seconds['median']:.2f} ({seconds['least']:.2f} to {seconds['most']:.2f}) "
            f"| {cpu['median']:.2f} | {peak['median']:.0f} | {one['calls'] or ''} | {one['rounds']} |"
        )
    return rows


def _sizes(result: dict[str, Any]) -> list[str]:
    rows = ["| records | run | seconds | CPU a record, µs | MiB |", "|---|---|---|---|---|"]
    for records, runs in result["sizes"].items():
        rows += [
            f"| {int(records):,} | {name} | {one['seconds']:.1f} | {1e6 * one['cpu'] / int(records):.0f} "
            f"| {one['peak']:.0f} |"
            for name, one in runs.items()
        ]
    return rows


def _about(result: dict[str, Any]) -> str:
    machine = result["machine"]
    records = f"{result['records']:,} records; " if result.get("records") else ""
    return (
        f"{result['what']} {records}{result['server']}; {result['date']}; {machine['cores']} cores "
        f"({machine['system']}), Python "
        f"{machine['python']}, ckan-api-client {machine['ckan-api-client']}, ckanapi {machine['ckanapi']}."
    )


def _machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "ckan-api-client": version("ckan-api-client"),
        "ckanapi": version("ckanapi"),
    }
