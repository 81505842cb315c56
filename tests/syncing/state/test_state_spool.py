"""The spool: what one run learns, and the join of it with what is remembered."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckan_api_client.exceptions import StateError
from ckan_api_client.quirks.moments import is_same_moment
from ckan_api_client.syncing.base import Base, hash_of
from ckan_api_client.syncing.state import Noted, Row, State
from ckan_api_client.syncing.state import spool as spool_module
from syncing.state.samples import CATALOG, SOURCE, Open, base_of

DATA = {"title": "Trees"}


def test_what_was_put_comes_back(state: State) -> None:
    state.spool.put_all([Noted.of("a", "town.jsonl:1", DATA)])
    assert state.spool.get("a") == ("town.jsonl:1", DATA)
    assert state.spool.noted(["a", "b"]) == {"a": ("town.jsonl:1", hash_of(DATA))}
    assert state.spool.count() == 1


def test_what_was_put_last_counts(state: State) -> None:
    state.spool.put_all([Noted.of("a", "town.jsonl:1", DATA)])
    state.spool.put_all([Noted.of("a", "town.jsonl:2", {"title": "Oaks"})])
    assert state.spool.get("a") == ("town.jsonl:2", {"title": "Oaks"})
    assert state.spool.count() == 1


def test_what_was_not_put_is_not_there(state: State) -> None:
    state.spool.put_all([Noted.of("a", "", DATA)])
    state.spool.remove("a")
    state.spool.remove("b")
    assert [state.spool.get("a"), state.spool.noted(["a"]), state.spool.seen("a")] == [None, {}, None]
    assert state.spool.count() == 0
    assert list(state.spool.record_ids()) == []


def test_a_place_may_hold_anything(state: State) -> None:
    state.spool.put_all([Noted.of("a", "town\ud800.jsonl", DATA)])
    assert state.spool.get("a") == ("town\\ud800.jsonl", DATA)


def test_what_was_put_is_gone_with_the_run(open_state: Open) -> None:
    state = open_state()
    state.spool.put_all([Noted.of("a", "", DATA)])
    state.spool.list("a", "1", "trees", "")
    state.spool.put_seen("a", DATA)
    state.close()
    again = open_state()
    assert again.spool.count() == again.spool.count_listed() == 0
    assert again.spool.seen("a") is None


def test_a_record_may_have_several_datasets(state: State) -> None:
    state.spool.list("a", "2", "trees-copy", "2026-01-02")
    state.spool.list("a", "1", "trees", "2026-01-01")
    state.spool.list("b", "3", "oaks", "2026-01-03")
    assert state.spool.listed("a") == [("1", "trees", "2026-01-01"), ("2", "trees-copy", "2026-01-02")]
    assert state.spool.count_listed() == 3
    assert [(row.record_id, row.dataset_id, row.copies) for row in state.spool.rows()] == [("a", "1", 2), ("b", "3", 1)]


def test_a_dataset_that_is_listed_twice_is_one(state: State) -> None:
    state.spool.list("a", "1", "trees", "2026-01-01")
    state.spool.list("a", "1", "trees", "2026-01-02")
    assert state.spool.listed("a") == [("1", "trees", "2026-01-02")]


def test_a_listing_can_be_taken_back(state: State) -> None:
    for record_id in "abc":
        state.spool.list(record_id, "1", "trees", "")
    state.spool.unlist("b")
    assert [row.record_id for row in state.spool.rows()] == ["a", "c"]
    state.spool.clear_listed()
    assert list(state.spool.rows()) == []


def test_of_a_dataset_that_was_read_the_last_reading_counts(state: State) -> None:
    state.spool.put_seen("a", {"id": "1"})
    state.spool.put_seen("a", {"id": "2"})
    assert state.spool.seen("a") == {"id": "2"}
    assert (state.spool.was_seen("a"), state.spool.was_seen("b")) == (True, False)


def test_what_is_set_aside_is_remembered_as_if_it_had_been_put(state: State, open_state: Open) -> None:
    bases = [base_of("a"), replace(base_of("b"), kept={"title": {"told": "\ud800"}}), base_of("c"), base_of("d")]
    state.put_base(replace(base_of("b"), catalog={"id": "older"}))
    state.put_base(bases[2])
    for base in bases:
        state.spool.put_all([Noted.of(base.record_id, "", base.source)])
        state.spool.list(base.record_id, base.dataset_id, "", base.modified)
        if base.record_id != "c":  # Of that one, only the memory has the dataset.
            state.spool.put_seen(base.record_id, base.catalog)
    state.spool.sort()
    for base in bases[:3]:
        state.spool.settle(base)
    state.put_settled()
    assert [row.record_id for row in state.spool.rows()] == ["d"]
    assert list(state.bases()) == bases[:3]
    state.close()
    again = open_state()
    assert again.rebuilt_because == ""
    assert list(again.bases()) == bases[:3]


def test_more_is_set_aside_than_is_read_at_once(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool_module, "_FEW", 3)
    bases = [base_of(f"{number}") for number in range(7)]
    for base in bases:
        state.spool.put_all([Noted.of(base.record_id, "", base.source)])
        state.spool.settle(base)
    state.put_settled()
    assert list(state.bases()) == bases


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='a"{}:,\\\ud800é', max_size=9),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["source", "catalog", "a"]), inner),
    max_leaves=6,
)
_OBJECTS = st.dictionaries(st.sampled_from(["source", "source_hash", "catalog", 'a"']), _JSON)


@given(_OBJECTS, _OBJECTS, _OBJECTS, st.text())
def test_a_base_that_was_set_aside_is_remembered_as_it_is(
    source: dict[str, Any], catalog: dict[str, Any], kept: dict[str, Any], modified: str
) -> None:
    base = Base("a", "1", source, "hash", catalog, modified, kept)
    with State.open(":memory:", catalog=CATALOG, source=SOURCE) as state:
        state.spool.put_all([Noted.of("a", "", source)])
        state.spool.settle(base)
        state.put_settled()
        assert state.base("a") == base


def test_an_id_with_half_of_a_surrogate_pair_is_refused(state: State) -> None:
    with pytest.raises(StateError, match="half of a surrogate pair"):
        state.spool.put_all([Noted.of("\ud800", "", DATA)])
    assert state.spool.count() == 0


def test_rows_tell_what_source_catalog_and_memory_have(state: State) -> None:
    state.spool.put_all([Noted.of("all", "town.jsonl:1", DATA)])
    state.spool.list("all", "id-all", "trees", "2026-01-01")
    state.put_base(base_of("all"))
    state.spool.put_all([Noted.of("wanted", "town.jsonl:2", DATA)])
    state.spool.list("listed", "2", "oaks", "2026-01-02")
    state.put_base(replace(base_of("remembered"), status="withdrawn", how="delete"))
    remembered = base_of("remembered")
    assert list(state.spool.rows()) == [
        Row(
            "all", "town.jsonl:1", hash_of(DATA), "id-all", "2026-01-01", 1,
            base_of("all").source_hash, "2026-01-02T03:04:05.678901", "id-all", "present", "trees",
        ),
        Row("listed", dataset_id="2", listed_modified="2026-01-02", listed_name="oaks", copies=1),
        Row(
            "remembered", base_hash=remembered.source_hash, base_modified="2026-01-02T03:04:05.678901",
            base_dataset_id="id-remembered", base_status="withdrawn",
        ),
        Row("wanted", "town.jsonl:2", hash_of(DATA)),
    ]  # fmt: skip


def test_state_and_spool_may_be_written_while_rows_are_read(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool_module, "_PAGE", 3)
    for number in range(20):
        state.spool.put_all([Noted.of(f"{number:02}", "", DATA)])
        state.put_base(base_of(f"{number:02}"))
    seen = []
    for row in state.spool.rows():
        seen.append(row.record_id)
        state.drop_base(row.record_id)
        state.spool.remove(row.record_id)
        state.spool.list("00", row.record_id, "", "")
    assert seen == [f"{number:02}" for number in range(20)]
    assert [row.copies for row in state.spool.rows()] == [20]


def test_two_readers_of_rows_do_not_disturb_each_other(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool_module, "_PAGE", 3)
    for number in range(10):
        state.spool.put_all([Noted.of(f"{number}", "", DATA)])
    ids = [f"{number}" for number in range(10)]
    assert [(a.record_id, b.record_id) for a, b in zip(state.spool.rows(), state.spool.rows(), strict=True)] == [
        (one, one) for one in ids
    ]


#: Few letters, so that sides meet; and letters whose order in UTF-16 or without case would be another.
_IDS = st.text(alphabet="aA\u00e9\uffff\U0001f333\0", max_size=2)


@given(
    st.dictionaries(_IDS, st.integers(0, 3)),
    st.sets(st.tuples(_IDS, st.sampled_from("123"))),
    st.dictionaries(_IDS, st.booleans()),
    st.integers(1, 4),
)
def test_rows_are_the_full_outer_join(
    wanted: dict[str, int], listed: set[tuple[str, str]], bases: dict[str, bool], page: int
) -> None:
    with pytest.MonkeyPatch.context() as patch, State.open(":memory:", catalog=CATALOG, source=SOURCE) as state:
        patch.setattr(spool_module, "_PAGE", page)
        for record_id, number in wanted.items():
            state.spool.put_all([Noted.of(record_id, f"line {number}", {"number": number})])
        for record_id, dataset_id in listed:
            state.spool.list(record_id, dataset_id, f"name {dataset_id}", f"time {dataset_id}")
        with state.batch():
            for record_id, is_present in bases.items():
                state.put_base(_base(record_id, is_present=is_present))
        assert list(state.spool.rows()) == _joined(wanted, listed, bases)


def _base(record_id: str, *, is_present: bool) -> Base:
    base = Base.of(record_id, {"a": record_id}, {"id": "1", "metadata_modified": "then"})
    return base if is_present else base.withdrawn("delete")


def _joined(wanted: dict[str, int], listed: set[tuple[str, str]], bases: dict[str, bool]) -> list[Row]:
    rows = []
    for record_id in sorted({*wanted, *bases, *(one for one, _ in listed)}):
        row = Row(record_id)
        if record_id in wanted:
            number = wanted[record_id]
            row = replace(row, place=f"line {number}", wanted_hash=hash_of({"number": number}))
        ids = sorted(dataset_id for one, dataset_id in listed if one == record_id)
        if ids:
            row = replace(
                row, dataset_id=ids[0], listed_name=f"name {ids[0]}", listed_modified=f"time {ids[0]}", copies=len(ids)
            )
        if record_id in bases:
            row = replace(
                row,
                base_hash=hash_of({"a": record_id}),
                base_modified="then",
                base_dataset_id="1",
                base_status="present" if bases[record_id] else "withdrawn",
            )
        rows.append(row)
    return rows


def test_many_rows_come_in_order_whatever_the_order_they_were_put_in(state: State) -> None:
    for number in range(1200):
        state.spool.put_all([Noted.of(f"{number * 7919 % 1200:04}", "", DATA)])
    ids = [row.record_id for row in state.spool.rows()]
    assert len(ids) == 1200
    assert all(one < two for one, two in itertools.pairwise(ids))
    assert ids == list(state.spool.record_ids())


def test_the_spool_leaves_no_file_behind(path: Path, open_state: Open) -> None:
    state = open_state()
    for number in range(50):
        state.spool.put_all([Noted.of(f"{number}", "", {"title": "Trees" * number})])
    state.close()
    assert sorted(file.name for file in path.parent.iterdir()) == ["town.sqlite", "town.sqlite.lock"]


#: As CKAN and its index write them, and what neither of them writes.
_MOMENTS = st.sampled_from(
    [
        "2026-01-01T00:00:00.123456", "2026-01-01T00:00:00.123Z", "2026-01-01T00:00:00.12Z",
        "2026-01-01T00:00:00.120000",
        "2026-01-01T00:00:00.1Z", "2026-01-01T00:00:00.100000", "2026-01-01T00:00:00", "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.000001", "2026-01-01T00:00:01", "2026-01-01T00:00:00.124Z", "", "then", "2026-01-01",
    ]
)  # fmt: skip


@given(_MOMENTS, _MOMENTS)
def test_settled_is_what_has_not_moved_to_the_millisecond(listed: str, remembered: str) -> None:
    with State.open(":memory:", catalog=CATALOG, source=SOURCE) as state:
        state.spool.put_all([Noted.of("a", "here", DATA)])
        state.spool.list("a", "1", "trees", listed)
        state.put_base(Base.of("a", DATA, {"id": "1", "metadata_modified": remembered}))
        is_settled = state.spool.sort() == 1
        assert not is_settled or is_same_moment(listed, remembered)
        assert is_settled == (is_same_moment(listed, remembered) and min(len(listed), len(remembered)) >= 19)
        assert len(list(state.spool.rows())) == (0 if is_settled else 1)


AGREED = {"id": "1", "metadata_modified": "2026-01-01T00:00:00.123456"}


def _settled_one(state: State) -> None:
    state.spool.put_all([Noted.of("a", "here", DATA)])
    state.spool.list("a", "1", "trees", "2026-01-01T00:00:00.123Z")
    state.put_base(Base.of("a", DATA, AGREED))


@pytest.mark.parametrize(
    "change",
    [
        lambda state: state.spool.put_all([Noted.of("a", "here", {"title": "Oaks"})]),
        lambda state: state.spool.list("a", "2", "trees-copy", "2026-01-01T00:00:00.123Z"),
        lambda state: state.spool.unlist("a"),
        lambda state: state.drop_base("a"),
        lambda state: state.withdraw("a", "delete"),
        lambda state: state.put_base(Base.of("a", DATA, AGREED, {"title": ["x", "x"]})),
        lambda state: state.put_base(replace(state.base("a"), dataset_id="2")),
        lambda state: state.spool.remove("a"),
    ],
    ids=["changed", "copied", "not listed", "unknown", "withdrawn", "kept", "another dataset", "gone"],
)  # fmt: skip
def test_what_differs_anywhere_is_open(state: State, change: Callable[[State], None]) -> None:
    _settled_one(state)
    assert state.spool.sort() == 1
    assert list(state.spool.rows()) == []
    change(state)
    assert state.spool.sort() == 0
    assert [row.record_id for row in state.spool.rows()] == ["a"]


def test_what_is_to_stay_open_is_open_if_the_source_has_it(state: State) -> None:
    _settled_one(state)
    assert state.spool.sort(still_open=["a", "never seen"]) == 0
    assert [row.record_id for row in state.spool.rows()] == ["a"]


def test_what_is_listed_later_is_open(state: State) -> None:
    _settled_one(state)
    state.spool.sort()
    state.spool.list("b", "3", "oaks", "")
    assert [row.record_id for row in state.spool.rows()] == ["b"]
