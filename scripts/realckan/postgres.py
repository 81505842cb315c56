"""The PostgreSQL cluster of a checkout: its own, fast and forgetful, on 127.0.0.1 without a socket file."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from .checkout import Checkout
from .debian import postgres_programs
from .ledger import Ledger
from .process import Process, find_program
from .steps import StepFailed, Steps, as_user, clean_environment, wait_until

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "300",
    # The data is thrown away: nothing has to survive a crash.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "jit": "off",
}

# For a cluster whose user cannot enter the checkout: the folder in it is made anew and only its user may enter.
_ELSEWHERE = Path("/var/tmp")  # noqa: S108 - no other place is there for every user and outlives a reboot


@dataclass(frozen=True)
class Postgres:
    """The PostgreSQL server of a checkout."""

    checkout: Checkout
    ledger: Ledger

    @property
    def process(self) -> Process:
        """Its process."""
        return self.checkout.process("postgres")

    @property
    def log(self) -> Path:
        """Its log."""
        return self.checkout.logs / "postgres.log"

    @property
    def exists(self) -> bool:
        """Whether there is a cluster."""
        folder = self.ledger.postgres_folder
        return bool(folder) and Path(folder, "PG_VERSION").exists()

    def create(self, steps: Steps) -> None:
        """Make the cluster where its user can enter; with it, all instances begin anew."""
        step = "creating the PostgreSQL cluster"
        steps.say(step)
        folder = self.checkout.folder / "postgres"
        user = _user()
        if user is not None and not _can_enter(user, self.checkout.folder):
            folder = _ELSEWHERE / f"realckan-{self.checkout.fingerprint}"
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(mode=0o700)
        if user is not None:
            shutil.chown(folder, user, user)
        password = secrets.token_hex(16)
        options = ["-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-A", "scram-sha-256", "--no-sync"]
        with NamedTemporaryFile("w", prefix="realckan-", dir=_ELSEWHERE, encoding="ascii") as file:
            file.write(password)
            file.flush()
            if user is not None:
                shutil.chown(file.name, user, user)
            command = [_programs() / "initdb", "-D", folder, *options, f"--pwfile={file.name}"]
            steps.run(step, command, log=self.log, folder=Path("/"), user=user)
        self.ledger.postgres_folder = str(folder)
        self.ledger.postgres_password = password
        self.ledger.accounts.clear()
        self.ledger.save()

    def start(self, steps: Steps) -> None:
        """Start it on its cluster."""
        if self.process.pid() is not None:
            return
        step = "starting PostgreSQL"
        programs = _programs()
        port = self.ledger.port("postgres")
        options = [word for key, value in _SETTINGS.items() for word in ("-c", f"{key}={value}")]
        cluster = Path(self.ledger.postgres_folder)
        _forget_dead_server(cluster)
        command = [programs / "postgres", "-D", cluster, "-p", str(port), *options]
        self.process.start(command, log=self.log, folder=Path("/"), user=_user())
        wait_until(
            lambda: self._answers(programs, port),
            lambda: self.process.pid() is not None,
            step=step,
            log=self.log,
            patience=60,
        )
        steps.say(f"PostgreSQL runs on port {port}")

    def stop(self) -> bool:
        """Stop it, disconnecting whoever is connected."""
        return self.process.stop(gently=signal.SIGINT, patience=30)

    def run(self, steps: Steps, sql: str, *, database: str = "postgres") -> str:
        """Run SQL as superuser and return what it prints: bare values, a row a line. An error ends it."""
        options = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", database, "-f", "-"]
        step = f"SQL in database {database}"
        environment = self._as_superuser()
        command = [_programs() / "psql", *options]
        return steps.run(step, command, log=self.log, text=sql, capture=True, environment=environment)

    def create_databases(self, steps: Steps, identifier: str, password: str) -> None:
        """Make an instance's databases and roles anew, and drop what they held before.

        As CKAN's documentation has it: the owner of both databases is CKAN's role, the second role may only read
        the datastore.
        """
        sql = f"""
            DROP DATABASE IF EXISTS {identifier} WITH (FORCE);
            DROP DATABASE IF EXISTS {identifier}_datastore WITH (FORCE);
            DROP ROLE IF EXISTS {identifier};
            DROP ROLE IF EXISTS {identifier}_reader;
            CREATE ROLE {identifier} LOGIN PASSWORD '{password}';
            CREATE ROLE {identifier}_reader LOGIN PASSWORD '{password}';
            CREATE DATABASE {identifier} OWNER {identifier};
            CREATE DATABASE {identifier}_datastore OWNER {identifier};
        """
        self.run(steps, sql)

    def url(self, database: str, role: str, password: str) -> str:
        """The address of a database as SQLAlchemy likes it."""
        return f"postgresql://{role}:{password}@127.0.0.1:{self.ledger.ports['postgres']}/{database}"

    def _as_superuser(self) -> dict[str, str]:
        return clean_environment() | {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.ledger.ports["postgres"]),
            "PGUSER": "postgres",
            "PGPASSWORD": self.ledger.postgres_password,
            "PGOPTIONS": "-c client_min_messages=warning",
        }

    def _answers(self, programs: Path, port: int) -> bool:
        command = [str(programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        return subprocess.run(command, check=False).returncode == 0


def _programs() -> Path:
    folder = postgres_programs()
    if folder is None:
        raise StepFailed("finding PostgreSQL", "there is no `postgres` program")
    return folder


def _user() -> str | None:
    """Whom PostgreSQL runs as: `postgres` if we are root, which it refuses to run as; else ourselves (None)."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError as error:
        raise StepFailed("finding a user for PostgreSQL", "there is no user `postgres`") from error


def _forget_dead_server(cluster: Path) -> None:
    """Remove the pid file of a killed server: PostgreSQL does not start while a zombie or other program has the pid."""
    file = cluster / "postmaster.pid"
    if file.exists() and find_program(int(file.read_text(encoding="ascii").partition("\n")[0])) != "postgres":
        file.unlink()


def _can_enter(user: str, folder: Path) -> bool:
    command = ["test", "-x", str(folder)]
    answer: subprocess.CompletedProcess[bytes] = subprocess.run(command, check=False, cwd="/", **as_user(user))
    return answer.returncode == 0
