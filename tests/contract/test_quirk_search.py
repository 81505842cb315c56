"""package_search: what it leaves out, and what it makes of a query."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.bulk.indexed import names_left_out
from ckan_api_client.quirks.search import escape_term, one_filter, quote_phrase
from contract.bench import Bench
from contract.raw import ask


@pytest.mark.quirk("default-order-moves")
def test_the_default_order_is_that_of_the_last_change(bench: Bench) -> None:
    made = [bench.dataset(suffix)["id"] for suffix in ("one", "two")]

    def found(**arguments: Any) -> list[str]:
        fq = f"+owner_org:* +name:{bench.prefix}*"
        return [item["id"] for item in bench.action.package_search(fq=fq, **arguments)["results"]]

    assert found() == [made[1], made[0]]
    bench.action.package_patch(id=made[0], notes="changed")
    assert found() == [made[0], made[1]]
    assert found(sort="id asc") == sorted(made)


@pytest.mark.quirk("private-and-drafts-are-left-out")
def test_a_search_leaves_private_datasets_and_drafts_out_unless_told(bench: Bench) -> None:
    bench.dataset("private", private=True)
    bench.dataset("draft", state="draft")
    fq = f"+name:{bench.prefix}*"
    told = {"include_private": True, "include_drafts": True}
    assert bench.action.package_search(fq=fq)["count"] == 0
    assert bench.action.package_search(fq=fq, **told)["count"] == 2


@pytest.mark.quirk("extras-are-indexed-twice")
def test_the_bare_key_of_an_extra_is_exact(bench: Bench) -> None:
    key = bench.prefix.replace("-", "_")
    bench.dataset(extras=[{"key": key, "value": "Water-Quality:7"}])

    def count(query: str) -> int:
        return int(bench.action.package_search(fq=query)["count"])

    assert (count(f"+extras_{key}:water"), count(f"+{key}:water")) == (1, 0)
    assert (count(f'+{key}:"Water-Quality:7"'), count(f'+{key}:"water-quality:7"')) == (1, 0)


@pytest.mark.quirk("braces-are-refused")
@pytest.mark.quirk("values-are-syntax")
def test_values_of_a_query_must_be_escaped(bench: Bench) -> None:
    key = bench.prefix.replace("-", "_")
    value = 'a{!b} "c": (d'
    bench.dataset(extras=[{"key": key, "value": value}])
    assert ask(bench.low_level, "package_search", fq=f'+{key}:"a{{!b}}"').kind == "Search Error"
    assert ask(bench.low_level, "package_search", fq=f"+{key}:{value.removeprefix('a{!b} ')}").kind == "Search Error"
    for query in (quote_phrase(value), escape_term(value)):
        assert bench.action.package_search(fq=f"+{key}:{query}")["count"] == 1


@pytest.mark.quirk("alternatives-switch-a-filter-off")
def test_a_filter_with_an_or_finds_everything_unless_it_is_in_brackets(bench: Bench) -> None:
    made = [bench.dataset(suffix) for suffix in ("one", "two", "three")]
    either = " OR ".join(f"name:{dataset['name']}" for dataset in made[:2])

    def count(fq: str, **options: Any) -> int:
        return int(bench.action.package_search(fq=fq, rows=0, **options)["count"])

    for options in ({}, {"include_private": True, "include_drafts": True}):
        assert count(either, **options) > 2
        assert count(one_filter(either), **options) == 2


@pytest.mark.quirk("package-list-is-of-the-public")
def test_package_list_gives_public_active_datasets_only(bench: Bench) -> None:
    public = bench.dataset("public")["name"]
    others = {bench.dataset("private", private=True)["name"], bench.dataset("draft", state="draft")["name"]}
    names = bench.action.package_list(include_private=True, include_drafts=True, include_deleted=True)
    assert {name for name in names if name.startswith(bench.prefix)} == {public}
    left_out = bench.low_level.run(names_left_out(private=True, drafts=True, deleted=False))
    assert {name for name in left_out if name.startswith(bench.prefix)} == others
