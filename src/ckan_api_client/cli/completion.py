"""`ckanclient completion`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

_PROGRAM = "ckanclient"


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Let a shell complete commands, options, kinds of things and the names of profiles: print the script for that.

    \b
    bash:  echo 'eval "$(ckanclient completion bash)"' >> ~/.bashrc
    zsh:   echo 'eval "$(ckanclient completion zsh)"' >> ~/.zshrc
    fish:  ckanclient completion fish > ~/.config/fish/completions/ckanclient.fish

    It works from the next shell on. No catalog is asked.
    """  # noqa: D301 - click's sign for what is to stand as it is
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"click knows no completion for {shell}")
    root = click.get_current_context().find_root().command
    script = kind(root, {}, _PROGRAM, f"_{_PROGRAM.upper()}_COMPLETE")
    # Not `source()`: for bash, that starts one to ask for its version.
    click.echo(script.source_template % script.source_vars())
