"""What a command is given of a record: a whole one from a file or from standard input, and single values."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click

from ckan_api_client.cli.arguments import parse_arguments
from ckan_api_client.cli.kinds import RESOURCE
from ckan_api_client.exceptions import SourceError
from ckan_api_client.quirks.shapes import LISTS
from ckan_api_client.sources.strict_json import parse_json

F = TypeVar("F", bound=Callable[..., Any])

_EXTRA = re.compile(r"extras\.(?P<key>.+)", re.DOTALL)
_STDIN = "-"
_EXAMPLES = {"tags": '["water", "roads"]', "groups": '["transport"]', "extras": '{"spatial": "Bolzano"}'}


@dataclass(frozen=True, slots=True)
class Given:
    """`record` from a file, None if there is none; `values` and `extras` (of `extras.KEY`) from arguments."""

    record: dict[str, Any] | None = None
    values: dict[str, Any] = field(default_factory=dict)
    extras: dict[str, Any] = field(default_factory=dict)
    upload: Path | None = None

    @property
    def is_nothing(self) -> bool:
        return not (self.record or self.values or self.extras or self.upload)

    def merged(self) -> dict[str, Any]:
        """Return the record with the values of the arguments, which win."""
        data = {**(self.record or {}), **self.values}
        if self.extras:
            data["extras"] = with_extras(data.get("extras"), self.extras)
        return data


def data_options(function: F) -> F:
    """Give a command `arguments`, and the options for a record from a file; `read_given` makes one thing of them."""
    options = (
        click.argument("arguments", nargs=-1, metavar="[KEY=STRING | KEY:JSON | KEY@FILE]..."),
        click.option("-i", "--input-json", "from_stdin", is_flag=True, help="Read a JSON object from standard input."),
        click.option(
            "-I", "--input", "input_path", metavar="FILE", help="Read a JSON object from a file; - is standard input."
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def read_given(kind: str, arguments: tuple[str, ...], *, from_stdin: bool = False, path: str | None = None) -> Given:
    """Return what arguments and options say. Raises UsageError for what is wrong in them, SourceError in the file."""
    if from_stdin and path is not None:
        raise click.UsageError("-i and -I are two sources for one record: give one of them")
    source = _STDIN if from_stdin else path
    record = read_record(source) if source is not None else None
    values, extras, upload = parse_arguments(arguments), {}, None
    for key in list(values):
        if isinstance(values[key], Path):
            if (kind, key) != (RESOURCE, "upload"):
                raise click.UsageError(f"{key}@…: of all things, only a resource takes a file: upload@FILE")
            upload = values.pop(key)
        elif kind != RESOURCE and (found := _EXTRA.fullmatch(key)):
            extras[found["key"]] = values.pop(key)
    for data in (record or {}, values):
        check_lists(kind, data)
    return Given(record, values, extras, upload)


def read_record(path: str) -> dict[str, Any]:
    """Return the one JSON object in a file, or on standard input. Raises SourceError with file, line and column."""
    name = "standard input" if path == _STDIN else path
    try:
        content = sys.stdin.buffer.read() if path == _STDIN else Path(path).read_bytes()
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror or error}", file=name) from error
    if not content.strip():
        raise SourceError("is empty: a JSON object is wanted", file=name)
    try:
        record = parse_json(content)
    except ValueError as error:
        raise SourceError(str(error), file=name) from error
    if not isinstance(record, dict):
        what = f"is a JSON {type(record).__name__}, and one object is wanted"
        many = ". For many records there are `ckanclient load` and `ckanclient sync`"
        raise SourceError(f"{what}{many if isinstance(record, list) else ''}", file=name)
    return record


def with_extras(extras: Any, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return extras as CKAN's list, with the given ones set; None takes one out."""
    listed = [{"key": key, "value": value} for key, value in extras.items()] if isinstance(extras, dict) else extras
    kept = [dict(entry) for entry in listed or [] if entry.get("key") not in given]
    return [*kept, *({"key": key, "value": value} for key, value in given.items() if value is not None)]


def check_lists(kind: str, data: Mapping[str, Any]) -> None:
    """Raise UsageError, with an example, where tags, groups, extras or resources are no list."""
    for key in LISTS if kind != RESOURCE else ():
        value = data.get(key)
        items = value if isinstance(value, list) else []
        wrong = value is not None and not isinstance(value, list) and not (key == "extras" and isinstance(value, dict))
        texts_allowed = key in {"tags", "groups"}
        if wrong or not all(isinstance(item, dict) or (texts_allowed and isinstance(item, str)) for item in items):
            example = _EXAMPLES.get(key, '[{"url": "https://…", "name": "…"}]')
            raise click.UsageError(f"{key} are a list: write {key}:'{example}'")
        keys = [item.get("key") for item in items if isinstance(item, dict)] if key == "extras" else []
        for repeated in (one for place, one in enumerate(keys) if one in keys[:place]):
            raise click.UsageError(
                f"extras hold the key {repeated!r} twice, and CKAN takes it once: which value counts?"
            )
