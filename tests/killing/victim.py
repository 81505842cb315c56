"""A process that synchronizes a source and kills itself, as SIGKILL does, around one of its requests.

It reads its order from standard input and, if it lives, prints how many requests it sent.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from ckan_api_client.low_level.settings import Settings
from ckan_api_client.syncing import SynchronizationClient
from ckan_api_client.syncing.options import DeletePolicy
from ckan_api_client.transport import Connection, HttpTransport
from ckan_api_client.wire.messages import Request, Response

TESTS = Path(__file__).parents[1]
When = Literal["before", "after"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to synchronize, or which run of it to take back, as whom; and around which request to die: 0 for none."""

    url: str
    token: str = field(repr=False)
    organization: str
    source: str
    state: str
    records: dict[str, Any]
    deletes: DeletePolicy = "delete"
    undone: int = 0
    step: int = 0
    when: When = "before"


class VictimError(Exception):
    """A victim was not killed, and did not do everything."""


class Deadly(HttpTransport):
    """Kills its own process right before request number `step` is sent, or right after the answer came."""

    def __init__(self, connection: Connection, step: int, when: When) -> None:
        super().__init__(connection)
        self.sent = 0
        self._step = step
        self._when = when
        self._lock = threading.Lock()

    def send(self, request: Request) -> Response:
        with self._lock:
            self.sent += 1
            mine = self.sent
        if mine == self._step and self._when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        response = super().send(request)
        if mine == self._step and self._when == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return response


def die(order: Order) -> int | None:
    """Carry an order out in a process of its own; return how many requests it sent, or None if it was killed."""
    done = subprocess.run(
        [sys.executable, "-m", "killing.victim"],
        input=json.dumps(asdict(order)),
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == -signal.SIGKILL:
        return None
    if done.returncode:
        raise VictimError(f"the victim died of something else:\n{done.stderr}")
    return int(done.stdout)


def main() -> None:
    order = Order(**json.load(sys.stdin))
    transport = Deadly(Settings.of(order.url, order.token).connection, order.step, order.when)
    with SynchronizationClient(
        order.url,
        order.token,
        transport=transport,
        state=order.state,
        default_organization=order.organization,
        deletes=order.deletes,
    ) as client:
        if order.undone:
            report = client.undo(order.source, order.undone)
        else:
            report = client.sync(order.source, {"dataset": order.records})
    if not report:
        raise RuntimeError(f"not everything was done: {report.undone}")
    sys.stdout.write(str(transport.sent))


if __name__ == "__main__":
    main()
