"""Makes answers of two CKANs comparable: ids become symbols by order of appearance, times of today, too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SITE = re.compile(r"http://127\.0\.0\.1:\d+")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)?")
#: What is told of a user beyond this differs by what else happened on the site.
_USER = ("id", "name", "capacity", "state", "sysadmin", "display_name", "fullname")
#: Parts of an answer that come in no order: rows of the database that no one sorts.
_UNORDERED = {"users"}


class Mask:
    """Of one CKAN and one run: the same thing keeps its symbol."""

    def __init__(self, prefix: str, known: dict[str, str]) -> None:
        self._prefix = prefix
        self._symbols = dict(known)
        self._times: dict[str, str] = {}
        today = datetime.now(UTC).date()
        self._days = tuple(str(today + timedelta(days=days)) for days in (-1, 0, 1))

    def copy(self) -> Mask:
        """Return one that gives the same symbols, and keeps its new ones to itself."""
        twin = Mask(self._prefix, self._symbols)
        twin._times = dict(self._times)
        return twin

    def of(self, value: Any) -> Any:
        """Return a value without what only this CKAN can know; keys of objects sorted."""
        match value:
            case str():
                return self._text(value)
            case dict():
                if "email_hash" in value:
                    value = {key: value[key] for key in _USER if key in value}
                masked = {}
                for key in sorted(value):
                    each = value[key]
                    if key == "created" and "package_id" in value:
                        each = each and "T"  # the database's clock: now and then equal to another of its times
                    elif key in _UNORDERED and isinstance(each, list):
                        each = self.sorted(each)
                    masked[self._text(key)] = self.of(each)
                return masked
            case list():
                return [self.of(each) for each in value]
        return value

    def sorted(self, rows: Iterable[Any]) -> list[Any]:
        """Return rows in the order of what they look like, as far as their ids have symbols already."""
        return sorted(rows, key=lambda row: self._known(json.dumps(row, sort_keys=True)))

    def _known(self, text: str) -> str:
        return _ID.sub(lambda found: self._symbols.get(found[0], "?"), text)

    def _time(self, found: re.Match[str]) -> str:
        """Equal times have one symbol: so what a write leaves as it was must be left alone by both."""
        text = found[0]
        return self._times.setdefault(text, f"T{len(self._times)}") if text.startswith(self._days) else text

    def _text(self, text: str) -> str:
        text = _ID.sub(lambda found: self._symbols.setdefault(found[0], f"<{len(self._symbols)}>"), text)
        text = _TIME.sub(self._time, text)
        return _SITE.sub("SITE", text).replace(self._prefix, "~")
