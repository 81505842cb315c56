"""Carries many flows through, each under a number, and tells what became of them; also when it is interrupted."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from typing import Any, Generic, Protocol, TypeVar

from ckan_api_client.wire.messages import Flow, Sleep

T = TypeVar("T")

#: Seconds between two looks whether what must come first has ended.
_GLANCE = 0.05


class Client(Protocol):
    """What is needed of a low-level client."""

    def run_all(self, many: Iterable[Flow[Any]], *, limit: int) -> Iterator[Any]: ...


class Running(Generic[T]):
    """A run of numbered flows, at most `limit` under way; `tell` is called for each that ended, in the order of ends.

    It is given the number, the result, and the numbers under way: one place for each flow that there ever was room
    for, None where nothing is under way. What ends after an interrupt is told, too, before the interrupt is raised.
    `shield` holds interrupts off while it is told: or one in the middle would lose, or double, what is being told.
    """

    def __init__(
        self,
        client: Client,
        *,
        limit: int,
        tell: Callable[[int, T, list[int | None]], None],
        shield: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._client = client
        self._limit = limit
        self._tell = tell
        self._shield = shield
        self._ended: deque[tuple[int, T]] = deque()
        self._places: list[int | None] = []
        self._begun = 0
        self._all_begun = False

    @property
    def resume_at(self) -> int:
        """The lowest number that is not known to have ended."""
        return min((number for number in self._places if number is not None), default=self._begun + 1)

    def carry_out(self, numbered: Iterable[tuple[int, Flow[T]]], *, before: int = 0) -> None:
        """Carry all of them through; `before` is the number before the first."""
        self._begun = before
        try:
            with closing(_as_generator(self._client.run_all(self._flows(numbered), limit=self._limit))) as ends:
                for _ in ends:
                    if self._all_begun:
                        self._catch_up(None)
        finally:
            self._catch_up(None)

    def _flows(self, numbered: Iterable[tuple[int, Flow[T]]]) -> Iterator[Flow[None]]:
        # What ended is told when the next number is known, as ckanapi does it.
        for number, flow in numbered:
            self._catch_up(number)
            yield self._noted(number, flow)
        self._all_begun = True

    def _noted(self, number: int, flow: Flow[T]) -> Flow[None]:
        result = yield from flow
        self._ended.append((number, result))

    def _catch_up(self, following: int | None) -> None:
        with self._shield():
            self._tell_ended(following)

    def _tell_ended(self, following: int | None) -> None:
        ended = [self._ended.popleft() for _ in range(len(self._ended))]
        for number, _ in ended:
            self._places[self._places.index(number)] = None
        if following is not None:
            self._begun = following
            if None in self._places:
                self._places[self._places.index(None)] = following
            else:
                self._places.append(following)
        for number, result in ended:
            self._tell(number, result, self._places)


def known_caller() -> Flow[None]:
    """Ask nothing: a client with a token that carries it through asks whose the token is, and raises if nobody's."""
    yield from ()


def in_turn(keyed: Iterable[tuple[int, Iterable[str], Flow[T]]]) -> Iterator[tuple[int, Flow[T]]]:
    """Yield numbered flows; one that shares a key with an earlier one does not begin before that has ended.

    So that of two lines for one dataset, the later one has the last word.
    """
    latest: dict[str, _Turn] = {}
    for number, keys, flow in keyed:
        turn = _Turn()
        earlier = [latest[key] for key in keys if key in latest]
        latest.update(dict.fromkeys(keys, turn))
        yield number, turn.take(flow, earlier)
        for key in [key for key, one in latest.items() if one.has_ended]:
            del latest[key]


class _Turn:
    def __init__(self) -> None:
        self.has_ended = False

    def take(self, flow: Flow[T], earlier: Iterable[_Turn]) -> Flow[T]:
        try:
            while not all(one.has_ended for one in earlier):
                yield Sleep(_GLANCE)
            return (yield from flow)
        finally:
            self.has_ended = True


def _as_generator(results: Iterator[T]) -> Generator[T]:
    yield from results
