"""Records that are in memory already: the `data` of the 2014 client's `sync(source_name, data)`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckan_api_client.exceptions import SourceError

from .keys import as_key, no_object
from .listing import NOTHING_DONE, Broken, Kind, Listing, Record, Tally

__all__ = ["MappingSource"]

_KINDS: tuple[Kind, ...] = ("organization", "group", "dataset")


class MappingSource:
    """`{"dataset": {id: record}, "organization": {name: record}, "group": {name: record}}`; what is missing is empty.

    The key in the mapping is the record's. Raises SourceError for any other key at the top: a mistyped "datasets" would
    be an empty source. An empty one is taken at its word; whether it may empty a catalog is the plan's to decide.
    """

    def __init__(self, data: Mapping[str, Mapping[Any, Any]], *, name: str = "data") -> None:
        unknown = sorted(set(map(str, data)) - set(_KINDS))
        if unknown:
            raise SourceError(
                f"has the keys {', '.join(unknown)}; dataset, organization and group are known: {NOTHING_DONE}",
                file=name,
            )
        for kind, objects in data.items():
            if not isinstance(objects or {}, Mapping):
                raise SourceError(
                    f"has a {type(objects).__name__} under {kind!r}; it should map ids to objects: {NOTHING_DONE}",
                    file=name,
                )
        self._data = data
        self._name = name
        self._position = 0

    @property
    def name(self) -> str:
        return self._name

    @property
    def size(self) -> int:
        return sum(len(self._data.get(kind) or {}) for kind in _KINDS)

    @property
    def position(self) -> int:
        return self._position

    def read(self) -> Listing:
        tally = Tally()
        self._position = 0
        for kind in _KINDS:
            for identity, data in (self._data.get(kind) or {}).items():
                self._position += 1
                yield tally.count(self._make_record(kind, identity, data))
        return tally.make_ending("all that was given")

    def _make_record(self, kind: Kind, identity: Any, data: Any) -> Record | Broken:
        key = as_key(identity)
        if key is None:
            return Broken(self._name, None, f"has {identity!r:.80} for a key: a text or a number is needed", kind=kind)
        if not isinstance(data, Mapping):
            return Broken(self._name, None, no_object(data), key, kind)
        return Record(key, kind, data, self._name)
