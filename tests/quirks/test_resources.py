"""Resources keep their ids and what they hold (quirks C9, C10)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckan_api_client.quirks.resources import is_empty, overlay_resources, pair_resources

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


def pairs_by_comparing_all(wanted: list[dict[str, Any]], current: list[dict[str, Any]]) -> list[dict[str, Any] | None]:
    """What `pair_resources` means: of what is left, the first that is alike, by the strictest likeness first."""

    def url(resource: dict[str, Any]) -> str:
        text = str(resource.get("url") or "").strip()
        return text if "://" in text or not text else f"http://{text}"

    def name(resource: dict[str, Any]) -> Any:
        return resource.get("name") or ""

    likenesses: list[Callable[[dict[str, Any], dict[str, Any]], bool]] = [
        lambda one, other: bool(one.get("id")) and one.get("id") == other.get("id"),
        lambda one, other: url(one) == url(other) and name(one) == name(other),
        lambda one, other: bool(url(one)) and url(one) == url(other),
    ]
    paired: list[dict[str, Any] | None] = [None] * len(wanted)
    left = list(current)
    for is_alike in likenesses:
        for index, resource in enumerate(wanted):
            found = None if paired[index] else next((other for other in left if is_alike(resource, other)), None)
            if found is not None:
                paired[index] = found
                left = [other for other in left if other is not found]
    return paired


odd_resources = st.lists(
    st.fixed_dictionaries(
        {"place": st.integers()},
        optional={
            "id": st.sampled_from([None, "", "r1", "r2", "r3", 1, ["r1"], {"r": 1}]),
            "url": st.sampled_from([None, "", " ", "a", " a", "http://a", "https://a", 7, ["a"]]),
            "name": st.sampled_from([None, "", "x", "y", 0, 5, ["x"], {}]),
        },
    ),
    max_size=8,
)


@given(odd_resources, odd_resources)
def test_pairs_are_those_that_comparing_each_with_each_finds(
    wanted: list[dict[str, Any]], current: list[dict[str, Any]]
) -> None:
    found = [other for _, other in pair_resources(wanted, current)]
    expected = pairs_by_comparing_all(wanted, current)
    assert [id(other) for other in found] == [id(other) for other in expected]


def test_each_resource_is_looked_at_a_few_times_however_many_there_are() -> None:
    looks = 0

    class Counting(dict[str, Any]):
        def get(self, key: str, default: Any = None) -> Any:
            nonlocal looks
            looks += 1
            return super().get(key, default)

    current = [Counting(id=f"r{number}", url=f"https://x.org/{number}") for number in range(2000)]
    wanted = [Counting(url=f"https://x.org/{number}") for number in reversed(range(2000))]
    assert pairs(list(wanted), list(current)) == [f"r{number}" for number in reversed(range(2000))]
    assert looks < 10 * 4000


@pytest.mark.parametrize(("resource", "empty"), [({}, True), ({"url": None}, True), ({"url": ""}, False)], ids=str)
def test_a_resource_of_nulls_is_empty(resource: dict[str, Any], empty: bool) -> None:
    assert is_empty(resource) is empty
