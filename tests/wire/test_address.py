"""Base URLs as people paste them (quirk A14), and tokens that never show (quirk B2, S7)."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from ckan_api_client.wire.address import Address, Token, origin_of


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://catalog.example.org", "https://catalog.example.org"),
        ("https://catalog.example.org/", "https://catalog.example.org"),
        ("https://catalog.example.org//", "https://catalog.example.org"),
        (" https://catalog.example.org\n", "https://catalog.example.org"),
        ("http://localhost:5000/", "http://localhost:5000"),
        ("http://[::1]:5000", "http://[::1]:5000"),
        ("https://example.org/data", "https://example.org/data"),
        ("https://example.org/data/", "https://example.org/data"),
        ("https://example.org/data/fr/", "https://example.org/data/fr"),
        ("https://example.org/api/3/action", "https://example.org"),
        ("https://example.org/api/3/action/", "https://example.org"),
        ("https://example.org/api/3/action/package_show", "https://example.org"),
        ("https://example.org/api/3/action/package_show?id=x", "https://example.org"),
        ("https://example.org/api/action", "https://example.org"),
        ("https://example.org/api/3", "https://example.org"),
        ("https://example.org/api", "https://example.org"),
        ("https://example.org/data/api/3/action", "https://example.org/data"),
        ("https://example.org/myapi", "https://example.org/myapi"),
        ("https://example.org/api-docs", "https://example.org/api-docs"),
        ("https://example.org/?q=air#top", "https://example.org"),
    ],
)
def test_a_base_url_is_what_comes_before_the_api(url: str, base: str) -> None:
    assert Address.of(url).base == base


@pytest.mark.parametrize(
    "url",
    [
        "",
        "catalog.example.org",
        "//catalog.example.org",
        "ftp://catalog.example.org",
        "file:///etc/passwd",
        "https://",
        "https:///data",
        "https://exa mple.org",
        "https://example.org:port",
        "https://example.org:99999",
        "https://[::1",
        "https://example.org\\@other.org",
        "https://.",
    ],
)
def test_what_is_no_base_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="base URL"):
        Address.of(url)


@pytest.mark.parametrize("url", ["https://me:hunter2@example.org", "https://hunter2@example.org"])
def test_a_password_in_the_base_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="pass an API token instead"):
        Address.of(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://me:hunter2@example.org",
        "me:hunter2@example.org",
        "https://me:hunter2@example.org:port",
        "https://me:hunter2@[::1",
    ],
)
def test_a_password_in_the_base_url_is_not_shown(url: str) -> None:
    with pytest.raises(ValueError, match="base URL") as caught:
        Address.of(url)
    assert "hunter2" not in str(caught.value)


def test_paths_are_put_below_the_base() -> None:
    address = Address.of("https://example.org/data/")
    assert address.url("/api/3/action/package_show") == "https://example.org/data/api/3/action/package_show"


@pytest.mark.parametrize("path", ["", "api/3", "https://other.org/", "@other.org/", ".other.org/", ":80/"])
def test_a_path_that_could_leave_the_base_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="must start with a slash"):
        Address.of("https://example.org").url(path)


@pytest.mark.parametrize(
    "text",
    ["canary", " canary\n", "Bearer canary", "bearer  canary", "BEARER\tcanary "],
    ids=repr,
)
def test_a_token_is_sent_bare(text: str) -> None:
    assert Token(text).reveal() == "canary"


@pytest.mark.parametrize("text", ["", "  ", "Bearer "], ids=repr)
def test_an_empty_token_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="the API token is empty"):
        Token(text)


@pytest.mark.parametrize("text", ["canary\r\nX-Other: 1", "canary canary", "canary…", "can\x00ary", "Basic canary"])
def test_a_token_that_cannot_be_one_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(ValueError, match="holds a character that no token of CKAN has") as caught:
        Token(text)
    assert "canary" not in str(caught.value)


def test_a_token_shows_stars() -> None:
    token = Token("canary")
    assert {repr(token), str(token), f"{token}", "%s" % token, f"{[token]}"} == {"Token('***')", "[Token('***')]"}  # noqa: UP031


@pytest.mark.parametrize("leave", [pickle.dumps, copy.copy, copy.deepcopy, json.dumps])
def test_a_token_does_not_leave_the_process(leave: object) -> None:
    with pytest.raises(TypeError) as caught:
        leave(Token("canary"))  # type: ignore[operator]
    assert "canary" not in str(caught.value)


def test_tokens_with_one_text_are_equal() -> None:
    assert Token("canary") == Token("Bearer canary")
    assert hash(Token("canary")) == hash(Token("canary"))
    assert Token("canary") != Token("other")
    assert Token("canary") != "canary"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Catalog.Example.org/data", "https://catalog.example.org:443"),
        ("https://catalog.example.org.:443/", "https://catalog.example.org:443"),
        ("http://catalog.example.org/api/3/action", "http://catalog.example.org:80"),
        ("http://[::1]:5000", "http://::1:5000"),
    ],
)
def test_an_origin_is_the_same_however_it_is_written(url: str, origin: str) -> None:
    assert origin_of(url) == origin
