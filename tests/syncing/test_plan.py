"""A plan as a value: what counts as something to do, what it is kept as, and what is refused as a plan."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckan_api_client.exceptions import StalePlan, UnsafePlan
from ckan_api_client.syncing.guards import Limits
from ckan_api_client.syncing.plan import (
    Adopt,
    Conflict,
    Create,
    Delete,
    FieldChange,
    GroupChange,
    Keep,
    Plan,
    Refused,
    Revive,
    Update,
)

DATA: dict[str, Any] = {"title": "Wells", "private": False, "extras": [{"key": "year", "value": "2020"}]}

CHANGE = FieldChange("extras.year", None, "2020", "the source has it now")
CONFLICT = Conflict("6", "id-6", "Wells", "title", "A", "B", "catalog", "both sides changed it")

EVERYTHING = Plan(
    "geo",
    "https://catalog.example.org",
    "importer",
    serial=12,
    made="2031-05-06T07:08:09Z",
    rules={"on_conflict": "catalog", "own": ["title"], "grace_days": 0.5},
    groups=(GroupChange("organization", "survey", {"name": "survey"}, update=True),),
    deletes=(Delete("1", "id-1", "Old wells", "private", "2031-01-01T00:00:00.000001"),),
    adopts=(Adopt("2", "a.jsonl:2", "id-2", "Wells", "name", "2031-01-01T00:00:00"),),
    creates=(Create("3", "a.jsonl:3", "Wells", DATA),),
    revives=(Revive("4", "a.jsonl:4", "id-4", "Wells", DATA),),
    updates=(Update("5", "a.jsonl:5", "id-5", "Wells", DATA, (CHANGE,), "2031-01-01T00:00:00"),),
    keeps=(Keep("8", "id-8", DATA, "2031-01-01T00:00:00", {"title": ["A", "B"]}),),
    conflicts=(CONFLICT,),
    refused=(Refused("7", "a.jsonl:7", "id", "another record has the same id"),),
    absent=("1",),
    unchanged=93,
    managed=98,
    records=100,
    no_deletes_because="the search index promised 2 datasets and gave 1",
    notes=("the state was made anew",),
)


@pytest.mark.parametrize(
    "part",
    ["groups", "deletes", "adopts", "creates", "revives", "updates"],
)
def test_each_kind_of_change_is_something_to_do(part: str) -> None:
    plan = Plan("geo", **{part: getattr(EVERYTHING, part)})
    assert plan
    assert len(plan) == 1
    assert plan.changes == getattr(EVERYTHING, part)


@pytest.mark.parametrize(
    "part", ["keeps", "conflicts", "refused", "absent", "unchanged", "notes", "no_deletes_because"]
)
def test_what_is_only_told_is_nothing_to_do(part: str) -> None:
    plan = Plan("geo", **{part: getattr(EVERYTHING, part)})
    assert not plan
    assert len(plan) == 0


def test_changes_come_in_the_order_of_writing() -> None:
    assert [type(change).__name__ for change in EVERYTHING.changes] == [
        "GroupChange",
        "Delete",
        "Adopt",
        "Create",
        "Revive",
        "Update",
    ]


def test_a_plan_survives_its_file() -> None:
    assert Plan.from_json(EVERYTHING.to_json()) == EVERYTHING


def test_a_plan_file_can_be_compared_by_lines_and_read_without_this_package() -> None:
    text = EVERYTHING.to_json()
    told = json.loads(text)
    assert (told["plan"], told["source"], told["creates"][0]["data"]["title"]) == (1, "geo", "Wells")
    assert told["checksum"] == EVERYTHING.checksum
    changed = replace(EVERYTHING, updates=(replace(EVERYTHING.updates[0], title="Springs"),)).to_json()
    pairs = zip(text.splitlines(), changed.splitlines(), strict=True)
    assert [one.strip()[:7] for one, two in pairs if one != two] == ['"checks', '"title"']


def test_the_checksum_does_not_depend_on_when_the_plan_was_made() -> None:
    assert replace(EVERYTHING, made="2032-01-01T00:00:00Z").checksum == EVERYTHING.checksum


@pytest.mark.parametrize(
    "changed",
    [
        {"source": "other"},
        {"catalog": "https://other.example.org"},
        {"account": "somebody"},
        {"serial": 13},
        {"rules": {}},
        {"deletes": ()},
        {"unchanged": 94},
        {"notes": ()},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_the_checksum_depends_on_everything_else(changed: dict[str, Any]) -> None:
    assert replace(EVERYTHING, **changed).checksum != EVERYTHING.checksum


def test_the_checksum_is_the_same_in_every_version_of_this_package() -> None:
    assert Plan("geo").checksum == "3b65bdaa51644b8e26d2cf976fd67676c18f3efcdf86caddab0b1088ed62115c"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.text(st.characters(categories=["Cs"]), max_size=1)
    | st.text(st.characters(max_codepoint=0x2FFF)),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(), inside, max_size=3),
    max_leaves=12,
)


def exactly(value: Any) -> str:
    """A value and the types within it: 1, 1.0 and True are three things."""
    return repr(value)


@given(JSON, JSON, st.dictionaries(st.text(), JSON, max_size=3))
def test_any_json_value_survives_exactly(before: Any, after: Any, data: dict[str, Any]) -> None:
    plan = Plan(
        "geo",
        rules=data,
        creates=(Create("1", "a", "T", data),),
        updates=(Update("2", "a", "id", "T", data, (FieldChange("title", before, after),)),),
        conflicts=(Conflict("3", "id", "T", "title", before, after, "source"),),
    )
    text = plan.to_json()
    text.encode()
    assert exactly(Plan.from_json(text)) == exactly(plan)


@given(st.data())
def test_a_text_that_is_altered_at_any_byte_is_refused_or_means_the_same(data: st.DataObject) -> None:
    original = EVERYTHING.to_json().encode()
    place = data.draw(st.integers(0, len(original) - 1))
    kind = data.draw(st.sampled_from(["replace", "remove", "insert", "cut"]))
    sign = data.draw(st.binary(min_size=1, max_size=1))
    altered = {
        "replace": original[:place] + sign + original[place + 1 :],
        "remove": original[:place] + original[place + 1 :],
        "insert": original[:place] + sign + original[place:],
        "cut": original[:place],
    }[kind]
    try:
        plan = Plan.from_json(altered.decode())
    except (StalePlan, UnicodeDecodeError):
        return
    assert replace(plan, made="") == replace(EVERYTHING, made="")


def test_every_bit_of_a_plan_file_counts() -> None:
    original = EVERYTHING.to_json().encode()
    for place in range(len(original)):
        for bit in range(7):
            altered = bytearray(original)
            altered[place] ^= 1 << bit
            try:
                plan = Plan.from_json(altered.decode())
            except StalePlan:
                continue
            assert replace(plan, made="") == replace(EVERYTHING, made="")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "this is no plan: Expecting value"),
        ("{", "this is no plan: Expecting property name"),
        ("[" * 100_000, "this is no plan: "),
        ('{"plan": ' + "9" * 5000 + "}", "this is no plan: Exceeds the limit"),
        ("[]", "this is no plan, but a JSON list"),
        ("null", "this is no plan, but a JSON NoneType"),
        ("{}", "it does not say which version of plans it has"),
        ('{"plan": "1"}', "it does not say which version of plans it has"),
        ('{"plan": true}', "it does not say which version of plans it has"),
        ('{"plan": 2, "checksum": 1}', "the plan is of a newer version, 2; this package knows version 1"),
        ('{"plan": 0}', "the plan is of an unknown version, 0"),
        ('{"plan": 1}', "the plan is no Plan: it has keys"),
        ('{"plan": 1, "source": "geo", "more": 1}', "the plan is no Plan: it has keys 'source', 'more'"),
    ],
)
def test_what_is_no_plan_is_refused_and_why_is_said(text: str, complaint: str) -> None:
    with pytest.raises(StalePlan) as refused:
        Plan.from_json(text)
    assert complaint in str(refused.value)


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        (("source",), 1, "the plan.source is int, not str"),
        (("serial",), True, "the plan.serial is bool, not int"),
        (("serial",), 1.0, "the plan.serial is float, not int"),
        (("rules",), [], "the plan.rules is list, not dict"),
        (("deletes",), {}, "the plan.deletes is no list"),
        (("deletes", 0), "1", "the plan.deletes[0] is no Delete: it has str"),
        (("deletes", 0, "how"), "burn", "the plan.deletes[0].how is none of delete, purge, private"),
        (("deletes", 0, "how"), [], "the plan.deletes[0].how is none of delete, purge, private"),
        (("updates", 0, "data"), "x", "the plan.updates[0].data is str, not dict"),
        (("updates", 0, "changes", 0, "path"), None, "the plan.updates[0].changes[0].path is NoneType, not str"),
        (("notes", 0), 7, "the plan.notes[0] is int, not str"),
    ],
)
def test_a_value_of_another_type_is_refused_with_its_place(path: tuple[Any, ...], value: Any, complaint: str) -> None:
    packed = json.loads(EVERYTHING.to_json())
    inside = packed
    for step in path[:-1]:
        inside = inside[step]
    inside[path[-1]] = value
    with pytest.raises(StalePlan) as refused:
        Plan.from_json(json.dumps(packed))
    assert str(refused.value) == complaint


def test_an_altered_plan_is_refused_though_it_is_well_made() -> None:
    text = EVERYTHING.to_json().replace('"Old wells"', '"New wells"')
    with pytest.raises(StalePlan, match="the plan was altered: it does not have the checksum that it says"):
        Plan.from_json(text)


def test_a_plan_within_its_limits_is_safe() -> None:
    EVERYTHING.raise_if_unsafe(Limits())


def test_an_unsafe_plan_names_every_guard_with_the_option_that_lifts_it() -> None:
    deletes = tuple(Delete(f"{number}", f"id-{number}", "T") for number in range(3))
    updates = tuple(Update(f"{number}", "a", f"id-{number}", "T", {}) for number in range(21))
    with pytest.raises(UnsafePlan) as refused:
        Plan("geo", deletes=deletes, updates=updates, managed=30).raise_if_unsafe(Limits.of(max_deletes=2))
    assert refused.value.reasons == (
        "the source holds no dataset that can be taken (--allow-empty allows it)",
        "3 of 30 datasets would be deleted, and at most 2 may be (--max-deletes 3 allows it)",
        "21 of 30 datasets would be changed: that is more than 20, and more than half (--max-updates 21 allows it)",
    )
    assert str(refused.value) == "; ".join(refused.value.reasons)


def test_hiding_and_purging_count_as_deletes() -> None:
    deletes = (Delete("1", "id-1", "T", "private"), Delete("2", "id-2", "T", "purge"))
    with pytest.raises(UnsafePlan, match="2 of 2 datasets would be deleted"):
        Plan("geo", deletes=deletes, managed=2, records=1).raise_if_unsafe(Limits())
