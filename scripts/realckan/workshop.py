"""A checkout's servers together: brings an instance up with all it needs, takes it down, tells how things are."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from . import debian
from .checkout import Checkout
from .instance import Instance
from .ledger import Ledger
from .postgres import Postgres
from .process import Process
from .redis import Redis
from .releases import Edition, all_editions
from .solr import Solr
from .steps import StepFailed, Steps

#: What `restart` can stop and start.
PARTS = ("ckan", "solr", "postgres")


@dataclass(frozen=True)
class Workshop:
    """The servers of a checkout."""

    checkout: Checkout
    ledger: Ledger
    steps: Steps

    @property
    def postgres(self) -> Postgres:
        """The PostgreSQL of the checkout."""
        return Postgres(self.checkout, self.ledger)

    @property
    def redis(self) -> Redis:
        """The Redis of the checkout."""
        return Redis(self.checkout, self.ledger)

    @property
    def solr(self) -> Solr:
        """The Solr of the checkout."""
        return Solr(self.checkout, self.ledger)

    def instance(self, edition: Edition) -> Instance:
        """The CKAN of an edition."""
        return Instance(self.checkout, self.ledger, edition)

    def instances(self) -> list[Instance]:
        """Every CKAN that was up once."""
        return [self.instance(edition) for edition in all_editions() if edition.name in self.ledger.accounts]

    def up(self, edition: Edition, settings: Mapping[str, str]) -> dict[str, object]:
        """Bring an instance up with settings on top of those it has; what already runs as it should is left alone.

        On failure, whatever was started is stopped again and the settings are as before.
        """
        instance = self.instance(edition)
        with self._all_or_nothing(instance):
            self._install(instance)
            account = instance.register()
            account = dataclasses.replace(account, settings={**account.settings, **settings})
            self.ledger.put(instance.name, account)
            self._start_servers(instance)
            changed = instance.write_configuration(self.postgres, self.redis, self.solr)
            if changed and instance.stop():
                self.steps.say(f"CKAN {instance.name} is stopped to take its new configuration")
            if not account.ready:
                instance.create(self.steps, self.postgres)
                self.solr.empty(edition.identifier)
            if instance.process.pid() is None:
                instance.start(self.steps)
            if not account.ready:
                instance.furnish()
        return instance.description()

    def install(self, edition: Edition) -> dict[str, object]:
        """Install an edition's Python packages, and nothing else; may go on beside other commands of the checkout."""
        venv = self.instance(edition).venv
        if not venv.is_complete:
            packages = debian.missing_build_packages(python=True, java=False)
            if packages:
                debian.install(packages, self.steps, self.checkout.logs / f"apt-{edition.release.full}.log")
            venv.install(self.steps)
        return {"installed": edition.release.full}

    def down(self, editions: list[Edition]) -> dict[str, object]:
        """Stop instances and forget their settings; with the last instance go the shared servers."""
        stopped = []
        for instance in map(self.instance, editions):
            if instance.name in self.ledger.accounts:
                self.ledger.put(instance.name, dataclasses.replace(instance.account, settings={}))
            stopped += self._stopped(instance.process, instance.stop)
        if not any(instance.process.pid() for instance in self.instances()):
            for server in (self.solr, self.redis, self.postgres):
                stopped += self._stopped(server.process, server.stop)
        return {"stopped": stopped}

    def restart(self, edition: Edition, part: str, *, pause: float, kill: bool) -> dict[str, object]:
        """Stop a part of an instance that is up, and start it again after a pause in seconds."""
        server = {"ckan": self.instance(edition), "solr": self.solr, "postgres": self.postgres}[part]
        if kill and part == "postgres":
            raise StepFailed("killing PostgreSQL", "its data would not outlive it")
        if kill:
            server.process.kill()
        else:
            server.stop()
        time.sleep(pause)
        server.start(self.steps)
        return {"restarted": server.process.name}

    def query(self, edition: Edition, query: str) -> dict[str, object]:
        """The rows of a query in an instance's database."""
        sql = f"SELECT coalesce(json_agg(found), '[]') FROM ({query}) AS found"  # noqa: S608 - the caller's own database
        return {"rows": json.loads(self.postgres.run(self.steps, sql, database=edition.identifier))}

    def status(self) -> dict[str, object]:
        """How every instance and shared server is."""
        servers = (self.postgres, self.redis, self.solr)
        return {
            "instances": [self.instance_status(instance.edition) for instance in self.instances()],
            "servers": {
                server.process.name: {
                    "running": server.process.pid() is not None,
                    "pid": server.process.pid(),
                    "port": self.ledger.ports.get(server.process.name),
                    "log": str(server.log),
                }
                for server in servers
            },
        }

    def instance_status(self, edition: Edition) -> dict[str, object]:
        """How an instance is, up or not."""
        instance = self.instance(edition)
        account = self.ledger.accounts.get(instance.name)
        running = instance.process.pid() is not None
        return {
            "version": edition.release.full,
            "profile": edition.profile.name,
            "running": running,
            "answers": running and instance.answers(),
            "pid": instance.process.pid(),
            "url": account.url if account else None,
            "settings": account.settings if account else {},
        }

    def logs(self, edition: Edition) -> dict[str, object]:
        """Where the logs of an instance are, up or not."""
        instance = self.instance(edition)
        if instance.name not in self.ledger.accounts:
            raise StepFailed(f"finding the logs of CKAN {instance.name}", "it was never up")
        return {"access": str(instance.access_log), "error": str(instance.error_log), "solr": str(self.solr.log)}

    def _install(self, instance: Instance) -> None:
        """Install what is missing, first from Debian, then from elsewhere side by side."""
        venv, solr, postgres = instance.venv, self.solr, self.postgres
        python, java = not venv.is_complete, not solr.is_installed
        packages = debian.missing_server_packages() if self._something_is_down() else []
        packages += debian.missing_build_packages(python=python, java=java)
        if packages:
            debian.install(packages, self.steps, self.checkout.logs / "apt.log")
        actions: list[Callable[[], object]] = []
        if java:
            actions.append(lambda: solr.install(self.steps))
        if python:
            actions.append(lambda: venv.install(self.steps))
        if not postgres.exists:
            actions.append(lambda: postgres.create(self.steps))
        if actions:
            self.steps.together(*actions)

    def _start_servers(self, instance: Instance) -> None:
        def start_databases() -> None:
            self.postgres.start(self.steps)
            self.redis.start(self.steps)

        def start_solr() -> None:
            self.solr.start(self.steps)
            schema = instance.venv.packages / "ckan" / "config" / "solr" / "schema.xml"
            self.solr.create_core(instance.edition.identifier, schema)

        self.steps.together(start_databases, start_solr, lambda: instance.generate_configuration(self.steps))

    def _something_is_down(self) -> bool:
        return any(server.process.pid() is None for server in (self.postgres, self.redis, self.solr))

    def _stopped(self, process: Process, stop: Callable[[], bool]) -> list[str]:
        if not stop():
            return []
        self.steps.say(f"{process.name} is stopped")
        return [process.name]

    @contextlib.contextmanager
    def _all_or_nothing(self, instance: Instance) -> Iterator[None]:
        """On failure, stop the processes that were not there before and take back the settings."""
        before = {process.pid() for process in self.checkout.processes()}
        account = self.ledger.accounts.get(instance.name)
        try:
            yield
        except BaseException:
            self.steps.abandon()
            for server in (instance, self.solr, self.redis, self.postgres):
                if server.process.pid() not in before:
                    self._stopped(server.process, server.stop)
            now = self.ledger.accounts.get(instance.name)
            if now is not None:
                self.ledger.put(instance.name, dataclasses.replace(now, settings=account.settings if account else {}))
            raise
