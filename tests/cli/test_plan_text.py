"""A plan on the terminal: what is shown, what is cut, and that nothing in it speaks to the terminal."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click
import pytest

from ckan_api_client.cli.plan_text import plan_lines
from ckan_api_client.cli.values_text import conflict_lines, shown_pair
from ckan_api_client.syncing.guards import Limits
from ckan_api_client.syncing.plan import (
    Adopt,
    Conflict,
    Create,
    Delete,
    FieldChange,
    GroupChange,
    Plan,
    Refused,
    Revive,
    Update,
)

PLAN = Plan(
    "geo",
    "https://catalog.example.org",
    "importer",
    groups=(
        GroupChange("organization", "survey", {"name": "survey", "title": "Survey"}),
        GroupChange("group", "health", {"name": "health", "title": "Health"}, update=True),
    ),
    deletes=(Delete("1", "id-1", "Old wells"), Delete("2", "id-2", "Springs", "private")),
    adopts=(Adopt("3", "a.jsonl:3", "id-3", "Rivers", "name"),),
    creates=(Create("4", "a.jsonl:4", "Lakes", {}),),
    revives=(Revive("5", "a.jsonl:5", "id-5", "Ponds", {}),),
    updates=(
        Update("6", "a.jsonl:6", "id-6", "Seas", {}, (FieldChange("extras.year", None, "2020", "yours"),)),
        Update("7", "a.jsonl:7", "id-7", "", {}, (FieldChange("tags.a", "a", None),)),
    ),
    conflicts=(Conflict("6", "id-6", "Seas", "title", "A", None, "source"),),
    refused=(Refused("8", "a.jsonl:8", "owner_org", "nobody's"), Refused("9", "a.jsonl:9", "owner_org", "nobody's")),
    unchanged=1_300,
    managed=1_308,
    records=1_309,
    notes=("2 datasets are left alone",),
)


def text_of(plan: Plan, limits: Limits | None = None, *, full: bool = False) -> str:
    return click.unstyle("\n".join(plan_lines(plan, limits or Limits(), full=full)))


def test_a_plan_is_counted_then_shown_by_kind() -> None:
    assert (
        text_of(PLAN)
        == f"""\
geo -> https://catalog.example.org, as importer
      1 organization to make or to change
      1 group to make or to change
      1 dataset to delete
      1 dataset to make private
      1 dataset to adopt
      1 dataset to create
      1 dataset to bring back
      2 datasets to update, 2 values
      1 conflict between the two sides: 0 kept from the catalog, 1 taken from the source
      2 records refused
  1,300 datasets unchanged

Organizations and groups
  + organization survey  Survey
  ~ group health  (title, as far as they differ)

Deletes
  - 1  Old wells
  - 2  Springs  (private)

Adoptions
  + 3  Rivers  (dataset id-3, found by name)

Creates
  + 4  Lakes  (a.jsonl:4)

Revives
  + 5  Ponds  (dataset id-5 comes back)

Updates
  ~ 6  Seas
      extras.year: absent -> "2020" (yours)
  ~ 7
      tags.a: "a" -> absent

Conflicts
  ! 6  Seas
      title: taken from the source
        source:  "A"
        catalog: absent

Refused
       2  refused, owner_org: nobody's
            a.jsonl:8 dataset 8
            a.jsonl:9 dataset 9

