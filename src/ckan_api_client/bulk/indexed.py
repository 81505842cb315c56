"""Datasets out of the index, hundreds at once, where that is what package_show gives: it is looked.

package_show itself answers from the index, where that has the dataset's present version
(ckan/logic/action/get.py:1015). The two differ where a plugin changes what is shown, and where the index is behind:
then each dataset is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from ckan_api_client.bulk.dumping import Dumping
from ckan_api_client.bulk.lines import record_line
from ckan_api_client.bulk.replies import FAILURES, Reply, failure
from ckan_api_client.exceptions import CkanError
from ckan_api_client.low_level.flows import call_for_dict, dataset_page
from ckan_api_client.quirks.search import is_last_page, is_shown_from_database, left_out, named_arguments
from ckan_api_client.wire.messages import Flow, Sleep

#: How many datasets are asked for at once: all of a page by their names.
AT_ONCE = 250
#: How many are in the first part: the pace begins with one part at a time, and rises when it is read.
AT_FIRST = 10
#: How many of them when each takes requests of its own beside.
AT_ONCE_WITH_MORE = 10
_TIMESTAMP = "metadata_modified"
#: How often what differs is read anew: somebody may be writing it.
_READINGS = 3


class Doubt(Enum):
    """In what the index gives something else than package_show does."""

    #: In `metadata_modified` alone: an update that changed nothing does not reach the index (quirk E4).
    OF_TIMESTAMPS = "timestamps"
    #: In anything else: from then on, each dataset is shown.
    OF_ALL = "all"


@dataclass(slots=True)
class Index:
    """Reads datasets out of the index as long as it gives what package_show gives. One for a dump; threads share it.

    That is looked at for one dataset in each part, and for the first of each shape.
    """

    dumping: Dumping
    #: Told of each doubt once, with the name of a dataset that gives reason for it.
    doubted: Callable[[str, Doubt], None]
    _is_trusted: bool = True
    _known_shapes: set[object] = field(default_factory=set)
    _doubts: set[Doubt] = field(default_factory=set)

    def parts(self, names: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
        """Yield the names in parts to be read at once, a small one first, each with the place of its first name."""
        more = self.dumping.datastore_fields or self.dumping.resource_views
        start, end = 0, AT_FIRST
        while start < len(names):
            yield start, names[start:end]
            start, end = end, end + (AT_ONCE_WITH_MORE if more else AT_ONCE)

    def read(self, names: Sequence[str]) -> Flow[list[Reply]]:
        """Return the datasets of these names, in their order: out of the index, or each by a request of its own."""
        found = (yield from self._found(names)) if self._is_trusted else {}
        replies = []
        for place, name in enumerate(names):
            record = found.get(name)
            if record is not None and is_shown_from_database(record):
                record = None
            shape = None if record is None else _shape(record)
            if record is not None and self._is_trusted and (not place or shape not in self._known_shapes):
                self._known_shapes.add(shape)
                yield from self._look_at(name, record)
            if record is None or not self._is_trusted:
                replies.append((yield from self.dumping.show(name)))
                continue
            try:
                replies.append(Reply(None, None, (yield from self.dumping.completed(record))))
            except FAILURES as error:
                replies.append(failure(None, error))
        return replies

    def _found(self, names: Sequence[str]) -> Flow[dict[str, dict[str, Any]]]:
        found: dict[str, dict[str, Any]] = {}
        while wanted := [name for name in names if name not in found]:
            try:
                result = yield from call_for_dict("package_search", named_arguments(wanted), repeatable=True)
            except CkanError:
                break  # Each is shown, then.
            items = result.get("results")
            page = _by_name(items if isinstance(items, list) else [])
            fresh = {name: page[name] for name in wanted if name in page}
            found |= fresh
            if not fresh or is_last_page(result, len(page)):
                break
        return found

    def _look_at(self, name: str, record: dict[str, Any]) -> Flow[None]:
        for reading in range(1, _READINGS + 1):
            shown = yield from self._shown(name)
            if shown is None or record_line(shown) == record_line(record):
                return
            if record_line(shown) == record_line({**record, _TIMESTAMP: shown.get(_TIMESTAMP)}):
                self._doubt(name, Doubt.OF_TIMESTAMPS)
                return
            if reading < _READINGS:
                yield Sleep(float(reading))
                again = (yield from self._found([name])).get(name)
                if again is None:
                    return
                record = again
        self._doubt(name, Doubt.OF_ALL)

    def _doubt(self, name: str, doubt: Doubt) -> None:
        self._is_trusted = self._is_trusted and doubt is not Doubt.OF_ALL
        if doubt not in self._doubts:
            self._doubts.add(doubt)
            self.doubted(name, doubt)

    def _shown(self, name: str) -> Flow[dict[str, Any] | None]:
        reply = yield from Dumping(self.dumping.kind, self.dumping.include_users).show(name)
        return reply.response if reply.error is None else None


def names_left_out(*, private: bool, drafts: bool, deleted: bool) -> Flow[list[str]]:
    """Return the names of datasets that package_list leaves out (quirk E20), sorted, as far as the caller may see them.

    What is deleted is found only where a site keeps it in its index (quirk E21).
    """
    names: set[str] = set()
    for wanted in left_out(private=private, drafts=drafts, deleted=deleted):
        after: str | None = None
        while True:
            page = yield from dataset_page(after, filters=[wanted], fields=("id", "name"))
            names.update(item["name"] for item in page.items if isinstance(item.get("name"), str))
            if page.after is None:
                break
            after = page.after
    return sorted(names)


def _by_name(items: list[Any]) -> dict[str, dict[str, Any]]:
    return {item["name"]: item for item in items if isinstance(item, dict) and isinstance(item.get("name"), str)}


def _shape(record: dict[str, Any]) -> object:
    """Return what may make a plugin show a dataset otherwise than others: type, keys, how its files are kept."""
    resources = [item for item in record.get("resources") or [] if isinstance(item, dict)]
    return (
        record.get("type"),
        frozenset(record),
        frozenset((str(item.get("url_type")), bool(item.get("datastore_active"))) for item in resources),
        bool(record.get("extras")),
        bool(record.get("groups")),
    )
