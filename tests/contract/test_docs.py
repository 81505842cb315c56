"""The examples of the README and the quickstart, as they are printed there, on an empty CKAN."""

from __future__ import annotations

import doctest
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from ckan_api_client.exceptions import NotFound
from ckan_api_client.high_level import CkanHighlevelClient
from ckan_api_client.syncing.identity import Identity
from contract.catalogs import Catalog

ROOT = Path(__file__).parents[2]
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.fixture
def empty(catalog: Catalog, client: CkanHighlevelClient) -> Iterator[Catalog]:
    left = len(client.list_datasets())
    assert left == 0, f"the examples want an empty catalog, and {left} datasets are here: scripts/ckan reset"
    yield catalog
    made = [*client.list_datasets(), *(Identity("survey", key).dataset_id for key in "ab")]
    for identifier in made:
        with suppress(NotFound):
            client.low_level.action.dataset_purge(id=identifier)


@pytest.mark.parametrize("page", ["README.md", "docs/quickstart.md"])
def test_the_examples_run_as_they_are_printed(empty: Catalog, tmp_path: Path, page: str) -> None:
    if page.endswith("quickstart.md"):
        (tmp_path / "days.csv").write_text("day,mm\n2026-01-01,3\n")
    told: list[str] = []
    names = {"url": empty.url, "token": empty.sysadmin_token, "path": tmp_path / "days.csv"}
    test = doctest.DocTestParser().get_doctest((ROOT / page).read_text(), names, page, page, 0)
    assert test.examples
    doctest.DocTestRunner(optionflags=FLAGS).run(test, out=told.append, clear_globs=False)
    for name in ("client", "syncing"):
        if name in test.globs:
            test.globs[name].close()
    assert told == []
