"""Values as CKAN stores and shows them. Literals are what real CKANs answered."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckan_api_client.quirks import normalisation as n

values = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.lists(st.text())
SAME = [
    n.same_boolean,
    n.same_date,
    n.same_format,
    n.same_integer,
    n.same_mimetype,
    n.same_stripped,
    n.same_text,
    n.same_title,
    n.same_upload_url,
    n.same_url,
]


@pytest.mark.parametrize("same", SAME, ids=lambda same: same.__name__)
@given(mine=values, theirs=values)
def test_sameness_never_fails_and_has_no_direction(same: Any, mine: Any, theirs: Any) -> None:
    assert same(mine, mine)
    assert same(mine, theirs) == same(theirs, mine)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("x ", "x "),
        (None, ""),
        (n.ABSENT, ""),
        (True, "true"),
        (5, "5"),
        (1.50, "1.5"),
        ({"b": 1, "a": None}, '{"a": null, "b": 1}'),
        (["é", 1], '["é", 1]'),
    ],
    ids=repr,
)
def test_a_value_becomes_text(value: Any, text: str) -> None:
    assert n.as_text(value) == n.extra_as_text(value) == text


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("example.org/a", "http://example.org/a"),
        ("//example.org/a", "http://example.org/a"),
        (" https://example.org ", "https://example.org"),
        ("ftp://example.org", "ftp://example.org"),
        ("mailto:a@b.org", "mailto:a@b.org"),
        ("any text", "http://any text"),
        ("http://[broken", "http://[broken"),
        ("", ""),
        (None, ""),
    ],
    ids=repr,
)
def test_a_url_is_shown_with_a_scheme(sent: Any, shown: str) -> None:
    assert n.as_url(sent) == shown


@pytest.mark.parametrize(
    "group",
    [
        ["csv", "CSV", "text/csv", ".csv", "text/comma-separated-values"],
        ["jpg", "JPEG", "image/jpeg"],
        ["htm", "html", "text/html"],
        ["application/json", "JSON", ".json"],
        ["Excel", "XLS", "application/vnd.ms-excel"],
        ["application/vnd.google-earth.kml+xml", "kml"],
        ["Originator data format", "originator data format"],
    ],
    ids=lambda group: group[0],
)
def test_names_of_one_format_are_the_same(group: list[str]) -> None:
    assert len({n.as_format(name) for name in group}) == 1


@pytest.mark.parametrize(
    ("given", "got", "url", "same"),
    [
        ("", "CSV", "", False),
        ("", "CSV", "https://x.org/a.csv", True),
        ("", "CSV", "https://x.org/A.CSV", True),
        ("", "JSON", "x.org/a.json?page=1", True),
        ("", "KML", "https://x.org/a.kml", True),
        ("", "XLSX", "https://x.org/a.xlsx", True),
        ("", "application/vnd.lotus-organizer", "https://x.org/a.org", True),
        ("", "application/x-sh", "https://x.org", False),
        ("", "PDF", "https://x.org/a.csv", False),
        ("TXT", "CSV", "https://x.org/a.csv", False),
    ],
)
def test_an_empty_format_is_guessed_from_the_url(given: str, got: str, url: str, same: bool) -> None:
    assert n.same_format(given, got, url) is same


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2024-05-01T10:00:00", datetime(2024, 5, 1, 10)),  # noqa: DTZ001 - CKAN's are naive
        ("2024-05-01T10:00:00.000000", datetime(2024, 5, 1, 10)),  # noqa: DTZ001
        ("2024-05-01T10:00:00Z", datetime(2024, 5, 1, 10)),  # noqa: DTZ001
        ("2024-05-01T12:00:00+02:00", datetime(2024, 5, 1, 10)),  # noqa: DTZ001
        ("2024-05-01", datetime(2024, 5, 1)),  # noqa: DTZ001
        ("20240501", datetime(2024, 5, 1)),  # noqa: DTZ001
        ("2024", None),
        ("2024-05", None),
        ("0001-01-01T00:00:00+23:00", None),
        (2024, None),
        (None, None),
    ],
    ids=str,
)
def test_a_date_is_naive_utc(value: Any, date: datetime | None) -> None:
    assert n.as_date(value) == date


@pytest.mark.parametrize(
    ("value", "integer"),
    [("10", 10), (10.0, 10), (" 7 ", 7), (-1, -1), (True, 1), ("10.0", None), (10.5, None), ("1e3", None), ("", None)],
    ids=repr,
)
def test_an_integer_is_what_ckan_reads(value: Any, integer: int | None) -> None:
    assert n.as_integer(value) == integer


@pytest.mark.parametrize(
    ("value", "boolean"),
    [("true", True), ("Yes", True), ("1", True), (1, True), ("on", False), ("", False), (None, False), (False, False)],
    ids=repr,
)
def test_a_boolean_is_what_ckan_reads(value: Any, boolean: bool) -> None:
    assert n.as_boolean(value) is boolean


def test_a_title_is_stripped_and_the_name_where_it_is_empty() -> None:
    assert n.as_title(" A ", "n") == "A"
    assert n.as_title("", "n") == "n"
    assert n.as_title(None, "n") == "n"
    assert n.same_title("", "n", "n", "n")
    assert n.same_title(" ", "n", "n", "n")


def test_addresses_of_an_upload_name_the_same_file() -> None:
    shown = "https://ckan.org/dataset/d/resource/r/download/ete-2020.csv"
    assert n.same_upload_url("été 2020.csv", shown)
    assert n.same_upload_url(shown, shown)
    assert not n.same_upload_url("other.csv", shown)
    assert not n.same_upload_url("https://example.org/ete-2020.csv", shown)
