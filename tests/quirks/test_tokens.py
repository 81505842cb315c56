"""Tokens, as CKAN reads them (quirks B1, B2, B4)."""

from __future__ import annotations

from email.message import Message
from typing import Any, cast
from urllib.request import Request

import pytest

from ckan_api_client.quirks.cookies import no_cookies
from ckan_api_client.quirks.tokens import bare_token, is_answer_of_ckan, is_token


@pytest.mark.parametrize("text", ["abc", " abc\n", "Bearer abc", "bearer  abc", "  BEARER abc "])
def test_the_bare_token_is_what_ckan_reads(text: str) -> None:
    assert bare_token(text) == "abc"


@pytest.mark.parametrize(("text", "legal"), [("eyJ.x_y-z", True), ("a b", False), ("é", False), ("a\x00", False)])
def test_a_token_is_printable_ascii_without_blanks(text: str, legal: bool) -> None:
    assert is_token(text) is legal


@pytest.mark.parametrize(
    ("refusal", "ckans"),
    [
        ({"__type": "Not Found Error"}, True),
        (None, False),
        ("no", False),
        ({"metadata": {}, "msg": "Cannot find API for the path: /action/user_show", "code": 404}, False),
    ],
    ids=["CKAN's", "none", "a text", "another server's: here, Solr's"],
)
def test_an_unknown_token_is_what_ckan_says_and_not_what_stands_before_it(refusal: Any, ckans: bool) -> None:
    assert is_answer_of_ckan(refusal) is ckans


def test_the_jar_keeps_no_cookie() -> None:
    class Answer:
        @staticmethod
        def info() -> Message:
            headers = Message()
            headers["Set-Cookie"] = "ckan=session; Path=/"
            return headers

    jar = no_cookies()
    jar.extract_cookies(cast("Any", Answer()), Request("https://example.org/"))
    assert list(jar) == []
