"""Resources keep their ids and what they hold (quirks C9, C10)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckan_api_client.quirks.resources import overlay_resources, pair_resources

A = {"id": "r1", "url": "https://x.org/a", "name": "A"}
B = {"id": "r2", "url": "https://x.org/b", "name": "B"}


def pairs(wanted: list[dict[str, Any]], current: list[dict[str, Any]]) -> list[str | None]:
    """For each wanted resource the id of the present one that it is."""
    return [None if found is None else found["id"] for _, found in pair_resources(wanted, current)]


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        pytest.param([{"id": "r2"}, {"id": "r1"}], ["r2", "r1"], id="by id, in any order"),
        pytest.param([{"url": "https://x.org/b"}], ["r2"], id="by URL"),
        pytest.param([{"url": " https://x.org/b\n"}], ["r2"], id="by URL, blanks aside"),
        pytest.param([{"id": "r9", "url": "https://x.org/a"}], ["r1"], id="by URL, though the source has its own id"),
        pytest.param([{"id": "r1", "url": "https://x.org/b"}], ["r1"], id="the id goes before the URL"),
        pytest.param([{"url": "https://x.org/a"}, {"id": "r1"}], [None, "r1"], id="the id goes before, wherever it is"),
        pytest.param([{"url": "https://x.org/c"}], [None], id="new"),
        pytest.param([{"name": "A"}], [None], id="a name alone is none"),
        pytest.param([{"url": "https://x.org/a"}, {"url": "https://x.org/a"}], ["r1", None], id="one each"),
        pytest.param([], [], id="none"),
    ],
)
def test_a_wanted_resource_is_found_among_the_present_ones(wanted: list[dict[str, Any]], ids: list[str | None]) -> None:
    assert pairs(wanted, [A, B]) == ids


def test_a_url_that_repeats_is_told_by_name_and_then_by_turn() -> None:
    current = [
        {"id": "r1", "url": "https://x.org/a", "name": "One"},
        {"id": "r2", "url": "https://x.org/a", "name": "Two"},
        {"id": "r3", "url": "https://x.org/a", "name": "Three"},
    ]
    wanted = [{"url": "https://x.org/a", "name": name} for name in ("New", "Three", "Newer")]
    assert pairs(wanted, current) == ["r1", "r3", "r2"]


def test_a_url_without_a_scheme_is_the_one_that_ckan_shows_with_http() -> None:
    assert pairs([{"url": "x.org/a"}], [{"id": "r1", "url": "http://x.org/a"}]) == ["r1"]
    assert pairs([{"url": "x.org/a"}], [{"id": "r1", "url": "https://x.org/a"}]) == [None]


@pytest.mark.parametrize("blank", [{}, {"url": ""}, {"url": None}, {"url": " "}], ids=str)
def test_no_url_is_not_the_same_url(blank: dict[str, Any]) -> None:
    assert pairs([{**blank, "name": "New"}], [{"id": "r1", "url": "", "name": "Old"}]) == [None]
    assert pairs([{**blank, "name": "Old"}], [{"id": "r1", "url": "", "name": "Old"}]) == ["r1"]


def test_no_id_is_not_the_same_id() -> None:
    assert pairs([{"id": "", "url": "https://x.org/c"}], [{"id": "", "url": "https://x.org/d"}]) == [None]


def test_what_is_wanted_is_laid_over_what_is_there() -> None:
    current: list[dict[str, Any]] = [{**A, "datastore_active": True, "mine": {"a": 1}}, B]
    wanted = [{"url": "https://x.org/a", "name": "New name"}, {"url": "https://x.org/c"}]
    assert overlay_resources(wanted, current) == [
        {"id": "r1", "url": "https://x.org/a", "name": "New name", "datastore_active": True, "mine": {"a": 1}},
        {"url": "https://x.org/c"},
    ]


def test_the_id_that_is_there_stays() -> None:
    assert overlay_resources([{"id": "r9", "url": "https://x.org/a"}], [A]) == [A]


def test_the_present_resources_are_not_changed() -> None:
    current = [dict(A)]
    overlay_resources([{"id": "r1", "name": "x"}], current)[0]["url"] = "y"
    assert current == [A]


resources = st.lists(
    st.fixed_dictionaries(
        {}, optional={"url": st.sampled_from(["", "a", "b"]), "name": st.sampled_from(["", "x", "y"])}
    ),
    max_size=6,
)


@given(resources, resources)
def test_no_present_resource_is_taken_twice(wanted: list[dict[str, Any]], others: list[dict[str, Any]]) -> None:
    current = [{**other, "id": f"r{index}"} for index, other in enumerate(others)]
    taken = [id_ for id_ in pairs(wanted, current) if id_ is not None]
    assert len(taken) == len(set(taken))
    assert len(pair_resources(wanted, current)) == len(wanted)


@given(resources)
def test_resources_laid_over_themselves_stay_as_they_are(others: list[dict[str, Any]]) -> None:
    current = [{**other, "id": f"r{index}"} for index, other in enumerate(others)]
    assert overlay_resources(current, current) == current
