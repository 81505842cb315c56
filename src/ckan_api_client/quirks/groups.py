"""Groups and organizations: what their lists and shows hold, and what they cost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ckan_api_client.quirks.search import MOST_ROWS

#: The fields that CKAN clears by "" and leaves as they are when it is sent null (live on 2.10 to 2.12).
CLEARED_BY_BLANK = frozenset({"title", "description", "image_url"})

#: Show one without its datasets, which are cut at ten, and without a query for their number (quirks E7c, G5).
WITHOUT_DATASETS = {"include_datasets": False, "include_dataset_count": False}

#: The action, and its arguments, that list the groups to which the caller may add datasets (quirk B9).
MANAGED = ("group_list_authz", {"am_member": True})

#: How often a page of summaries is asked for: it is a 404 where one of them is purged meanwhile (quirk E19).
READINGS = 3


def extras_to_delete(extras: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the extras of a group as they are sent to be deleted, where an empty list leaves them (quirk F6d).

    CKAN 2.12 does not know the mark, and would set the values.
    """
    return [{"key": extra["key"], "value": extra.get("value") or "", "deleted": True} for extra in extras]


def names_after(known: int) -> dict[str, Any]:
    """Return the arguments of group_list or organization_list that give the names after those that are known.

    Of 1,000 at most (quirk E7b). In CKAN's own order, by title, those of equal title change places between pages (live
    on 2.11).
    """
    return {"sort": "name asc", "limit": MOST_ROWS, "offset": known}


def summaries_after(known: int) -> dict[str, Any]:
    """As `names_after`, with all fields: 25 come at once, whatever is asked for (quirk E7b)."""
    return {"all_fields": True, "include_dataset_count": False, **names_after(known)}
