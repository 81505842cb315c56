"""The documentation holds: its examples run, its links lead somewhere, and it names what exists."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
#: Pages whose examples need a CKAN; tests/contract/test_docs.py and tests/cli/test_coming_from_ckanapi.py run those.
ON_A_CKAN = {"README.md", "quickstart.md", "coming-from-ckanapi.md"}


@pytest.mark.parametrize("page", [page for page in PAGES if page.name not in ON_A_CKAN], ids=lambda page: page.name)
def test_the_examples_of_a_page_run(page: Path) -> None:
    told: list[str] = []
    test = doctest.DocTestParser().get_doctest(page.read_text(), {}, page.name, page.name, 0)
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE).run(test, out=told.append)
    assert told == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_links_of_a_page_lead_to_files(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_names_only_files_and_modules_that_exist(page: Path) -> None:
    named = re.findall(r"`((?:scripts|docs|tests|changes|benchmarks)/[\w./]*)", page.read_text())
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_pages_that_are_made_of_code_say_what_the_code_says() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "generate_docs.py", "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_link_to_a_place_in_a_page_leads_to_a_heading(page: Path) -> None:
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    places = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", page.read_text())) <= places
