"""When to ask again: a policy, a budget for a whole run, and a flow around a flow that keeps to them.

Only what cannot do harm is sent twice: a request that never left (NOT_SENT) or was turned away (429), and a
repeatable one whose answer was lost or says that the server is overloaded. The rest is raised to the flow that knows
how to read back.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, TypeVar

from ckan_api_client.exceptions import Outcome, TransportError
from ckan_api_client.quirks.errors import is_immense_term, is_passing_search_error
from ckan_api_client.wire.action import classify, error_of, retry_after
from ckan_api_client.wire.messages import Flow, Request, Response, Sleep, exchange

T = TypeVar("T")
Ask: TypeAlias = Callable[[Request], Flow[Response]]


class RetryBudget:
    """How many repetitions a whole run may spend, so that a failing server is not asked four times as much.

    `total` of them, and one more, up to `total` again, for each `earned_by` requests that are answered well: a long
    run bears a few faults all along. Its requests are never more than 1.1 times those of a run without faults, plus
    `total`. When it is spent, nothing is repeated: the flow gets the error, or the answer, at once.
    """

    def __init__(self, total: int = 100, *, earned_by: int = 10) -> None:
        self._total = self._left = total
        self._earned_by = earned_by
        self._answered = 0
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Tell whether one more repetition may be made, and count it."""
        with self._lock:
            if self._left <= 0:
                return False
            self._left -= 1
            return True

    def earn(self) -> None:
        """Count a request that was answered well."""
        with self._lock:
            self._answered += 1
            if self._answered % self._earned_by == 0:
                self._left = min(self._total, self._left + 1)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Up to `attempts` tries; waits double from `first_wait` to `longest_wait` seconds, each drawn at random below it.

    Full jitter spreads the callers of a server that comes back. A Retry-After is kept to, up to `longest_pause`.
    `draw` and `clock` (seconds, monotonic) are the policy's only ties to the world.
    """

    attempts: int = 4
    first_wait: float = 0.5
    longest_wait: float = 30.0
    longest_pause: float = 300.0
    budget: RetryBudget | None = None
    draw: Callable[[], float] = random.random
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        if self.attempts < 1:
            raise ValueError(f"a retry policy needs at least one attempt, not {self.attempts}")

    def may_repeat(self) -> bool:
        """Tell whether the budget, if there is one, allows one more repetition, and count it."""
        return self.budget is None or self.budget.take()

    def note_answer(self) -> None:
        """Let the budget, if there is one, count a request that was answered well."""
        if self.budget is not None:
            self.budget.earn()

    def wait_before(self, attempt: int, asked: float | None) -> float:
        """Return the seconds to wait before an attempt (2 is the first repetition)."""
        if asked is not None:
            return min(asked, self.longest_pause)
        return min(self.longest_wait, self.first_wait * 2.0 ** (attempt - 2)) * self.draw()


def insist(flow: Flow[T], policy: RetryPolicy, ask: Ask = exchange) -> Flow[T]:
    """Return the same flow, in which each request that may be repeated is repeated as the policy says.

    `ask` makes one attempt (`Pace.ask` makes it when it is time to).
    """
    try:
        step = next(flow)
        while True:
            if isinstance(step, Sleep):
                step = flow.send((yield step))
                continue
            try:
                response = yield from _attempts(step, policy, ask)
            except TransportError as error:
                step = flow.throw(error)
            else:
                step = flow.send(response)
    except StopIteration as done:
        result: T = done.value
        return result
    finally:
        flow.close()


def _attempts(request: Request, policy: RetryPolicy, ask: Ask) -> Flow[Response]:
    errors: tuple[str, ...] = ()
    outcome = Outcome.NOT_SENT
    for attempt in range(1, policy.attempts + 1):
        last = attempt == policy.attempts
        try:
            response = yield from ask(request)
        except TransportError as error:
            # An earlier attempt may have had an effect, even if the last one never left.
            outcome = error.outcome if outcome is Outcome.NOT_SENT else outcome
            repeatable = request.repeatable or error.outcome is Outcome.NOT_SENT
            if last or not repeatable or not policy.may_repeat():
                raise error.after(errors, outcome) from error
            errors = (*errors, *error.errors)
            asked = None
        else:
            if not _is_passing(response):
                policy.note_answer()
                return response
            if last or not _is_harmless(request, response) or not policy.may_repeat():
                return response
            errors = (*errors, f"{request.label}: HTTP {response.status}")
            outcome = Outcome.UNKNOWN
            asked = retry_after(response)
        yield Sleep(policy.wait_before(attempt + 1, asked))
    raise AssertionError("the last attempt returns or raises")  # pragma: no cover


def _is_harmless(request: Request, response: Response) -> bool:
    # A 429 comes from what stands before CKAN: the request never got there, so a write may be sent again, too.
    turned_away = response.status == 429 and all(isinstance(file.content, Path) for _, file in request.uploads)
    return request.repeatable or turned_away


def _is_passing(response: Response) -> bool:
    # A page in place of an answer, with status 200, is the same next time; and who asked for a page got it.
    if response.status < 300 or classify(response) is not Outcome.UNKNOWN:
        return False
    error = error_of(response)
    if is_immense_term(error):
        return False
    return response.status != 409 or is_passing_search_error(error)
