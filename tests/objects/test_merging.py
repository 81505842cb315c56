"""Three-way merges: what we changed, laid over what others changed meanwhile, and nothing else."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckan_api_client.objects.json_values import same_json
from ckan_api_client.objects.merging import Clash, Merge, merge_changes
from ckan_api_client.quirks.revising import REMOVED

Data = dict[str, Any]


def applied(merge: Merge, theirs: Data) -> Data:
    """What theirs is after the merge was written over it."""
    laid = {**theirs, **merge.values}
    return {key: value for key, value in laid.items() if value is not REMOVED}


def extra(key: str, value: str) -> Data:
    return {"key": key, "value": value}


def tags(*names: str) -> list[Data]:
    return [{"name": name} for name in names]


# Fields.


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "values"),
    [
        pytest.param({"a": 1}, {"a": 1}, {"a": 1}, {}, id="nobody changed anything"),
        pytest.param({"a": 1}, {"a": 2}, {"a": 1}, {"a": 2}, id="ours"),
        pytest.param({"a": 1}, {"a": 1}, {"a": 2}, {}, id="theirs"),
        pytest.param({"a": 1}, {"a": 2}, {"a": 2}, {}, id="both, to the same"),
        pytest.param({}, {"a": 1}, {}, {"a": 1}, id="added by us"),
        pytest.param({}, {}, {"a": 1}, {}, id="added by them"),
        pytest.param({"a": 1}, {}, {"a": 1}, {"a": REMOVED}, id="removed by us"),
        pytest.param({"a": 1}, {"a": 1}, {}, {}, id="removed by them"),
        pytest.param({"a": 1}, {}, {}, {}, id="removed by both"),
        pytest.param({"a": 1}, {"a": None}, {"a": 1}, {"a": None}, id="null is a value"),
        pytest.param({"a": None}, {"a": ""}, {"a": None}, {"a": ""}, id="null is not the empty text"),
        pytest.param({"a": {"x": 1}}, {"a": {"x": 2}}, {"a": {"x": 1}}, {"a": {"x": 2}}, id="an object, whole"),
        pytest.param({"a": ["x"]}, {"a": ["x", "y"]}, {"a": ["x"]}, {"a": ["x", "y"]}, id="a list, whole"),
        pytest.param({"a": 1}, {"a": True}, {"a": 1}, {"a": True}, id="true is not 1"),
        pytest.param({"a": {"x": 1}}, {"a": {"x": 1.0}}, {"a": {"x": 1}}, {"a": {"x": 1.0}}, id="1.0 is not 1"),
        pytest.param({"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 2}, {"a": 2}, id="each another field"),
    ],
)
def test_only_what_we_changed_is_written(base: Data, ours: Data, theirs: Data, values: Data) -> None:
    merge = merge_changes(base, ours, theirs)
    assert same_json(merge.values, values)
    assert merge.clashes == ()


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "clash"),
    [
        pytest.param({"a": 1}, {"a": 2}, {"a": 3}, Clash("a", 1, 2, 3), id="both, to different values"),
        pytest.param({"a": 1}, {}, {"a": 3}, Clash("a", 1, None, 3), id="removed by us, edited by them"),
        pytest.param({"a": 1}, {"a": 2}, {}, Clash("a", 1, 2, None), id="edited by us, removed by them"),
        pytest.param({}, {"a": 2}, {"a": 3}, Clash("a", None, 2, 3), id="added by both"),
    ],
)
def test_a_field_that_both_changed_is_a_clash_and_is_not_written(
    base: Data, ours: Data, theirs: Data, clash: Clash
) -> None:
    merge = merge_changes(base, ours, theirs)
    assert merge.clashes == (clash,)
    assert merge.values == {}


def test_a_clash_reads_as_a_sentence() -> None:
    assert str(Clash("title", "a", None, "b")) == "title: was 'a', ours is None, theirs is 'b'"


@pytest.mark.parametrize(
    ("key", "mine", "back"),
    [
        pytest.param("author_email", " a@x.org ", "a@x.org", id="stripped"),
        pytest.param("version", 2, "2", id="as text"),
        pytest.param("notes", "", None, id="empty"),
    ],
)
def test_what_ckan_made_of_our_value_is_no_clash(key: str, mine: Any, back: Any) -> None:
    assert merge_changes({key: "old"}, {key: mine}, {key: back}) == Merge({}, ())


# Lists.


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        pytest.param([], [extra("a", "1")], [extra("b", "2")], [extra("b", "2"), extra("a", "1")], id="each added one"),
        pytest.param([extra("a", "1")], [extra("a", "2")], [extra("a", "1")], [extra("a", "2")], id="ours"),
        pytest.param([extra("a", "1")], [extra("a", "1")], [extra("a", "2")], None, id="theirs"),
        pytest.param([extra("a", "1")], [], [extra("a", "1")], [], id="removed by us"),
        pytest.param([extra("a", "1")], [extra("a", "1")], [], None, id="removed by them"),
        pytest.param(
            [extra("a", "1"), extra("b", "1")],
            [extra("a", "2"), extra("b", "1")],
            [extra("a", "1"), extra("b", "2")],
            [extra("a", "2"), extra("b", "2")],
            id="each changed one",
        ),
        pytest.param([extra("a", "1")], [extra("a", "2")], [extra("a", "2")], None, id="both, to the same"),
        pytest.param(
            [extra("a", "1"), extra("b", "2")],
            [extra("b", "2"), extra("a", "1")],
            [extra("a", "1"), extra("b", "2")],
            None,
            id="their order says nothing",
        ),
    ],
)
def test_extras_are_merged_by_key(
    base: list[Data], ours: list[Data], theirs: list[Data], merged: list[Data] | None
) -> None:
    merge = merge_changes({"extras": base}, {"extras": ours}, {"extras": theirs})
    assert merge.values == ({} if merged is None else {"extras": merged})
    assert merge.clashes == ()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param([extra("a", "2")], [extra("a", "3")], id="both changed it"),
        pytest.param([], [extra("a", "3")], id="removed by us, edited by them"),
        pytest.param([extra("a", "2")], [], id="edited by us, removed by them"),
    ],
)
def test_an_extra_that_both_changed_is_a_clash(ours: list[Data], theirs: list[Data]) -> None:
    merge = merge_changes({"extras": [extra("a", "1")]}, {"extras": ours}, {"extras": theirs})
    assert [clash.path for clash in merge.clashes] == ["extras.a"]
    assert merge.values == {}


def test_a_clash_does_not_keep_the_other_changes_from_being_known() -> None:
    base = [extra("a", "1"), extra("b", "1")]
    merge = merge_changes(
        {"extras": base},
        {"extras": [extra("a", "2"), extra("b", "2")]},
        {"extras": [extra("a", "3"), extra("b", "1")]},
    )
    assert merge.values == {"extras": [extra("a", "3"), extra("b", "2")]}
    assert [clash.path for clash in merge.clashes] == ["extras.a"]


def test_extras_with_a_key_twice_are_taken_whole_where_nobody_else_touched_them() -> None:
    twice = [extra("a", "1"), extra("a", "2")]
    ours = [extra("a", "1")]
    assert merge_changes({"extras": twice}, {"extras": ours}, {"extras": twice}).values == {"extras": ours}


def test_extras_with_a_key_twice_are_a_clash_where_somebody_else_touched_them() -> None:
    twice, ours, theirs = [extra("a", "1"), extra("a", "2")], [extra("a", "1")], [extra("b", "1")]
    merge = merge_changes({"extras": twice}, {"extras": ours}, {"extras": theirs})
    assert merge == Merge({}, (Clash("extras", twice, ours, theirs),))


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "names"),
    [
        ("ab", "abc", "ab", "abc"),
        ("ab", "abc", "abd", "abdc"),
        ("ab", "a", "abc", "ac"),
        ("ab", "ab", "a", None),
        ("ab", "ba", "ab", None),
        ("a", "ab", "ab", None),
        ("ab", "", "ab", ""),
        ("ab", "b", "a", ""),
    ],
)
def test_tags_are_merged_by_name(base: str, ours: str, theirs: str, names: str | None) -> None:
    merge = merge_changes({"tags": tags(*base)}, {"tags": tags(*ours)}, {"tags": tags(*theirs)})
    assert merge.values == ({} if names is None else {"tags": tags(*names)})
    assert merge.clashes == ()


def test_what_ckan_tells_of_a_tag_is_kept_and_is_no_change() -> None:
    full = [{"id": "t1", "name": "a", "display_name": "a", "state": "active"}]
    assert merge_changes({"tags": full}, {"tags": tags("a")}, {"tags": full}).values == {}
    assert merge_changes({"tags": full}, {"tags": tags("a", "b")}, {"tags": full}).values == {
        "tags": [*full, {"name": "b"}]
    }


def test_a_tag_of_a_vocabulary_is_another_than_a_free_one() -> None:
    free, bound = {"name": "a", "vocabulary_id": None}, {"name": "a", "vocabulary_id": "v1"}
    assert merge_changes({"tags": [free]}, {"tags": [bound]}, {"tags": [free]}).values == {"tags": [bound]}


def test_a_group_by_name_is_the_one_that_ckan_shows_with_its_id() -> None:
    town = {"id": "g1", "name": "town", "title": "Town"}
    for reference in ({"name": "town"}, {"id": "g1"}, {"id": "g1", "name": "town"}):
        assert merge_changes({"groups": [town]}, {"groups": [reference]}, {"groups": [town]}).values == {}
        assert merge_changes({"groups": []}, {"groups": [reference]}, {"groups": [town]}).values == {}


def test_groups_that_each_added_are_all_there() -> None:
    merge = merge_changes({"groups": []}, {"groups": [{"name": "sea"}]}, {"groups": [{"id": "g1", "name": "town"}]})
    assert merge.values == {"groups": [{"id": "g1", "name": "town"}, {"name": "sea"}]}


def resource(id_: str, **fields: Any) -> Data:
    return {"id": id_, "url": f"https://x.org/{id_}", "name": id_, **fields}


R1, R2, R3 = resource("r1"), resource("r2"), resource("r3")
NEW = {"url": "https://x.org/new", "name": "New"}


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        pytest.param([R1], [{**R1, "name": "x"}], [R1], [{**R1, "name": "x"}], id="ours"),
        pytest.param(
            [R1], [{**R1, "name": "x"}], [{**R1, "size": 7}], [{**R1, "size": 7, "name": "x"}], id="each another field"
        ),
        pytest.param([R1], [R1, R2], [R1, R3], [R1, R3, R2], id="each added one"),
        pytest.param([R1, R2], [R2], [R1, R2], [R2], id="removed by us"),
        pytest.param([R1, R2], [R1, R2], [R2], None, id="removed by them"),
        pytest.param([R1, R2], [R2, R1], [R1, R2], [R2, R1], id="put in another order by us"),
        pytest.param([R1, R2], [R1, R2], [R2, R1], None, id="put in another order by them"),
        pytest.param(
            [R1, R2], [R2, {**R1, "name": "x"}], [R1, R2, R3], [{**R1, "name": "x"}, R2, R3], id="their order holds"
        ),
        pytest.param([R1, R2], [R1, NEW, R2], [R1, R2], [R1, NEW, R2], id="a new one stays where it was put"),
        pytest.param([R1], [NEW], [R1], [NEW], id="a new one in place of another"),
        pytest.param([R1], [R1, NEW, NEW], [R1], [R1, NEW, NEW], id="two new ones that are alike"),
        pytest.param([R1], [R1, NEW], [R1, R2], [R1, R2, NEW], id="a new one beside another's"),
        pytest.param([{**R1, "size": 7}], [R1], [{**R1, "size": 7}], [R1], id="a field that we removed"),
    ],
)
def test_resources_are_merged_by_id_and_field_by_field(
    base: list[Data], ours: list[Data], theirs: list[Data], merged: list[Data] | None
) -> None:
    merge = merge_changes({"resources": base}, {"resources": ours}, {"resources": theirs})
    assert merge.values == ({} if merged is None else {"resources": merged})
    assert merge.clashes == ()


@pytest.mark.parametrize(
    ("ours", "theirs", "path"),
    [
        pytest.param([{**R1, "name": "x"}], [{**R1, "name": "y"}], "resources.r1.name", id="one field, by both"),
        pytest.param([], [{**R1, "name": "y"}], "resources.r1", id="removed by us, edited by them"),
        pytest.param([{**R1, "name": "x"}], [], "resources.r1", id="edited by us, removed by them"),
    ],
)
def test_a_resource_that_both_changed_is_a_clash(ours: list[Data], theirs: list[Data], path: str) -> None:
    merge = merge_changes({"resources": [R1]}, {"resources": ours}, {"resources": theirs})
    assert [clash.path for clash in merge.clashes] == [path]
    assert merge.values == {}


@pytest.mark.parametrize("key", ["tags", "extras", "groups"])
def test_a_resource_may_hold_any_list_under_the_name_of_one_of_ckan_s(key: str) -> None:
    base, ours, theirs = ({**R1, key: value} for value in (["a"], ["a", "b"], ["a"]))
    merge = merge_changes({"resources": [base]}, {"resources": [ours]}, {"resources": [{**theirs, "size": 7}]})
    assert merge == Merge({"resources": [{**R1, key: ["a", "b"], "size": 7}]}, ())


def test_a_new_resource_whose_answer_was_lost_is_not_added_twice() -> None:
    came = {**NEW, "id": "r9", "position": 1, "package_id": "a1", "state": "active", "format": ""}
    merge = merge_changes({"resources": [R1]}, {"resources": [R1, NEW]}, {"resources": [R1, came]})
    assert (merge.values, merge.clashes) == ({}, ())


def test_true_in_a_resource_is_not_1() -> None:
    base, ours = {"resources": [{**R1, "mine": 1}]}, {"resources": [{**R1, "mine": True}]}
    assert same_json(merge_changes(base, ours, base).values, ours)


def test_neither_side_is_changed_by_a_merge() -> None:
    base, ours, theirs = {"resources": [dict(R1)]}, {"resources": [{**R1, "name": "x"}]}, {"resources": [dict(R2)]}
    merge_changes(base, ours, theirs)
    assert (base, ours, theirs) == (
        {"resources": [R1]},
        {"resources": [{**R1, "name": "x"}]},
        {"resources": [R2]},
    )


# What holds for any data.

scalars = st.none() | st.booleans() | st.integers(0, 2) | st.sampled_from(["", "x", "y"])


def keyed(names: str, item: Any) -> st.SearchStrategy[list[Data]]:
    """Lists of items with different keys, in any order."""
    return st.permutations(names).flatmap(
        lambda order: st.integers(0, len(order)).flatmap(lambda size: st.tuples(*map(item, order[:size]))).map(list)
    )


datasets: st.SearchStrategy[Data] = st.fixed_dictionaries(
    {
        "id": st.just("a1"),
        "extras": keyed("abc", lambda key: st.builds(extra, st.just(key), st.sampled_from("12"))),
        "tags": keyed("tuv", lambda name: st.just({"name": name})),
        "groups": keyed("gh", lambda name: st.just({"id": f"id-{name}", "name": name})),
        "resources": keyed(
            "rst", lambda id_: st.builds(lambda name, size: resource(id_, name=name, size=size), scalars, scalars)
        ),
    },
    optional={"title": scalars, "notes": scalars, "spatial_theme": st.lists(scalars, max_size=2)},
)


def canonical(data: Data) -> Data:
    """The data with the lists in which order says nothing (quirk C23) in one order."""
    names = {"extras": "key", "tags": "name", "groups": "name"}
    ordered = {key: sorted(data[key], key=itemgetter(name)) for key, name in names.items()}
    return {**data, **ordered}


@given(datasets, datasets)
def test_who_changed_nothing_writes_nothing(base: Data, theirs: Data) -> None:
    assert merge_changes(base, base, theirs) == Merge({}, ())


@given(datasets, datasets)
def test_where_nobody_else_changed_anything_ours_is_what_comes_out(base: Data, ours: Data) -> None:
    merge = merge_changes(base, ours, base)
    assert merge.clashes == ()
    assert same_json(canonical(applied(merge, base)), canonical(ours))


@given(datasets, datasets)
def test_what_both_changed_to_the_same_needs_no_writing(base: Data, ours: Data) -> None:
    merge = merge_changes(base, ours, ours)
    assert (merge.values, merge.clashes) == ({}, ())


@given(datasets, datasets, datasets)
def test_what_was_merged_once_is_not_merged_again(base: Data, ours: Data, theirs: Data) -> None:
    merge = merge_changes(base, ours, theirs)
    again = merge_changes(base, ours, applied(merge, theirs))
    assert again.values == {}
    assert sorted(map(str, again.clashes)) == sorted(map(str, merge.clashes))


@given(datasets, datasets, datasets)
def test_what_only_they_have_changed_is_never_lost(base: Data, ours: Data, theirs: Data) -> None:
    merged = applied(merge_changes(base, ours, theirs), theirs)
    for key in {*base, *theirs} - {"extras", "tags", "groups", "resources"}:
        if same_json(ours.get(key, ...), base.get(key, ...)):
            assert same_json(merged.get(key, ...), theirs.get(key, ...))
    before = {item["key"]: item for item in base["extras"]}
    mine = {item["key"]: item for item in ours["extras"]}
    after = {item["key"]: item for item in merged["extras"]}
    for item in theirs["extras"]:
        if mine.get(item["key"]) == before.get(item["key"]):
            assert after[item["key"]] == item


@st.composite
def disjoint(draw: st.DrawFn) -> tuple[Data, Data, Data]:
    """A dataset, and two that each changed other parts of it."""
    base, first, second = draw(datasets), draw(datasets), draw(datasets)
    parts = sorted({*base, *first, *second} - {"id"})
    whose = {key: draw(st.booleans()) for key in parts}

    def side(changed: Data, *, own: bool) -> Data:
        chosen = {key: (changed if whose[key] is own else base).get(key, ...) for key in parts}
        return {"id": "a1", **{key: value for key, value in chosen.items() if value is not ...}}

    return base, side(first, own=True), side(second, own=False)


@given(disjoint())
def test_changes_of_different_parts_never_clash_and_come_out_the_same_in_either_order(
    sides: tuple[Data, Data, Data],
) -> None:
    base, first, second = sides
    one, other = merge_changes(base, first, second), merge_changes(base, second, first)
    assert one.clashes == other.clashes == ()
    assert same_json(canonical(applied(one, second)), canonical(applied(other, first)))
