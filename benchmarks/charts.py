"""Charts as SVG: bars of medians, with a line from the least to the most. The ground is always white."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

_WIDTH, _BAR, _LEFT, _RIGHT, _TOP = 760, 26, 250, 130, 34
_OURS, _FLOOR, _PEER = "#1f77b4", "#8a8a8a", "#c8603a"


def bars(title: str, contestants: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a chart of seconds; what was given a part of the records only, is drawn as if it had had all."""
    scaled = {name: 1 / one["part"] for name, one in contestants.items()}
    longest = max(one["seconds"]["most"] * scaled[name] for name, one in contestants.items()) or 1
    scale = (_WIDTH - _LEFT - _RIGHT) / longest
    height = _BAR * len(contestants) + _TOP + 10
    rows = []
    for place, (name, one) in enumerate(contestants.items()):
        y = _TOP + place * _BAR
        middle = y + _BAR / 2 - 3
        least, median, most = (one["seconds"][end] * scaled[name] for end in ("least", "median", "most"))
        left, width, right = _LEFT + least * scale, max(1, median * scale), _LEFT + most * scale
        told = f"{median:.2f} s" if scaled[name] == 1 else f"{median:.0f} s (scaled)"
        rows += [
            f'<text x="{_LEFT - 8}" y="{middle + 4}" text-anchor="end">{escape(name)}</text>',
            f'<rect x="{_LEFT}" y="{y}" width="{width:.1f}" height="{_BAR - 6}" fill="{_colour(name)}"/>',
            f'<path d="M{left:.1f} {middle}H{right:.1f}" stroke="#111" stroke-width="1.5"/>',
            f'<text x="{right + 6:.1f}" y="{middle + 4}">{told}</text>',
        ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" viewBox="0 0 {_WIDTH} {height}" '
        f'font-family="sans-serif" font-size="12" fill="#111"><title>{escape(title)}: seconds</title>'
        f'<rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="8" y="20" font-weight="bold">{escape(title)}: seconds, less is better</text>\n'
        + "\n".join(rows)
        + "\n</svg>\n"
    )


def _colour(name: str) -> str:
    if name.startswith(("floor", "start", "python")):
        return _FLOOR
    return _PEER if name.startswith("ckanapi") else _OURS
