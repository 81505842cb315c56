"""`ckanclient completion`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

_PROGRAM = "ckanclient"

#: As click's, but bash takes a URL apart at its colons, and what follows was then completed as something else.
_BASH = """\
_ckanclient_completion() {
    local line="${COMP_LINE:0:${COMP_POINT:-0}}" words=("${COMP_WORDS[@]}") at=$COMP_CWORD kind value
    if [[ -n $line ]]; then
        read -ra words <<< "$line"
        at=${#words[@]}
        [[ $line == *[[:space:]] ]] || ((at--))
    fi
    COMPREPLY=()
    while IFS=, read -r kind value; do
        case $kind in
            plain) COMPREPLY+=("$value") ;;
            dir) compopt -o dirnames 2> /dev/null ;;
            file) compopt -o default 2> /dev/null ;;
        esac
    done < <(COMP_WORDS="${words[*]}" COMP_CWORD=$at _CKANCLIENT_COMPLETE=bash_complete "$1" 2> /dev/null)
}
complete -o nosort -F _ckanclient_completion ckanclient 2> /dev/null || complete -F _ckanclient_completion ckanclient
"""


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
    if shell == "bash" or kind is None:
        click.echo(_BASH, nl=False)
    else:
        root = click.get_current_context().find_root().command
        click.echo(kind(root, {}, _PROGRAM, f"_{_PROGRAM.upper()}_COMPLETE").source())
