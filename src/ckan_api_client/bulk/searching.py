"""Searches: all that is found, however much, and whoever writes meanwhile; counted against what CKAN promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ckan_api_client.bulk.asking import Ask, ask_by_post
from ckan_api_client.exceptions import BadApiError
from ckan_api_client.quirks.search import DEFAULT_ORDER, MOST_ROWS, after_id
from ckan_api_client.wire.messages import Flow

_Found = list[dict[str, Any]]


@dataclass(slots=True)
class Search:
    """A search by package_search's own arguments; one use only.

    What one page holds comes in the order that was asked for, or CKAN's own. Of more than a page, where no order was
    asked for, everything comes in the order of ids, which loses nothing while others write (quirk E8). `promised` and
    `given` say in the end how much there should have been, and was.
    """

    arguments: Mapping[str, Any]
    ask: Ask = ask_by_post
    promised: int = 0
    given: int = 0
    _seen: set[str] = field(default_factory=set)

    def pages(self, run: Callable[[Flow[tuple[_Found, int]]], tuple[_Found, int]]) -> Iterator[_Found]:
        """Yield what is found, page by page; `run` carries a flow through. Raises ValueError for wrong numbers."""
        start, rows = self._number("start") or 0, self._number("rows")
        first, count = run(self._page(start=start, rows=MOST_ROWS if rows is None else min(rows, MOST_ROWS)))
        self.promised = max(0, count - start) if rows is None else min(rows, max(0, count - start))
        if len(first) >= self.promised or not first:
            self.given = len(first)
            yield first
        elif self._order is None and rows is None and self._has_ids:
            yield from self._by_id(run, start)
        else:
            yield from self._by_place(run, start, rows)

    @property
    def _order(self) -> str | None:
        order = self.arguments.get("sort")
        return str(order) if order else None

    @property
    def _has_ids(self) -> bool:
        fields = self.arguments.get("fl")
        return not fields or "id" in (fields.replace(",", " ").split() if isinstance(fields, str) else fields)

    def _by_id(self, run: Callable[..., tuple[_Found, int]], start: int) -> Iterator[_Found]:
        after: str | None = None
        while True:
            page, count = run(self._page(after=after, start=start, rows=MOST_ROWS, sort="id asc"))
            left = max(0, count - start)
            fresh = [item for item in page if item.get("id") not in self._seen]
            if after is None and not self._seen:
                self.promised = left
            self.given += len(fresh)
            self._seen.update(str(item.get("id")) for item in fresh)
            yield fresh
            last = page[-1] if page else None
            if last is None and left:
                # CKAN drops what it cannot read; by their bare ids, it is passed over.
                ids, _ = run(self._page(after=after, start=start, rows=MOST_ROWS, sort="id asc", fl=["id"]))
                last = ids[-1] if ids else None
                page = ids
            if last is None or len(page) >= left:
                return
            after, start = str(last.get("id")), 0

    def _by_place(self, run: Callable[..., tuple[_Found, int]], start: int, rows: int | None) -> Iterator[_Found]:
        order = self._order or (DEFAULT_ORDER if rows is not None else "id asc")
        sort = order if not self._has_ids or order == "id asc" else f"{order}, id asc"
        place = start
        while rows is None or self.given < rows:
            most = MOST_ROWS if rows is None else min(MOST_ROWS, rows - self.given)
            page, count = run(self._page(start=place, rows=most, sort=sort))
            self.promised = max(0, count - start) if rows is None else min(rows, max(0, count - start))
            if not page:
                break
            place += len(page)
            fresh = [item for item in page if not self._has_ids or item.get("id") not in self._seen]
            self.given += len(fresh)
            self._seen.update(str(item.get("id")) for item in fresh)
            yield fresh
        if self.given < self.promised and rows is None and start == 0 and self._has_ids:
            # What changed its place between two pages.
            yield from self._by_id(run, 0)

    def _page(self, *, after: str | None = None, **more: Any) -> Flow[tuple[_Found, int]]:
        arguments = {**self.arguments, **more}
        if not arguments["start"]:
            del arguments["start"]
        if after is not None:
            given = arguments.get("fq_list") or []
            arguments["fq_list"] = [*([given] if isinstance(given, str) else given), *after_id(after)]
        result = yield from self.ask("package_search", arguments)
        found, count = (result.get("results"), result.get("count")) if isinstance(result, dict) else (None, None)
        if not isinstance(found, list) or not isinstance(count, int):
            raise BadApiError("package_search: the answer holds no results and count")
        return found, count

    def _number(self, key: str) -> int | None:
        value = self.arguments.get(key)
        if value is None:
            return None
        try:
            number = int(value)
        except (TypeError, ValueError):
            number = -1
        if number < 0:
            raise ValueError(f"{key} should be a number from 0 on, and is {value!r}")
        return number
