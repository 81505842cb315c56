"""A listing: what a source yields, one record at a time, and what it says at its end.

It knows no file and no format. Only `Complete` can be given to whoever plans deletes: a record that is absent from a
`Partial` listing may be there all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar, runtime_checkable

from ckan_api_client.exceptions import SourceError

__all__ = [
    "NOTHING_DONE",
    "Broken",
    "Complete",
    "Ending",
    "Kind",
    "Known",
    "Listing",
    "Partial",
    "Reading",
    "Recognizing",
    "Record",
    "Same",
    "ShortListing",
    "Source",
    "Tally",
]

Kind: TypeAlias = Literal["dataset", "organization", "group"]

NOTHING_DONE = "nothing was written, nothing was deleted"


@dataclass(frozen=True, slots=True)
class Record:
    """What a source says of one thing. `key` is the source's own id for it; `file` and `line` say where it stands.

    `digest`: of the text that it was read from, where the source can tell such a text again.
    """

    key: str
    kind: Kind
    data: Mapping[str, Any]
    file: str
    line: int | None = None
    digest: bytes = b""

    @property
    def place(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Broken:
    """Something that is there and is no record. With a `key`, the dataset of that key is to be left as it is."""

    file: str
    line: int | None
    reason: str
    key: str | None = None
    kind: Kind = "dataset"

    @property
    def place(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Same:
    """A dataset's record whose text was read before, to the byte: nobody needs to read it again."""

    key: str
    file: str
    line: int | None
    digest: bytes

    @property
    def place(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Complete:
    """Every record was read. `evidence` says how that is known, for the report; `records` how many there were."""

    evidence: str
    records: int


@dataclass(frozen=True, slots=True)
class Partial:
    """Records may be missing: `reason` says why. Nothing may be deleted on the strength of it."""

    reason: str
    records: int


Ending: TypeAlias = Complete | Partial
Listing: TypeAlias = Generator[Record | Broken, None, Ending]
ShortListing: TypeAlias = Generator[Record | Broken | Same, None, Ending]

#: Of some digests, the keys of those records that need not be read again.
Known: TypeAlias = Callable[[Sequence[bytes]], Mapping[bytes, str]]

T_co = TypeVar("T_co", covariant=True)


class Source(Protocol):
    """Where records come from. `read` may be called again, and then reads again.

    Raises SourceError, from the constructor or while reading, when the source as a whole cannot be trusted.
    `position` of `size` (bytes, files or rows, as the source counts) tell how far the last reading is.
    """

    @property
    def name(self) -> str:
        """What to call it in messages: a path, or what it is."""

    @property
    def size(self) -> int: ...

    @property
    def position(self) -> int: ...

    def read(self) -> Listing:
        """Yield organizations, then groups, then datasets, as far as the source has them apart; return the ending."""


@runtime_checkable
class Recognizing(Source, Protocol):
    """A source that can tell a text that was read before by its digest."""

    @property
    def text_format(self) -> str:
        """All that decides which record a text is, beside the text: another format, another record."""

    def read_unknown(self, known: Known) -> ShortListing:
        """Read as `read` does, but yield `Same` for the texts of datasets that are `known`."""


class Reading(Iterator[T_co], Generic[T_co]):
    """A listing as a plain iterator that keeps the ending.

    >>> def listing() -> Listing:
    ...     yield Record("a", "dataset", {"id": "a"}, "data.jsonl", 1)
    ...     return Complete("read to the end", 1)
    >>> reading = Reading(listing())
    >>> [record.key for record in reading]
    ['a']
    >>> reading.ending
    Complete(evidence='read to the end', records=1)
    """

    def __init__(self, listing: Generator[T_co, None, Ending]) -> None:
        self._listing = listing
        self._ending: Ending | None = None

    def __next__(self) -> T_co:
        try:
            return next(self._listing)
        except StopIteration as stop:
            self._ending = self._ending or stop.value
            raise StopIteration from None

    @property
    def ending(self) -> Ending:
        """What the source said at its end; of a listing that was not read to its end, a `Partial`."""
        return self._ending or Partial("the reading was stopped before the end", 0)


class Tally:
    """Counts what a source yields, and makes the ending of it."""

    def __init__(self) -> None:
        self._records = 0
        self._broken = 0

    def count(self, item: Record | Broken) -> Record | Broken:
        if isinstance(item, Record):
            self._records += 1
        else:
            self._broken += 1
        return item

    def count_same(self, number: int) -> None:
        """Count records that were not read again."""
        self._records += number

    def make_ending(self, evidence: str, *, doubt: str = "") -> Ending:
        """Return Complete; but Partial if there is a doubt, or anything that is no record."""
        if self._broken:
            reason = f"{self._broken} of {self._broken + self._records} could not be read as records"
            return Partial(f"{doubt}; {reason}" if doubt else reason, self._records)
        return Partial(doubt, self._records) if doubt else Complete(evidence, self._records)

    def refuse_nothing(self, file: str) -> None:
        """Raise SourceError if nothing at all was counted: an empty source must never empty a catalog."""
        if not self._records and not self._broken:
            raise SourceError(
                f"holds no record: {NOTHING_DONE}. If the source is really empty, say so: allow_empty, --allow-empty",
                file=file,
            )
