"""The types of the datastore's columns: how PostgreSQL reads a value, and how CKAN writes it. Knows no tables.

A value is kept as JSON can hold it; a numeric as its text, so that no digit is lost.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final


class BadValue(Exception):
    """PostgreSQL does not take a value; the message is its own. `is_data` if it is about the value, not its type."""

    def __init__(self, message: str, *, is_data: bool = False) -> None:
        super().__init__(message)
        self.is_data = is_data


@dataclass(frozen=True, slots=True)
class Type:
    """A type: what CKAN calls it in answers, what PostgreSQL calls it, and how it reads a text."""

    name: str
    native: str
    read: Callable[[str], Any]


_GUESSED_DATES: Final = (
    *("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ"),
    *("%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y"),
)
_READ_DATES: Final = ("%m/%d/%Y", "%m-%d-%Y", "%B %d, %Y", "%d %B %Y", "%d %b %Y", "%Y/%m/%d")
_TRUE: Final = ("t", "tr", "tru", "true", "y", "ye", "yes", "on", "1")
_FALSE: Final = ("f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0")


def _integer(bits: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"\s*[+-]?\d+\s*", text, re.ASCII):
            raise ValueError(text)
        if not -(1 << bits - 1) <= int(text) < 1 << bits - 1:
            raise OverflowError(text)
        return int(text)

    return read


def _numeric(text: str) -> str:
    try:
        Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
    return text.strip()


def _boolean(text: str) -> bool:
    word = text.strip().lower()
    if word not in _TRUE + _FALSE:
        raise ValueError(text)
    return word in _TRUE


def _moment(text: str) -> datetime:
    text = text.strip()
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        for spelling in _READ_DATES:
            try:
                return datetime.strptime(text, spelling)  # noqa: DTZ007 — the text has no zone
            except ValueError:
                continue
        raise


def _timestamp(text: str) -> str:
    return _moment(text).replace(tzinfo=None).isoformat()


def _timestamptz(text: str) -> str:
    moment = _moment(text)
    return moment.isoformat() if moment.tzinfo else f"{moment.isoformat()}+00:00"


def _date(text: str) -> str:
    return _moment(text).date().isoformat()


def _time(text: str) -> str:
    return _moment(f"2000-01-01T{text.strip()}").time().isoformat()


def _json(text: str) -> Any:
    return json.loads(text)


_TEXT: Final = Type("text", "text", str)
_NESTED: Final = Type("json", "nested", _json)
_INT4: Final = Type("int4", "integer", _integer(32))
_INT8: Final = Type("int8", "bigint", _integer(64))
_INT2: Final = Type("int2", "smallint", _integer(16))
_FLOAT8: Final = Type("float8", "double precision", float)
_FLOAT4: Final = Type("float4", "real", float)
_TYPES: Final = {
    **dict.fromkeys(("text",), _TEXT),
    **dict.fromkeys(("int", "int4", "integer"), _INT4),
    **dict.fromkeys(("int8", "bigint"), _INT8),
    **dict.fromkeys(("int2", "smallint"), _INT2),
    **dict.fromkeys(("float", "float8", "double precision"), _FLOAT8),
    **dict.fromkeys(("float4", "real"), _FLOAT4),
    **dict.fromkeys(("numeric", "decimal"), Type("numeric", "numeric", _numeric)),
    **dict.fromkeys(("bool", "boolean"), Type("bool", "boolean", _boolean)),
    **dict.fromkeys(
        ("timestamp", "timestamp without time zone"), Type("timestamp", "timestamp without time zone", _timestamp)
    ),
    **dict.fromkeys(
        ("timestamptz", "timestamp with time zone"), Type("timestamptz", "timestamp with time zone", _timestamptz)
    ),
    "date": Type("date", "date", _date),
    "time": Type("time", "time without time zone", _time),
    **dict.fromkeys(("json", "nested"), _NESTED),
    "jsonb": Type("jsonb", "jsonb", _json),
    **dict.fromkeys(("varchar", "character varying"), Type("varchar", "character varying", str)),
    "uuid": Type("uuid", "uuid", str),
    **dict.fromkeys(("_text", "text[]"), Type("_text", "text[]", str)),
    **dict.fromkeys(("_int4", "int[]", "integer[]"), Type("_int4", "integer[]", str)),
}

_INTEGERS: Final = ("int2", "int4", "int8")
NUMBERS: Final = (*_INTEGERS, "float4", "float8", "numeric")
_TEXTS: Final = ("text", "varchar", "uuid")


def type_of(name: str) -> Type | None:
    """The type of this name, or None. PostgreSQL has more; those that CKAN's documentation names are here."""
    return _TYPES.get(name.strip().lower())


