"""`ckanclient delete`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ckan_api_client.bulk.deleting import all_references, delete_one
from ckan_api_client.bulk.lines import part_of, read_lines
from ckan_api_client.bulk.running import known_caller
from ckan_api_client.cli.record_options import (
    AT_ONCE,
    at_once_option,
    gzip_option,
    input_option,
    kind_argument,
    log_option,
    opened_input,
    part_options,
    quiet_option,
)
from ckan_api_client.cli.settings import Site, site_options
from ckan_api_client.cli.telling import WITH_RESPONSE, carry_records, telling


@click.command("delete")
@kind_argument("datasets", "groups", "organizations", "users")
@click.argument("references", nargs=-1, metavar="[ID_OR_NAME]...")
@site_options
@input_option
@part_options
@at_once_option(f"{AT_ONCE}")
@log_option
@quiet_option
@gzip_option
def command(
    *,
    kind: str,
    references: tuple[str, ...],
    site: Site,
    input_path: Path | None,
    first: int,
    most: int | None,
    at_once: int | None,
    log: Path | None,
    is_quiet: bool,
    is_gzip: bool,
) -> None:
    """Move datasets, groups, organizations or users to the trash, by id or name.

    Where none is given, they are read from standard input. A line is an id or name as it stands or as a JSON text, a
    list of such texts, an object with an id or a name, or the answer of a search. To remove things for good there is
    `ckanclient purge`.
    """
    if references and input_path is not None:
        raise click.UsageError("ids come from the command line or from a file: give one of them")
    limit = at_once or site.at_once(AT_ONCE)
    with (
        site.low_level() as client,
        opened_input(input_path) as file,
        telling(f"deleting {kind}", WITH_RESPONSE, unit=kind, log=log, is_quiet=is_quiet, window=limit) as told,
    ):
        client.run(known_caller())
        numbered = enumerate(references, 1) if references else all_references(read_lines(file, is_gzip=is_gzip))
        deletes = ((number, delete_one(kind, one)) for number, one in part_of(numbered, first=first, most=most))
        carry_records(client, deletes, told, at_once=limit, before=first - 1)
    sys.exit(told.exit_code)
