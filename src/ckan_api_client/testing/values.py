"""How CKAN reads single values: what it makes of them, and what it says when it cannot. No state here."""

import contextlib
import json
import re
import uuid
from datetime import UTC, datetime
from typing import Any, Final

from .errors import InternalFailure

MISSING: Final = "Missing value"
MAX_NAME, MAX_VERSION, MIN_TAG, MAX_TAG = 100, 100, 2, 100
_RESERVED_NAMES: Final = frozenset({"new", "edit", "search"})
_TRUE: Final = frozenset({"true", "yes", "t", "y", "1"})
_FALSE: Final = frozenset({"false", "no", "f", "n", "0", "off"})
_NAME: Final = re.compile(r"[a-z0-9_\-]*$")  # with `$`, a newline at the end passes (D1)
_TAG: Final = re.compile(r"[\w \-.]*$")
_OLD_RESOURCE_ID: Final = re.compile(r"[^0-9a-zA-Z _-]")
_MAIL_LABEL: Final = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_MAIL: Final = re.compile(rf"[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_MAIL_LABEL}(?:\.{_MAIL_LABEL})*$")
_MAX_INTEGER: Final = 2**63
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL takes neither NUL nor half a surrogate pair


class Invalid(Exception):
    """A value refused; its only argument is CKAN's message."""


def internal_failure() -> InternalFailure:
    return InternalFailure("Internal Server Error")


def is_empty(value: Any) -> bool:
    """Tell whether CKAN's `not_empty` refuses it: false and zero are values."""
    return not value and not (isinstance(value, (bool, int, float)))


def as_text(value: Any) -> str:
    """Return text for any JSON value, as CKAN's `unicode_safe`."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, sort_keys=True, ensure_ascii=False)


def as_boolean(value: Any, *, integers: bool) -> bool:
    """Return what CKAN takes for true; before 2.12 a number breaks it (A18)."""
    if value is None or isinstance(value, bool):
        return bool(value)
    if isinstance(value, str):
        return value.lower() in _TRUE
    if not integers:
        raise internal_failure()
    return bool(value) if isinstance(value, int) else False


def as_flag(value: Any) -> bool:
    """Return a parameter's yes or no; what is neither, a blank too, breaks CKAN (`ckan.common.asbool`)."""
    if isinstance(value, str):
        text = value.strip().lower()
        if text in _TRUE or text == "on":
            return True
        if text in _FALSE:
            return False
        raise internal_failure()
    return bool(value)


def as_integer(value: Any) -> int | None:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, (bool, int)):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            return int(value)
    raise Invalid("Invalid integer")


def as_natural(value: Any) -> int:
    number = as_integer(value)
    if number is None:
        raise internal_failure()
    if number < 0:
        raise Invalid("Must be a natural number")
    return number


def fits_column(number: int | None) -> int | None:
    """Return a number that PostgreSQL can hold; another breaks CKAN."""
    if number is not None and not -_MAX_INTEGER <= number < _MAX_INTEGER:
        raise internal_failure()
    return number


def as_date(value: Any, *, zones: bool) -> str | None:
    """Return a date and time as CKAN shows it: in UTC, without a zone, microseconds only if there are any (C14)."""
    if value == "":
        return None
    if not isinstance(value, str):
        raise Invalid("Date format incorrect")
    date: datetime | None = None
    if zones:
        with contextlib.suppress(ValueError):
            date = datetime.fromisoformat(value)
    if date is None:
        try:
            date = _date_of_digits(value)
        except (ValueError, TypeError):
            raise Invalid("Date format incorrect") from None
    if date.tzinfo is not None:
        date = date.astimezone(UTC).replace(tzinfo=None)
    return date.isoformat()


