"""What a write does to a dataset as a whole."""

from __future__ import annotations

from typing import Any

import pytest

from contract.bench import Bench
from contract.catalogs import Catalog
from contract.raw import ask


@pytest.mark.quirk("update-removes-the-absent")
def test_what_package_update_is_not_sent_it_empties(bench: Bench, catalog: Catalog) -> None:
    made = bench.dataset(
        title="Title",
        notes="Notes",
        version="1",
        private=True,
        extras=[{"key": "a", "value": "1"}],
        tags=[{"name": "water"}],
        groups=[{"name": bench.group()["name"]}],
        resources=[{"url": "https://example.org/a"}],
    )
    updated = ask(bench.low_level, "package_update", id=made["id"]).result
    assert (updated["name"], updated["title"]) == (made["name"], made["name"])
    assert (updated["owner_org"], updated["private"]) == (made["owner_org"], True)
    assert (updated["notes"], updated["version"], updated["extras"], updated["tags"]) == (None, None, [], [])
    kept = {"2.10": (0, 0), "2.11": (0, 0), "2.12": (1, 1)}
    assert (len(updated["resources"]), len(updated["groups"])) == kept[catalog.release]


@pytest.mark.quirk("update-takes-no-lock")
@pytest.mark.quirk("revise-wraps-its-result")
def test_of_two_updates_the_second_wins_and_only_revise_can_tell(bench: Bench) -> None:
    read = bench.show(bench.dataset(title="As read")["id"])
    assert ask(bench.low_level, "package_update", **{**read, "notes": "the first"}).status == 200
    assert ask(bench.low_level, "package_update", **{**read, "url": "the second"}).status == 200
    now = bench.show(read["id"])
    assert (now["notes"] or "", now["url"]) == ("", "the second")

    match = {"id": read["id"], "title": now["title"]}
    first = ask(bench.low_level, "package_revise", match=match, update={"title": "the first"}).result
    second = ask(bench.low_level, "package_revise", match=match, update={"title": "the second"})
    assert first["package"]["title"] == "the first"
    assert (second.status, second.error["match"]) == (409, ["title"])


@pytest.mark.quirk("unknown-field-is-dropped")
@pytest.mark.quirk("derived-keys-are-ignored")
def test_fields_that_ckan_does_not_know_or_makes_itself_are_dropped(bench: Bench) -> None:
    sent: dict[str, Any] = {
        "theme": "water",
        "themes": ["water"],
        "num_tags": 7,
        "license_title": "Mine",
        "isopen": True,
    }
    made = bench.dataset(**sent, organization={"name": "another"})
    assert "theme" not in made
    assert "themes" not in made
    assert (made["num_tags"], made.get("license_title"), made["isopen"]) == (0, None, False)
    assert made["organization"]["name"] == bench.catalog.organization


@pytest.mark.quirk("unknown-objects-are-refused")
def test_a_list_of_objects_under_an_unknown_key(bench: Bench, catalog: Catalog) -> None:
    data = {"owner_org": catalog.organization}
    top = ask(bench.low_level, "package_create", **data, name=bench.name("top"), places=[{"a": 1}])
    inner = ask(bench.low_level, "package_create", **data, name=bench.name("inner"), resources=[{"places": [{"a": 1}]}])
    statuses = {"2.10": (409, 409), "2.11": (409, 409), "2.12": (200, 200)}
    assert (top.status, inner.status) == statuses[catalog.release]
    if top.status == 200:
        assert "places" not in top.result
        assert inner.result["resources"][0]["places"] == [{"a": 1}]


@pytest.mark.quirk("owner-comes-back-as-id")
def test_an_owner_sent_by_name_comes_back_as_its_id(bench: Bench) -> None:
    owner = bench.organization()
    assert bench.dataset(owner_org=owner["name"])["owner_org"] == owner["id"]


@pytest.mark.quirk("dataset-needs-an-organization")
@pytest.mark.quirk("private-needs-an-organization")
def test_without_an_organization_there_is_no_dataset_and_no_private_one(bench: Bench) -> None:
    answer = ask(bench.low_level, "package_create", name=bench.name(), private=True)
    assert (answer.status, answer.fields) == (409, {"owner_org", "private"})


@pytest.mark.quirk("state-is-not-checked")
def test_any_text_is_a_state_and_hides_the_dataset(bench: Bench) -> None:
    made = bench.dataset()
    patched = ask(bench.low_level, "package_patch", id=made["id"], state="activ")
    assert (patched.status, bench.show(made["id"])["state"]) == (200, "activ")
    everything = {"include_private": True, "include_drafts": True}
    assert bench.action.package_search(fq=f"+id:{made['id']}", **everything)["count"] == 0


@pytest.mark.quirk("type-never-changes")
def test_a_dataset_keeps_its_type(bench: Bench) -> None:
    made = bench.dataset()
    assert ask(bench.low_level, "package_patch", id=made["id"], type="showcase").result["type"] == "dataset"
