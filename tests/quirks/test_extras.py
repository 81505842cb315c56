from typing import Any

import pytest

from ckan_api_client.quirks.extras import free_key, is_reserved, is_unindexable


@pytest.mark.parametrize("key", ["tags", "url", "title", "metadata_modified", "plugin_data", "__junk", ""])
def test_keys_that_ckan_refuses(key: str) -> None:
    assert is_reserved(key)


@pytest.mark.parametrize(
    "key", ["organization", "license_title", "num_tags", "log_message", "Tags", "harvest_object_id"]
)
def test_keys_that_ckan_takes(key: str) -> None:
    assert not is_reserved(key)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("issue_date", "2016-05-16T00:00:00Z"),
        ("issue_date", "99999999999999999999"),
        ("issue_date", "2016-05-16TAs Updated."),
        ("date", "99999999999999999999"),
        ("issue_d@ate", "2016-02-30"),
        ("_version_", "5"),
        ("views_total", "many"),
        ("_childDocuments_", "x"),
    ],
)
def test_extras_that_solr_refuses(key: str, value: Any) -> None:
    assert is_unindexable(key, value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("issue_date", "2016-05-16"),
        ("issue_date", "2016-05"),
        ("issue_date", "2016"),
        ("issue_date", "2016-05-16T10:00:00.5"),
        ("issue_date", ""),
        ("metadata-date", "2016-05-16TAs Updated."),
        ("update", "never"),
        ("日本", "x"),
    ],
)
def test_extras_that_solr_takes(key: str, value: Any) -> None:
    assert not is_unindexable(key, value)


def test_a_free_key_is_numbered_from_two() -> None:
    assert free_key("a", {"b"}) == "a"
    assert free_key("a", {"a", "a_2"}) == "a_3"
