"""How much a server is asked at once, and when nothing at all, by what its answers say of how it is.

May not know: transports, retries, flows other than one exchange. The clock is given; waits are yielded.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from ckan_api_client.exceptions import TransportError
from ckan_api_client.quirks.errors import is_immense_term, is_passing_search_error
from ckan_api_client.wire.action import error_of, retry_after
from ckan_api_client.wire.messages import Flow, Request, Response, Sleep, exchange
from ckan_api_client.wire.rate import RateLimit
from ckan_api_client.wire.window import Window

#: A 500 is not among them: it may as well be one record's own (quirk E11).
_OVERLOAD = frozenset({408, 429, 502, 503, 504})
_ASKING_FOR_A_PAUSE = frozenset({429, 503})


class Pace:
    """The pace of one client, shared by all its flows, in whatever thread.

    How many flows of a run are under way, up to its limit, is found by trial (see `Window`), and cut after a sign of
    overload: status 408, 429, 502, 503 or 504, no answer at all, or a search engine that does not keep up. What was
    on its way when the pace was cut cuts it no further. The pace is kept from run to run.

    A Retry-After (429, 503) holds all requests of the client, up to `longest_pause` seconds. Of all its requests,
    repetitions among them, there are never more than `max_rate` a second.
    """

    def __init__(
        self,
        *,
        longest_pause: float = 300.0,
        max_rate: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._longest_pause = longest_pause
        self._clock = clock
        self._rate = None if max_rate is None else RateLimit(max_rate, clock)
        self._lock = threading.Lock()
        self._window = Window()
        self._held_until = clock()

    def room(self, limit: int) -> int:
        """Return how many flows may be under way now, in a run that allows `limit`."""
        return min(limit, self._window.size)

    def ask(self, request: Request, limit: int | None = None) -> Flow[Response]:
        """Return the answer to a request, asked for when nothing holds it; the pace learns from the answer.

        `limit` is that of the run that the request is part of. Without one, good answers tell nothing of how many
        the server can bear at once.
        """
        yield from self._clearance()
        yield from self._turn()
        era, began = self._window.era, self._clock()
        try:
            response = yield from exchange(request)
        except TransportError:
            self._slow_down(era, limit)
            raise
        if response.status in _ASKING_FOR_A_PAUSE:
            self._hold(retry_after(response) or 0.0)
        if _is_overloaded(response):
            self._slow_down(era, limit)
        elif response.status < 500 and limit is not None:
            self._learn(era, (request.path, response.status), self._clock() - began, limit)
        return response

    def _clearance(self) -> Flow[None]:
        # One wait for each time that is set: whose transport keeps another time than the clock does not wait for ever.
        waited_for = None
        while (until := self._held_until) != waited_for and (left := until - self._clock()) > 0:
            waited_for = until
            yield Sleep(left)

    def _turn(self) -> Flow[None]:
        if self._rate is None:
            return
        while wait := self._rate.take():
            held_until = self._held_until
            yield Sleep(wait)
            if self._held_until == held_until:
                return
            yield from self._clearance()  # A turn that came in a pause is lost: all at once would be a burst.

    def _hold(self, seconds: float) -> None:
        until = self._clock() + min(seconds, self._longest_pause)
        with self._lock:
            self._held_until = max(self._held_until, until)

    def _learn(self, era: int, kind: tuple[str, int], seconds: float, limit: int) -> None:
        with self._lock:
            if era == self._window.era:
                self._window.note(kind, seconds, limit)

    def _slow_down(self, era: int, limit: int | None) -> None:
        with self._lock:
            if era == self._window.era:
                self._window.cut(limit)


def _is_overloaded(response: Response) -> bool:
    if response.status < 400 or response.status in _OVERLOAD:
        return response.status in _OVERLOAD
    error = error_of(response)
    return is_passing_search_error(error) and not is_immense_term(error)
