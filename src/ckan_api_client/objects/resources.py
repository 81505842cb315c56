"""The resources of a dataset: a list of windows on the dataset's own dicts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableSequence
from typing import Any, Self, TypeAlias, overload

from .base import CkanObject
from .fields import Window, type_error
from .json_values import copy_json
from .lists import ListView
from .problems import Problem, Problems, describe
from .resource import CkanResource

__all__ = ["Resources", "ResourcesField"]

AnyResource: TypeAlias = CkanResource | Mapping[str, Any]


class Resources(ListView, MutableSequence[CkanResource]):
    """The resources, in CKAN's order. Changing one of them changes the dataset.

    What is put in is copied, so that no two datasets share a dict: take it out again to change it. A resource
    that only changes its place in the list stays itself.
    """

    __slots__ = ()

    @overload
    def __getitem__(self, index: int) -> CkanResource: ...
    @overload
    def __getitem__(self, index: slice) -> list[CkanResource]: ...
    def __getitem__(self, index: int | slice) -> CkanResource | list[CkanResource]:
        if isinstance(index, slice):
            return [self._window(entry) for entry in self._entries()[index]]
        return self._window(self._entries()[index])

    def __setitem__(self, index: int | slice, value: AnyResource | Iterable[AnyResource]) -> None:
        entries = list(self._entries())
        if isinstance(index, slice):
            entries[index] = list(value)
        else:
            entries[index] = value
        self._assign(entries)

    def __delitem__(self, index: int | slice) -> None:
        del self._entries()[index]
        self._settle()

    def __iter__(self) -> Iterator[CkanResource]:
        return map(self._window, self._entries())

    def __len__(self) -> int:
        return len(self._entries())

    def insert(self, index: int, value: AnyResource) -> None:
        entry = self._plain(value)
        self._attached().insert(index, copy_json(entry))

    def append(self, value: AnyResource) -> None:
        self.insert(len(self), value)

    def extend(self, values: Iterable[AnyResource]) -> None:
        for value in list(values):
            self.append(value)

    def reverse(self) -> None:
        self._entries().reverse()

    def clear(self) -> None:
        if self._entries():
            del self[:]

    def _window(self, entry: Any) -> CkanResource:
        if not isinstance(entry, dict):
            raise type_error(self._owner, self._key, "a list of objects", entry)
        return CkanResource._window(self._owner, entry)  # noqa: SLF001 - the way in for this list only

    def _plain(self, value: Any) -> dict[str, Any]:
        """Return the very dict of a resource."""
        if isinstance(value, CkanResource):
            return value._current()  # noqa: SLF001 - to know it again by its identity
        if isinstance(value, dict):
            return value
        if isinstance(value, Mapping):
            return dict(value)
        raise type_error(self._owner, self._key, "resources, or mappings", value)

    def _assign(self, value: Iterable[AnyResource]) -> None:
        if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
            raise type_error(self._owner, self._key, "resources, or mappings", value)
        ours = {id(entry): entry for entry in self._present()}
        # Each of our own dicts goes in once as itself: twice it would be one resource at two places.
        self._replace([ours.pop(id(entry), None) or copy_json(entry) for entry in map(self._plain, list(value))])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, list | tuple | Resources):
            return NotImplemented
        return len(self) == len(other) and all(mine == theirs for mine, theirs in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment] # as every list


class ResourcesField(Window):
    """The window on `resources`."""

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: CkanObject, owner: type) -> Resources: ...
    def __get__(self, instance: CkanObject | None, owner: type) -> Self | Resources:
        return self if instance is None else Resources(instance, self.key)

    # Any: from another type mypy infers the elements of `sorted(dataset.resources, key=...)` when that is assigned.
    def __set__(self, instance: CkanObject, value: Iterable[Any]) -> None:
        Resources(instance, self.key)._assign(value)  # noqa: SLF001 - the view is this window's other half

    def problems(self, value: Any, path: str) -> Problems:
        if not isinstance(value, list):
            yield Problem(path, f"expected a list of objects, got {describe(value)}")
            return
        for index, entry in enumerate(value):
            place = f"{path}[{index}]"
            if isinstance(entry, dict):
                yield from CkanResource(entry)._problems(f"{place}.")  # noqa: SLF001 - validate(), with a path
            else:
                yield Problem(place, f"expected an object, got {describe(entry)}")
