"""Who has the names and ids that new records ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ckan_api_client.exceptions import BadApiError
from ckan_api_client.low_level.flows import call_for_dict
from ckan_api_client.quirks.search import escape_term, is_last_page, page_arguments, quote_phrase
from ckan_api_client.syncing.fitting import MARKER_KEY
from ckan_api_client.syncing.options import Options
from ckan_api_client.syncing.state import Spool
from ckan_api_client.wire.messages import Flow

_FIELDS = ("id", "name", "metadata_modified", f"extras_{MARKER_KEY}", "title")
#: How many values one query asks for; a clause of Solr takes 1,024.
_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Holder:
    """A dataset that has a name, an id, or a value that was asked for. `marker` is None where it bears none."""

    dataset_id: str
    name: str
    title: str
    marker: str | None
    modified: str


def find_holders_for_new(spool: Spool, options: Options) -> Flow[tuple[dict[str, Holder], dict[str, list[Holder]]]]:
    """Return who has the names that new records ask for, by name, and who may be adopted for them, by record."""
    names: set[str] = set()
    new: set[str] = set()
    for row in spool.rows():
        if row.wanted_hash is None or row.dataset_id is not None or row.base_status is not None:
            continue
        new.add(row.record_id)
        found = spool.get(row.record_id)
        if found is not None and found[1].get("name"):
            names.add(found[1]["name"])
    holding = yield from find_holders("name", names)
    adoptable: dict[str, list[Holder]] = {}
    if options.adopt == "id":
        adoptable = yield from find_holders("id", new)
    elif options.adopted_extra:
        adoptable = yield from find_holders(options.adopted_extra, new)
    return {name: holders[0] for name, holders in holding.items()}, adoptable


def find_holders(field: str, values: Iterable[str]) -> Flow[dict[str, list[Holder]]]:
    """Return who has each of some values in a field: "name", "id", or the key of an extra. The index is asked."""
    found: dict[str, list[Holder]] = {}
    asked = set(values)
    wanted = sorted(asked)
    shown = field if field in {"id", "name"} else f"extras_{field}"
    for start in range(0, len(wanted), _AT_ONCE):
        phrases = " OR ".join(map(quote_phrase, wanted[start : start + _AT_ONCE]))
        after: str | None = None
        while True:
            arguments = page_arguments(after=after, fields=tuple(dict.fromkeys((*_FIELDS, shown))))
            query = {**arguments, "q": f"{escape_term(field)}:({phrases})"}
            result = yield from call_for_dict("package_search", query, repeatable=True)
            items = result.get("results") or []
            for item in items:
                value = item.get(field)
                if isinstance(value, str) and value in asked:
                    found.setdefault(value, []).append(_holder(item))
            if is_last_page(result, len(items)):
                break
            before, after = after, str(items[-1]["id"])
            if before is not None and after <= before:
                raise BadApiError(f"package_search: asked for what comes after {before!r}, and got {after!r}")
    return found


def _holder(item: Mapping[str, Any]) -> Holder:
    marker = item.get(MARKER_KEY)
    return Holder(
        str(item["id"]),
        str(item.get("name") or ""),
        str(item.get("title") or ""),
        None if marker is None else str(marker),
        str(item.get("metadata_modified") or ""),
    )
