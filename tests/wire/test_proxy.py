"""The URL of a proxy."""

from __future__ import annotations

import pytest

from ckan_api_client.low_level.settings import Settings
from ckan_api_client.wire.proxy import proxy_url, without_password


@pytest.mark.parametrize(
    ("text", "url", "shown"),
    [
        ("http://proxy.example.org:3128", "http://proxy.example.org:3128", "http://proxy.example.org:3128"),
        (" proxy:3128 ", "http://proxy:3128", "http://proxy:3128"),
        ("https://eve:hunter2@proxy", "https://eve:hunter2@proxy", "https://eve:***@proxy"),
        ("eve:hunt:er@2@proxy:1", "http://eve:hunt:er@2@proxy:1", "http://eve:***@proxy:1"),
        ("socks5://eve@[::1]:1080", "socks5://eve@[::1]:1080", "socks5://eve@[::1]:1080"),
    ],
)
def test_a_proxy_has_a_url_and_its_password_is_not_shown(text: str, url: str, shown: str) -> None:
    assert (proxy_url(text), without_password(text)) == (url, shown)


@pytest.mark.parametrize(
    "text", ["ftp://eve:hunter2@proxy", "http://eve:hunter2@", "http://eve:hunter2@p:x", "http://"]
)
def test_what_is_no_proxy_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(ValueError, match="this is no URL of a proxy") as caught:
        Settings.of("https://catalog.example.org", proxy=text)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("text", ["two\r\nHeader: x", "é"])
def test_what_is_no_user_agent_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no user agent"):
        Settings.of("https://catalog.example.org", user_agent=text)
