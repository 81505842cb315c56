"""What the index holds for a dataset, and what it refuses."""

from datetime import datetime
from typing import Any

import pytest

from ckan_api_client.testing import dates
from ckan_api_client.testing.documents import check_document, document_of

PACKAGE: dict[str, Any] = {
    "id": "0a",
    "name": "rivers",
    "title": "  Rivers\x0b",
    "notes": None,
    "author": "",
    "state": "active",
    "private": False,
    "type": "showcase",
    "num_tags": 1,
    "metadata_created": "2026-01-04T10:00:00.120999",
    "metadata_modified": "2026-01-04T10:00:00",
    "owner_org": "org-id",
    "organization": {"name": "env", "title": "Environment"},
    "groups": [{"name": "water", "title": "Water"}],
    "tags": [{"name": "lakes", "vocabulary_id": None}, {"name": "blue", "vocabulary_id": "v1"}],
    "extras": [
        {"key": "weird key.é:x", "value": "v"},
        {"key": "text", "value": "reserved"},
        {"key": "issued_date", "value": "March 5, 2018"},
        {"key": "bad_date", "value": "soon"},
        {"key": "empty", "value": ""},
    ],
    "resources": [{"name": "", "url": "http://e.org/1", "format": "CSV"}, {"name": "two", "url": "http://e.org/2"}],
}


def test_a_document_holds_texts_only() -> None:
    document = document_of(PACKAGE, ["public"])
    assert document.pop("validated_data_dict") == PACKAGE
    assert document == {
        "id": "0a",
        "index_id": "f3195e969503adf0dfad2be1a778b548",
        "site_id": "default",
        "entity_type": "package",
        "dataset_type": "showcase",
        "type": "showcase",
        "state": "active",
        "capacity": "public",
        "permission_labels": ["public"],
        "private": "false",
        "num_tags": "1",
        "name": "rivers",
        "name_ngram": "rivers",
        "title": "Rivers",
        "title_ngram": "Rivers",
        "title_string": "  Rivers",
        "metadata_created": "2026-01-04T10:00:00.120Z",
        "metadata_modified": "2026-01-04T10:00:00Z",
        "owner_org": "org-id",
        "organization": "env",
        "groups": ["water"],
        "tags": ["lakes"],
        "vocab_v1": ["blue"],
        "weirdkeyx": "v",
        "extras_weirdkeyx": "v",
        "extras_text": "reserved",
        "issued_date": "2018-03-05T00:00:00Z",
        "extras_issued_date": "2018-03-05T00:00:00Z",
        "res_name": ["two"],
        "res_url": ["http://e.org/1", "http://e.org/2"],
        "res_format": ["CSV"],
    }


def test_a_document_shares_nothing_with_its_dataset() -> None:
    document = document_of(PACKAGE, ["public"])
    assert document["validated_data_dict"]["extras"] is not PACKAGE["extras"]


def document_with(**extras: str) -> dict[str, Any]:
    return document_of(
        {**PACKAGE, "extras": [{"key": key, "value": value} for key, value in extras.items()]}, ["public"]
    )


def test_a_term_of_32766_bytes_is_the_longest() -> None:
    assert check_document(document_with(long="x" * 32766)) is None
    assert check_document(document_with(long="é" * 16384)) == (
        "Solr returned an error: Solr responded with an error (HTTP 400): [Reason: Exception writing document id "
        "f3195e969503adf0dfad2be1a778b548 to the index; possible analysis error: Document contains at least one "
        'immense term in field="long" (whose UTF8 encoding is longer than the max length 32766), all of which were '
        "skipped.  Please correct the analyzer to not produce such terms.  The prefix of the first immense term is: "
        "'[-61, -87, -61, -87, -61, -87, -61, -87, -61, -87, -61, -87, -61, -87, -61, -87, -61, -87, -61, -87, -61, "
        "-87, -61, -87, -61, -87, -61, -87, -61, -87]...', original message: bytes can be at most 32766 in length; got "
        "32768. Perhaps the document has an indexed string field (solr.StrField) which is too large]"
    )


