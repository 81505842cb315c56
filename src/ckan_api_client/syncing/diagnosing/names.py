"""Which public datasets only one of search index and database knows, in the whole catalog."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ckan_api_client.low_level.flows import call_for_list, dataset_page
from ckan_api_client.wire.messages import Flow, Sleep

#: What is asked for of each dataset: pages of these cost a CKAN little.
_FIELDS = ("id", "name")
#: Seconds before what differs is looked at again: CKAN puts a dataset into the index before others see it in the
#: database (ckan/model/modification.py), so whoever writes meanwhile makes ghosts for a moment.
PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class Names:
    """Of `public` datasets in the database, those `missing` from the index; `ghosts` are those that it has besides."""

    public: int
    missing: frozenset[str]
    ghosts: frozenset[str]


def compare_names(tell: Callable[[int, int], None]) -> Flow[Names]:
    """Return the names in which index and database differ, twice. One request for each 1,000 datasets.

    Only what is public is compared: there is no action that tells which private datasets the database has.
    """
    found = yield from _compare(tell)
    if found.missing or found.ghosts:
        yield Sleep(PAUSE)
        again = yield from _compare(tell)
        found = Names(again.public, found.missing & again.missing, found.ghosts & again.ghosts)
    return found


def _compare(tell: Callable[[int, int], None]) -> Flow[Names]:
    before = set((yield from call_for_list("package_list", {}, str)))
    indexed: set[str] = set()
    after: str | None = None
    while True:
        page = yield from dataset_page(after, fields=_FIELDS, everything=False)
        indexed.update(str(item.get("name")) for item in page.items)
        tell(len(indexed), len(before))
        if page.after is None:
            return Names(len(before), frozenset(before - indexed), frozenset(indexed - before))
        after = page.after
