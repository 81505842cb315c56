"""Deletes: into the trash, whatever the lines look like that say what."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ckan_api_client.bulk.kinds import NOUNS
from ckan_api_client.bulk.replies import FAILURES, Reply, failure
from ckan_api_client.bulk.settling import settled
from ckan_api_client.exceptions import HTTPError, NotFound
from ckan_api_client.quirks.states import is_deleted
from ckan_api_client.wire.action import call
from ckan_api_client.wire.messages import Flow


def references_in(line: bytes) -> list[str | None]:
    """Return the ids or names in a line, in any of the forms that are taken; None for a line that is no text at all.

    An object with an `id` or a `name`; an object with `results`, each with an `id`; a JSON text; a list of JSON texts;
    anything else is a name as it stands.
    """
    try:
        found = _references(json.loads(line))
    except (ValueError, RecursionError):
        found = None
    if found is not None:
        return [*found]
    try:
        return [line.strip().decode()]
    except UnicodeDecodeError:
        return [None]


def all_references(lines: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, str | None]]:
    """Yield the ids or names in many lines, numbered from 1."""
    return enumerate((reference for _, line in lines for reference in references_in(line)), 1)


def delete_one(kind: str, reference: str | None) -> Flow[Reply]:
    """Return what became of one delete."""
    if reference is None:
        return Reply(None, "UnicodeDecodeError", "the line is not UTF-8")
    noun = NOUNS[kind]
    try:
        yield from settled(f"{noun}_delete", {"id": reference}, lambda: _is_gone(noun, reference))
    except FAILURES as error:
        return failure(None, error, missing=reference)
    return Reply(None, None, reference)


def _is_gone(noun: str, reference: str) -> Flow[bool | None]:
    try:
        shown = yield from call(f"{noun}_show", {"id": reference}, repeatable=True)
    except NotFound:
        return True
    except HTTPError:
        return None
    return True if isinstance(shown, dict) and is_deleted(shown) else None


def _references(value: Any) -> list[str] | None:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return value if all(isinstance(item, str) for item in value) else None
    if not isinstance(value, dict):
        return None
    for key in ("id", "name"):
        if isinstance(value.get(key), str):
            return [value[key]]
    if isinstance(value.get("results"), list):
        ids = [item["id"] for item in value["results"] if isinstance(item, dict) and isinstance(item.get("id"), str)]
        return ids if len(ids) == len(value["results"]) else None
    return None
