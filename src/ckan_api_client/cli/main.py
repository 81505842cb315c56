"""`ckanclient`: the commands by name. Each is imported when it is called, so that `--help` costs little."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from ckan_api_client import __version__
from ckan_api_client.exceptions import CkanError, NotAuthorized

#: Exit codes; 2, for wrong usage, is click's.
FATAL, UNDONE, NOT_AUTHORIZED, INTERRUPTED = 1, 3, 6, 130

_COMMANDS = {
    "demo": ("ckan_api_client.cli.demo", "See a sync without any CKAN."),
    "serve": ("ckan_api_client.cli.serve", "Run an embedded CKAN-compatible server, to try things on."),
    "status": ("ckan_api_client.cli.status", "What a catalog is, who I am there, and what I may do."),
    "sync": ("ckan_api_client.cli.sync", "Make a catalog match a source, and nothing else."),
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(_COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in sorted(_COMMANDS.items())])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ckanclient")
def cli() -> None:
    """Feed a CKAN catalog: ckanclient COMMAND --help tells more.

    The catalog and the API token are read from CKAN_URL and CKAN_API_TOKEN.
    """


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line and leave with its exit code; errors of the package are one line, not a traceback."""
    try:
        cli.main(args=arguments, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nInterrupted. What was under way is finished; run the same command again to go on.", err=True)
        sys.exit(INTERRUPTED)
    except NotAuthorized as error:
        _complain(error.message)
        sys.exit(NOT_AUTHORIZED)
    except (CkanError, ValueError) as error:
        _complain(getattr(error, "message", str(error)))
        sys.exit(FATAL)


def _complain(message: str) -> None:
    from ckan_api_client.cli.output import safe_text  # noqa: PLC0415 - only where something went wrong

    click.echo(f"Error: {safe_text(message)}", err=True)
