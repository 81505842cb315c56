"""How many at once are found by trial: windows that are told of answers by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ckan_api_client.wire.window import Window

Seconds = Callable[[int], float]


def workers(number: int) -> Seconds:
    """How long an answer takes where so many requests are worked on at once, and the others wait."""
    return lambda size: max(1.0, size / number)


def tell(window: Window, count: int, seconds: Seconds, limit: int = 8, kind: str = "create") -> list[int]:
    """The sizes that a window has while it is told of so many answers."""
    sizes = [window.size]
    for _ in range(count):
        window.note(kind, seconds(window.size), limit)
        if window.size != sizes[-1]:
            sizes.append(window.size)
    return sizes


def at(size: int, seconds: Seconds = lambda _: 1.0) -> Window:
    """A window that is found by trial to be of this size, with no trial under way."""
    window = Window()
    for _ in range(10_000):
        if window.size == size and window._before is None and not window._is_starting:
            return window
        window.note("create", seconds(window.size), size)
    raise AssertionError(f"never of size {size}")


@pytest.mark.parametrize(
    ("number", "sizes"),
    [
        (1, [1, 2, 3, 4, 3, 2, 1]),
        (2, [1, 2, 3, 4, 3, 2, 1, 2, 3, 2]),
        (4, [1, 2, 3, 4, 6, 4, 3, 4]),
        (8, [1, 2, 3, 4, 6, 8, 6, 8]),
        (32, [1, 2, 3, 4, 6, 8, 6, 8]),
    ],
)
def test_a_window_becomes_as_large_as_the_server_makes_use_of(number: int, sizes: list[int]) -> None:
    window = Window()
    assert tell(window, 900, workers(number))[: len(sizes)] == sizes


def stays(window: Window, seconds: Seconds, count: int) -> list[tuple[int, int]]:
    """The next sizes of a window, and after how many answers each is left."""
    found = []
    for _ in range(count):
        size, answers = window.size, 0
        while window.size == size:
            window.note("create", seconds(window.size), 8)
            answers += 1
        found.append((size, answers))
    return found


def test_the_longer_nothing_is_gained_the_rarer_are_trials() -> None:
    window = at(4, workers(4))
    assert [answers for size, answers in stays(window, workers(4), 12) if size == 4] == [100, 196, 388, 772, 772, 772]


def test_a_trial_takes_twelve_rounds_after_one_that_does_not_count() -> None:
    window = at(3)
    stays(window, workers(4), 1)
    assert stays(window, workers(4), 1) == [(4, 4 + 12 * 4)]


def test_a_trial_that_does_harm_ends_after_three_rounds() -> None:
    window = at(3)
    assert stays(window, lambda size: 1.0 if size < 4 else 2.0, 2)[1:] == [(4, 4 + 3 * 4)]
    assert window.size == 3


@pytest.mark.parametrize(
    ("brings", "size"), [(1.11, 12), (1.09, 8)], ids=["a tenth more is worth it", "less than a tenth is not"]
)
def test_more_at_once_stay_if_they_bring_a_tenth(brings: float, size: int) -> None:
    window = at(8, lambda _: 1.0)
    tell(window, 24 * 8 + 8 + 6 + 3 * 6 - 1, lambda size: 1.0 if size == 8 else 2.0, limit=12)
    assert window.size == 6
    tell(window, 1 + 8 + 48 * 8, lambda size: 1.0 if size == 8 else 2.0, limit=12)
    assert window.size == 12
    tell(window, 13 * 12, lambda _: 12 / 8 / brings, limit=12)
    assert window.size == size


@pytest.mark.parametrize(
    ("keeps", "size"), [(0.96, 4), (0.94, 8)], ids=["a twentieth is little", "more than a twentieth is not"]
)
def test_fewer_at_once_stay_if_no_more_than_a_twentieth_is_lost(keeps: float, size: int) -> None:
    window = at(8)
    tell(window, 24 * 8 + 8, lambda _: 1.0)
    assert window.size == 6
    tell(window, 13 * 6, lambda _: 6 / 8 / keeps)
    assert window.size == size


def test_after_a_trial_that_stays_the_next_rest_is_short_again() -> None:
    window = at(4, workers(4))
    rests = [answers for size, answers in stays(window, workers(4), 9) if size == 4]
    assert rests == [100, 196, 388, 772, 772]
    assert stays(window, workers(8), 4) == [(3, 39), (4, 772), (6, 78), (8, 104 + 200)]


def test_the_first_round_after_a_change_tells_nothing() -> None:
    """It still meets what was under way before."""
    window = at(3)
    stays(window, workers(8), 1)
    tell(window, 4, lambda _: 1000.0)
    assert tell(window, 48, workers(8)) == [4, 6]


def test_answers_are_compared_with_those_of_their_kind() -> None:
    window = at(3)
    for quick, slow in [(18, 18), (4, 0), (10, 38)]:
        tell(window, quick, lambda _: 0.01, kind="show")
        tell(window, slow, lambda _: 1.0, kind="create")
    assert window.size == 6


def test_where_no_kind_is_the_same_more_are_tried_and_not_fewer() -> None:
    window = at(3)
    stays(window, workers(1), 1)
    assert tell(window, 52, workers(1), kind="update") == [4, 6]


def test_times_that_are_too_short_for_the_clock_are_as_short_as_before() -> None:
    assert tell(Window(), 300, lambda _: 0.0) == [1, 2, 3, 4, 6, 8]


def test_an_overload_in_a_trial_of_more_is_the_end_of_the_trial() -> None:
    window = at(3)
    stays(window, workers(8), 1)
    assert window.size == 4
    window.cut(8)
    assert window.size == 3


def test_an_overload_in_a_trial_of_fewer_halves_as_ever() -> None:
    window = at(8)
    stays(window, workers(8), 1)
    assert window.size == 6
    window.cut(8)
    assert stays(window, workers(8), 2) == [(3, 3 + 12 * 3), (4, 4 + 12 * 4)]


def test_after_an_overload_more_are_tried_first() -> None:
    window = at(8)
    window.cut(8)
    assert tell(window, 300, workers(8)) == [4, 6, 8]


def test_an_overload_at_the_start_ends_the_quick_rise() -> None:
    window = Window()
    tell(window, 1, workers(8))
    window.cut(8)
    assert stays(window, workers(8), 2) == [(1, 1 + 12), (2, 2 + 12 * 2)]


def test_what_is_beyond_the_limit_of_a_run_is_not_learned_in_it() -> None:
    window = at(8)
    assert tell(window, 10_000, workers(1), limit=3) == [8]


def test_a_limit_is_never_passed() -> None:
    assert max(tell(Window(), 2000, workers(32), limit=5)) == 5
