"""`ckanclient`: the commands by name. Each is imported when it is called, so that `--help` costs little."""

from __future__ import annotations

import atexit
import errno
import gc
import importlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from ckan_api_client import __version__
from ckan_api_client.exceptions import (
    CkanError,
    EditConflict,
    NotAuthorized,
    StalePlan,
    UnsafePlan,
    ValidationError,
)

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

#: Exit codes, and with wrong usage, which is click's, and 0 for done or nothing to do, all that there are.
FATAL, WRONG_USAGE, UNDONE, UNSAFE, CONFLICT, NOT_AUTHORIZED, INTERRUPTED = 1, 2, 3, 4, 5, 6, 130

#: Which error ends a command with which of them; the first that fits.
_CODES: tuple[tuple[type[Exception], int], ...] = (
    (NotAuthorized, NOT_AUTHORIZED),
    (UnsafePlan, UNSAFE),
    (StalePlan, UNSAFE),
    (EditConflict, CONFLICT),
    (CkanError, FATAL),
    (ValueError, FATAL),
)

_MOST_CONFLICTS = 20
#: What a full disk, or one that breaks, says of a file that is written to; it does not say which.
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})

#: What `plan` leaves with if there is something to do, with the option for that: as Terraform has it, where every
#: error is 1 then.
CHANGES = 2
DETAILED = "--detailed-exitcode"

#: Under each heading, the commands: where they are, and what they do.
_SECTIONS: dict[str, dict[str, tuple[str, str]]] = {
    "Make a catalog match a source": {
        "plan": ("plan", "See what a sync would do, value by value; nothing is written."),
        "apply": ("apply", "Apply a plan that was kept, if it still holds."),
        "sync": ("sync", "Plan and apply in one."),
        "undo": ("undo", "Take back what a run did."),
        "runs": ("runs", "What was done for a source so far, run by run."),
        "doctor": ("doctor", "Find what is wrong with a source and its catalog, and how to repair it."),
        "report": ("report", "Show a run as a page for the browser, as Markdown or as JSON."),
    },
    "One thing at a time": {
        "list": ("list", "The names of all datasets, organizations or groups, or a dataset's resources."),
        "get": ("get", "A dataset, organization, group or resource."),
        "iter": ("iter", "All of them, whole, as JSON lines."),
        "create": ("create", "Make one, of arguments or a file; upload a file."),
        "update": ("update", "Give back a whole record that you read and edited."),
        "patch": ("patch", "Set single values of one; everything else stays."),
        "purge": ("purge", "Remove one for good, or several."),
        "import": ("import_", "As the 2014 client had it: a dataset, a folder, an SQLite file."),
    },
    "Many, with the grammar and the formats of ckanapi": {
        "action": ("action", "Call any action of the API."),
        "batch": ("batch", "Call the actions in a file of JSON lines."),
        "dump": ("dump", "Write datasets, organizations, groups or users as JSON lines."),
        "load": ("load", "Create or update them from JSON lines."),
        "search": ("search", "Write the datasets that a search finds as JSON lines."),
        "delete": ("delete", "Move datasets, organizations, groups or users to the trash."),
    },
    "About the catalog and this tool": {
        "status": ("status", "What a catalog is, who I am there, and what I may do."),
        "whoami": ("whoami", "Whose the API token is."),
        "settings": ("settings", "Each setting, and where it came from."),
        "completion": ("completion", "Let a shell complete the commands."),
        "demo": ("demo", "See a sync without any CKAN."),
        "serve": ("serve", "Run an embedded CKAN-compatible server, to try things on."),
    },
}

_COMMANDS = {name: module for section in _SECTIONS.values() for name, (module, _) in section.items()}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"ckan_api_client.cli.commands.{_COMMANDS[cmd_name]}").command
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return what may be written next; click's own would import all commands for what they do."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - most calls complete nothing

        texts = [pair for section in _SECTIONS.values() for pair in section.items()]
        commands = [CompletionItem(name, help=text) for name, (_, text) in texts if name.startswith(incomplete)]
        return [*commands, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        for title, commands in _SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, text) for name, (_, text) in commands.items()])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ckanclient")
