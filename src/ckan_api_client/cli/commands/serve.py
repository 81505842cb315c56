"""`ckanclient serve`."""

from __future__ import annotations

import json
import signal
import sys
import threading
from pathlib import Path

import click

from ckan_api_client.testing import EmbeddedCkan, Fault
from ckan_api_client.testing.versions import BEHAVIOURS


@click.command("serve")
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="PORT", help="Default: a free one.")
@click.option(
    "--ckan-version",
    type=click.Choice(list(BEHAVIOURS)),
    default="2.11",
    show_default=True,
    help="Which CKAN to behave like.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="An SQLite file to keep the state in. Default: memory.",
)
@click.option(
    "--fault", "faults", multiple=True, metavar="RULE", help="ACTIONS:WHEN:KIND, see docs/embedded.md; repeatable."
)
def command(port: int, ckan_version: str, data: Path | None, faults: tuple[str, ...]) -> None:
    """Run an embedded CKAN-compatible server, to try things on; Ctrl-C stops it.

    It is a test double: it knows the actions that clients use, listens on 127.0.0.1 only, and starts empty but for
    the organization test-org. Prints one JSON object first: url, version, sysadmin_token, editor_token, datastore.
    """
    try:
        rules = [Fault.parse(fault) for fault in faults]
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--fault") from error
    ckan = EmbeddedCkan(version=ckan_version, path=data, port=port)
    try:
        ckan.start()
    except OSError as error:
        ckan.close()
        raise click.ClickException(f"cannot listen on port {port}: {error.strerror}") from error
    with ckan:
        for rule in rules:
            ckan.faults.add(rule)
        click.echo(json.dumps(ckan.describe()))
        sys.stdout.flush()
        wait_for_the_end()


def wait_for_the_end() -> None:
    """Wait for Ctrl-C, SIGINT or SIGTERM."""
    # A shell starts what it puts into the background with SIGINT ignored; scripts end a server by either signal.
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()
