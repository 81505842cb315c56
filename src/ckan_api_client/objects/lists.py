"""A view of a list of dicts inside an object: what extras, tags, groups and resources have in common.

A view holds no data: it looks the list up each time. It never adds the key for having been looked at, and takes it
away again when what it added is gone.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

from .base import CkanObject
from .fields import type_error

__all__ = ["ListView"]


class ListView(ABC):
    """The list under one key of an object. A missing key and None read as an empty list; other types are an error."""

    __slots__ = ("_key", "_owner")

    def __init__(self, owner: CkanObject, key: str) -> None:
        self._owner = owner
        self._key = key

    def _entries(self) -> list[Any]:
        """Return the list for looking at and for changing its entries; adding to it is for `_attached`."""
        entries = self._owner.get(self._key)
        if entries is None:
            return []
        if not isinstance(entries, list):
            raise type_error(self._owner, self._key, "a list of objects", entries)
        return entries

    def _present(self) -> list[Any]:
        """As `_entries`, for who replaces the list: other types read as an empty list too."""
        entries = self._owner.get(self._key)
        return entries if isinstance(entries, list) else []

    def _attached(self) -> list[Any]:
        """Return the list, which is in the object from now on."""
        if self._owner.get(self._key) is None:
            self._owner[self._key] = []
        return self._entries()

    def _replace(self, entries: list[Any]) -> None:
        """Put other entries into the list, without copying those."""
        if not isinstance(self._owner.get(self._key), list):
            self._owner[self._key] = []
        self._entries()[:] = entries

    def _settle(self) -> None:
        """Undo `_attached` where the list is empty again and was not there at first: undoing leaves no change."""
        before = self._owner._snapshot()  # noqa: SLF001 - the view is a part of the object
        if self._entries() or before.get(self._key) is not None:
            return
        if self._key in before:
            self._owner[self._key] = None
        elif self._key in self._owner:
            del self._owner[self._key]

    @abstractmethod
    def __iter__(self) -> Iterator[Any]: ...

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self)!r})"
