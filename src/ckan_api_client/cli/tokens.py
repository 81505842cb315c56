"""API tokens that lie somewhere: in a file, with a command, in the 2014 client's ~/.ckanpass.

They are read when they are needed, and shown by nothing. Reads no environment.
"""

from __future__ import annotations

import os
import re
import shlex
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from ckan_api_client.cli.output import safe_text
from ckan_api_client.wire.address import Address, Token

#: Seconds: people type passphrases.
_PATIENCE = 60.0
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_STDIN = "-"


@dataclass(frozen=True, slots=True)
class TokenSource:
    """A token that is still where it lies: `origin` names the place, for people."""

    origin: str
    take: Callable[[], str] = field(repr=False, compare=False)

    def read(self) -> str:
        """Return the token. Raises ClickException, with the place, where there is none."""
        text = self.take()
        try:
            Token(text)
        except ValueError as error:
            raise click.ClickException(f"{safe_text(self.origin)}: {error}") from None
        return text


def read_private(path: Path, noun: str) -> str:
    """Return what a file holds that its owner alone may read. Raises ClickException; FileNotFoundError is the caller's.

    What is no file on a disk, such as a pipe, belongs to who opens it.
    """
    try:
        with path.open("rb") as file:
            refuse_if_shared(path, os.fstat(file.fileno()), noun)
            return file.read().decode()
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{noun} {safe_text(str(path))} is not UTF-8") from error
    except FileNotFoundError:
        raise
    except OSError as error:
        why = error.strerror or str(error)
        raise click.ClickException(f"{noun} {safe_text(str(path))} cannot be read: {why}") from error


def refuse_if_shared(path: Path, found: os.stat_result, noun: str) -> None:
    if os.name == "posix" and stat.S_ISREG(found.st_mode) and found.st_mode & _OTHERS:
        where = safe_text(str(path))
        raise click.ClickException(
            f"{noun} {where} is open to other users of this machine (mode {stat.S_IMODE(found.st_mode):o}), and is "
            f"not used: chmod 600 {shlex.quote(where)}"
        )


def token_in_file(path: str | Path) -> str:
    """Return the one line in a file; of standard input ("-") the first, so that records may follow it."""
    if str(path) == _STDIN:
        return sys.stdin.buffer.readline().decode("utf-8", "replace").strip()
    try:
        text = read_private(Path(path), "the token file").strip()
    except FileNotFoundError as error:
        raise click.ClickException(f"there is no token file {safe_text(str(path))}") from error
    if "\n" in text:
        raise click.ClickException(f"the token file {safe_text(str(path))} should hold one line, the token")
    return text


def token_of_command(words: Sequence[str], patience: float = _PATIENCE) -> str:
    """Return the first line that a program writes, as password managers do. No shell, and no standard input."""
    shown = safe_text(words[0])
    try:
        done = subprocess.run(  # noqa: S603 - what a person wrote into their own file, that nobody else can write
            list(words), stdin=subprocess.DEVNULL, capture_output=True, timeout=patience, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise click.ClickException(f"token_command: {shown} took more than {patience:g} s") from error
    except (OSError, ValueError) as error:
        raise click.ClickException(f"token_command: {shown} cannot be run: {error}") from error
    if done.returncode:
        said = [safe_text(line) for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
        told = [f"token_command: {shown} failed with exit code {done.returncode}", *(f"  {line}" for line in said)]
        raise click.ClickException("\n".join(told))
    return done.stdout.decode("utf-8", "replace").partition("\n")[0].strip()


def ckanpass(path: Path, base: str) -> TokenSource | None:
    """Return the token for a base URL in a file of rows `URL:KEY`; None where it has none.

    The 2014 client wanted the colons of the URL escaped with a backslash; they may be.
    """
    try:
        with path.open("rb") as file:
            found, lines = os.fstat(file.fileno()), file.read().decode().splitlines()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{safe_text(str(path))} cannot be read: {error}") from error
    for number, url, key in _rows(path, lines):
        if url == base:
            refuse_if_shared(path, found, "the file")
            return TokenSource(f"{path}, line {number}", lambda key=key: key)  # type: ignore[misc]
    return None


def _rows(path: Path, lines: list[str]) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        url, _, key = line.strip().rpartition(":")
        where = f"{safe_text(str(path))}, line {number}"
        if not key or "/" in key:  # The colon was that of https://
            raise click.ClickException(f"{where}: the key is missing; a row is https://catalog.example.org:KEY")
        try:
            base = Address.of(re.sub(r"\\(.)", r"\1", url)).base
        except ValueError as error:
            raise click.ClickException(f"{where}: {error}") from None
        yield number, base, key.strip()
