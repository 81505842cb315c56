"""A script with a clock of its own."""

from __future__ import annotations

from typing import Any

from ckan_api_client.wire.messages import Request, Response
from driving import Script


class Timed(Script):
    """A script with a clock: it moves when somebody sleeps, and each request is kept with its time."""

    def __init__(self, *answers: Any) -> None:
        super().__init__(*answers)
        self.now = 1000.0
        self.times: list[float] = []

    def send(self, request: Request) -> Response:
        self.times.append(self.now - 1000.0)
        return super().send(request)

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.now += seconds

    def clock(self) -> float:
        return self.now
