"""Dates: the one form that every CKAN takes, and which extras Solr takes for dates.

CKAN ≤ 2.10 refuses a time zone in a resource's dates, 2.11 converts it, and none takes `2024` or `2024-01`
(logic/validators.py, isodate; lib/helpers.py, date_str_to_datetime; quirk C14). All store naive UTC and give it back
as `YYYY-MM-DDTHH:MM:SS[.ffffff]`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

__all__ = ["as_naive_utc", "is_index_date", "utc_date"]

_DATE = re.compile(
    r"\s*(\d{4})([-/]?)(\d{2})\2(\d{2})"
    r"(?:(?:T|\s+)(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?\s*",
    re.ASCII | re.IGNORECASE,
)
_INDEX_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)?)?)?", re.ASCII)


def utc_date(text: str) -> str | None:
    """Return `text` as naive UTC, `YYYY-MM-DDTHH:MM:SS[.ffffff]`, or None if it names no day.

    Takes ISO 8601 (also `20200102`, `2020/01/02`, a blank for the T) with or without a time zone; a time without one
    is UTC. A month or a year alone is no day: nothing is invented. Digits beyond microseconds are cut.
    """
    parts = _DATE.fullmatch(text)
    if parts is None:
        return None
    year, _, month, day, hour, minute, second, fraction, zone = parts.groups()
    try:
        moment = datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0),
            int((fraction or "")[:6].ljust(6, "0")), tzinfo=_zone(zone),
        )  # fmt: skip
        return as_naive_utc(moment)
    except (ValueError, OverflowError):
        return None


def as_naive_utc(moment: datetime) -> str:
    """Return a moment as CKAN takes it; one without a time zone is UTC already."""
    return (moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment).isoformat()


def is_index_date(text: str) -> bool:
    """Whether CKAN can index `text` as an extra whose key ends in `_date`: blank, or a plain date without a zone.

    lib/search/index.py hands such values to dateutil: what overflows it makes the dataset unfindable (≤ 2.11) or is a
    500 (2.12), and what has a time zone, be it `Z`, reaches Solr as `+00:00`, which it refuses: 500 on 2.10 to 2.12
    (quirk E17; seen with Solr 9). Words that dateutil cannot read do no harm there, but telling them
    from those that do takes dateutil: only ISO 8601 from the year on is safe.
    """
    if not text:
        return True
    return _INDEX_DATE.fullmatch(text) is not None and utc_date(text + "-01-01"[len(text) - 4 :]) is not None


def _zone(text: str | None) -> timezone:
    if text is None or text in "Zz":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)
