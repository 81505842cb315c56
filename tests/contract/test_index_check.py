"""Whether the search index is in step with the database, by what CKAN tells of both."""

from __future__ import annotations

import pytest

from ckan_api_client.high_level import CkanHighlevelClient
from ckan_api_client.low_level.index_check import IndexCheck, check_index
from contract.bench import Bench


def check(client: CkanHighlevelClient, bench: Bench) -> tuple[list[str], list[str]]:
    """What is missing and what is a ghost, of all that this test made; others work here, too."""
    found: IndexCheck = client.low_level.run(check_index(lambda _, __: None))
    missing, ghosts = ([name for name in names if bench.prefix in name] for names in (found.missing, found.ghosts))
    return missing, ghosts


@pytest.mark.parametrize("who", ["client", "editor", "visitor"])
def test_datasets_of_every_state_are_in_step(bench: Bench, request: pytest.FixtureRequest, who: str) -> None:
    client = request.getfixturevalue(who)
    bench.dataset("public")
    bench.dataset("private", private=True)
    bench.dataset("draft", state="draft")
    bench.action.package_delete(id=bench.dataset("deleted")["id"])
    bench.action.package_patch(id=bench.dataset("hidden")["id"], private=True)
    bench.action.package_patch(id=bench.dataset("renamed")["id"], name=bench.name("another"))
    bench.action.dataset_purge(id=bench.dataset("purged")["id"])
    bench.dataset("typed", type="showcase")
    assert check(client, bench) == ([], [])
