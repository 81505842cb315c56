"""The grammar of arguments that ckanapi has: KEY=STRING, KEY:JSON, KEY@FILE. The first of the three signs decides."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

_ARGUMENT = re.compile(r"(?P<key>[^=:@]*)(?P<sign>[=:@])(?P<value>.*)", re.DOTALL)


def parse_arguments(texts: Iterable[str], *, files: bool = True) -> dict[str, Any]:
    """Return what arguments mean: texts, JSON values, and the paths of files to upload (not with `files=False`).

    As in ckanapi, blanks are part of keys and texts, and `~` is the home folder; other than there, no key comes twice.

    Raises click.UsageError, naming the argument, for what is none, is given twice, is no JSON, or cannot be read.
    """
    values: dict[str, Any] = {}
    for text in texts:
        found = _ARGUMENT.fullmatch(text)
        if found is None or not found["key"]:
            kinds = "KEY=STRING, KEY:JSON or KEY@FILE" if files else "KEY=STRING or KEY:JSON"
            raise click.UsageError(f"{text!r} is no argument: write {kinds}")
        key, sign, value = found.groups()
        if key in values:
            raise click.UsageError(f"{key!r} is given twice")
        values[key] = value if sign == "=" else _json(key, value) if sign == ":" else _file(text, value, files=files)
    return values


def _json(key: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise click.UsageError(
            f"{key}: what follows the colon is no JSON ({error}); for a text, write {key}=…"
        ) from error


def _file(argument: str, text: str, *, files: bool) -> Path:
    if not files:
        raise click.UsageError(f"{argument!r}: no file can be sent here")
    path = Path(text).expanduser()
    if not path.is_file():
        raise click.UsageError(
            f"{argument!r}: {text!r} is a folder, and not a file"
            if path.is_dir()
            else f"{argument!r}: there is no file {text!r}"
        )
    return path
