"""One resource of a record, fitted: what CKAN takes, with what it cannot take kept under another key beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckan_api_client.quirks.dates import utc_date
from ckan_api_client.quirks.equivalence import SERVER_MADE_RESOURCE_KEYS
from ckan_api_client.quirks.extras import free_key
from ckan_api_client.quirks.links import runs_script
from ckan_api_client.quirks.numbers import whole_number
from ckan_api_client.quirks.resources import DATES, FILES_OF_THE_SITE, INDEXED, LINKS, SITE_BOUND, SWALLOWED, TEXTS
from ckan_api_client.quirks.shapes import holds_objects
from ckan_api_client.quirks.text import as_text, is_within
from ckan_api_client.syncing.fitting.adjustments import Adjustments

__all__ = ["fit_resource"]


def fit_resource(resource: Mapping[str, Any], path: str, adjustments: Adjustments) -> dict[str, Any]:
    """Return `resource` as package_create takes it. Its `id` stays: it is the source's own, to derive another from.

    `resource` is clean JSON already. Keys unknown to CKAN stay with their values, as CKAN keeps them (quirk C5); nulls
    among them go. A `url_type` of the source site goes: the file stays where its absolute URL says.
    """
    fitted: dict[str, Any] = {}
    aside: dict[str, tuple[str, Any]] = {}
    for key, value in resource.items():
        place = f"{path}.{key}"
        if key in SERVER_MADE_RESOURCE_KEYS or key in SITE_BOUND:
            continue
        if key in SWALLOWED:
            if value is not None:
                aside[key] = "CKAN takes this key for its own", value
        elif key == "url_type" and isinstance(value, str) and value in FILES_OF_THE_SITE:
            adjustments.note(place, "the file stays at its URL", value)
        elif value is None:
            if key in TEXTS or key in DATES or key == "size":
                fitted[key] = None
        elif key in TEXTS:
            text = as_text(value)
            if not isinstance(value, str):
                adjustments.note(place, "CKAN holds text here", value, text)
            if key in INDEXED and not is_within(text):
                aside[key] = "longer than 32,766 bytes", text
            elif key in LINKS and runs_script(text):
                aside[key] = "a link that runs a script", text
            else:
                fitted[key] = text
        elif key in DATES or key == "size":
            mended = _mended(key, value)
            if mended is None and value != "":
                aside[key] = "no whole number" if key == "size" else "no date that CKAN takes", value
            else:
                fitted[key] = mended
                if key != "size" and mended not in (None, value):
                    adjustments.note(place, "CKAN holds naive UTC", value, mended)
        elif holds_objects(value):
            fitted[key] = as_text(value)
            adjustments.note(place, "CKAN up to 2.11 refuses lists of objects: sent as JSON text", value, fitted[key])
        else:
            fitted[key] = value
    for key, (reason, value) in aside.items():
        free = free_key(f"{key}_as_given", fitted)
        fitted[free] = as_text(value) if isinstance(value, list | dict) else value
        adjustments.note(f"{path}.{key}", f"{reason}: kept as {free}", value)
    return fitted


def _mended(key: str, value: Any) -> int | str | None:
    if key == "size":
        return whole_number(value)
    return utc_date(value) if isinstance(value, str) else None
