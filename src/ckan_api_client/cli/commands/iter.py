"""`ckanclient iter`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from ckan_api_client.cli.counting import Counting
from ckan_api_client.cli.kinds import DATASET, GROUP, ORGANIZATION, kind_argument, plural
from ckan_api_client.cli.line_output import opened_lines
from ckan_api_client.cli.record_options import AT_ONCE
from ckan_api_client.cli.settings import Site, site_options
from ckan_api_client.exceptions import NotFound
from ckan_api_client.low_level import CkanLowlevelClient
from ckan_api_client.low_level.flows import dataset_page, list_names, show
from ckan_api_client.wire.messages import Flow


@click.command("iter")
@kind_argument(DATASET, ORGANIZATION, GROUP)
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Write to a file, which is replaced when all is there. Compressed, if its name ends in .gz.",
)  # fmt: skip
@click.option("-z", "--gzip", "is_gzip", is_flag=True, help="Compress it.")
@click.option("--json", "as_json", is_flag=True, help="Events for programs on standard error, instead of a bar.")
@site_options
def command(kind: str, site: Site, output: Path | None, *, is_gzip: bool, as_json: bool) -> None:
    """Write all datasets, organizations or groups, whole, as JSON lines.

    In memory there is never more than a page of them. Of datasets, private ones and drafts too, as far as you may see
    them, in the order of ids; they come from the search index, 1,000 a request, and may be a moment behind the
    database. Organizations and groups come one request each, without their datasets, in no order.
    """
    shows_records = output is None and sys.stdout.isatty()  # a bar would stand among them
    with (
        site.low_level() as client,
        Counting(f"reading {plural(kind)}", unit=plural(kind), events=as_json, is_quiet=shows_records) as counting,
        opened_lines(output, is_gzip=is_gzip or (output is not None and output.suffix == ".gz")) as write,
    ):
        records = (
            _datasets(client, counting)
            if kind == DATASET
            else _groups(client, kind, counting, at_once=site.at_once(AT_ONCE))
        )
        for record in records:
            write(json.dumps(record, ensure_ascii=False).encode())
            counting.advance()


def _datasets(client: CkanLowlevelClient, counting: Counting) -> Iterator[dict[str, Any]]:
    last, after = None, None
    while True:
        page = client.run(dataset_page(after))
        if after is None:
            counting.expect(page.count)
        for item in page.items:
            if item["id"] != last:  # An index may hold a dataset twice (ckan#9159).
                yield item
            last = item["id"]
        if page.after is None:
            return
        after = page.after


def _groups(client: CkanLowlevelClient, kind: str, counting: Counting, *, at_once: int) -> Iterator[dict[str, Any]]:
    names = client.run(list_names(kind))
    counting.expect(len(names))
    for record in client.run_all((_shown(kind, name) for name in names), limit=at_once):
        if record is not None:
            yield record


def _shown(kind: str, name: str) -> Flow[dict[str, Any] | None]:
    try:
        return (yield from show(kind, name))
    except NotFound:
        return None  # Purged since the names were read.
