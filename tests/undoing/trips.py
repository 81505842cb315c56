"""Round trips: a random run over people's edits is taken back, and everything must be as it was before."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

from ckan_api_client.quirks.equivalence import SERVER_MADE_DATASET_KEYS, SERVER_MADE_RESOURCE_KEYS
from schedules.bench import SOURCE, Bench, laid_out
from schedules.people import GROUP, OTHER_ORGANIZATION, Person
from schedules.source import RandomSource


def bare(dataset: dict[str, Any]) -> dict[str, Any]:
    """Return all of a dataset that CKAN does not make itself; memberships and tags in no order, as CKAN shows them."""
    kept = {key: value for key, value in dataset.items() if key not in SERVER_MADE_DATASET_KEYS}
    kept["resources"] = [
        {key: value for key, value in resource.items() if key not in SERVER_MADE_RESOURCE_KEYS}
        for resource in dataset["resources"]
    ]
    kept["groups"] = sorted(group["name"] for group in dataset["groups"])
    kept["tags"] = sorted(tag["name"] for tag in dataset["tags"])
    kept["extras"] = sorted((extra["key"], extra["value"]) for extra in dataset["extras"])
    return kept


def there(bench: Bench) -> dict[str, dict[str, Any]]:
    """Return what is not in the trash."""
    found = bench.catalog.marked(SOURCE)
    return {key: bare(dataset) for key, (dataset,) in found.items() if dataset["state"] == "active"}


def go_there_and_back(seed: int, deletes: str) -> Counter[str]:
    """Make one round trip, as a sysadmin, or one time out of four as an editor; return what the run had done.

    Raises AssertionError where anything is not as it was, or where the run after the next one writes.
    """
    draw = Random(seed)  # noqa: S311 - reproducible, not secret
    version, by_editor = draw.choice(["2.10", "2.11", "2.12"]), deletes != "purge" and seed % 4 == 3
    with laid_out(version, by_editor=by_editor) as bench:
        bench.catalog.act("organization_create", name=OTHER_ORGANIZATION)
        for group in (GROUP, "g1"):
            bench.catalog.act("group_create", name=group)
        source = RandomSource(draw, with_groups=not by_editor)
        person = Person(bench.catalog, SOURCE, draw, is_editor=by_editor)
        bench.sync(source.records, deletes=deletes)
        for _ in range(4):
            source.change()
            person.do_something()
        before = there(bench)
        done = bench.sync(source.records, deletes=deletes)
        undone = bench.undo()
        assert there(bench) == before, f"seed {seed}: {done.counts()}, undone {undone.counts()}"
        assert not undone.undone, seed
        bench.sync(source.records, deletes=deletes)
        bench.catalog.ckan.forget_requests()
        bench.sync(source.records, deletes=deletes)
        assert bench.catalog.ckan.writes == [], seed
        assert bench.catalog.ckan.crashes == [], seed
    return Counter(done.counts())
