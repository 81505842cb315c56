"""`ckanclient list`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import click

from ckan_api_client.cli.kinds import DATASET, KINDS, RESOURCE, kind_argument
from ckan_api_client.cli.output import print_json, safe_text
from ckan_api_client.cli.settings import Site, site_options
from ckan_api_client.cli.writing import find
from ckan_api_client.high_level import CkanHighlevelClient
from ckan_api_client.low_level.flows import dataset_page, list_names, list_summaries

#: What is told of each kind: the first that a thing has stands for it where one word is wanted.
_COLUMNS = {"dataset": ("name", "title", "id"), RESOURCE: ("name", "format", "url", "id")}
_GROUP_COLUMNS = ("name", "title", "id")
#: On a terminal: how wide the column of names is at most, and what room the rest needs to be worth it.
_WIDEST, _NARROWEST = 60, 12


@click.command("list")
@kind_argument(*KINDS)
@click.option("--dataset", "dataset", metavar="ID_OR_NAME", help="Whose resources are wanted.")
@click.option("--ids", is_flag=True, help="Ids instead of names.")
@click.option("--json", "as_json", is_flag=True, help="JSON: of each its id, its name and its title.")
@site_options
def command(kind: str, site: Site, dataset: str | None, *, ids: bool, as_json: bool) -> None:
    """List all datasets, organizations or groups; or, with --dataset, its resources.

    All of them, however many there are; of datasets, private ones and drafts too, as far as you may see them. One name
    a line, in the order of names; resources in the dataset's order, by their URL where they have no name. On a
    terminal their titles stand beside them.
    """
    if (kind == RESOURCE) != (dataset is not None):
        raise click.UsageError(
            "of which dataset? Give --dataset ID_OR_NAME" if kind == RESOURCE else "--dataset is for resources"
        )
    columns = _COLUMNS.get(kind, _GROUP_COLUMNS)
    with site.high_level() as client:
        if ids and not as_json and kind == DATASET:
            _print_lines(client.list_datasets())
            return
        rows = list(_rows(client, kind, dataset, in_full=as_json or ids or sys.stdout.isatty()))
    if as_json:
        print_json([{key: row.get(key) for key in ("id", *columns[:-1])} for row in rows])
    elif ids:
        _print_lines([str(row["id"]) for row in rows])
    elif sys.stdout.isatty():
        _print_table(rows, columns[:-1])
    else:
        _print_lines([_word(row) for row in rows])


def _rows(client: CkanHighlevelClient, kind: str, dataset: str | None, *, in_full: bool) -> Iterator[dict[str, Any]]:
    if kind == RESOURCE:
        yield from find(client, DATASET, dataset or "").get("resources") or []
    elif kind == DATASET:
        yield from sorted(_datasets(client), key=_word)
    elif in_full:
        yield from client.low_level.run(list_summaries(kind))
    else:
        yield from ({"name": name} for name in client.low_level.run(list_names(kind)))


def _datasets(client: CkanHighlevelClient) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}  # An index may hold a dataset twice (ckan#9159).
    after = None
    while True:
        page = client.low_level.run(dataset_page(after, fields=("id", "name", "title")))
        found |= {item["id"]: item for item in page.items}
        if page.after is None:
            return list(found.values())
        after = page.after


def _word(row: dict[str, Any]) -> str:
    return str(row.get("name") or row.get("url") or row["id"])


def _print_lines(lines: Sequence[str]) -> None:
    for line in lines:
        click.echo(safe_text(line))


def _print_table(rows: Sequence[dict[str, Any]], columns: Sequence[str]) -> None:
    """Print the names whole, since people copy them, and of the rest what the terminal has room for."""
    room = shutil.get_terminal_size().columns
    words = [safe_text(_word(row)) for row in rows]
    width = min(max(map(len, words), default=0), _WIDEST)
    for row, word in zip(rows, words, strict=True):
        rest = "  ".join(str(row[column]) for column in columns if column != "name" and row.get(column))
        left = room - max(len(word), width) - 2
        shown = click.style(safe_text(rest, left), dim=True) if rest and left >= _NARROWEST and rest != word else ""
        click.echo(f"{word:<{width}}  {shown}".rstrip())
