"""A field: a typed window on one key of an object's data.

Reading gives what is there, whatever its type; None if the key is absent (`"title" in dataset` tells). Assigning
checks the type. Deleting removes the key. A field knows its key and its type, and of its object only that it is a
mapping.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, MutableMapping
from typing import Any, ClassVar, Generic, Self, TypeAlias, TypeVar, overload

from ckan_api_client.quirks.numbers import whole_number

from .problems import Problem, Problems, check_text, describe

__all__ = ["BooleanField", "Field", "IntegerField", "TextField", "Window", "type_error"]

Data: TypeAlias = MutableMapping[str, Any]
T = TypeVar("T")


def type_error(owner: object, key: str, expected: str, value: object) -> TypeError:
    """Return the error for a value of the wrong type: `CkanDataset.private: expected bool, got str: 'maybe'`."""
    return TypeError(f"{type(owner).__name__}.{key}: expected {expected}, got {describe(value)}")


class Window(ABC):
    """What every descriptor on a key has: its key, and the problems of its value."""

    key: str = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.key = name

    @abstractmethod
    def problems(self, value: Any, path: str) -> Problems:
        """Find what CKAN would refuse of `value`, which is there."""

    def __delete__(self, instance: Data) -> None:
        if self.key not in instance:
            raise AttributeError(f"{type(instance).__name__}.{self.key}: there is no such key to delete")
        del instance[self.key]


class Field(Window, Generic[T]):
    """A window on a single value. `read_only`: CKAN sets it, and ignores or misuses what is sent."""

    expected: ClassVar[str]

    def __init__(self, *, read_only: bool = False, check: Callable[[str, T], Problems] | None = None) -> None:
        self.read_only = read_only
        self.check = check

    @abstractmethod
    def accepts(self, value: object) -> bool:
        """Tell whether the value may be assigned."""

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: Data, owner: type) -> T | None: ...
    def __get__(self, instance: Data | None, owner: type) -> Self | T | None:
        if instance is None:
            return self
        return instance.get(self.key)

    def __set__(self, instance: Data, value: T | None) -> None:
        if self.read_only:
            raise AttributeError(f"{type(instance).__name__}.{self.key}: CKAN sets it; it is read-only")
        if not self.accepts(value):
            raise type_error(instance, self.key, self.expected, value)
        instance[self.key] = value

    def __delete__(self, instance: Data) -> None:
        if self.read_only:
            raise AttributeError(f"{type(instance).__name__}.{self.key}: CKAN sets it; it is read-only")
        super().__delete__(instance)

    def problems(self, value: Any, path: str) -> Problems:
        if self.read_only or value is None:
            return
        if not self.accepts(value):
            yield Problem(path, f"expected {self.expected}, got {describe(value)}")
        elif self.check is not None:
            yield from self.check(path, value)


class TextField(Field[str]):
    """Text, or None."""

    expected = "str"

    def accepts(self, value: object) -> bool:
        return value is None or isinstance(value, str)

    def problems(self, value: Any, path: str) -> Problems:
        yield from super().problems(value, path)
        if isinstance(value, str) and not self.read_only:
            yield from check_text(path, value)


class BooleanField(Field[bool]):
    """True or false. To leave it to CKAN, delete it: CKAN takes None for absent, and 1 is a 500 up to 2.11 (A18)."""

    expected = "bool"

    def accepts(self, value: object) -> bool:
        return isinstance(value, bool)


class IntegerField(Field[int]):
    """An integer, or None. Text and floats that CKAN reads as integers (C15) are read, but cannot be assigned."""

    expected = "int"

    def accepts(self, value: object) -> bool:
        return value is None or (isinstance(value, int) and not isinstance(value, bool))

    def problems(self, value: Any, path: str) -> Problems:
        if not self.read_only and value is not None and value != "" and whole_number(value) is None:
            yield Problem(path, f"expected {self.expected}, got {describe(value)}")
