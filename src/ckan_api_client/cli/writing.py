"""Reading and writing one thing through the high-level client, with what goes wrong told as people need it."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from ckan_api_client.cli.kinds import DATASET, RESOURCE, plural
from ckan_api_client.cli.main import CONFLICT, UNDONE
from ckan_api_client.cli.output import safe_text
from ckan_api_client.cli.settings import Site
from ckan_api_client.exceptions import BadApiWarning, NotFound, OperationFailure, ValidationError
from ckan_api_client.high_level.reading import show_visible
from ckan_api_client.objects import CkanDataset, CkanGroup, CkanOrganization, CkanResource
from ckan_api_client.quirks.references import bears
from ckan_api_client.quirks.states import is_deleted

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from ckan_api_client.high_level import CkanHighlevelClient

Thing = CkanDataset | CkanGroup | CkanOrganization | CkanResource

TYPES: dict[str, type[Thing]] = {
    "dataset": CkanDataset,
    "organization": CkanOrganization,
    "group": CkanGroup,
    "resource": CkanResource,
}


class Conflict(click.ClickException):
    """Somebody else changed the same thing; nothing was written."""

    exit_code = CONFLICT


@contextmanager
def one_write() -> Iterator[None]:
    """Tell what CKAN changed or dropped of what it was sent, and leave with 3 then; a conflict leaves with 5."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", BadApiWarning)
        try:
            yield
        except OperationFailure as error:
            if error.__cause__ is not None and not isinstance(error.__cause__, ValidationError):
                raise  # A write was lost on the way: what became of it is not known.
            raise Conflict(f"{safe_text(str(error))}. Nothing was written.") from error
    told = [warning for warning in caught if issubclass(warning.category, BadApiWarning)]
    for warning in caught:
        if warning in told:
            click.echo(f"Warning: {safe_text(str(warning.message))}", err=True)
        else:
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
    if told:
        sys.exit(UNDONE)


def open_writer(site: Site) -> CkanHighlevelClient:
    """Return a client that may write. Raises UsageError where there is no token."""
    if site.token is None:
        raise click.UsageError("to write, an API token is needed: set CKAN_API_TOKEN")
    return site.high_level()


def find(client: CkanHighlevelClient, kind: str, reference: str, *, allow_deleted: bool = False) -> Thing:
    """Return one thing by its id or name (a resource by its id). Raises NotFound that says what to do."""
    low_level = client.low_level
    absent = _absent(client, kind, reference)
    if not reference.strip():
        raise absent
    try:
        data = low_level.run(show_visible(kind, reference, anonymous=low_level.is_anonymous))
    except NotFound as error:
        if low_level.is_anonymous and "API token" in error.message:
            raise
        raise absent from error
    if not bears(data, reference, "id") and not (kind != RESOURCE and bears(data, reference, "name")):
        raise absent
    if is_deleted(data) and not allow_deleted:
        raise NotFound(
            404,
            f"{kind} {reference!r} is in the trash: `ckanclient get {kind} {reference} --deleted` shows it, "
            f"`ckanclient patch {kind} {reference} state=active` brings it back",
        )
    return TYPES[kind](data)


def save(client: CkanHighlevelClient, kind: str, thing: Thing, upload: Path | BinaryIO | None = None) -> Thing:
    """Write what changed in a thing, and nothing else; return it as it is then."""
    if kind == RESOURCE:
        return client.update_resource(thing, upload=upload)
    updated: Thing = getattr(client, f"update_{kind}")(thing)
    return updated


def make(client: CkanHighlevelClient, kind: str, data: dict[str, Any], upload: Path | BinaryIO | None = None) -> Thing:
    """Create a thing; return it as CKAN made it."""
    if kind == RESOURCE:
        try:
            return client.create_resource(data, upload=upload)
        except NotFound as error:
            raise _absent(client, DATASET, str(data.get("package_id"))) from error
    made: Thing = getattr(client, f"create_{kind}")(data)
    return made


def _absent(client: CkanHighlevelClient, kind: str, reference: str) -> NotFound:
    place = client.low_level.base_url
    return NotFound(404, f"there is no {kind} {reference!r} at {place}, or you may not see it. {_where_to_look(kind)}")


def _where_to_look(kind: str) -> str:
    if kind == RESOURCE:
        return "`ckanclient list resources --dataset DATASET --ids` gives a dataset's"
    more = ", `ckanclient search` finds them by their words" if kind == DATASET else ""
    return f"`ckanclient list {plural(kind)}` gives their names{more}"
