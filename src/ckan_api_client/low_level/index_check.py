"""Whether the search index is in step with the database: which datasets only one of them knows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from typing import Self

from ckan_api_client.low_level.flows import call_for_list, dataset_page
from ckan_api_client.quirks.search import quote_phrase
from ckan_api_client.wire.messages import Flow, Sleep

#: What is asked for of each dataset: pages of these cost a CKAN little.
_FIELDS = ("id", "name")
#: Seconds to wait before what differs is looked at again, and again: CKAN puts a dataset into the index before other
#: requests see it in the database (quirk E22), so whoever writes meanwhile makes ghosts.
PAUSES = (1.0, 3.0)
#: How many names one query asks for, and how many differences are no passing ones.
_AT_ONCE, _TOO_MANY = 100, 2000


@dataclass(frozen=True, slots=True)
class IndexCheck:
    """The names of public datasets that are missing from the index, and of those that only the index has."""

    public: int
    missing: tuple[str, ...]
    ghosts: tuple[str, ...]

    @classmethod
    def of(cls, before: Collection[str], indexed: Collection[str], after: Collection[str]) -> Self:
        """Compare the names in the index with those in the database before and after it was read.

        What came or went meanwhile is neither missing nor a ghost.
        """
        stayed, known = set(before) & set(after), {*before, *after}
        return cls(len(set(after)), tuple(sorted(stayed - {*indexed})), tuple(sorted({*indexed} - known)))

    def narrowed(self, indexed: Collection[str], listed: Collection[str]) -> Self:
        """Return what differs still; `indexed`: which of the names that differed are in the index now."""
        missing = tuple(name for name in self.missing if name in listed and name not in indexed)
        ghosts = tuple(name for name in self.ghosts if name in indexed and name not in listed)
        return replace(self, public=len(listed), missing=missing, ghosts=ghosts)

    @property
    def is_in_step(self) -> bool:
        return not (self.missing or self.ghosts)

    @property
    def advice(self) -> list[str]:
        """What the site's operator can run: CKAN has no action for that."""
        # Since 2.12 a rebuild clears what the database does not have (ckan/cli/search_index.py).
        commands = ["ckan search-index rebuild"] if not self.is_in_step else []
        return [*commands, *(["ckan search-index clear-orphans"] if self.ghosts else [])]


def check_index(tell: Callable[[int, int], None]) -> Flow[IndexCheck]:
    """Compare the index with the database. For each 1,000 datasets, one request for their ids and names.

    Only what is public is compared: there is no action that tells which private datasets the database has. `tell` is
    told how many the index has given, and how many there are in the database.
    """
    before = yield from _listed()
    tell(0, len(before))
    indexed: set[str] = set()
    read, after = 0, None
    while True:
        page = yield from dataset_page(after, fields=_FIELDS, everything=False)
        indexed.update(str(item.get("name")) for item in page.items)
        read += len(page.items)
        tell(read, len(before))
        if page.after is None:
            break
        after = page.after
    check = IndexCheck.of(before, indexed, before)
    if not check.is_in_step:
        check = IndexCheck.of(before, indexed, (yield from _listed()))
    for pause in PAUSES:
        if not check.is_in_step and len(check.missing) + len(check.ghosts) <= _TOO_MANY:
            check = yield from _look_again(check, pause)
    return check


def _look_again(check: IndexCheck, pause: float) -> Flow[IndexCheck]:
    yield Sleep(pause)
    names = [*check.missing, *check.ghosts]
    indexed: set[str] = set()
    for some in _parts(names):
        filters = (f"+name:({' OR '.join(map(quote_phrase, some))})",)
        page = yield from dataset_page(filters=filters, fields=_FIELDS, everything=False)
        indexed.update(str(item.get("name")) for item in page.items)
    return check.narrowed(indexed, set((yield from _listed())))


def _listed() -> Flow[list[str]]:
    """Return the names of the public datasets in the database."""
    return (yield from call_for_list("package_list", {}, str))


def _parts(names: list[str]) -> Iterator[list[str]]:
    return (names[start : start + _AT_ONCE] for start in range(0, len(names), _AT_ONCE))
