"""What is remembered of records: agreed data, refusals, absences."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from ckan_api_client.exceptions import StateError
from ckan_api_client.syncing.base import Base, hash_of
from ckan_api_client.syncing.state import Noted, State
from syncing.state.samples import Open, base_of

#: Ids that some store or other has taken for one, or choked on.
IDS = {
    "newline": "a\nb",
    "tab": "\t",
    "ten kilobytes": "x" * 10_240,
    "emoji": "\N{DECIDUOUS TREE}\N{VARIATION SELECTOR-16}",
    "composed": "caf\u00e9",
    "decomposed": "cafe\u0301",
    "lower": "abc",
    "upper": "ABC",
    "right to left": "\u0634\u062c\u0631",
    "last code point": "\U0010ffff",
    "not a character": "\uffff",
    "quotes": "'\";--",
    "wild cards": "%_*?",
    "NUL": "a\0b",
    "what is before a NUL": "a",
    "empty": "",
    "blank": " ",
    "two blanks": "  ",
    "URL": "https://example.org/?a=b&c:d#e",
    "number": "1",
    "same number": "1.0",
    "leading zero": "01",
}


def test_what_is_remembered_is_there_the_next_time(open_state: Open) -> None:
    state = open_state()
    state.put_base(base_of("a"))
    state.close()
    assert open_state().base("a") == base_of("a")


def test_the_last_of_several_is_remembered(state: State) -> None:
    state.put_base(base_of("a", "Trees"))
    state.put_base(base_of("a", "Oaks"))
    assert state.base("a") == base_of("a", "Oaks")
    assert state.count_bases() == 1


def test_nothing_is_remembered_of_a_record_that_was_dropped(state: State) -> None:
    state.put_base(base_of("a"))
    state.drop_base("a")
    state.drop_base("never there")
    assert state.base("a") is None
    assert state.count_bases() == 0


def test_a_record_can_be_withdrawn(state: State) -> None:
    state.put_base(base_of("a"))
    state.withdraw("a", "private")
    state.withdraw("unknown", "delete")
    assert state.base("a") == replace(base_of("a"), status="withdrawn", how="private")
    assert state.base("unknown") is None


@pytest.mark.parametrize(
    "value",
    [
        {"": ""},
        {"deep": [[[[{"a": [None, True, False, 0, -1, 1e300, 0.1]}]]]]},
        {"large": 10**400},
        {"lone surrogate": "\ud800", "\udfff": 1},
        {"NUL": "\0"},
        {"order": {"b": 1, "a": 2}},
    ],
    ids=lambda value: next(iter(value), ""),
)
def test_any_json_comes_back_as_it_was(state: State, value: dict[str, object]) -> None:
    base = Base.of("a", value, {"id": "1", "x": value}, value)
    state.put_base(base)
    assert state.base("a") == base


def test_what_is_no_json_is_refused_and_changes_nothing(state: State) -> None:
    state.put_base(base_of("a"))
    with pytest.raises(StateError, match="no JSON"):
        state.put_base(Base.of("a", {}, {"id": "1", "when": {1, 2}}))
    assert state.base("a") == base_of("a")


def test_an_id_with_half_of_a_surrogate_pair_is_refused(state: State) -> None:
    with pytest.raises(StateError, match="half of a surrogate pair"):
        state.put_base(base_of("a\ud800"))


def test_ids_are_told_apart_to_the_byte(open_state: Open) -> None:
    state = open_state()
    for record_id in IDS.values():
        state.put_base(base_of(record_id))
        state.quarantine(record_id, record_id, "", "")
        state.spool.put_all([Noted.of(record_id, record_id, {"id": record_id})])
        state.spool.list(record_id, record_id, "", "")
    assert [row.record_id for row in state.spool.rows()] == sorted(IDS.values())
    assert list(state.spool.record_ids()) == sorted(IDS.values())
    state.close()
    again = open_state()
    assert not again.rebuilt_because
    assert [base.record_id for base in again.bases()] == sorted(IDS.values())
    for record_id in IDS.values():
        assert again.base(record_id) == base_of(record_id)
        assert again.quarantined(record_id) == (record_id, "", "")


def test_any_other_text_may_be_half_of_a_surrogate_pair(open_state: Open) -> None:
    half = "\ud800"
    state = open_state()
    base = Base.of("a", {half: half}, {"id": half, "metadata_modified": half}, {half: half})
    state.put_base(base)
    state.quarantine("a", half, half, half)
    run = state.begin_run("sync", plan_checksum=half, account=half)
    state.settle(
        state.intend(run, "dataset", "a", half, dataset_id=half, before={"a": half}, values={half: 1}, source={}),
        did=half,
        after={"a": half},
    )
    state.finish_run(run, report={half: half}, ended="done")
    state.spool.put_all([Noted.of("a", half, {half: half})])
    state.spool.list("a", half, half, half)
    state.close()
    again = open_state()
    assert again.base("a") == base
    (entry,) = again.entries(run)
    assert (entry.before, entry.values, entry.after) == ({"a": half}, {half: 1}, {"a": half})
    assert entry.action == entry.did == entry.dataset_id == "\\ud800"


def test_bases_may_be_written_while_they_are_read(state: State) -> None:
    with state.batch():
        for number in range(450):
            state.put_base(base_of(f"{number:03}"))
    with state.batch():
        for base in state.bases():
            state.put_base(replace(base, modified="now"))
    assert {base.modified for base in state.bases()} == {"now"}
    assert state.count_bases() == 450


def test_what_is_written_in_a_batch_is_written_whole(state: State) -> None:
    with state.batch():
        state.put_base(base_of("a"))
        state.put_base(base_of("b"))
    assert state.count_bases() == 2


def test_a_batch_that_fails_leaves_nothing(state: State) -> None:
    def fail() -> None:
        with state.batch():
            state.put_base(base_of("a"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert state.count_bases() == 0
    state.put_base(base_of("b"))
    assert state.count_bases() == 1


def test_a_batch_of_which_a_part_failed_is_not_written(state: State) -> None:
    def overlook_a_failure() -> None:
        with state.batch():
            state.put_base(base_of("a"))
            with pytest.raises(StateError):
                state.settle(7, did="updated", after=None)

    with pytest.raises(StateError, match="was not written: there is no entry 7"):
        overlook_a_failure()
    assert state.count_bases() == 0


def test_refusals_are_remembered_until_they_are_released(open_state: Open) -> None:
    state = open_state()
    state.quarantine("a", "hash", "2026-01-01", "title: Missing value")
    state.quarantine("a", "hash 2", "2026-01-02", "title: \ud800 value")
    state.close()
    again = open_state()
    assert again.quarantined("a") == ("hash 2", "2026-01-02", "title: \\ud800 value")
    again.release("a")
    again.release("b")
    assert again.quarantined("a") is None


def test_absences_are_counted_while_they_last(open_state: Open) -> None:
    first = datetime(2026, 1, 1, 12, tzinfo=UTC)
    state = open_state()
    state.note_absent(["a", "b"], first)
    state.note_absent(iter(["a"]), first + timedelta(days=1))
    state.close()
    again = open_state()
    assert again.absent("a") == (2, first)
    assert again.absent("b") is None
    again.note_absent([], first + timedelta(days=2))
    assert again.absent("a") is None


def test_the_moment_of_an_absence_is_utc(state: State) -> None:
    state.note_absent(["a"], datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=2))))
    known = state.absent("a")
    assert known is not None
    assert known[1].isoformat() == "2025-12-31T23:00:00+00:00"


def test_the_hash_of_data_does_not_depend_on_the_order_of_keys() -> None:
    assert hash_of({"a": 1, "b": [{"d": 1, "c": 2}]}) == hash_of({"b": [{"c": 2, "d": 1}], "a": 1})
    assert hash_of({"a": [1, 2]}) != hash_of({"a": [2, 1]})


def test_the_hash_of_data_is_fixed() -> None:
    # sha256 of {"title":"Bäume"} in UTF-8; were it to change, every record would seem to have changed.
    assert hash_of({"title": "B\u00e4ume"}) == "501b51c6c9de05f2f67da54093e71dcb41308039679f118c8d2d2d8e3d4b4f10"


def test_a_state_in_memory_remembers_nothing(open_state: Open) -> None:
    state = open_state(":memory:")
    assert state.is_new
    state.put_base(base_of("a"))
    assert state.base("a") == base_of("a")
    state.close()
    assert open_state(":memory:").count_bases() == 0
