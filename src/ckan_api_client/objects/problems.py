"""What CKAN would refuse, said before it does: one problem each, with the path to it. Nothing is mended here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ckan_api_client.quirks import emails, names, tags, text
from ckan_api_client.quirks.dates import utc_date
from ckan_api_client.quirks.extras import is_reserved, is_unindexable
from ckan_api_client.quirks.normalisation import as_text
from ckan_api_client.quirks.states import STATES

__all__ = [
    "Problem",
    "Problems",
    "check_date",
    "check_email",
    "check_extras",
    "check_name",
    "check_state",
    "check_tag",
    "check_text",
    "check_version",
    "describe",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that CKAN would refuse. `path` leads to it: `resources[1].size`, `extras.k`; `str()` gives both."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


Problems = Iterator[Problem]


def describe(value: Any) -> str:
    """Return the type of a value and the value itself, cut, for a message."""
    shown = repr(value)
    return f"{type(value).__name__}: {shown if len(shown) <= 80 else shown[:77] + '...'}"  # noqa: PLR2004 - one line


def check_text(path: str, value: str) -> Problems:
    """Find the characters that PostgreSQL or Solr refuse (A18)."""
    if text.clean_text(value) != value:
        yield Problem(path, "holds characters that CKAN cannot store (NUL, another control, a lone surrogate)")


def check_name(path: str, value: str) -> Problems:
    """D1: 2 to 100 of a-z, 0-9, `-`, `_`, and not one of CKAN's own words."""
    if not names.is_name(value):
        rule = "expected 2 to 100 of a-z, 0-9, - and _, and not new, edit or search"
        yield Problem(path, f"{rule}, got {value!r:.120}")


def check_email(path: str, value: str) -> Problems:
    """C21: one bad address refuses the whole dataset."""
    if not emails.is_email(value.strip()):
        yield Problem(path, f"expected an e-mail address, got {value!r:.120}")


def check_version(path: str, value: str) -> Problems:
    """C21: at most 100 characters."""
    if len(value) > text.VERSION_LIMIT:
        yield Problem(path, f"expected at most {text.VERSION_LIMIT} characters, got {len(value)}")


def check_state(path: str, value: str) -> Problems:
    """Find unknown states: CKAN takes any text, and the dataset vanishes from every listing (C26)."""
    if value not in STATES:
        yield Problem(path, f"expected one of {', '.join(sorted(STATES))}, got {value!r:.120}")


def check_date(path: str, value: str) -> Problems:
    """C14: a year or a month alone is no date."""
    if value and utc_date(value) is None:
        yield Problem(path, f"expected a date as 2020-12-31T23:59:59, got {value!r:.120}")


def check_tag(path: str, value: str) -> Problems:
    """C20: one bad tag refuses the whole dataset."""
    if not tags.is_tag(value):
        yield Problem(path, f"expected 2 to 100 letters, digits, blanks and . - _, got {value!r:.120}")


def check_extras(path: str, extras: Mapping[str, list[Any]]) -> Problems:
    """Find what CKAN or Solr refuse of extras, given as key to all its values (C6, E11, E17)."""
    for key, values in extras.items():
        place = f"{path}.{key}"
        if len(values) > 1:
            yield Problem(place, f"the key is there {len(values)} times; decide with extras.resolve()")
        if is_reserved(key):
            yield Problem(place, "CKAN keeps this key for a field of the dataset itself")
        for value in values:
            yield from _check_extra(place, key, value)


def _check_extra(place: str, key: str, value: Any) -> Problems:
    stored = as_text(value)
    if value is None or isinstance(value, dict | list):
        yield Problem(place, f"expected text, got {describe(value)}")
    elif is_unindexable(key, stored):
        yield Problem(place, f"Solr cannot index this key with {stored!r:.120}")
    elif not text.is_within(stored):
        yield Problem(place, f"expected at most {text.STRING_LIMIT} bytes, got {len(stored.encode())}")
    else:
        yield from check_text(place, stored)
