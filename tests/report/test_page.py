"""The page as a text: what its policy allows, how its data is written, and its colours. tests/browser looks at it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

from ckan_api_client.report import Document, Item, to_html

HOSTILE = "</script><script>alert(1)</script><!-- & \u2028\u2029 {{script}} \ud800 \x00"


class Elements(HTMLParser):
    """Every element with its attributes and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], list[str]]] = []
        self._is_open = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), []))
        self._is_open = True

    def handle_endtag(self, tag: str) -> None:
        self._is_open = self._is_open and tag != self.found[-1][0]

    def handle_data(self, data: str) -> None:
        if self._is_open:
            self.found[-1][2].append(data)

    def texts(self, tag: str) -> list[str]:
        return ["".join(text) for name, _, text in self.found if name == tag]


def page_of(text: str) -> str:
    return to_html(Document("run", text, text, warnings=(text,), items=(Item("created", "dataset", text),)))


def policy_of(page: str) -> dict[str, str]:
    (policy,) = [
        attributes["content"] or ""
        for tag, attributes, _ in Elements(page).found
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    return dict(part.strip().split(" ", 1) for part in policy.split(";"))


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_policy_allows_this_script_and_this_style_and_nothing_else() -> None:
    page = page_of("plain")
    elements = Elements(page)
    (_, script), (style,) = elements.texts("script"), elements.texts("style")
    assert policy_of(page) == {
        "default-src": "'none'",
        "script-src": digest(script),
        "style-src": digest(style),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_the_policy_stands_before_whatever_it_is_for() -> None:
    names = [tag for tag, _, _ in Elements(page_of("plain")).found]
    assert names.index("meta") < min(names.index("style"), names.index("script"), names.index("title"))


def test_hostile_texts_leave_the_elements_as_they_are_and_are_read_as_they_were() -> None:
    hostile, plain = Elements(page_of(HOSTILE)), Elements(page_of("plain"))
    assert [tag for tag, _, _ in hostile.found] == [tag for tag, _, _ in plain.found]
    assert not re.search("[<>&\u2028\u2029]", hostile.texts("script")[0])
    assert json.loads(hostile.texts("script")[0])["items"][0]["key"] == HOSTILE


def test_the_page_can_be_written_whatever_is_in_it() -> None:
    assert b"?" in page_of(HOSTILE).encode()


def test_nothing_in_the_page_could_make_elements_of_texts_or_ask_for_anything() -> None:
    page = page_of("plain")
    elements = Elements(page)
    assert [attributes for _, attributes, _ in elements.found if {"src", "href"} & set(attributes)] == [
        {"class": "skip", "href": "#list"}
    ]
    script, style = elements.texts("script")[1], elements.texts("style")[0]
    assert (
        re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|Function\(|fetch|import", script) == []
    )
    assert re.findall(r"url\(|@import|expression", style) == []


def luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2, which asks for 4.5 between text and what is behind it."""
    lower, higher = sorted((luminance(one), luminance(other)))
    return (higher + 0.05) / (lower + 0.05)


@pytest.mark.parametrize("place", [0, 1, 2], ids=["light", "dark, as the system is", "dark, as chosen"])
def test_every_text_stands_out_from_its_ground(place: int) -> None:
    style = Elements(page_of("plain")).texts("style")[0]
    blocks = re.findall(r":root[^{]*\{([^}]*--ground[^}]*)\}", style)
    colors = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[place]))
    tones = "create update delete revive kept refused failed unchanged conflict".split()  # noqa: SIM905 - a list of words
    pairs = [
        *((text, ground) for text in ["text", "quiet", "accent", *tones] for ground in ("ground", "surface")),
        ("added-text", "added"), ("removed-text", "removed"), ("text", "warn"),
    ]  # fmt: skip
    assert {pair: ratio for pair in pairs if (ratio := contrast(colors[pair[0]], colors[pair[1]])) < 4.5} == {}
