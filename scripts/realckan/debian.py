"""Programs from Debian: which of those we need are missing, and their installation."""

from __future__ import annotations

import ctypes.util
import fcntl
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from .steps import StepFailed, Steps, clean_environment

_MARK = "# written by scripts/ckan for the duration of an installation\n"
_POLICY = Path("/usr/sbin/policy-rc.d")
_CLUSTERS = Path("/etc/postgresql-common/createcluster.d/realckan.conf")
_JAVA_OF_SOLR_9 = 11
_LOCK = Path("/run/lock/realckan-debian.lock")


def missing_server_packages() -> list[str]:
    """The Debian packages of the servers that are not there."""
    packages = []
    if postgres_programs() is None:
        packages.append("postgresql")
    if shutil.which("redis-server") is None:
        packages.append("redis-server")
    if ctypes.util.find_library("magic") is None:
        packages.append("libmagic1")
    if not _java_is_enough():
        packages.append("default-jdk-headless")
    return packages


def missing_build_packages(*, python: bool, java: bool) -> list[str]:
    """The Debian packages which an installation of Python or Java parts needs and that are not there.

    psycopg2 is on PyPI as source only.
    """
    packages = []
    if python:
        version = f"python{sys.version_info.major}.{sys.version_info.minor}"
        if importlib.util.find_spec("ensurepip") is None:
            packages.append(f"{version}-venv")
        if not Path(sysconfig.get_path("include"), "Python.h").exists():
            packages.append(f"{version}-dev")
        if shutil.which("gcc") is None:
            packages += ["gcc", "libc6-dev"]
        if shutil.which("pg_config") is None or not Path("/usr/include/postgresql/libpq-fe.h").exists():
            packages.append("libpq-dev")
    if java and shutil.which("mvn") is None:
        packages.append("maven")
    return packages


def install(packages: list[str], steps: Steps, log: Path) -> None:
    """Install Debian packages without letting them start a server of their own."""
    step = f"installing Debian packages {' '.join(packages)}"
    if os.geteuid() != 0:
        raise StepFailed(step, f"only root can; run: sudo apt-get install --no-install-recommends {' '.join(packages)}")
    steps.say(step)
    environment = clean_environment() | {"DEBIAN_FRONTEND": "noninteractive"}
    apt = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Options::=--force-confold"]
    with _servers_stay_off():
        steps.run(step, [*apt, "update"], log=log, attempts=3, environment=environment)
        command = [*apt, "install", "--no-install-recommends", *packages]
        steps.run(step, command, log=log, attempts=3, environment=environment)


def postgres_programs() -> Path | None:
    """The folder with initdb and postgres: the newest Debian has, else the one on the path."""
    folders = [program.parent for program in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    if folders:
        return max(folders, key=lambda folder: float(folder.parent.name))
    program = shutil.which("postgres")
    return Path(program).resolve().parent if program else None


def _java_is_enough() -> bool:
    """Whether there is a JDK (a compiler, not only a runtime) that is new enough for Solr 9."""
    if shutil.which("javac") is None or shutil.which("java") is None:
        return False
    answer = subprocess.run(["javac", "-version"], capture_output=True, text=True, check=False)
    version = re.search(r"javac (\d+)", answer.stdout + answer.stderr)
    return version is not None and int(version[1]) >= _JAVA_OF_SOLR_9


@contextmanager
def _servers_stay_off() -> Iterator[None]:
    """While this lasts, no package starts its servers or makes a PostgreSQL cluster. One at a time on a machine."""
    with ExitStack() as stack:
        lock = stack.enter_context(_LOCK.open("w"))
        fcntl.flock(lock, fcntl.LOCK_EX)
        stack.enter_context(_replaced(_POLICY, f"#!/bin/sh\n{_MARK}exit 101\n", 0o755))
        stack.enter_context(_replaced(_CLUSTERS, f"{_MARK}create_main_cluster = false\n", 0o644))
        yield


@contextmanager
def _replaced(path: Path, text: str, mode: int) -> Iterator[None]:
    """While this lasts, the file has our text; afterwards it is as before, even if we were killed here once."""
    before = path.read_bytes() if path.exists() else None
    if before is not None and _MARK.encode() in before:
        before = None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="ascii")
    path.chmod(mode)
    try:
        yield
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)
