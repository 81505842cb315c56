"""The folder `.ckan/` of a checkout: where things lie, the lock, and free ports."""

from __future__ import annotations

import fcntl
import hashlib
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .process import Process
from .steps import Steps

# Below the range from which Linux takes ports for outgoing connections (32768 up), so that a port kept for later is
# not taken by a client in the meantime.
_PORTS = range(20000, 30000)


@dataclass(frozen=True)
class Checkout:
    """A checkout of this repository, by its root."""

    root: Path

    @property
    def folder(self) -> Path:
        """Where everything of this checkout lies; git does not see it."""
        return self.root / ".ckan"

    @property
    def logs(self) -> Path:
        """The logs of installations and of the shared servers."""
        return self.folder / "log"

    @property
    def fingerprint(self) -> str:
        """Tells this checkout from others on the machine."""
        return hashlib.sha256(str(self.root).encode()).hexdigest()[:12]

    def process(self, name: str) -> Process:
        """The server process of that name, running or not."""
        return Process(self.folder / "run" / f"{name}.json")

    def processes(self) -> list[Process]:
        """Every server process that was started and not stopped."""
        return [Process(record) for record in sorted((self.folder / "run").glob("*.json"))]

    def prepare(self) -> None:
        """Make the folders. `.ckan/` itself may be passed through by the user that PostgreSQL runs as, the rest not."""
        self.folder.mkdir(mode=0o711, exist_ok=True)
        for name in ("log", "run", "instance"):
            (self.folder / name).mkdir(mode=0o700, exist_ok=True)

    @contextmanager
    def locked(self, steps: Steps) -> Iterator[None]:
        """Keep other commands that change this checkout's servers out; wait for one that is at it."""
        with (self.folder / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                steps.say("waiting for another scripts/ckan in this checkout")
                fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def free_port(self, taken: Iterable[int]) -> int:
        """A port nobody listens on and nobody was promised; two checkouts begin to look at different places."""
        promised = set(taken)
        first = int(self.fingerprint, 16) % len(_PORTS)
        ports: list[int] = [*_PORTS[first:], *_PORTS[:first]]
        for port in ports:
            if port not in promised and is_free(port):
                return port
        raise OSError("no free port between 20000 and 30000")


def becomes_free(port: int) -> bool:
    """Whether a server can listen at a port within some seconds: the workers of a killed gunicorn outlive it a bit."""
    for _ in range(50):
        if is_free(port):
            return True
        time.sleep(0.1)
    return False


def is_free(port: int) -> bool:
    """Whether a server could listen at a port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
