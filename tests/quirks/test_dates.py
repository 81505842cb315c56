from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckan_api_client.quirks.dates import utc_date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2016-07-09T01:27:15.854966", "2016-07-09T01:27:15.854966"),
        ("2013-03-14", "2013-03-14T00:00:00"),
        ("20130314", "2013-03-14T00:00:00"),
        ("2013/03/14 10:20", "2013-03-14T10:20:00"),
        ("2020-01-01T00:30:00.1234567+02:00", "2019-12-31T22:30:00.123456"),
        ("2020-01-01T10:00:00Z", "2020-01-01T10:00:00"),
        ("2020-01-01t10:00:00.5-0330", "2020-01-01T13:30:00.500000"),
        ("2020-01-01 10:00:00 +01", "2020-01-01T09:00:00"),
    ],
)
def test_a_day_becomes_naive_utc(text: str, date: str) -> None:
    assert utc_date(text) == date
    assert utc_date(date) == date


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024",
        "2024-01",
        "2016-05-16TAs Updated.",
        "2016-02-30",
        "2016-13-01",
        "2016-01-0100",
        "24:00",
        "9999-12-31T23:59:59-05",
        "2020-01-01T25:00",
        "1577836800",
        "01/02/2020",
        "2016-1-1",
    ],
)
def test_what_names_no_day_is_none(text: str) -> None:
    assert utc_date(text) is None


@given(st.datetimes())
def test_what_ckan_gives_is_what_it_takes(moment: datetime) -> None:
    assert utc_date(moment.isoformat()) == moment.isoformat()