@click.pass_obj
def cli(is_own_process: bool | None) -> None:  # noqa: FBT001 - click hands it on
    """Feed a CKAN catalog: ckanclient COMMAND --help tells more.

    The catalog and the API token are read from CKAN_URL and CKAN_API_TOKEN, or a profile: see `ckanclient settings`.

    Exit codes: 0 done, or nothing to do; 1 nothing could be done; 2 wrong usage; 3 some things were not done, the
    report says which; 4 refused, since a plan is unsafe, altered or outdated; 5 two sides changed a value: nothing was
    written (of a sync, with --on-conflict fail); 6 the token may not do this; 130 interrupted.
    """
    if is_own_process:
        _begin_collecting()


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line and leave with its exit code; errors of the package are told, not traced."""
    is_own_process = arguments is None
    detailed = DETAILED in (sys.argv[1:] if arguments is None else arguments)
    try:
        with _ended_by_sigterm():
            if is_own_process:
                gc.disable()  # Until the command is imported: nothing of that is garbage.
            cli.main(args=arguments, standalone_mode=False, obj=is_own_process)
    except click.ClickException as error:
        error.show()
        sys.exit(FATAL if detailed else error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nInterrupted.", err=True)
        sys.exit(INTERRUPTED)
    except OSError as error:
        # Who read our output may have enough of it (`ckanclient iter ... | head`): that is no news.
        if error.errno in _NO_ROOM and not error.filename:
            _complain(click.ClickException(f"the output is not complete: {error.strerror}"))
        elif not isinstance(error, BrokenPipeError):
            _complain(error)
        _give_up_stdout()
        sys.exit(FATAL)
    except tuple(kind for kind, _ in _CODES) as error:
        _complain(error)
        sys.exit(FATAL if detailed else next(code for kind, code in _CODES if isinstance(error, kind)))


def _begin_collecting() -> None:
    """Let the garbage collector pass over what was imported, and over all when Python ends: a fifth of a short run."""
    gc.freeze()
    gc.enable()
    atexit.register(gc.freeze)


def _give_up_stdout() -> None:
    """Let what is still buffered for standard output go nowhere, if it cannot be written: Python would tell at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM end a command as Ctrl-C does: what is under way is finished, and what was done is told."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Only the main thread can be told of signals.
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before if before is not None else signal.SIG_DFL)


def _complain(error: Exception) -> None:
    from ckan_api_client.cli.output import safe_text  # noqa: PLC0415 - only where something went wrong

    lines = [safe_text(getattr(error, "message", str(error)))]
    if isinstance(error, UnsafePlan):
        lines = ["the plan is not applied, and nothing was written:", *(f"  {safe_text(one)}" for one in error.reasons)]
    elif isinstance(error, EditConflict):
        from ckan_api_client.cli.values_text import conflict_lines  # noqa: PLC0415 - as above

        lines[0] += ". Nothing was written."
        lines += (line for conflict in error.conflicts[:_MOST_CONFLICTS] for line in conflict_lines(conflict))
        if len(error.conflicts) > _MOST_CONFLICTS:
            lines.append(f"  and {len(error.conflicts) - _MOST_CONFLICTS:,} more: see `ckanclient plan --full`")
    elif isinstance(error, ValidationError):
        lines = _by_field(error)
    elif isinstance(error, NotAuthorized):
        from ckan_api_client.low_level.flows import NOT_KNOWN  # noqa: PLC0415 - as above

        if error.message == NOT_KNOWN:
            lines.append("`ckanclient settings` says where the token comes from")
    click.echo("\n".join(["Error: " + lines[0], *lines[1:]]), err=True)


def _by_field(error: ValidationError) -> list[str]:
    """Return what is wrong with the data, a line for each field, and what the message says besides."""
    from ckan_api_client.cli.output import safe_text  # noqa: PLC0415 - only where something went wrong
    from ckan_api_client.quirks.errors import flatten_errors  # noqa: PLC0415 - as above

    told = [f"{path}: {text}" for path, text in flatten_errors(error.errors)]
    head, found, tail = error.message.partition("; ".join(told))
    if not told or not found:
        return [safe_text(error.message)]
    rest = tail.strip(". ")
    return [
        safe_text(f"{head.rstrip(': ')}: CKAN does not take this:"),
        *(f"  {safe_text(one)}" for one in told),
        *([safe_text(rest)] if rest else []),
    ]
