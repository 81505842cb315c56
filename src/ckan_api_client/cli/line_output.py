"""Lines of bytes on their way to standard output or to a file, which is there whole or not at all."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, cast

import click

from ckan_api_client.cli.output import safe_json
from ckan_api_client.cli.output_file import beside
from ckan_api_client.cli.record_options import named


@contextmanager
def opened_lines(path: Path | None, *, is_gzip: bool = False) -> Iterator[Callable[[bytes], None]]:
    """Give a function that writes a line of JSON and its end.

    A file takes the place of the old one in the end, and only if nothing went wrong; to a terminal, what could steer it
    is written out.
    """
    path = named(path)
    with ExitStack() as stack:
        if path is None and not is_gzip and sys.stdout.isatty():
            yield lambda line: click.echo(safe_json(line.decode()))
            return
        if path is None and is_gzip and sys.stdout.isatty():
            raise click.UsageError("compressed lines are nothing for a terminal: give --output FILE, or leave out -z")
        try:
            raw = (
                sys.stdout.buffer if path is None else stack.enter_context(stack.enter_context(beside(path)).open("wb"))
            )
        except OSError as error:
            raise click.FileError(str(path), error.strerror or str(error)) from error
        file: IO[bytes] = raw
        if is_gzip:
            # No name and no time in it: the same lines are the same bytes.
            packed = stack.enter_context(gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0))
            file = cast("IO[bytes]", packed)

        def write(line: bytes) -> None:
            file.write(line + b"\n")

        yield write
        if not is_gzip:
            file.flush()