def test_the_text_of_a_date_keeps_its_microseconds() -> None:
    document = document_with(issued_date="2020-01-01T00:00:00.123456")
    assert document["issued_date"] == "2020-01-01T00:00:00.123Z"
    assert document["extras_issued_date"] == "2020-01-01T00:00:00.123456Z"


def test_long_texts_are_no_long_terms() -> None:
    assert check_document(document_of({**PACKAGE, "notes": "y" * 40000}, ["public"])) is None


def test_a_date_with_a_zone_breaks_the_index() -> None:
    assert check_document(document_with(issued_date="2020-01-01T00:00:00Z")) == (
        "Solr returned an error: Solr responded with an error (HTTP 400): [Reason: ERROR: "
        "[doc=f3195e969503adf0dfad2be1a778b548] Error adding field 'issued_date'='2020-01-01T00:00:00+00:00' "
        "msg=Invalid Date String:'2020-01-01T00:00:00+00:00']"
    )


def test_a_count_that_is_none_breaks_the_index() -> None:
    assert check_document(document_with(views_total="abc")) == (
        "Solr returned an error: Solr responded with an error (HTTP 400): [Reason: ERROR: "
        "[doc=f3195e969503adf0dfad2be1a778b548] Error adding field 'views_total'='abc' "
        'msg=For input string: "abc"]'
    )


def test_a_date_that_is_a_huge_number_cannot_be_indexed() -> None:
    with pytest.raises(OverflowError):
        document_with(issued_date="99999999999999999999")


TODAY = datetime(2026, 11, 25, 12, 30)  # noqa: DTZ001 — as CKAN's server clock


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2020-01-02", "2020-01-02T00:00:00"),
        (" 2020-01-02 ", "2020-01-02T00:00:00"),
        ("20200102", "2020-01-02T00:00:00"),
        ("2020-01-01 12:30", "2020-01-01T12:30:00"),
        ("2020-01-01T00:00:00+02:00", "2020-01-01T00:00:00+02:00"),
        ("10/11/2012", "2012-10-11T00:00:00"),
        ("13/02/2020", "2020-02-13T00:00:00"),
        ("Jan 2019", "2019-01-25T00:00:00"),
        ("2020", "2020-11-25T00:00:00"),
        ("2020-02", "2020-02-25T00:00:00"),
        ("12", "2026-11-12T00:00:00"),
        ("March 5, 2018", "2018-03-05T00:00:00"),
        ("2020-13-45", None),
        ("2020-13", None),
        ("77", None),
        ("soon", None),
    ],
)
def test_dates_in_extras_are_read_loosely(text: str, date: str | None) -> None:
    found = dates.read_loosely(text, TODAY)
    assert (found.isoformat() if found else None) == date


NOW = datetime.fromisoformat("2026-03-31T10:20:30.456Z")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("NOW", "2026-03-31T10:20:30.456Z"),
        ("NOW/DAY", "2026-03-31T00:00:00Z"),
        ("NOW-1DAY/HOUR", "2026-03-30T10:00:00Z"),
        ("NOW-1MONTH", "2026-02-28T10:20:30.456Z"),
        ("NOW+2YEARS/MONTH", "2028-03-01T00:00:00Z"),
        ("NOW/SECOND+5MILLIS", "2026-03-31T10:20:30.005Z"),
        ("2020-01-01T00:00:00Z+1HOUR", "2020-01-01T01:00:00Z"),
        ("2020-01-01T00:00:00.1239Z", "2020-01-01T00:00:00.123Z"),
    ],
)
def test_sums_of_dates(text: str, instant: str) -> None:
    assert dates.written(dates.milliseconds(text, NOW)) == instant


@pytest.mark.parametrize("text", ["2020", "2020-01-01", "NOW-1", "NOW/FORTNIGHT", "now", "2020-01-01T00:00:00"])
def test_what_is_no_date_to_solr(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        dates.milliseconds(text, NOW)
