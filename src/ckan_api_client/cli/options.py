"""The options that `plan` and `sync` share, and what they come to: a client, a source, and limits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from ckan_api_client.cli.settings import Site, site_options
from ckan_api_client.sources import Source, open_source
from ckan_api_client.syncing import SynchronizationClient
from ckan_api_client.syncing.guards import Limits, Share
from ckan_api_client.syncing.identity import check_source_name
from ckan_api_client.syncing.options import Options

F = TypeVar("F", bound=Callable[..., Any])


def _as_share(_: click.Context, __: click.Parameter, value: str | None) -> Share | None:
    try:
        return None if value is None else Share.of(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def _as_source_name(_: click.Context, __: click.Parameter, value: str) -> str:
    try:
        return check_source_name(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def _one_after_another(decorators: list[Callable[[F], F]]) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


source_argument = click.argument("source_name", metavar="SOURCE", callback=_as_source_name)

#: Where the memory of earlier runs is, for every command that has one.
state_option = click.option(
    "--state", type=click.Path(path_type=Path, dir_okay=False), metavar="PATH",
    help="The file that remembers earlier runs. Default: one for each catalog and source, in the user's state folder.",
)  # fmt: skip

json_option = click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON.")

limit_options = _one_after_another([
    click.option("--allow-empty", is_flag=True, help="Take a source without records at its word."),
    click.option(
        "--max-deletes", callback=_as_share, metavar="N|P%",
        help="Delete at most so many. Default: 5, or 10 % if that is more; never more than half, never all.",
    ),
    click.option(
        "--max-updates", callback=_as_share, metavar="N|P%", help="Update at most so many. Default: 20, or half."
    ),
])  # fmt: skip

_rule_options = _one_after_another([
    click.option("--organization", metavar="NAME", help="Whose the records are that name no organization."),
    click.option(
        "--on-conflict", type=click.Choice(["catalog", "source", "fail"]), default="catalog", show_default=True,
        help="Whose value it is where both sides changed it; fail: write nothing at all.",
    ),
    click.option(
        "--own", multiple=True, metavar="FIELD",
        help="A field that is always the source's: title, extras.KEY, tags, resources.FIELD ...; repeatable.",
    ),
    click.option("--ignore", multiple=True, metavar="FIELD", help="A field of the source to leave out; repeatable."),
    click.option(
        "--deletes", type=click.Choice(["delete", "purge", "private", "keep"]), default="delete", show_default=True,
        help="What becomes of datasets whose record is gone: into the trash, gone for good, hidden, or left alone.",
    ),
    click.option(
        "--grace-runs", type=click.IntRange(0), default=0, metavar="N",
        help="Not before a record was missing in so many runs.",
    ),
    click.option(
        "--grace-days", type=click.FloatRange(0), default=0, metavar="N", help="Not before it was missing so long."
    ),
    click.option(
        "--adopt", metavar="name|id|extra:KEY", help="Take over datasets that no sync made, found by name, id or extra."
    ),
    click.option("--retry-refused", is_flag=True, help="Try again what CKAN refused, though it has not changed."),
    click.option(
        "--organization-merge-strategy", type=click.Choice(["create", "update"]), default="create", show_default=True,
        help="create: leave those that exist alone; update: bring title and description up to date.",
    ),
    click.option(
        "--group-merge-strategy", type=click.Choice(["create", "update"]), default="create", show_default=True,
        help="As for organizations.",
    ),
    click.option(
        "--dataset-group-merge-strategy", type=click.Choice(["add", "replace", "preserve"]), default="add",
        show_default=True, help="The source's groups: beside the present ones, instead of them, or not at all.",
    ),
    click.option(
        "--preserve-names/--no-preserve-names", default=True, show_default=True, help="Keep datasets' names."
    ),
    click.option(
        "--preserve-organization/--no-preserve-organization", default=True, show_default=True,
        help="Keep datasets where they are.",
    ),
])  # fmt: skip

_input_options = _one_after_another(
    [
        click.option("--id-key", metavar="KEY", help="The key of a record's id. Default: id, else name."),
        click.option(
            "--dataset-table", default="dataset", show_default=True, metavar="NAME", help="In an SQLite file."
        ),
        click.option("--group-table", default="group", show_default=True, metavar="NAME", help="In an SQLite file."),
        click.option(
            "--organization-table", default="organization", show_default=True, metavar="NAME", help="In an SQLite file."
        ),
    ]
)

#: Everything that says what is synchronized with what, and how.
sync_options = _one_after_another(
    [
        source_argument,
        click.argument("input_path", metavar="INPUT", type=click.Path(path_type=Path)),
        site_options,
        state_option,
        click.option("--forget-state", is_flag=True, help="Begin without a memory of earlier runs; undo is lost, too."),
        _input_options,
        _rule_options,
        limit_options,
    ]
)

_RENAMED = {
    "organization": "default_organization",
    "preserve_names": "dataset_preserve_names",
    "preserve_organization": "dataset_preserve_organization",
}
_RULES = (
    "organization", "on_conflict", "own", "ignore", "deletes", "grace_runs", "grace_days", "adopt", "retry_refused",
    "organization_merge_strategy", "group_merge_strategy", "dataset_group_merge_strategy", "preserve_names",
    "preserve_organization",
)  # fmt: skip


def open_client(site: Site, given: dict[str, Any]) -> SynchronizationClient:
    """Return a client with the rules among some options. Raises UsageError for those that are none."""
    if site.token is None:
        raise click.UsageError(
            "a sync needs an API token: set CKAN_API_TOKEN, or take a profile that has one (`ckanclient settings`)"
        )
    rules = {_RENAMED.get(name, name): given[name] for name in _RULES if name in given}
    try:
        Options.taken_from(dict(rules))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    return SynchronizationClient(site.url, site.token, state=given["state"], **site.options, **rules)


def open_input(path: Path, given: dict[str, Any]) -> Source:
    """Return the source at a path, read as some options say."""
    tables = {key: given[key] for key in given if key.endswith("_table")}
    return open_source(path, id_key=given["id_key"], allow_empty=given["allow_empty"], **tables)


def limits_of(given: dict[str, Any]) -> Limits:
    """Return what some options allow to delete and to update."""
    return Limits(**{name: given[name] for name in ("allow_empty", "max_deletes", "max_updates")})
