"""The options that the commands for many records share, by the names that ckanapi has for them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

import click

F = TypeVar("F", bound=Callable[..., Any])

_STANDARD = Path("-")
#: How many requests are under way at once, at most, unless `-p` says otherwise.
AT_ONCE = 8


class _File(click.Path):
    """A path, whose `~` is the home folder; - is standard input or output."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, dir_okay=False, allow_dash=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return cast("Path", super().convert(value, param, ctx)).expanduser()


FILE = _File()

input_option = click.option(
    "-I", "--input", "input_path", type=FILE, metavar="FILE", help="Read from a file instead of standard input."
)
output_option = click.option(
    "-O", "--output", "output_path", type=FILE, metavar="FILE", help="Write to a file instead of standard output."
)
gzip_option = click.option("-z", "--gzip", "is_gzip", is_flag=True, help="The lines are compressed by gzip.")
get_option = click.option("-g", "--get-request", "by_get", is_flag=True, help="Ask by GET; arguments arrive as texts.")
quiet_option = click.option("-q", "--quiet", "is_quiet", is_flag=True, help="No lines on what becomes of each record.")
log_option = click.option(
    "-l", "--log", type=FILE, metavar="FILE", help="Append what becomes of each record to a file, as JSON lines."
)


def at_once_option(default: str) -> Callable[[F], F]:
    """Give a command `at_once`, None where nothing is said; `default` tells what it is then."""
    return click.option(
        "-p", "--processes", "at_once", type=click.IntRange(1, 32), metavar="N",
        help=f"How many requests at once, at most; fewer where the server does not keep up. Default: {default}.",
    )  # fmt: skip


def part_options(function: F) -> F:
    """Give a command `first` and `most`."""
    first = click.option(
        "-s", "--start-record", "first", type=click.IntRange(1), default=1, metavar="N",
        help="Begin with this record; the first is 1.",
    )  # fmt: skip
    most = click.option(
        "-m", "--max-records", "most", type=click.IntRange(0), metavar="N", help="Stop after so many records."
    )
    return first(most(function))


def named(path: Path | None) -> Path | None:
    """Return the path of a file; None where standard input or output is meant, by no path or by -."""
    return None if path == _STANDARD else path


@contextmanager
def opened_input(path: Path | None) -> Iterator[BinaryIO]:
    """Give the lines of a file, or of standard input. Raises FileError where it cannot be read."""
    path = named(path)
    if path is None:
        yield sys.stdin.buffer
        return
    try:
        file = path.open("rb")
    except OSError as error:
        raise click.FileError(str(path), error.strerror or str(error)) from error
    with file:
        yield file


def kind_argument(*kinds: str) -> Callable[[F], F]:
    """Give a command `kind`, one of some words in the plural; their singular is understood, too."""

    def check(_: click.Context, __: click.Parameter, value: str) -> str:
        if value == "related":
            raise click.UsageError("there are no related items: CKAN has none since 2.9")
        kind = value if value in kinds else f"{value}s"
        if kind not in kinds:
            meant = f"; write {kinds[0]} before it" if len(kinds) == 1 else ""
            raise click.UsageError(f"{value!r} is none of {', '.join(kinds)}{meant}")
        return kind

    def complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
        return [word for word in kinds if word.startswith(incomplete)]

    return click.argument("kind", metavar="|".join(kinds), callback=check, shell_complete=complete)
