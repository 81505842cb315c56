"""Every quirk of CKAN that the client works around, as values, by what they are about.

No code of the client reads it. docs/quirks.md is made of it; tests/test_quirks.py holds it to the code (each workaround
exists) and to CKAN (each quirk is shown by a test on real ones, or there is a reason why not).
"""

from __future__ import annotations

from collections.abc import Mapping

from ckan_api_client.quirks.registry import (
    datasets,
    datastore,
    dates,
    deletes,
    errors,
    extras,
    groups,
    index,
    lists,
    names,
    requests,
    resources,
    search,
    tokens,
    values,
)
from ckan_api_client.quirks.registry.quirk import Quirk

__all__ = ["GROUPS", "QUIRKS", "Quirk"]

GROUPS: Mapping[str, tuple[Quirk, ...]] = {
    "Requests": requests.QUIRKS,
    "Errors": errors.QUIRKS,
    "Tokens and permissions": tokens.QUIRKS,
    "Datasets": datasets.QUIRKS,
    "Values": values.QUIRKS,
    "Lists in updates": lists.QUIRKS,
    "Extras": extras.QUIRKS,
    "Resources": resources.QUIRKS,
    "The DataStore": datastore.QUIRKS,
    "Names and ids": names.QUIRKS,
    "Groups and organizations": groups.QUIRKS,
    "Search": search.QUIRKS,
    "The index": index.QUIRKS,
    "Time stamps": dates.QUIRKS,
    "Deletes": deletes.QUIRKS,
}

QUIRKS: tuple[Quirk, ...] = tuple(quirk for quirks in GROUPS.values() for quirk in quirks)
