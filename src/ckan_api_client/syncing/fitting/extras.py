"""The extras of one dataset while it is being fitted: legal, unique, indexable keys; text values; nothing lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckan_api_client.quirks.extras import free_key, is_reserved, is_unindexable
from ckan_api_client.quirks.states import is_deleted
from ckan_api_client.quirks.text import as_text, is_within, split_text
from ckan_api_client.syncing.fitting.adjustments import Adjustments

__all__ = ["MARKER_KEY", "FittedExtras"]

MARKER_KEY = "_harvest_source"
"""The extra that says to which source a dataset belongs. A source's own is content, and never sent under this key."""


class FittedExtras:
    """Extras by key. What cannot keep its key gets the nearest free one; what is too long is split into parts."""

    def __init__(self, adjustments: Adjustments) -> None:
        self._adjustments = adjustments
        self._texts: dict[str, str] = {}

    def load(self, extras: Any, *, dropped: frozenset[str]) -> None:
        """Add the extras of a record, a list of `{"key", "value"}` or an object, except the keys in `dropped`.

        Extras that can keep their keys come first: whatever the order, none loses its key to a renamed one.
        """
        pairs, odd = _pairs(extras)
        pairs = [(key, value) for key, value in pairs if key not in dropped]
        renamed = []
        for key, value in pairs:
            text = as_text(value)
            safe = _safe_key(key, text)
            if safe == key:
                self._add(key, value, text, safe, f"extras.{key}")
            else:
                renamed.append((key, value, text, safe, f"extras.{key}"))
        for told in renamed:
            self._add(*told)
        if odd:
            self.keep_aside("extras", odd, "no key and value")

    def add(self, key: str, value: Any, path: str) -> None:
        """Add one extra, under `key` or the nearest key that is legal and free. The same key and value again: once."""
        text = as_text(value)
        self._add(key, value, text, _safe_key(key, text), path)

    def _add(self, key: str, value: Any, text: str, safe: str, path: str) -> None:
        if value is not None and not isinstance(value, str):
            self._adjustments.note(path, "extras hold text only", value, text)
        if safe != key:
            self._adjustments.note(path, f"{_why_unsafe(key)}: kept as the extra {safe}", text)
        if self._holds(safe, text):
            return
        free = free_key(safe, self._texts)
        if free != safe:
            self._adjustments.note(path, f"the key repeats with another value: kept as the extra {free}", text)
        self._texts[free] = text

    def keep_aside(self, field: str, value: Any, reason: str, *, path: str = "", after: Any = None) -> None:
        """Keep what `field` cannot hold as the extra `<field>_as_given`."""
        text = as_text(value)
        key = f"{field}_as_given"
        if not self._holds(key, text):
            key = free_key(key, self._texts)
            self._texts[key] = text
        self._adjustments.note(path or field, f"{reason}: kept as the extra {key}", value, after)

    def as_list(self) -> list[dict[str, str]]:
        """Return the extras as CKAN takes them; one of more than 32,766 bytes as `<key>_part_1` and so on."""
        short = {key: text for key, text in self._texts.items() if is_within(text)}
        for key, text in self._texts.items():
            if key in short:
                continue
            parts = split_text(text)
            base, number = key, 1
            while any(f"{base}_part_{part}" in short for part in range(1, len(parts) + 1)):
                number += 1
                base = f"{key}_{number}"
            short |= {f"{base}_part_{index}": part for index, part in enumerate(parts, 1)}
            self._adjustments.note(
                f"extras.{key}", f"longer than 32,766 bytes: split into {base}_part_1 to {base}_part_{len(parts)}", text
            )
        return [{"key": key, "value": text} for key, text in short.items()]

    def _holds(self, key: str, text: str) -> bool:
        candidate, number = key, 1
        while candidate in self._texts:
            if self._texts[candidate] == text:
                return True
            number += 1
            candidate = f"{key}_{number}"
        return False


def _pairs(extras: Any) -> tuple[list[tuple[str, Any]], list[Any]]:
    """Return (key, value) of every extra that is in force, and what has neither."""
    if extras is None:
        return [], []
    if isinstance(extras, Mapping):
        return list(extras.items()), []
    if not isinstance(extras, list):
        return [], [extras]
    pairs, odd = [], []
    for extra in extras:
        if isinstance(extra, Mapping) and extra.get("key") is not None:
            if not extra.get("deleted") and not is_deleted(extra):
                pairs.append((as_text(extra["key"]), extra.get("value")))
        else:
            odd.append(extra)
    return pairs, odd


def _safe_key(key: str, text: str) -> str:
    if key == MARKER_KEY:
        return f"{key}_as_given"
    if not key.strip():
        return "unnamed"
    if is_reserved(key):
        return f"extra_{key}"
    if is_unindexable(key, text):
        return f"{key}_text" if key.endswith("date") else f"extra_{key}"
    return key


def _why_unsafe(key: str) -> str:
    if key == MARKER_KEY:
        return "marks datasets of this catalog"
    if not key.strip():
        return "a key is needed"
    if is_reserved(key):
        return "CKAN has a field of this name"
    return "CKAN cannot index this value under this key"
