"""Actions: what their names tell of what they do."""

from __future__ import annotations

import re

_READING = re.compile(r".*(_show|_list|_search|_autocomplete|_list_for_user|_diff|_count|_authz)|am_following_.*")


def is_reading(action: str) -> bool:
    """Tell whether an action only reads, so that a lost answer may be asked for again."""
    return _READING.fullmatch(action) is not None


def is_refused_when_done(action: str, status: int) -> bool:
    """Tell whether a refusal may come from an action that was carried out for all that it found (quirk G3).

    The activity plugin looks up each dataset of a bulk action after the commit, those that never were too
    (ckanext/activity/subscriptions.py); 2.10 answers 500 then.
    """
    return status == 404 and action.startswith("bulk_update_")  # noqa: PLR2004 - an HTTP status
