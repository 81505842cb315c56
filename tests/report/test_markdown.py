"""The report as Markdown: what it holds, how long it is, and that nothing foreign is taken for Markdown or HTML."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from ckan_api_client.report import Change, Document, Item, to_markdown
from ckan_api_client.syncing.plan import Conflict

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![pixel](http://evil.example/pixel.png)",
    "<http://evil.example>",
    "[a]: http://evil.example",
    "**bold** _it_ `code` ~~gone~~",
    "# Heading",
    "a\n\n# Heading\n\n- item\n\n---",
    "| a | b |\n|---|---|",
    "> quote",
    "1. one",
    "- item",
    "+ item",
    "```\ncode",
    "&lt;b&gt; &#x202e;",
    "\\<b>\\*a*",
    "<!-- hidden",
    "a\u202eb\x00\x1b[31mc\ud800",
    "$$x$$",
]


def report(*items: Item) -> Document:
    return Document("run", "geo", "https://catalog.example.org", items=items)


def with_text(text: str) -> Document:
    change = Change(text, text, text, {text: [text]}, text)
    conflict = Conflict(text, text, text, text, text, text, "source", text)
    item = Item(
        "failed",
        "dataset",
        text,
        text,
        text,
        text,
        text,
        text,
        text,
        (text,),
        ((text, text),),
        (change,),
        0,
        (conflict,),
    )
    return Document("run", text, text, ((text, text),), (text,), (text,), {text: 1}, 0, (item,))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_is_taken_for_anything_but_text(text: str) -> None:
    html = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(to_markdown(with_text(text)))
    plain = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(to_markdown(with_text("plain")))
    assert re.findall(r"<[^>]*>", html) == re.findall(r"<[^>]*>", plain)


def test_nobody_is_called_and_no_issue_is_meant() -> None:
    told = to_markdown(report(Item("created", "dataset", "a", "ask @octocat about #12")))
    assert "@octocat" not in told
    assert "#12" not in told


def test_it_tells_values_before_and_after_conflicts_and_reasons() -> None:
    item = Item(
        "updated", "dataset", "a", "A",
        changes=(Change("title", "title", "Old", "New"), Change("notes", "notes", None, "")),
        conflicts=(Conflict("a", "id", "A", "url", "s", "c", "catalog"),),
    )  # fmt: skip
    failed = Item("failed", "organization", "org", field="name", reason="is taken")
    assert to_markdown(report(item, failed)).splitlines() == [
        "# Run: geo → https://catalog.example.org",
        "",
        "- 1 failed",
        "- 1 updated",
        "",
        "## Updated (1)",
        "",
        "- **a** A",
        "  - title: Old → New",
        "  - notes: absent → empty",
        "  - conflict in url: source s, catalog c; the catalog's is taken",
        "",
        "## Failed (1)",
        "",
        "- organization **org** (name: is taken)",
    ]


def test_of_many_things_and_values_the_rest_is_counted() -> None:
    changes = tuple(Change("x", "x", "a", "b") for _ in range(12))
    told = to_markdown(report(*(Item("updated", "dataset", f"{n}", changes=changes, unshown=5) for n in range(1100))))
    assert told.count("  - and 7 more\n") == 100
    assert told.endswith("- and 1,000 more\n")


def test_a_long_text_is_cut() -> None:
    assert f"{'a' * 119}…" in to_markdown(report(Item("created", "dataset", "k", "a" * 500)))


def test_it_fits_a_comment_and_says_how_much_is_missing() -> None:
    changes = tuple(Change("notes", "notes", "*" * 500, "b" * 500) for _ in range(10))
    told = to_markdown(report(*(Item(did, "dataset", f"{n}", changes=changes) for did in "abc" for n in range(100))))
    assert 59_000 < len(told) < 65_536
    assert re.search(r"\n\nAnd [0-9,]+ lines more: as a page or as JSON, the report is whole\.\n$", told)


def test_a_run_without_changes_says_so() -> None:
    assert to_markdown(Document("run", "geo", "c", unchanged=1234)).splitlines()[2:] == [
        "- 1,234 unchanged",
        "- nothing was to be done",
    ]
