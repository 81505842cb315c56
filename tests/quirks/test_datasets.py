"""The fields of datasets, among themselves."""

from __future__ import annotations

from ckan_api_client.quirks.datasets import EMAILS, FIELDS, INDEXED, NOT_CONTENT, TEXTS


def test_a_key_is_a_field_or_no_content_and_never_both() -> None:
    assert FIELDS.isdisjoint(NOT_CONTENT)


def test_emails_and_what_solr_has_as_strings_are_texts() -> None:
    assert set(TEXTS) >= EMAILS
    assert {"title", *TEXTS} >= INDEXED
