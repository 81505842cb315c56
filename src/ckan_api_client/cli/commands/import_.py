"""`ckanclient import`: what the 2014 client had under this name, done by `create`, `update` and `sync`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ckan_api_client.cli.commands.create import create_given
from ckan_api_client.cli.commands.sync import command as sync
from ckan_api_client.cli.commands.update import update_given
from ckan_api_client.cli.given import Given, check_lists, read_record
from ckan_api_client.cli.kinds import DATASET
from ckan_api_client.cli.settings import Site, site_options


@click.group("import")
def command() -> None:
    """Import a dataset, a folder or an SQLite file, as the 2014 client had it."""


@command.command("dataset", short_help="Update the dataset in a file if it has an id, else create it.")
@click.option("-f", "--file", "path", required=True, metavar="FILE", help="One JSON object; - is standard input.")
@click.option("--json", "as_json", is_flag=True, help="Print the dataset as JSON.")
@site_options
def dataset(path: str, site: Site, *, as_json: bool) -> None:
    """Update the dataset in a file if it has an id, else create it: see `ckanclient update` and `create`."""
    record = read_record(path)
    check_lists(DATASET, record)
    given = Given(record)
    if record.get("id"):
        update_given(DATASET, None, given, None, site, as_json=as_json)
    else:
        create_given(DATASET, given, site, as_json=as_json)


def _as_sync(name: str, help_text: str, check: Callable[[Path], str | None]) -> click.Command:
    """Return `sync` under another name, for one sort of input."""

    def callback(input_path: Path, **options: Any) -> None:
        if wrong := check(input_path):
            raise click.UsageError(f"{input_path} {wrong}")
        if sync.callback is not None:
            sync.callback(input_path=input_path, **options)

    return click.Command(
        name, params=sync.params, callback=callback, help=f"{help_text}\n\n{_SAME}", short_help=help_text
    )


def _no_folder(path: Path) -> str | None:
    return "is no folder" if path.is_file() else None


def _no_sqlite(path: Path) -> str | None:
    if path.is_dir():
        return "is a folder: `ckanclient import directory` takes those"
    if path.is_file():
        with path.open("rb") as file:
            return None if file.read(len(_SQLITE)) == _SQLITE else "is no SQLite file; `ckanclient sync` takes others"
    return None


_SQLITE = b"SQLite format 3\0"
_SAME = "It is `ckanclient sync` under another name: the same options, the same safety."

command.add_command(
    _as_sync(
        "directory",
        "Make a catalog match a folder.",
        _no_folder,
    )
)
command.add_command(
    _as_sync(
        "sqlite",
        "Make a catalog match an SQLite file.",
        _no_sqlite,
    )
)
