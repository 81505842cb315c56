"""The kinds of things that commands are about, by the words that people have for them: dataset, or datasets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

import click

F = TypeVar("F", bound=Callable[..., Any])

DATASET, ORGANIZATION, GROUP, RESOURCE = KINDS = ("dataset", "organization", "group", "resource")
_OTHER_WORDS = {"package": DATASET, "org": ORGANIZATION}


def kind_argument(*kinds: str) -> Callable[[F], F]:
    """Give a command the argument `kind`: one of some, in singular or plural; its value is the singular."""

    def convert(_: click.Context, __: click.Parameter, value: str) -> str:
        word = value.lower().removesuffix("s")
        kind = _OTHER_WORDS.get(word, word)
        if kind not in kinds:
            raise click.BadParameter(f"{value!r} is none of {', '.join(map(plural, kinds))}")
        return kind

    def complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
        return [word for word in map(plural, kinds) if word.startswith(incomplete)]

    return click.argument("kind", metavar="KIND", callback=convert, shell_complete=complete)


def plural(kind: str) -> str:
    return f"{kind}s"


def page_of(base_url: str, kind: str, data: dict[str, Any]) -> str:
    """Return the address of something's page, for people."""
    if kind == RESOURCE:
        return f"{base_url}/dataset/{quote(str(data.get('package_id')))}/resource/{quote(str(data.get('id')))}"
    return f"{base_url}/{quote(str(data.get('type') or kind))}/{quote(str(data.get('name')))}"
