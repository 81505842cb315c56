"""The commands of `scripts/ckan`. Standard output is one JSON object; progress and errors go to standard error."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from .checkout import Checkout
from .ledger import Ledger
from .releases import PLAIN, PROFILES, RELEASES, Edition, all_editions, find_edition
from .reset import reset
from .steps import StepFailed, Steps
from .workshop import PARTS, Workshop

_VERSIONS = ", ".join(f"{release.version} ({release.full})" for release in RELEASES.values())
_DESCRIPTION = f"""\
A real CKAN with PostgreSQL, Redis and Solr on this machine, for tests.

  scripts/ckan up 2.11                 bring it up; installs what is missing (as root, from Debian, PyPI and Maven)
  scripts/ckan up 2.11 --set KEY=VALUE the same with a CKAN option; an instance that is up is restarted with it
  scripts/ckan up 2.11 --profile scheming
                                       another instance, with two schemas of ckanext-scheming: ckan_dataset.yaml for
                                       datasets, camel_photos.yaml for those of type camel-photos
  scripts/ckan install 2.12            its Python packages only, while another is brought up
  scripts/ckan status [2.11]           what runs
  scripts/ckan reset 2.11              no datasets, groups and organizations any more; users, tokens and test-org stay
  scripts/ckan restart 2.11 solr       stop a part, and start it again --pause seconds later: ckan, solr or postgres;
                                       --kill stops it by SIGKILL (not postgres, whose data would not outlive it)
  scripts/ckan sql 2.11 'SELECT ...'   the rows of a query in its database, each an object
  scripts/ckan logs 2.11               where the logs are; a line of the access log is: METHOD PATH STATUS
  scripts/ckan down [2.11]             stop it, or everything of this checkout; data and tokens stay for the next up

Versions: {_VERSIONS}. Several can be up at once.

Standard output is one JSON object. `up` prints url, version, sysadmin_token, editor_token (of a user who is editor of
organization test-org) and datastore (whether that plugin is on); if it is up already, the same at once.
Everything else goes to standard error. Exit status: 0 done, 1 a step failed (the line says which log to read), 2 wrong
use.

Everything lies in .ckan/ of the checkout; after `down` that folder may be deleted, which forgets it all. Servers listen
on 127.0.0.1 only, on ports that are chosen at the first `up` and kept.
"""


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """End with the message; `--help` has the rest."""
        self.exit(2, f"scripts/ckan: {message}\n")


def main(arguments: Sequence[str]) -> int:
    """Run a command and return the exit status."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGHUP, _end)
    steps = Steps()
    try:
        edition = find_edition(options.version, options.profile) if options.version else None
        answer = _run(options, edition, steps)
    except LookupError as error:
        print(f"scripts/ckan: {error.args[0]}", file=sys.stderr)
        return 2
    except StepFailed as error:
        print(f"scripts/ckan: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"scripts/ckan: {options.command} failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("scripts/ckan: interrupted", file=sys.stderr)
        return 130
    print(json.dumps(answer, indent=2))
    return 0


def _run(options: argparse.Namespace, edition: Edition | None, steps: Steps) -> dict[str, object]:
    checkout = Checkout(Path(__file__).resolve().parents[2])
    checkout.prepare()
    if options.command == "status":
        workshop = Workshop(checkout, Ledger.load(checkout), steps)
        return workshop.instance_status(edition) if edition else workshop.status()
    if options.command == "logs" and edition:
        return Workshop(checkout, Ledger.load(checkout), steps).logs(edition)
    if options.command == "install" and edition:
        return Workshop(checkout, Ledger.load(checkout), steps).install(edition)
    if options.command == "sql" and edition:
        return Workshop(checkout, Ledger.load(checkout), steps).query(edition, options.query)
    with checkout.locked(steps):
        workshop = Workshop(checkout, Ledger.load(checkout), steps)
        if options.command == "down":
            return workshop.down([edition] if edition else all_editions())
        if options.command == "reset" and edition:
            return reset(workshop, edition)
        if options.command == "restart" and edition:
            return workshop.restart(edition, options.part, pause=options.pause, kill=options.kill)
        if options.command == "up" and edition:
            return workshop.up(edition, dict(options.set))
    raise LookupError(f"{options.command} needs a version")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser("scripts/ckan", description=_DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, help_text, optional in (
        ("up", "bring an instance up", False),
        ("install", "install what an instance needs", False),
        ("down", "stop an instance, or all", True),
        ("status", "tell what runs", True),
        ("reset", "empty an instance", False),
        ("restart", "stop a part of an instance, and start it again", False),
        ("sql", "tell the rows of a query", False),
        ("logs", "tell where the logs are", False),
    ):
        command = commands.add_parser(name, help=help_text, description=help_text)
        command.add_argument("version", metavar="VERSION", nargs="?" if optional else None, help=", ".join(RELEASES))
        command.add_argument("--profile", default=PLAIN.name, metavar="PROFILE", help=", ".join(PROFILES))
        if name == "restart":
            command.add_argument("part", choices=PARTS, help="which part")
            command.add_argument("--pause", type=float, default=0.0, metavar="SECONDS", help="how long it is down")
            command.add_argument("--kill", action="store_true", help="stop it by SIGKILL")
        if name == "sql":
            command.add_argument("query", metavar="QUERY", help="a SELECT")
        if name == "up":
            command.add_argument(
                "--set",
                action="append",
                default=[],
                type=_setting,
                metavar="KEY=VALUE",
                help="a CKAN option, repeatable; it is added to those set before and stays until `down`",
            )
    return parser


def _setting(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip() or "\n" in text:
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return key.strip(), value.strip()


def _end(number: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + number)
