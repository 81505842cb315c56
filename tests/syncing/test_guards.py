"""The guards, at their edges: for each number of datasets, the last number that passes and the first that does not."""

from __future__ import annotations

import pytest

from ckan_api_client.syncing.guards import Limits, Share, find_violations


def options_that_lift(
    *, records: int = 1, managed: int = 100, deletes: int = 0, updates: int = 0, limits: Limits | None = None
) -> list[str]:
    """The options that the violated guards name."""
    found = find_violations(
        records=records, managed=managed, deletes=deletes, updates=updates, limits=limits or Limits()
    )
    return [violation.option for violation in found]


@pytest.mark.parametrize(
    ("managed", "most"),
    [
        pytest.param(0, 0, id="none: nothing to delete"),
        pytest.param(1, 0, id="1: it is all"),
        pytest.param(2, 1, id="2: one is half, two are all"),
        pytest.param(3, 1, id="3: two are more than half"),
        pytest.param(4, 2, id="4: two are half"),
        pytest.param(5, 2, id="5: three are more than half"),
        pytest.param(9, 4, id="9: five are more than half"),
        pytest.param(10, 5, id="10: five are few, and half"),
        pytest.param(11, 5, id="11: six are more than half"),
        pytest.param(50, 5, id="50: five are 10 %"),
        pytest.param(59, 5, id="59: six are more than 10 %"),
        pytest.param(60, 6, id="60: six are 10 %"),
        pytest.param(100, 10, id="100: ten are 10 %"),
        pytest.param(109, 10, id="109: eleven are more than 10 %"),
        pytest.param(10_000, 1_000, id="10,000: 1,000 are 10 %"),
    ],
)
def test_deletes_pass_up_to_a_few_or_a_small_part_never_half_never_all(managed: int, most: int) -> None:
    assert options_that_lift(managed=managed, deletes=most) == []
    if managed:
        assert options_that_lift(managed=managed, deletes=most + 1) == [f"--max-deletes {most + 1}"]
        assert options_that_lift(managed=managed, deletes=managed) == [f"--max-deletes {managed}"]


@pytest.mark.parametrize(
    ("managed", "most"),
    [(1, 1), (10, 10), (20, 20), (21, 20), (39, 20), (40, 20), (41, 20), (42, 21), (100, 50), (10_000, 5_000)],
)
def test_updates_pass_up_to_twenty_or_half(managed: int, most: int) -> None:
    assert options_that_lift(managed=managed, updates=most) == []
    if managed > most:
        assert options_that_lift(managed=managed, updates=most + 1) == [f"--max-updates {most + 1}"]


@pytest.mark.parametrize("managed", [0, 1, 10_000])
def test_an_empty_source_passes_only_if_it_may_be_empty(managed: int) -> None:
    assert options_that_lift(records=0, managed=managed) == ["--allow-empty"]
    assert options_that_lift(records=0, managed=managed, limits=Limits(allow_empty=True)) == []


def test_an_empty_source_that_would_delete_everything_needs_both_options() -> None:
    assert options_that_lift(records=0, managed=2, deletes=2) == ["--allow-empty", "--max-deletes 2"]
    assert options_that_lift(records=0, managed=2, deletes=2, limits=Limits(allow_empty=True)) == ["--max-deletes 2"]
    both = Limits.of(allow_empty=True, max_deletes=2)
    assert options_that_lift(records=0, managed=2, deletes=2, limits=both) == []


@pytest.mark.parametrize(
    ("most", "managed", "passes", "fails"),
    [
        pytest.param(0, 100, 0, 1, id="none at all"),
        pytest.param(30, 100, 30, 31, id="a number above the guards"),
        pytest.param(2, 100, 2, 3, id="a number below the guards"),
        pytest.param("30", 30, 30, 31, id="a number, as text, that allows all"),
        pytest.param("10%", 19, 1, 2, id="a percentage, not rounded up"),
        pytest.param("33.3 %", 1_000, 333, 334, id="a percentage with a point"),
        pytest.param("100%", 10, 10, 11, id="all"),
        pytest.param("0%", 10, 0, 1, id="nothing"),
    ],
)
def test_a_limit_of_the_callers_stands_in_for_the_guards(
    most: int | str, managed: int, passes: int, fails: int
) -> None:
    deletes, updates = Limits.of(max_deletes=most), Limits.of(max_updates=most)
    assert options_that_lift(managed=managed, deletes=passes, limits=deletes) == []
    assert options_that_lift(managed=managed, deletes=fails, limits=deletes) == [f"--max-deletes {fails}"]
    assert options_that_lift(managed=managed, updates=passes, limits=updates) == []
    assert options_that_lift(managed=managed, updates=fails, limits=updates) == [f"--max-updates {fails}"]


def test_a_limit_for_updates_lifts_nothing_for_deletes() -> None:
    assert options_that_lift(managed=10, deletes=10, updates=30, limits=Limits.of(max_updates="100%")) == [
        "--max-deletes 10",
        "--max-updates 30",
    ]


def test_a_violation_says_how_many_why_and_what_allows_it() -> None:
    found = find_violations(records=0, managed=100, deletes=11, updates=51, limits=Limits())
    assert [str(violation) for violation in found] == [
        "the source holds no dataset that can be taken (--allow-empty allows it)",
        "11 of 100 datasets would be deleted: that is more than 5, and more than 10 % (--max-deletes 11 allows it)",
        "51 of 100 datasets would be changed: that is more than 20, and more than half (--max-updates 51 allows it)",
    ]


def test_a_violation_of_the_callers_limit_names_it() -> None:
    found = find_violations(records=1, managed=8, deletes=3, updates=0, limits=Limits.of(max_deletes="25%"))
    assert [str(violation) for violation in found] == [
        "3 of 8 datasets would be deleted, and at most 25 % may be (--max-deletes 3 allows it)"
    ]


@pytest.mark.parametrize(
    "value", ["", "-1", -1, "1.5", "101%", "-5%", "%", "ten", "10 percent", True, "\uff11\uff10", "1e3", "9" * 10]
)
def test_what_is_no_share_is_an_error_that_says_what_one_looks_like(value: int | str) -> None:
    with pytest.raises(ValueError, match="is neither a number of datasets such as 30 nor a percentage such as 10%"):
        Share.of(value)


def test_a_share_of_a_share_is_the_same() -> None:
    assert Share.of(Share.of("10%")) == Share.of("10 %")
