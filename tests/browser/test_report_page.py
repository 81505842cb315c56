"""The page of a report, as people use it: by mouse and by keyboard, on a phone, in the dark, on paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.reports import big_plan, times, two_syncs
from ckan_api_client.report import Document

Show = Callable[..., Page]

#: The page's own listener comes first.
COUNT_ON_PAPER = """addEventListener("beforeprint", () => {
  const count = (what) => document.querySelectorAll(what).length;
  window.onPaper = { open: count("details[open]"), values: count("details[open] h3:not(:has(small))") };
})"""


@pytest.fixture(scope="module")
def syncs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Document, Document]:
    return two_syncs(tmp_path_factory.mktemp("syncs"))


@pytest.fixture(scope="module")
def many(syncs: tuple[Document, Document]) -> Document:
    """2,000 datasets that were created."""
    return times(syncs[0], 20)


def rows(page: Page) -> int:
    return page.locator(".items > li").count()


def press(page: Page, *names: str) -> None:
    for name in names:
        page.get_by_role("button", name=name, exact=False).click()


def test_an_outcome_filters_and_again_shows_all(show: Show) -> None:
    page = show(big_plan())
    expect(page.get_by_role("status")).to_have_text("all 303 shown")
    press(page, "delete")
    expect(page.get_by_role("status")).to_have_text("2 of 303 shown")
    expect(page.get_by_role("button", name="delete")).to_have_attribute("aria-pressed", "true")
    press(page, "refused")
    expect(page.get_by_role("status")).to_have_text("3 of 303 shown")
    assert page.locator(".items .did").all_inner_texts() == ["delete", "delete", "refused"]
    press(page, "delete", "refused")
    expect(page.get_by_role("status")).to_have_text("all 303 shown")


def test_conflicts_are_found_at_once_and_show_both_values_and_which_is_taken(show: Show) -> None:
    page = show(big_plan())
    press(page, "conflict")
    expect(page.get_by_role("status")).to_have_text("40 of 303 shown")
    page.locator("summary").first.click()
    told = page.locator(".items > li").first.locator(".change").last
    expect(told).to_contain_text("the catalog's value is taken (both changed it)")
    expect(told.locator(".side").first).to_contain_text("Ann of the source")
    expect(told.locator(".side.taken")).to_contain_text("Ben of the catalog")


def test_an_organization_filters(show: Show) -> None:
    page = show(big_plan())
    page.get_by_label("Organization").select_option("road-office")
    expect(page.get_by_role("status")).to_have_text("100 of 303 shown")


def test_words_are_searched_for_in_titles_values_and_reasons(show: Show) -> None:
    page = show(big_plan())
    for words, status in {
        "title 017": "1 of 303 shown",
        "BEN of the catalog": "40 of 303 shown",
        "another source's": "1 of 303 shown",
        "hourly": "300 of 303 shown",
    }.items():
        page.get_by_role("searchbox").fill(words)
        expect(page.get_by_role("status")).to_have_text(status)


def test_where_nothing_matches_one_button_shows_all_again(show: Show) -> None:
    page = show(big_plan())
    press(page, "delete")
    page.get_by_role("searchbox").fill("hourly")
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    press(page, "Show all")
    expect(page.get_by_role("status")).to_have_text("all 303 shown")
    expect(page.get_by_role("button", name="delete")).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_an_update_opens_to_its_values_with_the_words_that_differ(show: Show) -> None:
    page = show(big_plan())
    page.get_by_role("searchbox").fill("r123")
    expect(page.get_by_role("status")).to_have_text("1 of 303 shown")
    assert page.locator(".change").count() == 0
    page.locator("summary").click()
    notes = page.locator(".change", has=page.get_by_role("heading", name="notes"))
    assert notes.locator("del").all_inner_texts() == ["the river", "daily"]
    assert notes.locator("ins").all_inner_texts() == ["both rivers", "hourly"]
    extra = page.locator(".change", has=page.get_by_role("heading", name="extras.theme"))
    expect(extra.locator(".added")).to_have_text("Addedwater")
    expect(page.get_by_role("link", name="resource “Map”, url")).to_have_attribute(
        "href", "https://catalog.example.org/dataset/id-123/resource/res"
    )
    dataset = page.get_by_role("link", name="https://catalog.example.org/dataset/id-123", exact=True)
    expect(dataset).to_have_attribute("rel", "noopener noreferrer")


def test_a_refused_plan_says_so_at_the_top(show: Show) -> None:
    page = show(big_plan())
    attention = page.get_by_role("region", name="Attention")
    expect(attention).to_contain_text("--max-updates")
    page.get_by_role("searchbox").fill("bad")
    expect(page.get_by_role("status")).to_have_text("1 of 303 shown")
    page.locator("summary").click()
    expect(page.locator(".why")).to_have_text("name: the name is that of another source's dataset")


def test_all_are_expanded_those_that_are_scrolled_to_too_and_collapsed(show: Show) -> None:
    page = show(big_plan())
    press(page, "Expand all")
    assert page.locator("details[open]").count() == rows(page) == 100
    page.locator(".items > li").last.scroll_into_view_if_needed()
    expect(page.locator("details[open]")).not_to_have_count(100)
    assert page.locator("details:not([open])").count() == 0
    press(page, "Collapse all")
    assert page.locator("details[open]").count() == 0


def test_the_keyboard_is_enough(show: Show) -> None:
    page = show(big_plan())
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the list")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#list")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("r01j")
    expect(page.get_by_role("status")).to_have_text("0 of 303 shown")
    page.keyboard.press("Backspace")
    expect(page.get_by_role("status")).to_have_text("10 of 303 shown")
    page.keyboard.press("Escape")
    expect(page.get_by_role("status")).to_have_text("all 303 shown")
    page.get_by_role("button", name="Expand all").focus()
    for key in "jjk":
        page.keyboard.press(key)
    expect(page.locator("summary").first).to_be_focused()
    assert page.locator("summary").first.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.locator("details").first.evaluate("one => one.open")


def test_who_listens_finds_landmarks_headings_and_names(show: Show) -> None:
    page = show(big_plan())
    for role in ("banner", "main", "search", "contentinfo"):
        expect(page.get_by_role(role)).to_have_count(1)
    assert page.get_by_role("heading", level=1).inner_text() == "rivers → catalog.example.org"
    assert page.get_by_role("heading", level=2).all_inner_texts() == ["Attention", "Summary", "What would be done"]
    expect(page.get_by_role("img", name="2 delete, 300 update, 1 refused, 20 unchanged")).to_have_count(1)
    page.locator("summary").first.click()
    unnamed = "all => all.filter(one => !one.textContent.trim() && !one.getAttribute('aria-label')).length"
    assert page.locator("button, a, input, select, summary").evaluate_all(unnamed) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_is_the_systems_until_somebody_chooses_one_and_is_kept(show: Show, scheme: str) -> None:
    page = show(big_plan(), color_scheme=scheme)
    colors = {"light": "rgb(246, 247, 249)", "dark": "rgb(17, 22, 29)"}
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == colors[scheme]
    press(page, "Theme: automatic")
    assert page.evaluate(ground) == colors["light"]
    press(page, "Theme: light")
    assert page.evaluate(ground) == colors["dark"]
    page.reload()
    assert page.evaluate(ground) == colors["dark"]
    press(page, "Theme: dark")
    assert page.evaluate(ground) == colors[scheme]


@pytest.mark.parametrize("which", ["plan", "run", "nothing"])
def test_a_phone_needs_no_scrolling_sideways(show: Show, syncs: tuple[Document, Document], which: str) -> None:
    page = show({"plan": big_plan(), "run": syncs[0], "nothing": syncs[1]}[which], width=390)
    if which != "nothing":
        press(page, "Expand all")
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_2000_changes_are_shown_as_far_as_somebody_looks(show: Show, many: Document) -> None:
    page = show(many)
    expect(page.get_by_role("status")).to_have_text("all 2,000 shown")
    assert rows(page) == 100
    assert page.locator(".body").count() == 0
    assert page.locator(".items > li").first.evaluate("one => getComputedStyle(one).contentVisibility") == "auto"
    page.locator(".items > li").last.scroll_into_view_if_needed()
    expect(page.locator(".items > li")).not_to_have_count(100)
    assert rows(page) < 500
    page.get_by_role("searchbox").fill(many.items[1234].key)
    expect(page.get_by_role("status")).to_have_text("1 of 2,000 shown")
    page.locator("summary").click()
    expect(page.locator(".facts")).to_contain_text(many.items[1234].organization)


def test_organizations_are_told_from_datasets(show: Show, syncs: tuple[Document, Document]) -> None:
    page = show(syncs[0])
    kinds = page.get_by_role("heading", name="By kind").locator("+ ul li")
    assert kinds.all_inner_texts() == ["dataset\n100", "organization\n21", "group\n4"]


def test_a_run_with_nothing_to_do_says_so(show: Show, syncs: tuple[Document, Document]) -> None:
    page = show(syncs[1])
    expect(page.get_by_text("Nothing was to be done")).to_be_visible()
    expect(page.get_by_text("100 datasets match the source.")).to_be_visible()
    assert page.get_by_role("searchbox").count() == 0


def test_paper_has_every_value_of_what_is_chosen_and_no_controls(show: Show, tmp_path: Path) -> None:
    page = show(big_plan())
    page.get_by_role("searchbox").fill("title 1")
    expect(page.get_by_role("status")).to_have_text("138 of 303 shown")
    page.evaluate(COUNT_ON_PAPER)
    page.pdf(path=tmp_path / "report.pdf")
    assert page.evaluate("onPaper") == {"open": 138, "values": 552}
    assert page.locator("details[open]").count() == 0
    page.emulate_media(media="print")
    for control in ("searchbox", "combobox"):
        expect(page.get_by_role(control, include_hidden=True)).to_be_hidden()
    for button in ("Theme", "Expand all"):
        expect(page.get_by_role("button", name=button, include_hidden=True)).to_be_hidden()
    expect(page.get_by_role("status")).to_be_visible()


def test_paper_is_white_whatever_the_theme(show: Show) -> None:
    page = show(big_plan(), color_scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
