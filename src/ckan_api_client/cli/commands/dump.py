"""`ckanclient dump`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

import click

from ckan_api_client.bulk.asking import ask_by_get, ask_by_post
from ckan_api_client.bulk.dumping import Dumping
from ckan_api_client.bulk.indexed import Doubt, Index, names_left_out
from ckan_api_client.bulk.lines import InOrder, record_line
from ckan_api_client.bulk.replies import Reply
from ckan_api_client.bulk.running import Running
from ckan_api_client.cli.line_output import opened_lines
from ckan_api_client.cli.main import INTERRUPTED
from ckan_api_client.cli.output import counted, safe_text
from ckan_api_client.cli.record_options import (
    AT_ONCE,
    at_once_option,
    get_option,
    gzip_option,
    kind_argument,
    log_option,
    named,
    output_option,
    quiet_option,
)
from ckan_api_client.cli.settings import Site, site_options
from ckan_api_client.cli.telling import WITH_NAME, Telling, telling, uninterrupted
from ckan_api_client.low_level import CkanLowlevelClient


@click.command("dump")
@kind_argument("datasets", "groups", "organizations", "users")
@click.argument("references", nargs=-1, metavar="[ID_OR_NAME]...")
@site_options
@click.option("--all", "is_all", is_flag=True, help="All there are; of datasets, the active and public ones.")
@click.option("--include-private", is_flag=True, help="Private datasets, too, as far as you may see them.")
@click.option("--include-drafts", is_flag=True, help="Drafts, too, as far as you may see them.")
@click.option("--include-deleted", is_flag=True, help="Deleted datasets, too, where the site keeps them in its index.")
@click.option("--show-each", is_flag=True, help="Ask for each dataset, and not the index: slow.")
@output_option
@at_once_option(f"{AT_ONCE}")
@click.option("-d", "--datastore-fields", is_flag=True, help="The fields of datastore tables, with their resources.")
@click.option("-R", "--resource-views", is_flag=True, help="The views, with their resources.")
@click.option("-U", "--include-users", is_flag=True, help="The members of organizations and groups.")
@click.option("-D", "--datapackages", metavar="DIR", hidden=True)
@log_option
@quiet_option
@gzip_option
@get_option
def command(
    *,
    kind: str,
    references: tuple[str, ...],
    site: Site,
    output_path: Path | None,
    at_once: int | None,
    datapackages: str | None,
    log: Path | None,
    is_all: bool,
    include_private: bool,
    include_drafts: bool,
    include_deleted: bool,
    show_each: bool,
    datastore_fields: bool,
    resource_views: bool,
    include_users: bool,
    is_quiet: bool,
    is_gzip: bool,
    by_get: bool,
) -> None:
    """Write datasets, organizations, groups or users as JSON lines: what package_show and its kin give, keys sorted.

    With --all, datasets are read from the search index, hundreds in a request. Some are compared with package_show
    first: if the index gives them otherwise, or with --show-each, each dataset takes a request of its own.

    \b
    ckanclient dump datasets --all -O catalog.jsonl
    ckanclient dump organizations agency -U
    """  # noqa: D301 - click's own mark
    if datapackages is not None:
        raise click.UsageError("-D: data packages are not written yet; `dump -d` gives the fields of the tables")
    if bool(references) == is_all:
        raise click.UsageError(f"which {kind}? Give ids or names, or --all{', and not both' if is_all else ''}")
    left_out = {"private": include_private, "drafts": include_drafts, "deleted": include_deleted}
    if any(left_out.values()) and not (is_all and kind == "datasets"):
        raise click.UsageError("--include-private, --include-drafts and --include-deleted are for: dump datasets --all")
    dumping = Dumping(
        kind,
        include_users=include_users,
        datastore_fields=datastore_fields,
        resource_views=resource_views,
        ask=ask_by_get if by_get else ask_by_post,
    )
    limit = at_once or site.at_once(AT_ONCE)
    with (
        site.low_level() as client,
        telling(f"dumping {kind}", WITH_NAME, unit=kind, log=log, is_quiet=is_quiet, window=limit) as told,
    ):
        names = _names(client, dumping, left_out, told) if is_all else list(references)
        told.counting.expect(len(names))
        with opened_lines(output_path, is_gzip=is_gzip) as write:
            ordered = InOrder(write)
            try:
                if is_all and kind == "datasets" and not (show_each or by_get):
                    _dump_by_index(client, dumping, names, ordered, told, limit=limit)
                else:
                    _dump_each(client, dumping, names, ordered, told, limit=limit)
            except KeyboardInterrupt:
                kept = "" if named(output_path) is None else f"; {safe_text(str(output_path))} is as it was"
                click.echo(f"\nInterrupted: {counted(told.done, 'record')} of {len(names):,} read{kept}", err=True)
                sys.exit(INTERRUPTED)
            finally:
                ordered.close()
            if not told.has_answers():
                told.say_stopped("Try it again when it is back")
            if not told.done or not told.has_answers():
                sys.exit(told.exit_code)  # Before the file is replaced: it would be by nothing, or by half.
    sys.exit(told.exit_code)


def _names(client: CkanLowlevelClient, dumping: Dumping, left_out: dict[str, bool], told: Telling) -> list[str]:
    names = client.run(dumping.names())
    if not any(left_out.values()):
        return names
    more = client.run(names_left_out(**left_out))
    if (
        left_out["deleted"]
        and not told.is_quiet
        and more == client.run(names_left_out(**{**left_out, "deleted": False}))
    ):
        click.echo(
            "No deleted dataset was found: a CKAN lists them only if ckan.search.remove_deleted_packages is false "
            "there; `ckanclient dump datasets ID...` gives one by its id",
            err=True,
        )
    known = set(names)
    return [*names, *(name for name in more if name not in known)]


def _dump_each(
    client: CkanLowlevelClient, dumping: Dumping, names: Sequence[str], ordered: InOrder, told: Telling, *, limit: int
) -> None:
    def tell(number: int, reply: Reply, places: list[int | None]) -> None:
        told(number, reply, places)
        ordered.put(number, _line(reply))

    flows = ((number, dumping.show(name)) for number, name in enumerate(names))
    Running(client, limit=limit, tell=tell, shield=uninterrupted).carry_out(
        takewhile(lambda _: told.has_answers(), flows), before=-1
    )


def _dump_by_index(
    client: CkanLowlevelClient, dumping: Dumping, names: Sequence[str], ordered: InOrder, told: Telling, *, limit: int
) -> None:
    def doubted(name: str, doubt: Doubt) -> None:
        if told.is_quiet:
            return
        if doubt is Doubt.OF_ALL:
            what = "in another way than package_show does: from here on, each dataset is asked for by itself"
        else:
            what = "with an older metadata_modified than package_show does, and maybe others, too: see --show-each"
        click.echo(f"Note: the index gives {safe_text(name)} {what}", err=True)

    index = Index(dumping, doubted)

    def tell(start: int, replies: list[Reply], _: list[int | None]) -> None:
        for number, reply in enumerate(replies, start):
            following = number + 1
            told(number, reply, [following if following < len(names) else None])
            ordered.put(number, _line(reply))

    flows = ((start, index.read(part)) for start, part in index.parts(names))
    Running(client, limit=limit, tell=tell, shield=uninterrupted).carry_out(
        takewhile(lambda _: told.has_answers(), flows), before=-1
    )


def _line(reply: Reply) -> bytes | None:
    return None if reply.error else record_line(reply.response)
