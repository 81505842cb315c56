"""`ckanclient search`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ckan_api_client.bulk.asking import ask_by_get, ask_by_post
from ckan_api_client.bulk.lines import record_line
from ckan_api_client.bulk.searching import Search
from ckan_api_client.cli.commands.action import arguments_of
from ckan_api_client.cli.line_output import opened_lines
from ckan_api_client.cli.main import UNDONE
from ckan_api_client.cli.output import counted
from ckan_api_client.cli.record_options import get_option, gzip_option, input_option, kind_argument, output_option
from ckan_api_client.cli.settings import Site, site_options


@click.command("search")
@kind_argument("datasets")
@click.argument("arguments", nargs=-1, metavar="[KEY=STRING | KEY:JSON]...")
@site_options
@click.option("-i", "--input-json", "from_stdin", is_flag=True, help="Read the arguments as JSON from standard input.")
@input_option
@output_option
@gzip_option
@get_option
def command(
    kind: str,  # noqa: ARG001 - there is but one
    arguments: tuple[str, ...],
    site: Site,
    input_path: Path | None,
    output_path: Path | None,
    *,
    from_stdin: bool,
    is_gzip: bool,
    by_get: bool,
) -> None:
    """Write the datasets that a search finds as JSON lines, all of them.

    The arguments are those of package_search: q, fq, sort, rows, start, include_private …; where `rows` does not say
    otherwise, all that is found is written. More than 1,000 come in the order of ids, unless `sort` says otherwise.

    \b
    ckanclient search datasets q=water fq=organization:agency include_private:true
    """  # noqa: D301 - click's own mark
    search = Search(
        arguments_of(arguments, input_path, from_stdin=from_stdin, files=False), ask_by_get if by_get else ask_by_post
    )
    with site.low_level() as client, opened_lines(output_path, is_gzip=is_gzip) as write:
        for page in search.pages(client.run):
            for dataset in page:
                write(record_line(dataset))
    if search.given < search.promised:
        told = f"CKAN counts {counted(search.promised, 'dataset')}, and gave {search.given:,}"
        click.echo(f"Incomplete: {told}; its index holds what it cannot read, or changed meanwhile", err=True)
        sys.exit(UNDONE)
