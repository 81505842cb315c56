"""The virtual environment of a CKAN release: shared by its profiles, which only add packages."""

from __future__ import annotations

import fcntl
import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from .checkout import Checkout
from .releases import Edition
from .steps import Steps


@dataclass(frozen=True)
class Venv:
    """The virtual environment in which an edition runs."""

    checkout: Checkout
    edition: Edition

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return self.checkout.folder / f"venv-{self.edition.release.full}"

    @property
    def log(self) -> Path:
        """What pip said."""
        return self.checkout.logs / f"pip-{self.edition.release.full}.log"

    @property
    def packages(self) -> Path:
        """The folder of the installed packages."""
        return next(self.folder.glob("lib/python3*/site-packages"))

    @property
    def is_complete(self) -> bool:
        """Whether everything the edition needs was installed."""
        return set(self.edition.requirements) <= set(self._installed())

    @property
    def gunicorn_options(self) -> tuple[str, ...]:
        """`--no-control-socket` where gunicorn opens one, which it does at the same path for every server of a user."""
        config = self.packages / "gunicorn" / "config.py"
        return ("--no-control-socket",) if "--no-control-socket" in config.read_text(encoding="utf-8") else ()

    def program(self, name: str) -> Path:
        """The path of a program in it."""
        return self.folder / "bin" / name

    def install(self, steps: Steps) -> None:
        """Install what the edition needs, unless another command just did. A half-made environment is made anew."""
        with (self.checkout.folder / f"{self.folder.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.is_complete:
                self._install(steps)

    def _install(self, steps: Steps) -> None:
        step = f"installing CKAN {self.edition.release.full} ({self.edition.profile.name})"
        steps.say(step)
        installed = self._installed()
        if not installed and self.folder.exists():
            shutil.rmtree(self.folder)
        if not installed:
            steps.run(step, [sys.executable, "-m", "venv", self.folder], log=self.log)
        wanted = sorted({*installed, *self.edition.requirements})
        pip = [self.program("python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        steps.run(step, [*pip, *wanted], log=self.log, attempts=3)
        self._note.write_text(json.dumps(wanted), encoding="utf-8")
        steps.say(f"CKAN {self.edition.release.full} is installed")

    @property
    def _note(self) -> Path:
        return self.folder / "installed.json"

    def _installed(self) -> list[str]:
        try:
            return list(json.loads(self._note.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return []
