"""The registry of quirks holds: the workarounds exist, and real CKANs show the quirks.

That docs/quirks.md says the same is tests/test_docs.py's.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from ckan_api_client.quirks.registry import QUIRKS, Quirk

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "ckan_api_client"
CONTRACT_TESTS = sorted((ROOT / "tests" / "contract").glob("test_*.py"))

#: Quirks that no contract test shows, and why not.
ARGUED = {
    "old-data-blocks-every-update": "it takes data from before a rule, which no API makes",
    "redirect-loses-the-body": "it is what stands before a CKAN that redirects",
    "version-may-be-hidden": "it takes a site with ckan.hide_version, and a visitor",
    "large-datasets-take-minutes": "it takes minutes",
    "cookie-beats-the-token": "it takes a browser's session: a user with a password, who could not be purged",
    "extra-shown-as-a-field": "it takes a site whose schema has the very field",
    "harvest-shows-extras-of-its-own": "it takes ckanext-harvest",
    "type-needs-its-plugin": "it would break pages of the catalog that it is shown on",
    "simultaneous-creates-merge": "it is a race, which no test can be sure to win",
    "rows-are-capped": "it takes more than 1,000 datasets; tests/low_level cut the pages by hand",
    "purge-spoils-the-list": "it is a race, which no test can be sure to win",
    "counts-cost-a-query-each": "it is a cost, which shows in the server's log alone",
    "first-millisecond-misses-the-index": "it takes a write in the first of a thousand milliseconds",
    "index-is-not-the-database": "it takes a hand in the site's index; tests/syncing feed such answers by hand",
    "indexed-before-the-commit": "it is a race, which no test can be sure to win",
    "index-suffers-from-writers": "it takes a load that would disturb whoever else is on the site",
}

#: `C` and a number in comments that are no quirks.
NO_QUIRKS = {"C0"}


def marks_of(file: Path) -> Iterator[str]:
    """The names in the `quirk` marks of a file's tests."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.quirk":
                    yield str(ast.literal_eval(decorator.args[0]))


SHOWN = {name for file in CONTRACT_TESTS for name in marks_of(file)}


@pytest.mark.parametrize("attribute", ["name", "id"])
def test_what_a_quirk_is_called_is_its_own(attribute: str) -> None:
    counted = Counter(getattr(quirk, attribute) for quirk in QUIRKS)
    assert [value for value, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("quirk", QUIRKS, ids=lambda quirk: quirk.name)
def test_a_quirk_says_all_there_is_to_say(quirk: Quirk) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", quirk.name)
    assert re.fullmatch(r"[A-Z]\d+[a-z]?", quirk.id)
    for sentence in (quirk.effect, quirk.workaround):
        assert re.fullmatch(r"[^\n]{10,250}\.", sentence)
    assert {quirk.since, quirk.until} <= {"2.10", "2.11", "2.12"}
    assert quirk.since <= quirk.until
    assert quirk.source
    for source in quirk.source:
        assert re.fullmatch(r"(2\.12 )?ckan/\S+:\d+|([\w-]+/[\w.-]+)?#\d+", source)


@pytest.mark.parametrize("quirk", QUIRKS, ids=lambda quirk: quirk.name)
def test_the_workaround_exists(quirk: Quirk) -> None:
    assert quirk.where
    for place in quirk.where:
        module, _, name = place.rpartition(".")
        assert hasattr(importlib.import_module(f"ckan_api_client.{module}"), name), place


def test_every_quirk_is_shown_on_real_ckans_or_has_a_reason() -> None:
    names = {quirk.name for quirk in QUIRKS}
    assert sorted(names - SHOWN - set(ARGUED)) == []
    assert sorted(SHOWN - names) == []
    assert sorted(set(ARGUED) & SHOWN) == []
    assert sorted(set(ARGUED) - names) == []


def test_comments_name_only_quirks_that_are_known() -> None:
    known = {re.sub("[a-z]$", "", quirk.id) for quirk in QUIRKS} | {quirk.id for quirk in QUIRKS} | NO_QUIRKS
    unknown = {
        f"{file.relative_to(SOURCE)}: {name}"
        for file in SOURCE.rglob("*.py")
        for name in re.findall(r"\b[A-H]\d{1,2}[a-f]?\b", _comments_of(file))
        if name not in known
    }
    assert unknown == set()


def _comments_of(file: Path) -> str:
    """The docstrings and comments of a file: where quirks are called by letter and number."""
    if file.is_relative_to(SOURCE / "quirks" / "registry") or file.is_relative_to(SOURCE / "testing"):
        return ""
    text = file.read_text(encoding="utf-8")
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = (node for node in ast.walk(ast.parse(text)) if isinstance(node, documented))
    docstrings = [ast.get_docstring(node) or "" for node in nodes]
    return "\n".join([*docstrings, *re.findall(r"#.*$", text, re.MULTILINE)])
