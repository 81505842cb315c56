"""How CKAN takes a record apart before it reads it: which lists may hold records, and what lies outside (A13, C5)."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .errors import IntegrityFailure

Errors = dict[str, Any]


class Parts(NamedTuple):
    """A record taken apart: its plain values, its lists of records, and the paths of what has no place."""

    values: dict[str, Any]
    lists: dict[str, list[dict[str, Any]]]
    junk: list[tuple[Any, ...]]
    empty_lists: list[str]


def take_apart(record: Mapping[str, Any], parts: Sequence[str], *, lists_are_values: bool) -> Parts:
    """Return the record's parts; IntegrityFailure where a list of records is expected and something else is there.

    `parts` are the keys under which lists of records belong. A list of records elsewhere is junk before CKAN 2.12, and
    an ordinary value from then on.
    """
    values: dict[str, Any] = {}
    lists: dict[str, list[dict[str, Any]]] = {}
    junk: list[tuple[Any, ...]] = []
    empty_lists = [key for key, value in record.items() if value == []]
    for key, value in record.items():
        is_records = isinstance(value, list) and bool(value) and isinstance(value[0], dict)
        if is_records and (key in parts or not lists_are_values):
            if not all(isinstance(each, dict) for each in value):
                raise IntegrityFailure("Values in lists need to be dicts")
            if key in parts:
                lists[key] = [
                    _item(each, (key, number), junk, lists_are_values=lists_are_values)
                    for number, each in enumerate(value)
                    if each
                ]
            else:
                junk += _paths(value, (key,))
        elif key in parts:
            if value != []:
                raise IntegrityFailure(
                    f"Only lists of dicts can be placed against subschema ({key!r},), not {type(value)}"
                )
        else:
            values[key] = value
    return Parts(values, lists, junk, empty_lists)


def _item(
    item: Mapping[str, Any], path: tuple[Any, ...], junk: list[tuple[Any, ...]], *, lists_are_values: bool
) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in item.items():
        if isinstance(value, list) and value and isinstance(value[0], dict) and not lists_are_values:
            junk += _paths(value, (*path, key))
        else:
            kept[key] = value
    return kept


def _paths(records: list[Any], path: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    paths: list[tuple[Any, ...]] = []
    for number, record in enumerate(records):
        for key, value in record.items():
            if isinstance(value, list) and value and isinstance(value[0], dict):
                paths += _paths(value, (*path, number, key))
            else:
                paths.append((*path, number, key))
    return paths


def junk_message(junk: list[tuple[Any, ...]]) -> str:
    return f"The input field {junk} was not expected."


def add_error(errors: Errors, key: str, message: str) -> None:
    errors.setdefault(key, []).append(message)


def in_order(errors: Errors, lists: Sequence[str]) -> Errors:
    """Return errors as CKAN sends them: fields by name, then lists by name; without the places of tags."""
    ordered: Errors = {key: errors[key] for key in sorted(errors) if key not in lists}
    ordered |= {key: errors[key] for key in sorted(errors) if key in lists}
    if "tags" in ordered:
        ordered["tags"] = [", ".join(error["name"]) if "name" in error else error for error in ordered["tags"] if error]
    return ordered
