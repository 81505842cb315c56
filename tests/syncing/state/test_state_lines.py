"""What is remembered of the texts of a source, and when it is worth nothing."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ckan_api_client.exceptions import StateError
from ckan_api_client.syncing.base import Base
from ckan_api_client.syncing.state import Line, State
from syncing.state.samples import Open, digest_of, keep_lines

CONTEXT = "all as it was"


def base_of(record_id: str, **fields: object) -> Base:
    return Base.of(record_id, {"title": "Trees", **fields}, {"id": f"id-{record_id}", "metadata_modified": "then"})


def known(state: State, *record_ids: str, context: str = CONTEXT) -> dict[bytes, Line]:
    state.lines.begin(context)
    return state.lines.known([digest_of(record_id) for record_id in record_ids])


def reopened(open_state: Open, state: State) -> State:
    state.close()
    return open_state()


def filled(open_state: Open, record_ids: Iterable[str]) -> State:
    state = open_state()
    bases = [base_of(record_id) for record_id in record_ids]
    with state.batch():
        for base in bases:
            state.put_base(base)
        keep_lines(state, bases)
    return reopened(open_state, state)


def test_a_line_is_known_by_its_digest_with_the_record_and_its_hash(open_state: Open) -> None:
    state = filled(open_state, "ab")
    expected = Line("a", base_of("a").source_hash, 1)
    assert known(state, "a", "c") == {digest_of("a"): expected}
    assert state.lines.text(1) == '["org", null, [], [], []]'


def test_the_data_of_a_known_line_are_those_of_the_base(open_state: Open) -> None:
    state = filled(open_state, "a")
    line = known(state, "a")[digest_of("a")]
    state.spool.put_same([("file:1", digest_of("a"), line)])
    assert state.spool.get("a") == ("file:1", {"title": "Trees"})
    assert state.spool.noted(["a"]) == {"a": ("file:1", base_of("a").source_hash)}
    state.put_base(base_of("a", title="Oaks"))
    assert state.spool.get("a") == ("file:1", {"title": "Trees"})


def test_in_another_context_nothing_is_known(open_state: Open) -> None:
    state = filled(open_state, "a")
    assert known(state, "a", context="another") == {}
    assert known(state, "a", context="") == {}
    assert list(known(state, "a")) == [digest_of("a")]


@pytest.mark.parametrize(
    "base",
    [
        None,
        base_of("a", title="Oaks"),
        base_of("a").withdrawn("delete"),
        Base.of("a", {"title": "Trees"}, {"id": "id-a"}, {"title": ["Oaks", "Oaks"]}),
    ],
    ids=["none", "of other data", "withdrawn", "where people's values are kept"],
)
def test_a_line_is_not_known_unless_the_base_has_the_same_data(open_state: Open, base: Base | None) -> None:
    state = filled(open_state, "a")
    if base is None:
        state.drop_base("a")
    else:
        state.put_base(base)
    assert known(state, "a") == {}


def test_data_that_the_memory_has_lost_meanwhile_are_an_error_not_another_record(open_state: Open) -> None:
    state = filled(open_state, "a")
    line = known(state, "a")[digest_of("a")]
    state.spool.put_same([("file:1", digest_of("a"), line)])
    state.put_base(base_of("a", title="Oaks"))
    with pytest.raises(StateError, match="does not have the data of the record 'a' any more"):
        state.spool.get("a")


def test_after_a_complete_reading_lines_that_are_gone_are_forgotten(open_state: Open) -> None:
    state = filled(open_state, "ab")
    state.lines.begin(CONTEXT)
    state.spool.put_same([("file:1", digest_of("a"), known(state, "a")[digest_of("a")])])
    state.lines.keep(complete=False)
    assert len(known(state, "a", "b")) == 2
    state.lines.keep(complete=True)
    assert list(known(state, "a", "b")) == [digest_of("a")]


def test_nothing_is_written_where_nothing_is_new(open_state: Open, path: Path) -> None:
    filled(open_state, "ab").close()
    before = _writes(path)
    state = open_state()
    state.spool.put_same([("", digest, line) for digest, line in known(state, "a", "b").items()])
    state.lines.keep(complete=True)
    state.close()
    assert _writes(path) == before


def test_a_new_context_takes_the_place_of_the_old_one(open_state: Open) -> None:
    state = filled(open_state, "ab")
    keep_lines(state, [base_of("a")], "another")
    state = reopened(open_state, state)
    assert known(state, "a", "b") == {}
    assert list(known(state, "a", "b", context="another")) == [digest_of("a")]


def test_a_line_that_was_altered_in_the_file_is_damage(open_state: Open, path: Path) -> None:
    filled(open_state, "ab").close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE line SET record_id = 'b' WHERE record_id = 'a'")
        connection.commit()
    assert "a row of the table line" in open_state().rebuilt_because


def test_a_state_of_the_first_version_knows_no_line_and_learns_some(open_state: Open, path: Path) -> None:
    path.parent.mkdir()
    shutil.copy(Path(__file__).parent / "golden/version-1.sqlite", path)
    state = open_state()
    assert known(state, "record-1") == {}
    base = replace(base_of("a"), kept={})
    state.put_base(base)
    keep_lines(state, [base])
    state = reopened(open_state, state)
    assert state.rebuilt_because == ""
    assert list(known(state, "a")) == [digest_of("a")]


def _writes(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        found: int = connection.execute("SELECT count FROM tally WHERE name = 'writes'").fetchone()[0]
        return found
