"""A folder with `dataset/`, `group/` and `organization/`, one JSON file for each thing: the 2014 client's layout."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ckan_api_client.exceptions import SourceError

from .keys import as_record
from .listing import NOTHING_DONE, Broken, Kind, Listing, Record, Tally
from .strict_json import parse_json

__all__ = ["DirectorySource"]

_KINDS: tuple[Kind, ...] = ("organization", "group", "dataset")
_LARGEST_FILE = 64 * 2**20


class DirectorySource:
    """Every file in the three folders, in the order of their names; hidden files and those ending in `~` are skipped.

    A dataset's key is its `id`, that of the others their `name`. A missing folder is an empty one, but one must be
    there. A file that is no JSON object with a key is `Broken`, the others go on, and the listing is `Partial`.
    `position` and `size` are files.
    """

    def __init__(self, path: str | Path, *, id_key: str | None = None, allow_empty: bool = False) -> None:
        self._path = Path(path)
        self._id_key = id_key
        self._allow_empty = allow_empty
        self._position = 0

    @property
    def name(self) -> str:
        return str(self._path)

    @property
    def size(self) -> int:
        return len(self._list_files())

    @property
    def position(self) -> int:
        return self._position

    def read(self) -> Listing:
        files = self._list_files()
        tally = Tally()
        self._position = 0
        for kind, file in files:
            self._position += 1
            yield tally.count(self._read_file(kind, file))
        if not self._allow_empty:
            tally.refuse_nothing(self.name)
        changed = files != self._list_files()
        return tally.make_ending(
            f"read all {len(files)} files", doubt="files came or went while they were read" if changed else ""
        )

    def _list_files(self) -> list[tuple[Kind, Path]]:
        try:
            folders = [(kind, self._path / kind) for kind in _KINDS if (self._path / kind).is_dir()]
            files = [(kind, file) for kind, folder in folders for file in sorted(_visible(folder))]
        except OSError as error:
            raise SourceError(f"cannot be read: {error.strerror}: {NOTHING_DONE}", file=self.name) from error
        if not folders:
            raise SourceError(
                f"has none of the folders dataset, group and organization: {NOTHING_DONE}", file=self.name
            )
        return files

    def _read_file(self, kind: Kind, file: Path) -> Record | Broken:
        try:
            if file.stat().st_size > _LARGEST_FILE:
                return Broken(str(file), None, "is larger than 64 MiB", kind=kind)
            data = parse_json(file.read_bytes().removeprefix(b"\xef\xbb\xbf"))
        except OSError as error:
            return Broken(str(file), None, f"cannot be read: {error.strerror}", kind=kind)
        except ValueError as error:
            return Broken(str(file), None, str(error), kind=kind)
        return as_record(data, kind, file=str(file), id_key=self._id_key if kind == "dataset" else None)


def _visible(folder: Path) -> Iterator[Path]:
    return (file for file in folder.iterdir() if not file.name.startswith(".") and not file.name.endswith("~"))
