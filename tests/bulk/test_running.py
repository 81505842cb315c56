"""Runs of numbered flows: what is told, in which order, and what is not lost on an interrupt."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest

from ckan_api_client.bulk.running import Running, in_turn
from ckan_api_client.low_level import CkanLowlevelClient
from ckan_api_client.wire.action import call
from ckan_api_client.wire.messages import Flow
from driving import Server


def asking(number: int) -> Flow[int]:
    result: int = yield from call("status_show", {"number": number})
    return result


class Told(list[tuple[int, Any, list[int | None]]]):
    def __call__(self, number: int, result: Any, places: list[int | None]) -> None:
        self.append((number, result, list(places)))


def client(act: Any = lambda _, arguments: arguments["number"]) -> CkanLowlevelClient:
    return CkanLowlevelClient("https://example.org", transport=Server(act))


def test_one_at_a_time_each_is_told_when_the_next_one_begins() -> None:
    told = Told()
    running: Running[int] = Running(client(), limit=1, tell=told)
    running.carry_out((number, asking(number)) for number in (1, 2, 5))
    assert told == [(1, 1, [2]), (2, 2, [5]), (5, 5, [None])]
    assert running.resume_at == 6


def test_nothing_to_do_is_told_of_nothing() -> None:
    told = Told()
    Running(client(), limit=3, tell=told).carry_out(())
    assert told == []


def test_several_at_once_are_all_told_with_places_for_as_many() -> None:
    told = Told()
    Running(client(), limit=3, tell=told).carry_out((number, asking(number)) for number in range(50))
    assert sorted(number for number, _, _ in told) == list(range(50))
    assert max(len(places) for _, _, places in told) <= 3
    assert told[-1][2].count(None) == len(told[-1][2])


def test_after_an_interrupt_what_is_under_way_is_finished_and_told() -> None:
    told = Told()
    begun, interrupted = Event(), Event()

    def act(_: str, arguments: Any) -> Any:
        if arguments["number"] == 2:
            begun.set()
            assert interrupted.wait(5)
        return arguments["number"]

    def numbered() -> Iterator[tuple[int, Flow[int]]]:
        yield 1, asking(1)
        yield 2, asking(2)
        assert begun.wait(5)
        interrupted.set()
        raise KeyboardInterrupt

    running: Running[int] = Running(client(act), limit=3, tell=told)
    with pytest.raises(KeyboardInterrupt):
        running.carry_out(numbered())
    assert sorted(number for number, _, _ in told) == [1, 2]
    assert running.resume_at == 3


def test_what_raises_in_the_middle_leaves_told_what_was_done() -> None:
    told = Told()

    def numbered() -> Iterator[tuple[int, Flow[int]]]:
        yield 1, asking(1)
        raise OSError("the disk")

    running: Running[int] = Running(client(), limit=1, tell=told)
    with pytest.raises(OSError, match="the disk"):
        running.carry_out(numbered())
    assert told == [(1, 1, [None])]
    assert running.resume_at == 2


def test_of_two_with_one_key_the_later_begins_when_the_earlier_has_ended() -> None:
    events: list[str] = []
    release = Event()

    def act(_: str, arguments: Any) -> Any:
        number = arguments["number"]
        events.append(f"{number} begins")
        if number == 1:
            assert release.wait(5)
        if number == 3:
            release.set()
        events.append(f"{number} ends")
        return number

    keyed = [(1, ["water"], asking(1)), (2, ["id", "water"], asking(2)), (3, ["roads"], asking(3)), (4, [], asking(4))]
    pace_is_given = client(act)
    warm: Running[int] = Running(client(), limit=3, tell=Told())
    warm.carry_out((number, asking(number)) for number in range(9))
    pace_is_given._settings.pace._window.size = 3
    Running(pace_is_given, limit=3, tell=Told()).carry_out(in_turn(keyed))
    assert events.index("1 ends") < events.index("2 begins")
    assert events.index("3 ends") < events.index("1 ends")
    assert len(events) == 8
