"""The Redis of a checkout: one server, a database number per instance, nothing kept on disk."""

from __future__ import annotations

import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

from .checkout import Checkout
from .ledger import Ledger
from .process import Process
from .steps import StepFailed, Steps, wait_until

DATABASES = 64


@dataclass(frozen=True)
class Redis:
    """The Redis server of a checkout."""

    checkout: Checkout
    ledger: Ledger

    @property
    def process(self) -> Process:
        """Its process."""
        return self.checkout.process("redis")

    @property
    def log(self) -> Path:
        """Its log."""
        return self.checkout.logs / "redis.log"

    def start(self, steps: Steps) -> None:
        """Start it."""
        if self.process.pid() is not None:
            return
        step = "starting Redis"
        program = shutil.which("redis-server")
        if program is None:
            raise StepFailed(step, "there is no `redis-server` program")
        port = self.ledger.port("redis")
        options = {"port": port, "bind": "127.0.0.1", "databases": DATABASES, "save": "", "appendonly": "no"}
        words = [word for key, value in options.items() for word in (f"--{key}", str(value))]
        self.process.start([program, *words], log=self.log, folder=self.checkout.folder)
        wait_until(
            lambda: self._answers(port),
            lambda: self.process.pid() is not None,
            step=step,
            log=self.log,
            patience=20,
        )
        steps.say(f"Redis runs on port {port}")

    def stop(self) -> bool:
        """Stop it."""
        return self.process.stop()

    def url(self, database: int) -> str:
        """The address of one of its databases."""
        return f"redis://127.0.0.1:{self.ledger.ports['redis']}/{database}"

    def flush(self, database: int) -> None:
        """Empty one of its databases."""
        answer = _talk(self.ledger.ports["redis"], f"SELECT {database}\r\nFLUSHDB\r\nQUIT\r\n")
        if answer != "+OK\r\n+OK\r\n+OK\r\n":
            raise StepFailed("emptying Redis", answer.strip().replace("\r\n", " "), self.log)

    def _answers(self, port: int) -> bool:
        try:
            return _talk(port, "PING\r\nQUIT\r\n").startswith("+PONG")
        except OSError:
            return False


def _talk(port: int, commands: str) -> str:
    """Send inline commands, of which the last is QUIT, and return all answers."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(commands.encode())
        answer = b""
        while chunk := connection.recv(4096):
            answer += chunk
    return answer.decode()
