"""A set of names over a list of dicts: what tags and groups have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, MutableSet
from collections.abc import Set as AbstractSet
from typing import Any

from .fields import type_error
from .json_values import copy_json
from .lists import ListView

__all__ = ["Names"]


class Names(ListView, MutableSet[str]):
    """Names in their order, each once. Entries keep whatever else they hold as long as their name stays.

    It is a set with an order: `add`, `discard`, `in`, `|`, and also `names[0]`, `append`, `extend`. It equals a set of
    the same names, and a list of the same names in the same order.
    """

    __slots__ = ()

    @abstractmethod
    def _name_of(self, entry: Any) -> str | None:
        """Return the name that an entry shows, or None if it has none."""

    @abstractmethod
    def _is_named(self, entry: Any, name: object) -> bool:
        """Tell whether the name means this entry."""

    @abstractmethod
    def _new_entry(self, name: str) -> dict[str, Any]:
        """Return the entry to send for a name."""

    def __iter__(self) -> Iterator[str]:
        names = (self._name_of(entry) for entry in self._entries())
        return iter(dict.fromkeys(name for name in names if name is not None))

    def __contains__(self, name: object) -> bool:
        return any(self._is_named(entry, name) for entry in self._entries())

    def __getitem__(self, index: int) -> str:
        return list(self)[index]

    def add(self, value: str) -> None:
        if not isinstance(value, str):
            raise type_error(self._owner, self._key, "str", value)
        if value not in self:
            self._attached().append(self._new_entry(value))

    def append(self, value: str) -> None:
        """Same as `add`: a name that is there already stays where it is."""
        self.add(value)

    def extend(self, values: Iterable[str]) -> None:
        for value in values:
            self.add(value)

    def discard(self, value: str) -> None:
        if value in self:
            self._replace([entry for entry in self._entries() if not self._is_named(entry, value)])
            self._settle()

    def clear(self) -> None:
        for name in list(self):
            self.discard(name)

    def _assign(self, value: Iterable[str | Mapping[str, Any]]) -> None:
        if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
            raise type_error(self._owner, self._key, "names, or objects with a name", value)
        wanted: list[Any] = []
        for item in value:
            if not isinstance(item, str):
                if self._name_of(item) is None:
                    raise type_error(self._owner, self._key, "names, or objects with a name", item)
                wanted.append(copy_json(item))
            elif not any(self._is_named(entry, item) for entry in wanted):
                present = [entry for entry in self._present() if self._is_named(entry, item)]
                wanted.extend(present or [self._new_entry(item)])
        self._replace(wanted)

    @classmethod
    def _from_iterable(cls, it: Iterable[Any]) -> Any:
        """Let `a | b` be a plain set: it belongs to no object."""
        return set(it)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, list | tuple):
            return list(self) == list(other)
        if isinstance(other, AbstractSet):
            return set(self) == set(other)
        return NotImplemented

    __hash__ = None  # type: ignore[assignment] # as every set that can change
