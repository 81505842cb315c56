"""`ckanclient runs`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from ckan_api_client.cli.options import json_option, source_argument, state_option
from ckan_api_client.cli.output import print_json, safe_text
from ckan_api_client.cli.settings import Site, site_options
from ckan_api_client.syncing import Did, SynchronizationClient


@click.command("runs")
@source_argument
@site_options
@state_option
@json_option
def command(source_name: str, site: Site, state: Path | None, *, as_json: bool) -> None:
    """What was done for a source so far, run by run, the newest first. The catalog is not asked.

    The numbers are for `ckanclient undo SOURCE RUN`. They are those of this machine's memory (--state).
    """
    with SynchronizationClient(site.url, state=state) as client:
        runs = client.runs(source_name)
    if as_json:
        print_json([asdict(run) for run in runs])
        return
    if not runs:
        click.echo("no run so far")
    width = max((len(str(run.number)) for run in runs), default=0)
    for run in runs:
        told = [run.kind if run.undoes is None else f"{run.kind} of run {run.undoes}", run.ended or "not finished"]
        if run.undone_by is not None:
            told.append(f"undone by run {run.undone_by}")
        done = _counts(run.report) or ("nothing to do" if run.ended == "done" else "nothing was done")
        click.echo(safe_text(f"{run.number:>{width}}  {run.begun}  {', '.join(told)}: {done}"))


def _counts(report: Mapping[str, Any] | None) -> str:
    """Return what a run did, in one line; "" where it did nothing, or did not come to its report."""
    counts = (report or {}).get("counts", {})
    told = [
        f"{counts[kind][did.value]:,} {kind}{'' if counts[kind][did.value] == 1 else 's'} {did.value}"
        for kind in ("organization", "group", "dataset")
        for did in Did
        if did.value in counts.get(kind, {})
    ]
    return ", ".join(told)
