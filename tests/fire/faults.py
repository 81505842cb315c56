"""Which fault befalls which request of a run: decided by a seed alone, so that a run can be had again.

Requests are numbered as they come. Where several are under way at once, their order may differ from run to run.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal, get_args

Fault = Literal[
    "reset before",  # the connection breaks; the server never got the request
    "reset after",  # the server has carried it out; the connection breaks before anything is seen of the answer
    "late",  # the connection breaks; the server gets the request a second or two later
    "slow",  # the answer takes its time
    "cut",  # the answer ends in the middle of its body
    "page before",  # 502, 503 or 504 with a page of HTML, instead of CKAN's answer
    "page after",  # the same, after CKAN has carried it out
    "busy",  # 429 or 503 with a Retry-After; the server never got the request
    "idle",  # the server closes a connection that was kept open, just as the request comes
    "dripping",  # the answer comes in small pieces
    "refused",  # the connection breaks, and no other can be made for a second or two; the server never got the request
    "twice",  # the server gets the request two times; the answer is that to the first, or that to the second
    "failed after",  # 500 with a page of HTML, after CKAN has carried it out
    "garbled",  # 200 with half of the JSON, as if that were all
    "bad gzip",  # 200 with a compressed body that breaks off
]
FAULTS: tuple[Fault, ...] = get_args(Fault)


@dataclass(frozen=True, slots=True)
class Weather:
    """How often requests meet with a fault: all along, and within a storm of some requests."""

    seed: str
    often: float = 0.12
    storm: range = range(0)
    in_storm: float = 0.8

    @classmethod
    def drawn(cls, seed: str, expected: int) -> Weather:
        """Return the weather of a run of about so many requests."""
        chance = random.Random(f"{seed} weather")  # noqa: S311 - no secret
        first = chance.randrange(max(1, expected))
        storm = range(first, first + chance.randrange(4, 12)) if chance.random() < 0.4 else range(0)
        return cls(seed, often=chance.choice((0.15, 0.3, 0.45)), storm=storm)

    def fault(self, number: int) -> Fault | None:
        """Return what befalls a request."""
        chance = self.chance(number)
        if chance.random() < (self.in_storm if number in self.storm else self.often):
            return chance.choice(FAULTS)
        return None

    def chance(self, number: int) -> random.Random:
        """Return what further decisions about a request are drawn from."""
        return random.Random(f"{self.seed} {number}")  # noqa: S311 - no secret


CALM = Weather("calm", often=0.0)
