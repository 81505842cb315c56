"""How many flows are under way at once: found by trial, by how much longer each then waits for its answers.

May not know: requests, clocks, threads, what an answer says. Who uses it tells what came, after how long.
"""

from __future__ import annotations

from collections.abc import Hashable

#: So many at once come without a trial: what nearly every server bears, and needs to be busy.
_UNTRIED = 3
#: What more at once have to bring: so many times as many answers a second; and what fewer have to keep.
_WORTH_MORE, _GOOD_ENOUGH = 1.10, 0.95
#: How long a trial is. Service times that vary by half of their mean leave 10 % of doubt with two under way.
_ROUNDS = 12
#: A trial that has brought less than this by so many rounds ends there.
_HOPELESS, _FIRST_LOOK = 0.75, 3
#: How many times as long the rest between two trials may become.
_LONGEST_REST = 16

#: What is asked for and how it ends: only answers of one kind take comparable times.
Kind = Hashable


class Window:
    """How many may be under way at once: the fewest that a server needs to answer about as much as it can.

    One at first, and one more with each round of good answers, up to three. From there on by trials: half as many
    again, which stays if answers a second rise by a tenth; then a third fewer, which stays if no more than a twentieth
    is lost; and so on in turn, in ever longer intervals as long as nothing changes. How many answers a second there
    are follows from how many are under way and how long each is waited for (Little's law), so pauses do not matter.

    A sign of overload halves it; if it came in a trial of more, that trial has failed, and no more.
    """

    def __init__(self) -> None:
        self.size = 1
        #: Changes with each change of size. Answers to what was asked for before tell nothing of the present one.
        self.era = 0
        self._is_starting = True
        self._rises = True
        self._rest = 1
        self._before: _Measure | None = None
        self._begin(1)

    def note(self, kind: Kind, seconds: float, limit: int) -> None:
        """Take note of a good answer to what was asked for in this era, in a run that allows `limit`."""
        if self.size > limit:
            return
        if self._settling:
            self._settling -= 1
        elif not self._is_starting:
            self._measure.note(kind, seconds)
            self._look(limit)
        if self._is_starting and not self._settling:
            self._start_one_more(limit)

    def cut(self, limit: int | None) -> None:
        """Take note of a sign of overload in this era; without a limit, it came from outside of a run."""
        self._is_starting = False
        if self._before is not None and self._before.size < self.size:
            self._go_back_to(self._before.size)
        else:
            in_use = self.size if limit is None else min(self.size, limit)
            self._before = None
            self._rises = True
            self._begin(max(1, in_use // 2))

    def _start_one_more(self, limit: int) -> None:
        if self.size == _UNTRIED:
            self._is_starting = False
        elif self.size < limit:
            self._begin(self.size + 1)

    def _begin(self, size: int, rounds: int = _ROUNDS) -> None:
        self.era += 1
        self.size = size
        self._rounds = rounds
        self._settling = size  # The first round still meets what was under way before.
        self._measure = _Measure(size)

    def _look(self, limit: int) -> None:
        measure, before = self._measure, self._before
        is_over = measure.answers == self._rounds * self.size
        if before is not None and (is_over or measure.answers == _FIRST_LOOK * self.size):
            enough = _WORTH_MORE if self.size > before.size else _GOOD_ENOUGH
            if measure.throughput_beside(before) < (enough if is_over else _HOPELESS):
                self._go_back_to(before.size)
                return
        if is_over:
            self._rest = 1 if before is not None else self._rest
            self._try_another(limit)

    def _try_another(self, limit: int) -> None:
        step = max(1, self.size // 2) if self._rises else -max(1, self.size // 3)
        size = max(1, min(limit, self.size + step))
        if size == self.size:
            self._go_back_to(size)
        else:
            self._before = self._measure
            self._begin(size)

    def _go_back_to(self, size: int) -> None:
        self._before = None
        self._rises = not self._rises
        self._rest = min(_LONGEST_REST, 2 * self._rest)
        self._begin(size, _ROUNDS * self._rest)


class _Measure:
    """How long answers took while so many were under way, by their kind."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.answers = 0
        self._times: dict[Kind, tuple[int, float]] = {}

    def note(self, kind: Kind, seconds: float) -> None:
        self.answers += 1
        count, total = self._times.get(kind, (0, 0.0))
        self._times[kind] = count + 1, total + seconds

    def throughput_beside(self, other: _Measure) -> float:
        """Return how many times as many answers a second there are as in the other."""
        took = would_have_taken = 0.0
        for kind in self._times.keys() & other._times.keys():
            count, total = self._times[kind]
            other_count, other_total = other._times[kind]
            took += total
            would_have_taken += count * other_total / other_count
        return self.size / other.size * (would_have_taken / took if took else 1.0)