def known_type(name: str) -> Type:
    """The type of a column that is there."""
    return _TYPES[name]


def guess_type(value: Any) -> str:
    """The type of a column that nobody described, from its first value. Source: ckanext/datastore, _guess_type."""
    if isinstance(value, dict | list):
        return "nested"
    if isinstance(value, int):
        return "int"
    if isinstance(value, float):
        return "float"
    for read, name in ((int, "integer"), (float, "numeric")):
        try:
            read(value)
        except (TypeError, ValueError):
            continue
        return name
    for spelling in _GUESSED_DATES:
        try:
            datetime.strptime(value, spelling)  # noqa: DTZ007 — only whether it can be read
        except (TypeError, ValueError):
            continue
        return "timestamp"
    return "text"


def read_value(type_: Type, value: Any, column: str) -> Any:
    """The value as the column keeps it. BadValue with PostgreSQL's words."""
    if value is None:
        return None
    if type_ is _NESTED:
        return value
    if isinstance(value, list) and type_.name.startswith("_"):
        return value
    if isinstance(value, dict):
        raise BadValue("can't adapt type 'dict'")
    if isinstance(value, list):
        raise _mismatch(type_, column, "text[]" if value and isinstance(value[0], str) else "integer[]")
    if isinstance(value, str):
        return _from_text(type_, value)
    return _from_literal(type_, value, column)


def _from_text(type_: Type, value: str) -> Any:
    try:
        return type_.read(value)
    except OverflowError:
        raise BadValue(f'value "{value}" is out of range for type {type_.native}', is_data=True) from None
    except ValueError:
        name = type_.native.removesuffix(" without time zone")
        raise BadValue(f'invalid input syntax for type {name}: "{value}"', is_data=True) from None


def _from_literal(type_: Type, value: bool | float, column: str) -> Any:  # noqa: FBT001 — a value of the caller's
    if type_.name in _TEXTS:
        return json.dumps(value)
    if isinstance(value, bool):
        if type_.name == "bool":
            return value
        raise _mismatch(type_, column, "boolean")
    if type_.name not in NUMBERS:
        raise _mismatch(type_, column, "integer" if isinstance(value, int) else "numeric")
    if type_.name == "numeric":
        return json.dumps(value)
    if type_.name not in _INTEGERS:
        return float(value)
    whole = int(Decimal(str(value)).to_integral_value(ROUND_HALF_UP))
    try:
        return type_.read(str(whole))
    except OverflowError:
        raise BadValue(f"{type_.native} out of range", is_data=True) from None


def _mismatch(type_: Type, column: str, given: str) -> BadValue:
    return BadValue(f'column "{column}" is of type {type_.native} but expression is of type {given}')


def sortable(type_: Type, value: Any) -> Any:
    """A key by which PostgreSQL would sort."""
    if type_.name == "numeric":
        return Decimal(value)
    return json.dumps(value, sort_keys=True) if isinstance(value, dict | list) else value


def shown(type_: Type, value: Any, *, milliseconds: bool) -> Any:
    """The value as datastore_search gives it in JSON. CKAN 2.12 writes timestamps with milliseconds."""
    if value is None:
        return None
    if type_.name == "numeric":
        return json.loads(value) if re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", value) else float(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004 — PostgreSQL's 15 digits
        return int(value)
    if type_.name == "timestamp":
        return datetime.fromisoformat(value).isoformat(timespec="milliseconds" if milliseconds else "seconds")
    return value


def as_text(type_: Type, value: Any, *, milliseconds: bool) -> str:
    """The value in a line of CSV."""
    if type_.name == "numeric" and isinstance(value, str):
        return value
    given = shown(type_, value, milliseconds=milliseconds)
    if given is None:
        return ""
    if isinstance(given, bool) and type_.name == "bool":
        return "t" if given else "f"
    is_plain = isinstance(given, str) and type_.name not in ("json", "jsonb")
    return str(given) if is_plain else json.dumps(given, ensure_ascii=False)
