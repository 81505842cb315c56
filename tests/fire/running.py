"""One run of `ckanclient sync`, as a process of its own, which may be killed."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fire.proxy import Proxy, Watch

_PROGRAM = str(Path(sys.executable).with_name("ckanclient"))
_PATIENCE = 600.0


@dataclass(frozen=True, slots=True)
class Killing:
    """When a run is killed: around a request, a moment later; or so many seconds after it began."""

    request: int = 0
    when: str = "before"
    seconds: float = 0.0

    @classmethod
    def drawn(cls, seed: str, requests: int, seconds: float) -> Killing:
        chance = random.Random(f"{seed} kill")  # noqa: S311 - no secret
        if chance.random() < 0.3:
            return cls(seconds=chance.uniform(0.1, max(0.2, seconds)))
        moment = chance.choice((0.0, 0.0, chance.uniform(0, 0.1)))
        return cls(chance.randrange(1, max(2, requests)), chance.choice(("before", "after")), moment)


@dataclass(slots=True)
class Run:
    """What a run left: exit code (negative: killed), report, and what the proxy saw."""

    code: int
    told: str
    watch: Watch
    seconds: float
    report: dict[str, Any] = field(default_factory=dict)

    @property
    def was_killed(self) -> bool:
        return self.code < 0


@dataclass(frozen=True, slots=True)
class Client:
    """Whose source is synchronized from where, through which proxy."""

    proxy: Proxy
    token: str = field(repr=False)
    source: str
    folder: Path
    state: Path
    options: tuple[str, ...] = ()

    def run(
        self, watch: Watch, killing: Killing | None = None, also: Callable[[int, str], None] = lambda _n, _w: None
    ) -> Run:
        """Synchronize; `also` is called around each request."""
        self.proxy.drain()
        started = time.monotonic()
        command = [_PROGRAM, "sync", self.source, str(self.folder), "--json", "--state", str(self.state), *self.options]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CKAN")}
        environment |= {"CKAN_URL": self.proxy.url, "CKAN_API_TOKEN": self.token}
        born = threading.Event()

        def kill() -> None:
            born.wait()
            process.kill()

        def tell(number: int, when: str) -> None:
            also(number, when)
            if killing is not None and (number, when) == (killing.request, killing.when):
                threading.Timer(killing.seconds, kill).start() if killing.seconds else kill()

        watch.tell = tell
        self.proxy.watch = watch
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
        )
        born.set()
        clock = threading.Timer(killing.seconds, kill) if killing is not None and not killing.request else None
        if clock is not None:
            clock.start()
        try:
            out, told = process.communicate(timeout=_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
        finally:
            if clock is not None:
                clock.cancel()
        self.proxy.drain()
        report = json.loads(out) if out.strip().startswith("{") and process.returncode >= 0 else {}
        return Run(process.returncode, told, watch, time.monotonic() - started, report)
