"""Identity: nothing random, nothing that two records could share."""

from __future__ import annotations

import itertools
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckan_api_client.quirks.names import is_name
from ckan_api_client.syncing.identity import Identity, check_source_name, is_derived_id, read_marker

IDS = st.text(min_size=1, max_size=200)


@pytest.mark.parametrize("name", ["datagov", "a", "0", "my-source_2"])
def test_a_source_name_is_taken_as_it_is(name: str) -> None:
    assert check_source_name(name) == name


@pytest.mark.parametrize("name", ["", "A", "-a", "_a", "a:b", "a b", "é", "a\n"])
def test_a_source_name_that_would_not_end_at_a_colon_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no name of a source"):
        check_source_name(name)


@pytest.mark.parametrize(
    ("marker", "source", "record_id"),
    [
        ("datagov:42", "datagov", "42"),
        ("geo:https://example.org/a?b=c:d", "geo", "https://example.org/a?b=c:d"),
        ("geo:urn:uuid:1", "geo", "urn:uuid:1"),
        ("geo:", "geo", ""),
    ],
)
def test_a_marker_is_divided_at_its_first_colon(marker: str, source: str, record_id: str) -> None:
    assert Identity.of_marker(marker) == Identity(source, record_id)
    assert Identity(source, record_id).marker == marker


def test_a_text_without_a_colon_is_no_marker() -> None:
    assert Identity.of_marker("datagov") is None


def test_the_marker_is_read_from_the_extras_or_from_a_field_of_its_own() -> None:
    assert read_marker({"extras": [{"key": "a", "value": "b"}, {"key": "_harvest_source", "value": "s:1"}]}) == "s:1"
    assert read_marker({"_harvest_source": "s:1", "extras": []}) == "s:1"
    assert read_marker({"extras": [{"key": "harvest_source", "value": "s:1"}]}) is None
    assert read_marker({}) is None


def test_derived_ids_are_the_same_for_ever() -> None:
    identity = Identity("datagov", "https://example.org/1")
    assert identity.dataset_id == "5b555872-251a-5619-a95e-5a99ea822cd7"
    assert identity.resource_id("r1") == "36650a45-d7f2-5be8-b11d-52195bbaf4b6"
    assert list(identity.names("wells", "Wells")) == [
        "wells",
        "wells-66usshrbz3",
        "wells-66usshrbz3zvxolj",
        "wells-66usshrbz3zvxolj6dd3d7lf5r",
    ]


@given(IDS, IDS)
def test_two_records_never_share_an_id_or_a_made_name(one: str, other: str) -> None:
    first, second = Identity("s", one), Identity("s", other)
    assert (first.dataset_id == second.dataset_id) == (one == other)
    names = set(itertools.islice(first.names("a-name", None), 1, None))
    assert names.isdisjoint(itertools.islice(second.names("a-name", None), 1, None)) == (one != other)


def test_case_and_unicode_forms_are_different_records() -> None:
    ids = ["é", "e\N{COMBINING ACUTE ACCENT}", "É", " é", "é/", "%C3%A9"]
    assert len({Identity("s", text).dataset_id for text in ids}) == len(ids)


def test_the_source_is_part_of_the_identity() -> None:
    assert Identity("a", "b:c").dataset_id != Identity("a:b", "c").dataset_id
    assert Identity("a", "1").dataset_id != Identity("b", "1").dataset_id


@given(IDS, st.one_of(st.none(), st.text(max_size=300)))
def test_every_made_name_is_legal(record_id: str, title: str | None) -> None:
    assert all(map(is_name, Identity("source", record_id).names(None, title)))


def test_a_name_of_full_length_makes_room_for_the_suffix() -> None:
    names = list(Identity("s", "1").names("n" * 100, None))
    assert names[0] == "n" * 100
    assert all(is_name(name) for name in names)


def test_ids_of_ours_are_told_from_those_that_ckan_draws() -> None:
    assert is_derived_id(Identity("s", "1").resource_id("x"))
    assert UUID(Identity("s", "1").resource_id("x")).version == 5
    assert not is_derived_id("df4f4e31-f6a6-4315-b9c1-38176f2f66e9")
    assert not is_derived_id("5")
    assert not is_derived_id(None)
