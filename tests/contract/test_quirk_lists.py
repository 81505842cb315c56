"""What an update does to lists: tags, groups, extras, resources."""

from __future__ import annotations

from typing import Any

import pytest

from contract.bench import Bench
from contract.catalogs import Catalog
from contract.raw import ask

A, B, C = ({"key": key, "value": value} for key, value in (("a", "1"), ("b", "2"), ("c", "3")))


@pytest.mark.quirk("patch-replaces-lists")
def test_package_patch_takes_a_list_for_the_whole_list(bench: Bench) -> None:
    made = bench.dataset(extras=[A, B], tags=[{"name": "water"}])
    patched = ask(bench.low_level, "package_patch", id=made["id"], extras=[C]).result
    assert (patched["extras"], [tag["name"] for tag in patched["tags"]]) == ([C], ["water"])


@pytest.mark.quirk("revise-merges-by-position")
@pytest.mark.quirk("revise-ignores-an-empty-list")
def test_package_revise_lays_lists_over_each_other_by_position(bench: Bench) -> None:
    made = bench.dataset(extras=[A, B], tags=[{"name": "air"}, {"name": "water"}])
    update = {"extras": [C], "tags": []}
    revised = ask(bench.low_level, "package_revise", match={"id": made["id"]}, update=update).result["package"]
    assert sorted(extra["key"] for extra in revised["extras"]) == ["b", "c"]
    assert [tag["name"] for tag in revised["tags"]] == ["air", "water"]

    whole = {"filter": ["-extras", "-tags"], "update": {"extras": [A], "tags": []}}
    revised = ask(bench.low_level, "package_revise", match={"id": made["id"]}, **whole).result["package"]
    assert (revised["extras"], revised["tags"]) == ([A], [])


@pytest.mark.quirk("filter-keeps-resources-and-groups")
def test_what_is_filtered_out_alone_may_stay(bench: Bench, catalog: Catalog) -> None:
    made = bench.dataset(groups=[{"name": bench.group()["name"]}], resources=[{"url": "https://example.org/a"}])
    match, lists = {"id": made["id"]}, ["-resources", "-groups"]
    revised = ask(bench.low_level, "package_revise", match=match, filter=lists).result["package"]
    kept = {"2.10": (0, 0), "2.11": (0, 0), "2.12": (1, 1)}
    assert (len(revised["resources"]), len(revised["groups"])) == kept[catalog.release]

    named: dict[str, Any] = {"resources": [], "groups": []}
    revised = ask(bench.low_level, "package_revise", match=match, filter=lists, update=named).result["package"]
    assert (revised["resources"], revised["groups"]) == ([], [])


@pytest.mark.quirk("lists-come-back-sorted")
def test_tags_are_sorted_and_extras_may_be(bench: Bench, catalog: Catalog) -> None:
    made = bench.dataset(
        extras=[C, A, B],
        tags=[{"name": "water"}, {"name": "air"}],
        resources=[{"name": "second"}, {"name": "first"}],
    )
    shown = bench.show(made["id"])
    keys = {"2.10": ["a", "b", "c"], "2.11": ["a", "b", "c"], "2.12": ["c", "a", "b"]}
    assert [extra["key"] for extra in shown["extras"]] == keys[catalog.release]
    assert [tag["name"] for tag in shown["tags"]] == ["air", "water"]
    assert [resource["name"] for resource in shown["resources"]] == ["second", "first"]