def _date_of_digits(value: str) -> datetime:
    """Read numbers in the order of a date, whatever stands between them; seconds may have a fraction."""
    parts = re.split(r"[^\d]+", value, maxsplit=5)
    numbers = [int(part) for part in parts[:5]]
    if len(parts) > len(numbers):
        seconds = re.match(r"(\d{2})(?:\.(\d+))?$", parts[5])
        if seconds is None:
            raise ValueError(value)
        numbers += [int(seconds[1]), int(((seconds[2] or "0") + "00000")[:6])]
    return datetime(*numbers)  # type: ignore[arg-type]  # noqa: DTZ001 - CKAN's times bear no zone


def check_name(value: Any) -> None:
    """Raise Invalid unless it is made as names of datasets and groups must be (D1)."""
    if not isinstance(value, str):
        raise Invalid("Names must be strings")
    if value in _RESERVED_NAMES:
        raise Invalid("That name cannot be used")
    if len(value) < MIN_TAG:
        raise Invalid("Must be at least 2 characters long")
    if len(value) > MAX_NAME:
        raise Invalid(f"Name must be a maximum of {MAX_NAME} characters long")
    if not _NAME.match(value):
        raise Invalid("Must be purely lowercase alphanumeric (ascii) characters and these symbols: -_")


def check_tag_length(value: str) -> None:
    if len(value) < MIN_TAG:
        raise Invalid(f'Tag "{value}" length is less than minimum {MIN_TAG}')
    if len(value) > MAX_TAG:
        raise Invalid(f'Tag "{value}" length is more than maximum {MAX_TAG}')


def check_tag_letters(value: str) -> None:
    if not _TAG.match(value):
        raise Invalid(
            f'Tag "{value}" can only contain alphanumeric characters, spaces (" "), hyphens ("-"), '
            'underscores ("_") or dots (".")'
        )


def check_email(value: str) -> None:
    dots_astray = value.startswith(".") or value.endswith(".") or ".." in value
    if value and (dots_astray or not _MAIL.match(value)):
        raise Invalid(f"Email {value} is not a valid format")


def check_id(value: Any) -> None:
    """Raise Invalid unless Python's UUID reads it: any version, any case, with braces or without dashes."""
    if not isinstance(value, str):
        raise internal_failure()
    try:
        uuid.UUID(value, version=4)
    except ValueError:
        raise Invalid("Invalid id provided") from None


def check_old_resource_id(value: Any) -> None:
    """Raise Invalid unless CKAN 2.10 would take it for the id of a resource."""
    if not isinstance(value, str):
        raise internal_failure()
    if _OLD_RESOURCE_ID.search(value):
        raise Invalid("Invalid characters in resource id")
    if not 7 <= len(value) <= 100:  # noqa: PLR2004 - CKAN's own limits
        raise Invalid("Invalid length for resource id")


def as_column_text(value: Any) -> str:
    """Return what PostgreSQL makes of a value for a column of text; structures and mixed lists break CKAN (C6)."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        if value and all(isinstance(each, list) and each and len(each) == len(value[0]) for each in value):
            return "{" + ",".join(as_column_text(each) for each in value) + "}"
        kinds = {type(each) for each in value if each is not None}
        if len(kinds) > 1 or kinds & {dict, list}:
            raise internal_failure()
        return "{" + ",".join(_array_item(each) for each in value) + "}"
    if isinstance(value, dict):
        raise internal_failure()
    return json.dumps(value)


def as_shown_once(value: Any) -> Any:
    """Return what CKAN shows of a value that it has just written, and not read back: only a fraction as a text."""
    return str(value) if isinstance(value, float) else value


def _array_item(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "t" if value else "f"
    text = str(value)
    if not text or text.upper() == "NULL" or re.search(r'[{},"\\\s]', text):
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return text


def check_storable(value: Any) -> None:
    """Break as CKAN does on text that PostgreSQL cannot hold."""
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            raise internal_failure()
    elif isinstance(value, dict):
        for each in value.values():
            check_storable(each)
    elif isinstance(value, list):
        for each in value:
            check_storable(each)
