"""How much of something is done, as a line with a bar on a terminal."""

from __future__ import annotations

from collections.abc import Callable

from rich.cells import cell_len
from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Column, Table
from rich.text import Text

from ckan_api_client.cli.count import Count

#: The widths of terminals from which a bar is so wide.
_BARS = ((110, 30), (90, 20), (0, 10))
_WIDE = 110
#: So much is left free at the end: a terminal writes ^C there, and what it wraps is not erased.
_SPARE = 4


class Bar:
    """A line on standard error that shows what `count` returns, four times a second, until it is stopped.

    `stays`: it is left there at the end. `indent`: see `line_of`. `is_over`: whether all is done.
    """

    def __init__(self, count: Callable[[], Count], is_over: Callable[[], bool], *, stays: bool, indent: int) -> None:
        self._console = Console(stderr=True)
        self._count, self._is_over, self._indent = count, is_over, indent
        # Standard output is not for Rich to take: a command's records go there.
        self._live = Live(
            get_renderable=self._line,
            console=self._console,
            transient=not stays,
            refresh_per_second=4,
            redirect_stdout=False,
        )

    def start(self) -> None:
        """Show it."""
        self._live.start()

    def stop(self) -> None:
        """Show it for the last time."""
        self._live.stop()

    def _line(self) -> Table:
        return line_of(self._count(), self._console.width, indent=self._indent, is_over=self._is_over())


def line_of(count: Count, width: int, *, indent: int = 0, is_over: bool = False) -> Table:
    """Return a line for a terminal; what has no room is cut at its end.

    `indent`: where the bar begins, at least, if the terminal is wide; so it is below that of another line.
    """
    bar = next(bar for least, bar in _BARS if width >= least)
    doing = min(max(cell_len(count.doing), indent if width >= _WIDE else 0), width // 3)
    line = Table.grid(Column(no_wrap=True, width=doing), Column(width=bar), Column(no_wrap=True), padding=(0, 1))
    name, measures = Text(count.doing), Text(count.measures())
    name.truncate(doing, overflow="ellipsis")
    measures.truncate(max(width - doing - bar - 2 - _SPARE, 1), overflow="ellipsis")
    total, done = (1, 1) if is_over else (count.total, count.done)
    shown = ProgressBar(total=total, completed=done, width=bar, pulse=total is None, animation_time=count.seconds)
    line.add_row(name, shown, measures)
    return line
