"""Results as JSON, as a page, and as charts. No names of machines, no paths: cores, versions and dates."""

from __future__ import annotations

import json
import os
import platform
from datetime import UTC, datetime
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

_WIDTH, _BAR, _LEFT, _RIGHT = 720, 26, 230, 90


def add(file: Path, key: str, result: dict[str, Any]) -> dict[str, Any]:
    """Put a result into the file of results, in place of an older one of that key; return all of them."""
    everything: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    everything[key] = {**result, "machine": _machine(), "date": datetime.now(UTC).date().isoformat()}
    file.write_text(json.dumps(dict(sorted(everything.items())), indent=1) + "\n")
    return everything


def write_page(folder: Path, everything: dict[str, Any]) -> None:
    """Write `results.md`, and a chart for each task beside it."""
    parts = [
        "# Results",
        "",
        "Written by `python -m benchmarks`; see docs/performance.md. Medians of interleaved rounds, with the least and",
        "the most; CPU is user and system time of the client and its processes, memory that of the first of these.",
    ]
    for key, result in sorted(everything.items()):
        chart = f"{key.replace(' ', '-')}.svg"
        (folder / chart).write_text(_chart(key, result))
        parts += ["", f"## {key}", "", _about(result), "", f"![{key}: seconds]({chart})", ""]
        parts += ["| | seconds | CPU | MiB | calls |", "|---|---|---|---|---|"]
        for name, one in result["contestants"].items():
            seconds, cpu, peak = (one[kind] for kind in ("seconds", "cpu", "peak"))
            calls = one.get("calls") or ""
            parts.append(
                f"| {name} | {seconds['median']:.2f} ({seconds['least']:.2f} to {seconds['most']:.2f}) "
                f"| {cpu['median']:.2f} | {peak['median']:.0f} | {calls} |"
            )
    (folder / "results.md").write_text("\n".join(parts) + "\n")


def _about(result: dict[str, Any]) -> str:
    machine = result["machine"]
    return (
        f"{result['records']:,} records of 9 kB; {result['server']}; {result['rounds']} rounds; {result['date']}; "
        f"{machine['cores']} cores, Python {machine['python']}, ckan-api-client {machine['ckan-api-client']}, "
        f"ckanapi {machine['ckanapi']}. {result['what']}"
    )


def _machine() -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "ckan-api-client": version("ckan-api-client"),
        "ckanapi": version("ckanapi"),
    }


def _chart(key: str, result: dict[str, Any]) -> str:
    """Bars of the medians in seconds, with a line from the least to the most."""
    contestants = result["contestants"]
    longest = max(one["seconds"]["most"] for one in contestants.values()) or 1
    scale = (_WIDTH - _LEFT - _RIGHT) / longest
    height = _BAR * len(contestants) + 40
    rows = []
    for place, (name, one) in enumerate(contestants.items()):
        seconds, y = one["seconds"], 34 + place * _BAR
        colour = "#1f77b4" if name.startswith("ckanclient") else "#999" if name.startswith("floor") else "#d08770"
        middle = y + _BAR / 2 - 3
        least, most = (_LEFT + seconds[end] * scale for end in ("least", "most"))
        rows += [
            f'<text x="{_LEFT - 8}" y="{middle + 4}" text-anchor="end">{escape(name)}</text>',
            f'<rect x="{_LEFT}" y="{y}" width="{seconds["median"] * scale:.1f}" height="{_BAR - 6}" fill="{colour}"/>',
            f'<path d="M{least:.1f} {middle}H{most:.1f}" stroke="#222" stroke-width="1.5"/>',
            f'<text x="{most + 6:.1f}" y="{middle + 4}">{seconds["median"]:.2f} s</text>',
        ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}" '
        f'font-family="sans-serif" font-size="12"><title>{escape(key)}: seconds</title>'
        f'<rect width="100%" height="100%" fill="#fff"/><text x="8" y="20" font-weight="bold">{escape(key)}</text>\n'
        + "\n".join(rows)
        + "\n</svg>\n"
    )
