"""Dates as Solr reads and writes them: milliseconds since 1970, ISO text with a Z, and sums such as NOW-1DAY/DAY."""

import calendar
import re
from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT = re.compile(r"NOW|-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
_STEP = re.compile(r"(?P<sign>[+-])(?P<count>\d+)(?P<unit>[A-Z]+)|/(?P<floor>[A-Z]+)")
_UNITS = {
    "YEAR": "year",
    "MONTH": "month",
    "DAY": "day",
    "DATE": "day",
    "HOUR": "hour",
    "MINUTE": "minute",
    "SECOND": "second",
    "MILLI": "millisecond",
    "MILLISECOND": "millisecond",
}
_PARTS = ("year", "month", "day", "hour", "minute", "second")
# What dateutil reads, which CKAN uses for extras that end in _date: the spellings that catalogs use.
_SPELLINGS = (
    "%Y/%m/%d",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%d %B %Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%b %d, %Y",
    "%B %Y",
    "%b %Y",
)


def milliseconds(text: str, now: datetime | None = None) -> int:
    """The instant that a date or a sum names; ValueError if Solr would not take it."""
    start = _INSTANT.match(text)
    if start is None:
        raise ValueError(text)
    moment = (now or datetime.now(UTC)) if start[0] == "NOW" else datetime.fromisoformat(start[0])
    place = start.end()
    while place < len(text):
        step = _STEP.match(text, place)
        if step is None:
            raise ValueError(text)
        moment = _stepped(moment, step)
        place = step.end()
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _stepped(moment: datetime, step: re.Match[str]) -> datetime:
    unit = _UNITS.get((step["floor"] or step["unit"]).removesuffix("S"))
    if unit is None:
        raise ValueError(step.string)
    if step["floor"]:
        if unit == "millisecond":
            return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
        kept = _PARTS[: _PARTS.index(unit) + 1]
        return datetime(1, 1, 1, tzinfo=UTC).replace(**{part: getattr(moment, part) for part in kept})
    count = int(step["sign"] + step["count"])
    if unit in ("year", "month"):
        return _months_later(moment, count * (12 if unit == "year" else 1))
    return moment + timedelta(**{f"{unit}s": count})


def _months_later(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def stored(text: str) -> str:
    """A date as Solr gives it back: milliseconds, and no fraction where they are none."""
    return written(milliseconds(text))


def written(instant: int) -> str:
    moment = _EPOCH + timedelta(milliseconds=instant)
    return moment.isoformat(timespec="milliseconds" if instant % 1000 else "seconds").replace("+00:00", "Z")


def read_loosely(text: str, today: datetime | None = None) -> datetime | None:
    """The date in an extra, or None: what dateutil makes of it. What the text leaves out is today's."""
    text = text.strip()
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    if text.isdecimal() and len(text) not in (6, 8, 12, 14) and int(text) >= 1 << 31:
        raise OverflowError(text)
    today = today or datetime.now()  # noqa: DTZ005 — as dateutil: the server's clock, without a zone
    midnight = today.replace(hour=0, minute=0, second=0, microsecond=0)
    partial = re.fullmatch(r"(?P<year>\d{4})(?:-(?P<month>\d\d))?", text)
    if partial:
        month = int(partial["month"] or midnight.month)
        try:
            return midnight.replace(day=1, year=int(partial["year"]), month=month).replace(
                day=min(midnight.day, calendar.monthrange(int(partial["year"]), month)[1])
            )
        except ValueError:
            return None
    if re.fullmatch(r"\d{1,2}", text):
        last = calendar.monthrange(midnight.year, midnight.month)[1]
        return midnight.replace(day=int(text)) if 1 <= int(text) <= last else None
    for spelling in _SPELLINGS:
        try:
            found = datetime.strptime(text, spelling)  # noqa: DTZ007 — the text has no zone
        except ValueError:
            continue
        return found if "%d" in spelling else found.replace(day=midnight.day)
    return None
