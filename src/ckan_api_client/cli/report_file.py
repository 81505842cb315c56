"""`--report FILE`: the report of a plan or of a run, in the format that the file's name says."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ckan_api_client.cli.output_file import beside
from ckan_api_client.exceptions import CkanError, EditConflict, StateError, UnsafePlan
from ckan_api_client.syncing import SynchronizationClient
from ckan_api_client.syncing.guards import Limits
from ckan_api_client.syncing.jobs import MEMORY

if TYPE_CHECKING:
    from ckan_api_client.report import Document

F = TypeVar("F", bound=Callable[..., Any])

FORMATS = ("html", "markdown", "json")
_BY_SUFFIX = {".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown", ".json": "json"}


def _as_report(_: click.Context, __: click.Parameter, path: Path | None) -> Path | None:
    """Refuse, before anything is done, what the report could not be written to afterwards."""
    if path is None:
        return None
    format_of(path)
    if not path.parent.is_dir():
        raise click.BadParameter(f"there is no folder {str(path.parent)!r}")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise click.BadParameter(f"nothing can be written into the folder {str(path.parent)!r}")
    return path


report_option = click.option(
    "--report", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", callback=_as_report,
    help="Write a report to show to others: a page for the browser (.html), Markdown (.md), or JSON (.json).",
)  # fmt: skip


def format_of(path: Path) -> str:
    """Return the format that a file's name says. Raises BadParameter for one that says none."""
    found = _BY_SUFFIX.get(path.suffix.lower())
    if found is None:
        raise click.BadParameter(f"{path.name!r} does not say in which format: end it in .html, .md or .json")
    return found


def text_of(document: Document, form: str) -> str:
    """Return a report in one of the `FORMATS`."""
    from ckan_api_client.report import to_html, to_markdown  # noqa: PLC0415 - most runs write none

    match form:
        case "html":
            return to_html(document)
        case "markdown":
            return to_markdown(document)
        case _:
            return document.to_json()


def write_report(path: Path, document: Document, form: str | None = None) -> None:
    """Write a report whole or not at all, for its owner's eyes: private datasets may be in it."""
    text = text_of(document, form or format_of(path))
    try:
        with beside(path, 0o600) as file:
            file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.FileError(str(path), error.strerror or str(error)) from error


@contextmanager
def reported(
    path: Path | None, client: SynchronizationClient, source_name: str, limits: Limits | None = None
) -> Iterator[None]:
    """Write the report of the run inside, however it ends: also of one that was interrupted, failed or was refused."""
    if path is None:
        yield
        return
    if str(click.get_current_context().params.get("state")) == MEMORY:
        raise click.UsageError(f"--report tells what the state remembers, and --state {MEMORY} remembers nothing")
    before = _newest(client, source_name)
    try:
        yield
    except (UnsafePlan, EditConflict) as error:
        if error.plan is not None:
            warnings = ["Refused; nothing was written.", *(error.reasons if isinstance(error, UnsafePlan) else [])]
            if isinstance(error, EditConflict):
                warnings.append(f"{error} (--on-conflict catalog or source decides)")
            from ckan_api_client.report import document_of_plan  # noqa: PLC0415 - as above

            write_report(path, document_of_plan(error.plan, limits, warnings=warnings))
        raise
    except BaseException:
        with suppress(CkanError, click.ClickException):  # What ended the run is told, not what came of it.
            _write_run(path, client, source_name, before)
        raise
    _write_run(path, client, source_name, before)


def _newest(client: SynchronizationClient, source_name: str) -> int:
    try:
        return client.journal(source_name)[0].number
    except StateError:
        return 0  # There is no run so far; whatever else is wrong with the state, the run itself will tell.


def _write_run(path: Path, client: SynchronizationClient, source_name: str, before: int) -> None:
    from ckan_api_client.report import document_of_run  # noqa: PLC0415 - as above

    run, entries = client.journal(source_name)
    if run.number > before:
        write_report(path, document_of_run(source_name, client.low_level.base_url, run, entries))
