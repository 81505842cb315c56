"""Looks at pages in Debian's Chromium, from a file, as people do; whatever a page asks of a network is a failure.

Without a Chromium these tests are skipped by name, or fail where there must be one: with CI set.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Route, sync_playwright

from ckan_api_client.report import Document, to_html

CHROMIUM = Path("/usr/bin/chromium")
NO_BROWSER = f"there is no {CHROMIUM} to look at pages with; as root, apt-get install chromium"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    may_skip = not os.environ.get("CI") and not CHROMIUM.exists()
    ours = [item for item in items if may_skip and item.path.is_relative_to(Path(__file__).parent)]
    for item in ours:
        item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = terminalreporter.getreports("skipped")
    if skipped := [report.nodeid for report in reports if NO_BROWSER in str(report.longrepr)]:
        terminalreporter.section(f"{len(skipped)} BROWSER TESTS SKIPPED: {NO_BROWSER}", "!", red=True, bold=True)
        for name in sorted(skipped):
            terminalreporter.line(name)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser. It is closed after each file: other tests could not run an event loop beside its own."""
    if not CHROMIUM.exists():
        pytest.fail(f"BROWSER TESTS NOT RUN: {NO_BROWSER}", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def show(chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Open the page of a report. In the end, none may have asked for anything, complained, or opened a dialog."""
    told: list[str] = []
    contexts: list[BrowserContext] = []

    def dismiss(dialog: Dialog) -> None:
        told.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def show(document: Document, *, width: int = 1280, **options: Any) -> Page:
        file = tmp_path / f"report-{len(contexts)}.html"
        file.write_text(to_html(document), encoding="utf-8")
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)

        def let_pass(route: Route) -> None:
            if route.request.url == file.as_uri():
                route.continue_()
            else:
                told.append(f"asks for {route.request.url}")
                route.abort()

        context.route("**/*", let_pass)
        page = context.new_page()
        page.on("console", lambda message: told.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: told.append(f"error: {error}"))
        page.on("dialog", dismiss)
        page.on("popup", lambda popup: told.append(f"opens {popup.url}"))
        page.goto(file.as_uri())
        return page

    yield show
    for context in contexts:
        context.close()
    assert told == []