2 datasets are left alone
checksum {PLAN.checksum}"""
    )


def test_a_plan_without_changes_says_so() -> None:
    plan = Plan("geo", "http://c", unchanged=1, managed=1, records=1)
    assert text_of(plan).splitlines()[:4] == ["geo -> http://c", "  1 dataset unchanged", "  nothing to do", ""]


def updated(number: int, fields: int = 1) -> tuple[Update, ...]:
    changes = tuple(FieldChange(f"extras.{field:02}", "a", "b") for field in range(fields))
    return tuple(Update(f"r{index}", "a", f"id-{index}", "T", {}, changes) for index in range(number))


def test_of_many_the_first_are_shown_and_the_fields_are_counted() -> None:
    plan = Plan("geo", updates=updated(2_000), managed=2_000, records=2_000)
    lines = text_of(plan, Limits.of(max_updates="100%")).splitlines()
    assert len(lines) == 28
    assert lines[1] == "  2,000 datasets to update, 2,000 values"
    assert lines[4] == "  by field: extras.00 2,000"
    assert lines[-3] == "  and 1,990 more; --full shows all, -o keeps all"


def test_of_many_fields_the_first_are_shown() -> None:
    plan = Plan("geo", updates=updated(1, fields=10), records=1)
    lines = text_of(plan).splitlines()
    assert lines[5:15][-3:] == ['      extras.07: "a" -> "b"', "      and 2 more values; --full shows all", ""]


def test_full_shows_all() -> None:
    text = text_of(Plan("geo", updates=updated(30, fields=10), records=1), full=True)
    assert text.count(' -> "b"') == 300
    assert "more" not in text.partition("\n\n")[2].partition("This plan")[0]


def test_resources_are_counted_without_their_ids() -> None:
    updates = [
        replace(update, changes=(FieldChange(f"resources.{turn:032x}.url", "a", "b"), FieldChange("resources", 1, 2)))
        for turn, update in enumerate(updated(11))
    ]
    text = text_of(Plan("geo", updates=tuple(updates), records=1))
    assert "  by field: resources 11, resources.*.url 11\n" in text


def test_the_guards_that_would_refuse_it_are_named_with_their_options() -> None:
    plan = Plan("geo", deletes=(Delete("1", "id-1", "T"),), managed=1, records=1)
    assert text_of(plan).splitlines()[-3:-1] == [
        "This plan would be refused:",
        "  ! 1 of 1 datasets would be deleted: that is all that this source has (--max-deletes 1 allows it)",
    ]
    assert "refused" not in text_of(plan, Limits.of(max_deletes=1))


def test_why_nothing_is_deleted_is_told() -> None:
    plan = Plan("geo", records=1, no_deletes_because="line 17\nis missing")
    assert text_of(plan).splitlines()[-2] == "Nothing is deleted: line 17\\x0ais missing"


def plan_full_of(text: str) -> Plan:
    change = FieldChange(text, {text: text * 99}, text, text)
    return Plan(
        text,
        text,
        text,
        groups=(GroupChange("group", text, {"title": text}), GroupChange("group", text, {text: text}, update=True)),
        deletes=(Delete(text, text, text),),
        adopts=(Adopt(text, text, text, text, text),),
        creates=(Create(text, text, text, {}),),
        revives=(Revive(text, text, text, text, {}),),
        updates=tuple(Update(text, text, text, text, {}, (change,)) for _ in range(11)),
        conflicts=(Conflict(text, text, text, text, text, [text], "source", text),),
        refused=(Refused(text, text, text, text, "group"),),
        no_deletes_because=text,
        notes=(text,),
    )


@pytest.mark.parametrize("full", [False, True])
def test_nothing_in_a_plan_speaks_to_the_terminal(full: bool) -> None:
    text = text_of(plan_full_of("\u001b[31mred\u202e\u009b\n"), full=full)
    assert not set("\u001b\u202e\u009b\r") & set(text)
    assert text.count("\n") == text_of(plan_full_of("plain"), full=full).count("\n")


@pytest.mark.parametrize(
    ("one", "two", "shown"),
    [
        pytest.param("a", "b", ('"a"', '"b"'), id="short"),
        pytest.param(None, "", ("absent", '""'), id="absent"),
        pytest.param(1, True, ("1", "true"), id="number and truth"),
        pytest.param(
            "x" * 100 + "1" + "y" * 100,
            "x" * 100 + "2" + "y" * 100,
            ("…" + "x" * 15 + "1" + "y" * 44 + "…", "…" + "x" * 15 + "2" + "y" * 44 + "…"),
            id="a difference in the middle",
        ),
        pytest.param(
            "x" * 100, "x" * 100 + "!", ("…" + "x" * 15 + '"', "…" + "x" * 15 + '!"'), id="a difference at the end"
        ),
        pytest.param("short", "x" * 100, ('"short"', '"' + "x" * 59 + "…"), id="one of them is long"),
        pytest.param(
            {"cache_url": None, "id": "x" * 100, "url": "http://a", "name": "A"},
            None,
            ('{"name": "A", "url": "http://a", "id": "' + "x" * 20 + "…", "absent"),
            id="a whole resource, and nothing",
        ),
    ],
)
def test_two_values_are_cut_around_their_first_difference(one: Any, two: Any, shown: tuple[str, str]) -> None:
    assert shown_pair(one, two) == shown


def test_full_values_are_not_cut() -> None:
    assert shown_pair("x" * 100, None, full=True) == ('"' + "x" * 100 + '"', "absent")


def test_a_conflict_has_both_values_and_who_wins() -> None:
    conflict = Conflict("1", "id", "Wells", "extras.year", "2024", ["2023"], "catalog", "both changed it")
    assert click.unstyle("\n".join(conflict_lines(conflict))) == (
        "  ! 1  Wells\n"
        "      extras.year: kept from the catalog (both changed it)\n"
        '        source:  "2024"\n'
        '        catalog: ["2023"]'
    )
