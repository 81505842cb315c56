"""Adjustments: what was changed in a record so that CKAN takes it, and why; and the refusal where nothing helps.

It knows nothing of datasets: only values, paths to them, and a list of remarks.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ckan_api_client.exceptions import CkanError
from ckan_api_client.quirks.extras import free_key
from ckan_api_client.quirks.text import clean_text

__all__ = ["Adjustment", "Adjustments", "Unfit"]

_DEEPEST = 64
_LARGEST_BITS = 1_024  # Far beyond what CKAN stores, far below the 4,300 digits that Python refuses to print.


@dataclass(frozen=True, slots=True)
class Adjustment:
    """One change: `path` in the record (`resources[2].size`), why, what was there, what the catalog gets there.

    `after` is None where nothing is sent under that name; `reason` then says where the value went.
    """

    path: str
    reason: str
    before: Any
    after: Any


class Unfit(CkanError, ValueError):
    """A record from which no dataset can be made, and no default would be right. `field` and `reason` say why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(field, reason)

    @property
    def field(self) -> str:
        return str(self.args[0])

    @property
    def reason(self) -> str:
        return str(self.args[1])

    def __str__(self) -> str:
        return f"{self.field} {self.reason}"


class Adjustments:
    """The remarks made on one record, in order."""

    def __init__(self) -> None:
        self._made: list[Adjustment] = []

    def note(self, path: str, reason: str, before: Any, after: Any = None) -> None:
        self._made.append(Adjustment(path, reason, _printable(before), after))

    def as_tuple(self) -> tuple[Adjustment, ...]:
        return tuple(self._made)

    def copy_clean(self, value: Any, path: str = "", depth: int = 0) -> Any:
        """Return a copy of `value` that is JSON and holds no character that CKAN cannot store.

        Raises Unfit for what JSON has no word for, for nesting deeper than 64 and for numbers of hundreds of digits.
        """
        if type(value) is dict and depth < _DEEPEST:
            return self._copy_mapping(value, path, depth)
        if isinstance(value, str):
            return self._clean(value, path)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int):
            if value.bit_length() > _LARGEST_BITS:
                raise Unfit(path, "is a number of more than 300 digits")
            return value
        if isinstance(value, float):
            if not math.isfinite(value):
                self.note(path, "JSON knows no such number: sent as text", str(value), str(value))
                return str(value)
            return value
        if isinstance(value, date):
            return value.isoformat()
        if depth >= _DEEPEST:
            raise Unfit(path, f"is nested deeper than {_DEEPEST} levels")
        if isinstance(value, Mapping):
            return self._copy_mapping(value, path, depth)
        if isinstance(value, list | tuple):
            return [self.copy_clean(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(value)]
        raise Unfit(path, f"is a {type(value).__name__}, which JSON has no word for")

    def _copy_mapping(self, value: Mapping[Any, Any], path: str, depth: int) -> dict[str, Any]:
        copy: dict[str, Any] = {}
        for key, item in value.items():
            kind = type(item)
            is_clean = item.isprintable() if kind is str else item is None or kind is bool
            if is_clean and type(key) is str and key.isprintable() and key not in copy:
                copy[key] = item  # Nearly all are so, and need no path.
                continue
            place = f"{path}.{key}" if path else str(key)
            copy[free_key(self._clean(str(key), place), copy)] = self.copy_clean(item, place, depth + 1)
        return copy

    def _clean(self, text: str, path: str) -> str:
        cleaned = clean_text(text)
        if cleaned != text:
            self.note(path, "characters that CKAN cannot store", text, cleaned)
        return cleaned


def _printable(value: Any) -> Any:
    """Return `value`, its lone surrogates written out: a report is written as UTF-8."""
    return value.encode(errors="backslashreplace").decode() if isinstance(value, str) else value
