"""The limits that people set: how many requests a second, and how many at once.

May not know what is asked, nor who waits: it hands out times in turn.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable

MOST_IN_FLIGHT = 32
#: Seconds whose requests may be made up for, after a time in which fewer were asked for.
_MADE_UP_FOR = 1.0


class RateLimit:
    """A token bucket, shared by threads: one request each `1 / max_rate` seconds, counted by the clock that is given.

    It starts empty, and holds one second's worth at most (one request, where that is less than one). Who comes first is
    served first, since each caller takes the next time there is.
    """

    def __init__(self, max_rate: float, clock: Callable[[], float]) -> None:
        self._interval = 1 / checked_rate(max_rate)
        self._saved = max(0.0, _MADE_UP_FOR - self._interval)
        self._clock = clock
        self._lock = threading.Lock()
        self._next = clock()

    def take(self) -> float:
        """Take the next time that is free, and return the seconds until then."""
        with self._lock:
            now = self._clock()
            time = max(self._next, now - self._saved)
            self._next = time + self._interval
            return max(0.0, time - now)


def checked_rate(rate: float) -> float:
    """Return a rate that can be kept to. Raises ValueError for one that cannot."""
    if not (rate > 0 and math.isfinite(rate)):
        raise ValueError(f"max_rate is a number of requests a second, above 0, such as 2 or 0.5, not {rate}")
    return rate


def checked_in_flight(number: int) -> int:
    """Return how many requests may be under way at once. Raises ValueError where that is none, or a flood."""
    if number not in range(1, MOST_IN_FLIGHT + 1):
        raise ValueError(f"max_in_flight is a number of requests at once, 1 to {MOST_IN_FLIGHT}, not {number}")
    return number
