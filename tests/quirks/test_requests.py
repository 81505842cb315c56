"""What CKAN makes of a request (quirks A8, A10, A14)."""

from __future__ import annotations

import pytest

from ckan_api_client.quirks.requests import misreading_of, path_of, site_path


def test_an_action_has_a_path_without_a_query() -> None:
    assert path_of("package_show") == "/api/3/action/package_show"


def test_a_callback_is_misread_and_nothing_else() -> None:
    assert misreading_of({"id": "air"}) is None
    assert "anonymous" in str(misreading_of({"id": "air", "callback": "f"}))


@pytest.mark.parametrize(
    ("path", "site"),
    [
        ("", ""),
        ("/", ""),
        ("/data/it/", "/data/it"),
        ("/api/3/action/package_show", ""),
        ("/data/api/3/action/", "/data"),
        ("/api", ""),
        ("/apis", "/apis"),
    ],
)
def test_the_api_is_no_part_of_the_path_that_a_site_lives_below(path: str, site: str) -> None:
    assert site_path(path) == site
