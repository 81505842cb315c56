"""Lines on their way to standard output or to a file, which is there whole or not at all."""

from __future__ import annotations

import gzip
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, cast

import click

Write = Callable[[str], None]


@contextmanager
def opened_output(path: Path | None, *, compressed: bool = False) -> Iterator[Write]:
    """Give a function that writes a line (its end is added); without a path, to standard output.

    The lines go to a file beside, which takes the place of the old one at the end: an error leaves that as it was.
    A file whose name ends in .gz is compressed, too.
    """
    compressed = compressed or (path is not None and path.suffix == ".gz")
    if path is None:
        if compressed and sys.stdout.isatty():
            raise click.UsageError("compressed lines are nothing for a terminal: give --output FILE, or leave out -z")
        if not compressed:
            yield click.echo
            return
        with gzip.GzipFile(fileobj=sys.stdout.buffer, mode="wb") as file:
            yield _writer(cast("IO[bytes]", file))
        return
    try:
        with ExitStack() as stack:
            replacement = stack.enter_context(beside(path))
            raw = stack.enter_context(replacement.open("wb"))
            if compressed:
                # No name and no time in it: the same lines are the same bytes.
                file = stack.enter_context(gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0))
                yield _writer(cast("IO[bytes]", file))
            else:
                yield _writer(raw)
    except OSError as error:
        raise click.FileError(str(path), error.strerror or str(error)) from error


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Give the path of a file that takes another one's place at the end, if nothing goes wrong."""
    if path.exists() and not path.is_file():
        yield path  # A pipe, or /dev/null.
        return
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(number)
    replacement = Path(name)
    try:
        yield replacement
        umask = os.umask(0)
        os.umask(umask)
        replacement.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~umask)
        replacement.replace(path)
    finally:
        replacement.unlink(missing_ok=True)


def _writer(file: IO[bytes]) -> Write:
    def write(line: str) -> None:
        file.write(line.encode() + b"\n")

    return write
