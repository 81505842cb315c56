"""Which source a path is: a folder, an SQLite file, or lines of JSON."""

from __future__ import annotations

from pathlib import Path

from ckan_api_client.exceptions import SourceError

from .directory import DirectorySource
from .jsonl import JsonlSource
from .listing import NOTHING_DONE, Source
from .sqlite import SqliteSource

__all__ = ["open_source"]

_SQLITE = b"SQLite format 3\0"


def open_source(
    path: str | Path,
    *,
    id_key: str | None = None,
    dataset_table: str | None = "dataset",
    group_table: str | None = "group",
    organization_table: str | None = "organization",
    allow_empty: bool = False,
) -> Source:
    """Return the source at `path`, by what is there and not by its name.

    `id_key` is for records that have neither `id` nor `name`; the tables are those of an SQLite file.
    Raises SourceError if there is nothing, if it cannot be read, or if it is empty and `allow_empty` is not set.
    """
    path = Path(path)
    try:
        if path.is_dir():
            return DirectorySource(path, id_key=id_key, allow_empty=allow_empty)
        with path.open("rb") as file:
            start = file.read(len(_SQLITE))
    except FileNotFoundError as error:
        raise SourceError(f"does not exist: {NOTHING_DONE}. Check the path", file=str(path)) from error
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}: {NOTHING_DONE}", file=str(path)) from error
    if not start and not allow_empty:
        raise SourceError(
            f"is empty: {NOTHING_DONE}. If the source is really empty, say so: allow_empty, --allow-empty",
            file=str(path),
        )
    if start == _SQLITE:
        return SqliteSource(
            path,
            dataset_table=dataset_table,
            group_table=group_table,
            organization_table=organization_table,
            allow_empty=allow_empty,
        )
    return JsonlSource(path, id_key=id_key, allow_empty=allow_empty)
