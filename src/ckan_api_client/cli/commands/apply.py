"""`ckanclient apply`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from ckan_api_client.cli.options import (
    json_option,
    limit_options,
    limits_of,
    open_client,
    state_option,
)
from ckan_api_client.cli.progress import SyncProgress
from ckan_api_client.cli.report_file import report_option, reported
from ckan_api_client.cli.report_text import end_with
from ckan_api_client.cli.settings import Site, site_options
from ckan_api_client.exceptions import StalePlan
from ckan_api_client.syncing.plan import Plan

#: Fewer digits of a checksum could be two plans'.
_FEWEST_DIGITS = 12


@click.command("apply")
@click.argument("plan_path", metavar="PLAN", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@site_options
@state_option
@click.option("--checksum", metavar="SHA", help="Take only the plan that has this checksum; 12 digits will do.")
@limit_options
@report_option
@json_option
def command(
    plan_path: Path, site: Site, checksum: str | None, *, report: Path | None, as_json: bool, **options: Any
) -> None:
    """Apply a plan that `ckanclient plan -o PLAN` kept, if it still holds.

    It is refused, with exit code 4 and before anything is written, if the file was altered, if it was made for another
    catalog or as another user, if there was another run since, or if it would delete or change too much. A dataset that
    somebody changed since then is left alone, and named. The rules are those of the plan.
    """
    plan = Plan.from_json(_read(plan_path))
    if checksum is not None:
        _check(plan, checksum)
    started = time.monotonic()
    go_on = f"To go on, make a new plan for {plan.source}: this one is used up."
    limits = limits_of(options)
    with (
        open_client(site, options) as client,
        SyncProgress(reads_source=False, go_on=go_on, events=as_json) as progress,
        reported(report, client, plan.source, limits),
    ):
        done = client.apply(plan, limits=limits, listener=progress)
    end_with(done, time.monotonic() - started, options["state"], as_json=as_json)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise StalePlan(f"{path} is no plan: it is not UTF-8") from error
    except OSError as error:
        raise click.FileError(str(path), error.strerror or str(error)) from error


def _check(plan: Plan, checksum: str) -> None:
    asked = checksum.strip().lower()
    if len(asked) < _FEWEST_DIGITS:
        raise click.BadParameter(f"give at least {_FEWEST_DIGITS} digits of the checksum", param_hint="--checksum")
    if not plan.checksum.startswith(asked):
        raise StalePlan(f"the plan is another one: its checksum is {plan.checksum}")
