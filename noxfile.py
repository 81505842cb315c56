"""What is run now and then, each in one command: nox -s NAME. For lint, types and all tests there is scripts/test."""

from __future__ import annotations

from pathlib import Path

import nox

nox.options.sessions = []
nox.options.error_on_missing_interpreters = True


@nox.session
def audit(session: nox.Session) -> None:
    """Ask PyPI whether a weakness is known of what the package needs; fails where PyPI cannot be asked, too."""
    session.install("pip-audit>=2.9")
    pins = Path(session.create_tmp()) / "constraints.txt"
    told = session.run("python", "scripts/constraints.py", silent=True)
    pins.write_text(str(told))
    # Without --strict, what PyPI does not answer for is passed over, and the end is a success.
    session.run("pip-audit", "--strict", "--require-hashes", "--disable-pip", "-r", str(pins))


@nox.session
def planted(session: nox.Session) -> None:
    """Take protections out of a copy of the package, one at a time, and see which test notices: docs/testing.md."""
    session.install("--editable", ".[dev]")
    session.run("python", "-m", "planted", *session.posargs, env={"PYTHONPATH": "tests"})


@nox.session
def fire(session: nox.Session) -> None:
    """Synchronize with a real CKAN, which is emptied, under faults, kills and restarts: docs/testing.md."""
    session.install("--editable", ".[dev]")
    session.run("python", "-m", "fire", *session.posargs, env={"PYTHONPATH": "tests"})


@nox.session
def soak(session: nox.Session) -> None:
    """Tell random stories of what can happen to a catalog, 2,000 or so many: docs/testing.md."""
    session.install("--editable", ".[dev]")
    session.run("python", "-m", "machine", "soak", *session.posargs, env={"PYTHONPATH": "tests"})


@nox.session
def steps(session: nox.Session) -> None:
    """Cut every scenario at each of its steps, in each way: docs/testing.md."""
    session.install("--editable", ".[dev]")
    session.run("python", "-m", "machine", "steps", env={"PYTHONPATH": "tests"})


@nox.session
def damage(session: nox.Session) -> None:
    """Change 10,000 bytes of a state, and cut it to each length: docs/testing.md."""
    session.install("--editable", ".[dev]")
    session.run("python", "-m", "damage", *session.posargs, env={"PYTHONPATH": "tests"})


@nox.session
def undoing(session: nox.Session) -> None:
    """Take 1,000 random runs back, and see that nothing is left of them: docs/testing.md."""
    session.install("--editable", ".[dev]")
    session.run("python", "-m", "undoing", *session.posargs, env={"PYTHONPATH": "tests"})


@nox.session
def incomplete(session: nox.Session) -> None:
    """Synchronize incomplete sources of 45 kinds, 400 of each, and see that nothing is deleted: docs/testing.md."""
    session.install("--editable", ".[dev]")
    session.run("python", "-m", "incomplete", *session.posargs, env={"PYTHONPATH": "tests"})
