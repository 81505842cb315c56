"""What becomes of single values: what CKAN changes, what it refuses, what it breaks at."""

from __future__ import annotations

from typing import Any

import pytest

from contract.bench import Bench
from contract.catalogs import Catalog
from contract.raw import Answer, ask


def create(bench: Bench, suffix: str = "it", **fields: Any) -> Answer:
    """Ask for a dataset that is purged at the end if it came to be."""
    name = bench.name(suffix)
    return ask(bench.low_level, "package_create", **{"name": name, "owner_org": bench.catalog.organization, **fields})


@pytest.mark.quirk("unstorable-characters")
@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"], ids=["NUL", "surrogate"])
def test_some_characters_cannot_be_stored(bench: Bench, text: str) -> None:
    assert create(bench, notes=text).status == 500


@pytest.mark.quirk("control-characters-are-stored")
def test_other_control_characters_are_stored(bench: Bench) -> None:
    assert create(bench, notes="a\x01b", private=True).result["notes"] == "a\x01b"


@pytest.mark.quirk("number-as-boolean")
def test_a_number_is_no_boolean(bench: Bench, catalog: Catalog) -> None:
    assert create(bench, private=1).status == {"2.10": 500, "2.11": 500, "2.12": 200}[catalog.release]


@pytest.mark.quirk("on-is-false")
def test_some_words_are_true_and_all_others_false(bench: Bench) -> None:
    made = create(bench, private="yes").result
    assert made["private"] is True
    assert ask(bench.low_level, "package_patch", id=made["id"], private="on").result["private"] is False


@pytest.mark.quirk("null-blank-and-absent")
@pytest.mark.quirk("title-is-the-name")
@pytest.mark.quirk("texts-become-json")
@pytest.mark.quirk("emails-are-stripped")
def test_what_becomes_of_texts(bench: Bench) -> None:
    made = create(
        bench,
        title="  Two  words ",
        notes={"a": 1},
        author=" Somebody ",
        author_email=" somebody@example.org ",
        maintainer=None,
        url="",
    ).result
    shown = bench.show(made["id"])
    assert shown["title"] == "Two  words"
    assert shown["notes"] == '{"a": 1}'
    assert (shown["author"], shown["author_email"]) == (" Somebody ", "somebody@example.org")
    assert (shown["maintainer"], shown["url"], shown["version"]) == (None, "", None)
    assert ask(bench.low_level, "package_patch", id=made["id"], title="").result["title"] == made["name"]


@pytest.mark.quirk("integers-from-texts")
def test_an_integer_may_be_a_text_and_may_not_have_a_point_in_it(bench: Bench) -> None:
    made = create(bench, resources=[{"size": size} for size in ("10", 10.0, " 7 ", True)]).result
    assert [resource["size"] for resource in made["resources"]] == [10, 10, 7, 1]
    refused = create(bench, "refused", resources=[{"size": size} for size in ("10.0", 10.5, "1e3")])
    assert [sorted(item) for item in refused.error["resources"]] == [["size"], ["size"], ["size"]]


@pytest.mark.quirk("integers-have-a-limit")
def test_an_integer_that_64_bits_cannot_hold_breaks(bench: Bench) -> None:
    assert create(bench, resources=[{"size": 2**63}]).status == 500


@pytest.mark.quirk("tag-refuses-the-dataset")
def test_one_illegal_tag_refuses_the_dataset(bench: Bench) -> None:
    for tag in ("a", "a,b", "a/b", "it's", "x" * 101):
        answer = create(bench, tags=[{"name": "water"}, {"name": tag}])
        assert (answer.status, answer.fields) == (409, {"tags"}), tag


@pytest.mark.quirk("blank-tags-pass")
@pytest.mark.quirk("equal-tags-are-merged")
def test_blank_tags_pass_and_equal_ones_are_merged(bench: Bench) -> None:
    given = ["  ", "air\n", "Größe 1.0_-", "water", "Water", "water"]
    made = create(bench, tags=[{"name": tag} for tag in given]).result
    assert {tag["name"] for tag in made["tags"]} == {"  ", "air\n", "Größe 1.0_-", "water", "Water"}
    assert len(made["tags"]) == 5


@pytest.mark.quirk("email-refuses-the-dataset")
@pytest.mark.quirk("version-refuses-the-dataset")
def test_one_wrong_address_or_a_long_version_refuses_the_dataset(bench: Bench) -> None:
    answer = create(bench, maintainer_email="GIS desk", author_email="a@localhost", version="x" * 101)
    assert (answer.status, answer.fields) == (409, {"maintainer_email", "version"})
    assert create(bench, author_email="a@localhost", version="x" * 100).status == 200
