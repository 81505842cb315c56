"""A resource: a file or a service of a dataset, alone or as a window on its dict inside the dataset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from ckan_api_client.quirks.equivalence import resource_differences

from .base import CkanObject
from .fields import IntegerField, TextField
from .problems import check_date

__all__ = ["CkanResource"]


class CkanResource(CkanObject):
    """A resource.

    Of an uploaded file (`url_type` is "upload") CKAN sets url, size, mimetype and last_modified.
    To clear a field of a resource in CKAN assign "": None and a deleted key leave most of them unchanged (C11).
    """

    __slots__ = ("_dataset",)

    # The dataset whose dict this is a window on; None for a resource of its own.
    _dataset: CkanObject | None

    id = TextField()
    name = TextField()
    description = TextField()
    format = TextField()
    mimetype = TextField()
    mimetype_inner = TextField()
    resource_type = TextField()
    size = IntegerField()
    url = TextField()
    url_type = TextField()
    hash = TextField()
    cache_url = TextField()
    cache_last_updated = TextField(check=check_date)
    created = TextField(check=check_date)
    last_modified = TextField(check=check_date)
    metadata_modified = TextField(read_only=True)
    package_id = TextField(read_only=True)
    position = IntegerField(read_only=True)
    state = TextField(read_only=True)

    _differing = staticmethod(resource_differences)

    def __init__(self, data: Mapping[str, Any] | None = None, /, **fields: Any) -> None:
        self._dataset = None
        super().__init__(data, **fields)

    @classmethod
    def _window(cls, dataset: CkanObject, data: dict[str, Any]) -> Self:
        """Return a resource whose data is this very dict, which belongs to the dataset."""
        window = cls()
        window._dataset, window._now = dataset, data
        return window

    def mark_saved(self) -> None:
        """As for every object; in a dataset, the snapshot of that gets the resource as it is now."""
        if self._dataset is None:
            super().mark_saved()
            return
        before = self._dataset.original
        for index, old in enumerate(before.get("resources") or []):
            if isinstance(old, dict) and old.get("id") == self.id:
                before["resources"][index] = self.serialize()
        self._dataset._before = before  # noqa: SLF001 - the resource is a part of it

    def _snapshot(self) -> dict[str, Any]:
        """Return what the resource was; in a dataset, the one with its id in the snapshot of that.

        One without an id is known by its place; a new one was nothing.
        """
        if self._dataset is None:
            return self._before
        before, now = self._dataset._snapshot().get("resources"), self._dataset.get("resources")  # noqa: SLF001 - ours
        if not isinstance(before, list):
            return {}
        if identity := self._current().get("id"):
            return next((old for old in before if isinstance(old, dict) and old.get("id") == identity), {})
        places = enumerate(now) if isinstance(now, list) else ()
        place = next((index for index, entry in places if entry is self._now), len(before))
        old = before[place] if place < len(before) else {}
        return old if isinstance(old, dict) and not old.get("id") else {}
