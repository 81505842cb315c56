"""Groups: their names, over CKAN's list of group dicts. A group may be meant by its name or by its id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self, overload

from ckan_api_client.quirks.shapes import reference

from .base import CkanObject
from .fields import Window
from .names import Names
from .problems import Problem, Problems, describe

__all__ = ["Groups", "GroupsField"]


class Groups(Names):
    """The names of the groups; of a group without a name, its id.

    A new group is sent as `{"id": ...}` if it is a UUID, else as `{"name": ...}`: CKAN drops an id that is a name
    without a word, for sysadmins (B8).
    """

    __slots__ = ()

    def _name_of(self, entry: Any) -> str | None:
        return next(iter(_names_of(entry)), None)

    def _is_named(self, entry: Any, name: object) -> bool:
        return name in _names_of(entry)

    def _new_entry(self, name: str) -> dict[str, Any]:
        return dict(reference(name))


def _names_of(entry: Any) -> list[str]:
    """Return what a group is called: its name, then its id."""
    names = [entry.get("name"), entry.get("id")] if isinstance(entry, Mapping) else [entry]
    return [name for name in names if isinstance(name, str) and name]


class GroupsField(Window):
    """The window on `groups`."""

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: CkanObject, owner: type) -> Groups: ...
    def __get__(self, instance: CkanObject | None, owner: type) -> Self | Groups:
        return self if instance is None else Groups(instance, self.key)

    def __set__(self, instance: CkanObject, value: Iterable[str | Mapping[str, Any]]) -> None:
        Groups(instance, self.key)._assign(value)  # noqa: SLF001 - the view is this window's other half

    def problems(self, value: Any, path: str) -> Problems:
        if not isinstance(value, list):
            yield Problem(path, f"expected a list of objects, got {describe(value)}")
            return
        for index, entry in enumerate(value):
            if not isinstance(entry, Mapping) or not _names_of(entry):
                yield Problem(f"{path}[{index}]", f"expected an object with an id or a name, got {describe(entry)}")
