"""Files on their way to a catalog, counted as they are read."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ckan_api_client.cli.counting import Counting
from ckan_api_client.cli.output import safe_text


class CountedFile(io.BufferedReader):
    """A file that counts the bytes that are read of it; read again from its beginning, it counts again."""

    def __init__(self, path: Path, counting: Counting) -> None:
        super().__init__(io.FileIO(path))
        self._counting = counting
        self._counted = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self._counted += len(data)
        self._counting.advance(number=len(data))
        return data

    def seek(self, target: int, whence: int = io.SEEK_SET, /) -> int:
        place = super().seek(target, whence)
        if place == 0 and self._counted:
            self._counting.advance(number=-self._counted)
            self._counted = 0
        return place


@contextmanager
def counted_upload(path: Path | None) -> Iterator[CountedFile | None]:
    """Give a file to upload, open, with its progress on standard error; None for None."""
    if path is None:
        yield None
        return
    try:
        size = path.stat().st_size
        with Counting(f"uploading {safe_text(path.name, 40)}", size, unit="bytes") as counting:
            file = CountedFile(path, counting)
            with file:
                yield file
    except OSError as error:
        raise click.FileError(str(path), error.strerror or str(error)) from error
