"""An object: the dict that CKAN sent, the snapshot of it, and what changed in between. It knows no key by name."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any, ClassVar, Self, TypeVar

from ckan_api_client.quirks.equivalence import Differences

from .changes import Change, copy_or_absent, find_changes
from .fields import Window
from .json_values import SCALARS, copy_json, same_json
from .problems import Problem, describe

__all__ = ["CkanObject"]

AnyObject = TypeVar("AnyObject", bound="CkanObject")


class CkanObject(MutableMapping[str, Any]):
    """Data from CKAN, or for it: a mapping with typed windows on the keys that CKAN's core knows.

    `data` is copied. `fields` are windows to set at once; they belong to the snapshot too: a new object is not
    modified. Keys without a window are kept in their order, and read and written as `dataset["spatial_theme"]`.
    """

    __slots__ = ("_before", "_now")

    # The dict as it was. It is changed by nobody and given to nobody, so copies of an object may share it.
    _before: dict[str, Any]
    # The dict as it is; None as long as nothing changeable was handed out: then it is the same as `_before`.
    _now: dict[str, Any] | None

    _windows: ClassVar[Mapping[str, Window]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        own = {name: window for name, window in vars(cls).items() if isinstance(window, Window)}
        cls._windows = {**cls._windows, **own}

    def __init__(self, data: Mapping[str, Any] | None = None, /, **fields: Any) -> None:
        if data is not None and not isinstance(data, Mapping):
            raise TypeError(f"{type(self).__name__}: expected a mapping, got {describe(data)}")
        self._before = copy_json({} if data is None else _plain(data))
        self._now = None
        for name, value in fields.items():
            if name not in self._windows:
                raise TypeError(
                    f"{type(self).__name__} has no field {name!r}; other keys go into the mapping: "
                    f"{type(self).__name__}({{{name!r}: ...}})"
                )
            setattr(self, name, value)
        self._before, self._now = self._current(), None

    def _current(self) -> dict[str, Any]:
        """Return the data for looking at, not for handing out."""
        return self._before if self._now is None else self._now

    def _working(self) -> dict[str, Any]:
        """Return the data for changing and for handing out."""
        if self._now is None:
            self._now = copy_json(self._before)
        return self._now

    def _snapshot(self) -> dict[str, Any]:
        return self._before

    # The mapping

    def __getitem__(self, key: str) -> Any:
        value = self._current()[key]
        return value if type(value) in SCALARS else self._working()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        if not isinstance(key, str):
            raise TypeError(f"{type(self).__name__}: keys are text, got {type(key).__name__}: {key!r:.80}")
        self._working()[key] = copy_json(value)

    def __delitem__(self, key: str) -> None:
        del self._working()[key]

    def __contains__(self, key: object) -> bool:
        return key in self._current()

    def __iter__(self) -> Iterator[str]:
        return iter(self._current())

    def __len__(self) -> int:
        return len(self._current())

    # What changed

    def changes(self) -> dict[str, Change]:
        """Return the keys whose values differ from the snapshot, with the values before and after.

        They are found by comparing, not recorded: changes deep inside are seen, and one that was undone is none.
        """
        return {} if self._now is None else find_changes(self._snapshot(), self._now)

    def is_modified(self) -> bool:
        return self._now is not None and not same_json(self._snapshot(), self._now)

    def mark_saved(self) -> None:
        """Take the data as it is now for the snapshot: only what changes from here on is a change."""
        if self._now is not None:
            self._before = copy_json(self._now)

    @property
    def original(self) -> dict[str, Any]:
        """The data as it was when the object was made: a dict of its own."""
        copied: dict[str, Any] = copy_json(self._snapshot())
        return copied

    # Comparing

    def __eq__(self, other: object) -> bool:
        if isinstance(other, CkanObject):
            if not isinstance(other, type(self)) and not isinstance(self, type(other)):
                return NotImplemented
            other = other._current()
        if not isinstance(other, Mapping):
            return NotImplemented
        return same_json(self._current(), dict(other))

    __hash__ = None  # type: ignore[assignment] # as every mapping that can change

    @staticmethod
    @abstractmethod
    def _differing(sent: Mapping[str, Any], got: Mapping[str, Any], /) -> Differences:
        """Each kind of object has its own: one of the `..._differences` of quirks/equivalence.py."""

    def differences(self, other: Mapping[str, Any], /) -> Differences:
        """Return the fields of this object that are not equivalent in `other`: path to (mine, theirs).

        Only keys that this object holds are compared, lists as a whole: so it tells what CKAN changed or dropped of
        what was sent. A side without the value has `ABSENT`.
        """
        found = self._differing(self._current(), _plain(other))
        return {path: (copy_or_absent(mine), copy_or_absent(theirs)) for path, (mine, theirs) in found.items()}

    def is_equivalent(self, other: Mapping[str, Any], /) -> bool:
        """Tell whether nothing that a person could have edited differs, after CKAN's own normalisation.

        Ids, timestamps and what CKAN derives are not compared; None, "" and an absent key are the same text.
        """
        mine, theirs = self._current(), _plain(other)
        return not self._differing(mine, theirs) and not self._differing(theirs, mine)

    def validate(self) -> list[Problem]:
        """Return everything in here that CKAN would refuse, or an empty list. Nothing is changed."""
        return list(self._problems(""))

    def _problems(self, prefix: str) -> Iterator[Problem]:
        data = self._current()
        for key, window in self._windows.items():
            if key in data:
                yield from window.problems(data[key], prefix + key)

    # Copying

    def serialize(self) -> dict[str, Any]:
        """Return the data as a plain dict that shares nothing with this object."""
        copied: dict[str, Any] = copy_json(self._current())
        return copied

    def copy(self) -> Self:
        """Return an independent object with the same data and the same snapshot, and so the same changes."""
        return _restore(type(self), self._snapshot(), None if self._now is None else copy_json(self._now))

    def __copy__(self) -> Self:
        return self.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self.copy()

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self._snapshot(), self._now)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._current()!r})"


def _restore(kind: type[AnyObject], before: dict[str, Any], now: dict[str, Any] | None) -> AnyObject:
    restored = kind()
    restored._before, restored._now = before, now  # noqa: SLF001 - this is the other half of copy and __reduce__
    return restored


def _plain(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the data for looking at, without the object around it."""
    return data._current() if isinstance(data, CkanObject) else data  # noqa: SLF001 - it is one of us
