"""Tags: their names, over CKAN's list of tag dicts. Tags of a vocabulary keep their `vocabulary_id`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self, overload

from .base import CkanObject
from .fields import Window
from .names import Names
from .problems import Problem, Problems, check_tag, describe

__all__ = ["Tags", "TagsField"]


class Tags(Names):
    """The names of the tags."""

    __slots__ = ()

    def _name_of(self, entry: Any) -> str | None:
        return _name_of(entry)

    def _is_named(self, entry: Any, name: object) -> bool:
        return name is not None and _name_of(entry) == name

    def _new_entry(self, name: str) -> dict[str, Any]:
        return {"name": name}


def _name_of(entry: Any) -> str | None:
    name = entry.get("name") if isinstance(entry, Mapping) else entry
    return name if isinstance(name, str) else None


class TagsField(Window):
    """The window on `tags`."""

    @overload
    def __get__(self, instance: None, owner: type) -> Self: ...
    @overload
    def __get__(self, instance: CkanObject, owner: type) -> Tags: ...
    def __get__(self, instance: CkanObject | None, owner: type) -> Self | Tags:
        return self if instance is None else Tags(instance, self.key)

    def __set__(self, instance: CkanObject, value: Iterable[str | Mapping[str, Any]]) -> None:
        Tags(instance, self.key)._assign(value)  # noqa: SLF001 - the view is this window's other half

    def problems(self, value: Any, path: str) -> Problems:
        if not isinstance(value, list):
            yield Problem(path, f"expected a list of objects, got {describe(value)}")
            return
        for index, entry in enumerate(value):
            place = f"{path}[{index}]"
            if not isinstance(entry, Mapping) or not isinstance(entry.get("name"), str):
                yield Problem(place, f"expected an object with a name, got {describe(entry)}")
            elif not entry.get("vocabulary_id"):
                yield from check_tag(place, entry["name"])
