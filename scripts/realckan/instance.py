"""One CKAN: its configuration, database, users and gunicorn. Takes PostgreSQL, Redis and Solr as running."""

from __future__ import annotations

import dataclasses
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from .accounts import make_editor, make_sysadmin
from .checkout import Checkout, becomes_free
from .ledger import Account, Ledger
from .postgres import Postgres
from .process import Process
from .redis import DATABASES, Redis
from .releases import Edition
from .solr import Solr
from .steps import StepFailed, Steps, wait_until
from .venv import Venv
from .web import WebError, call_action

_LOGGING = """
[loggers]
keys = root, ckan, ckanext

[handlers]
keys = console

[formatters]
keys = generic

[logger_root]
level = WARNING
handlers = console

[logger_ckan]
level = INFO
handlers = console
qualname = ckan
propagate = 0

[logger_ckanext]
level = INFO
handlers = console
qualname = ckanext
propagate = 0

[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = NOTSET
formatter = generic

[formatter_generic]
format = %(asctime)s %(levelname)-5.5s [%(name)s] %(message)s
"""


@dataclass(frozen=True)
class Instance:
    """A CKAN of a checkout."""

    checkout: Checkout
    ledger: Ledger
    edition: Edition

    @property
    def name(self) -> str:
        """What it is called: `2.11` or `2.11-scheming`."""
        return self.edition.name

    @property
    def account(self) -> Account:
        """What is remembered of it; KeyError if it was never up."""
        return self.ledger.accounts[self.name]

    @property
    def process(self) -> Process:
        """Its gunicorn."""
        return self.checkout.process(f"ckan-{self.name}")

    @property
    def venv(self) -> Venv:
        """Where its programs are."""
        return Venv(self.checkout, self.edition)

    @property
    def folder(self) -> Path:
        """Where its configuration, uploads and logs lie."""
        return self.checkout.folder / "instance" / self.name

    @property
    def storage(self) -> Path:
        """Where uploaded files lie."""
        return self.folder / "storage"

    @property
    def access_log(self) -> Path:
        """A line for each request: method, path, status."""
        return self.folder / "access.log"

    @property
    def error_log(self) -> Path:
        """What gunicorn and CKAN log."""
        return self.folder / "ckan.log"

    @property
    def configuration(self) -> Path:
        """CKAN's configuration file."""
        return self.folder / "ckan.ini"

    @property
    def setup_log(self) -> Path:
        """What the commands said that made the instance."""
        return self.checkout.logs / f"setup-{self.name}.log"

    def register(self) -> Account:
        """Remember the instance with the port and Redis database it is to have."""
        account = self.ledger.accounts.get(self.name)
        others = {name: other for name, other in self.ledger.accounts.items() if name != self.name}
        if account is None or account.release != self.edition.release.full:
            used = {other.redis_database for other in others.values()}
            number = next(number for number in range(1, DATABASES) if number not in used)
            account = Account(self.edition.release.full, 0, number, secrets.token_hex(16))
        if self.process.pid() is None and (not account.port or not becomes_free(account.port)):
            taken = [*self.ledger.ports.values(), *(other.port for other in others.values())]
            account = dataclasses.replace(account, port=self.checkout.free_port(taken))
        return self.ledger.put(self.name, account)

    def generate_configuration(self, steps: Steps) -> None:
        """Have CKAN write the configuration that ours is laid over; it holds the secrets of the instance."""
        if self.account.ready and self._base.exists():
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700, parents=True)
        command = [self.venv.program("ckan"), "generate", "config", self._base]
        steps.run(f"generating a configuration for CKAN {self.name}", command, log=self.setup_log)

    def write_configuration(self, postgres: Postgres, redis: Redis, solr: Solr) -> bool:
        """Write the configuration, our and the caller's settings over what CKAN generated; whether that changed it."""
        settings = self._own_settings(postgres, redis, solr) | self.edition.profile.settings | self.account.settings
        lines = [f"{key} = {value.replace('%', '%%')}" for key, value in settings.items()]
        text = "\n".join(["[app:main]", f"use = config:{self._base.name}", *lines, _LOGGING])
        before = self.configuration.read_text(encoding="utf-8") if self.configuration.exists() else ""
        self.configuration.write_text(text, encoding="utf-8")
        return text != before

    def create(self, steps: Steps, postgres: Postgres) -> None:
        """Make databases, tables and the sysadmin; whatever the instance held before is gone."""
        steps.say(f"creating the database of CKAN {self.name}")
        account = self.account
        identifier = self.edition.identifier
        postgres.create_databases(steps, identifier, account.password)
        self._ckan(steps, "db", "init")

        def migrate_activity() -> None:
            if self.edition.release.activity_has_migrations:
                self._ckan(steps, "db", "upgrade", "-p", "activity")

        def permit_datastore() -> None:
            sql = self._ckan(steps, "datastore", "set-permissions", capture=True)
            postgres.run(steps, sql, database=f"{identifier}_datastore")

        def create_sysadmin() -> None:
            token = make_sysadmin(lambda *words, text="": self._ckan(steps, *words, text=text, capture=True))
            self.ledger.put(self.name, dataclasses.replace(self.account, sysadmin_token=token))

        steps.together(migrate_activity, permit_datastore, create_sysadmin)

    def start(self, steps: Steps) -> None:
        """Start gunicorn and wait until CKAN answers."""
        self.storage.mkdir(exist_ok=True)
        address = f"127.0.0.1:{self.account.port}"
        options = ["-w", "2", "--threads", "4", "--timeout", "120", "--graceful-timeout", "5", "-b", address]
        application = ["--pythonpath", Path(__file__).parent / "serve", "realckan_wsgi:application"]
        command = [self.venv.program("gunicorn"), *options, *self.venv.gunicorn_options, *application]
        environment = {
            "REALCKAN_CONFIGURATION": str(self.configuration),
            "REALCKAN_ACCESS_LOG": str(self.access_log),
        }
        self.process.start(command, log=self.error_log, environment=environment, folder=self.folder)
        wait_until(
            self.answers,
            lambda: self.process.pid() is not None,
            step=f"starting CKAN {self.name}",
            log=self.error_log,
            patience=120,
        )
        steps.say(f"CKAN {self.name} answers at {self.account.url}")

    def furnish(self) -> None:
        """Make the editor and the organization once CKAN answers; then the instance is ready."""
        try:
            token = make_editor(self.account.url, self.account.sysadmin_token)
        except WebError as error:
            raise StepFailed(f"making users of CKAN {self.name}", str(error), self.error_log) from error
        self.ledger.put(self.name, dataclasses.replace(self.account, editor_token=token, ready=True))

    def stop(self) -> bool:
        """Stop gunicorn."""
        return self.process.stop()

    def answers(self) -> bool:
        """Whether CKAN answers."""
        try:
            call_action(self.account.url, "status_show", {})
        except WebError:
            return False
        return True

    def description(self) -> dict[str, object]:
        """What a caller has to know to use it."""
        account = self.account
        plugins = account.settings.get("ckan.plugins", " ".join(self.edition.plugins)).split()
        return {
            "url": account.url,
            "version": account.release,
            "sysadmin_token": account.sysadmin_token,
            "editor_token": account.editor_token,
            "datastore": "datastore" in plugins,
        }

    @property
    def _base(self) -> Path:
        return self.folder / "generated.ini"

    def _own_settings(self, postgres: Postgres, redis: Redis, solr: Solr) -> dict[str, str]:
        account = self.account
        role = self.edition.identifier
        datastore = f"{role}_datastore"
        return {
            "sqlalchemy.url": postgres.url(role, role, account.password),
            "ckan.datastore.write_url": postgres.url(datastore, role, account.password),
            "ckan.datastore.read_url": postgres.url(datastore, f"{role}_reader", account.password),
            "solr_url": solr.url(role),
            "ckan.redis.url": redis.url(account.redis_database),
            "ckan.site_url": account.url,
            "ckan.site_id": role,
            "ckan.storage_path": str(self.storage),
            "ckan.plugins": " ".join(self.edition.plugins),
            "ckan.auth.create_user_via_web": "false",
            # Where CKAN 2.10 keeps sessions and caches; the default is a folder of that name under /tmp.
            "cache_dir": str(self.folder / "cache"),
        }

    def _ckan(self, steps: Steps, *words: str, text: str = "", capture: bool = False) -> str:
        command = [self.venv.program("ckan"), "-c", self.configuration, *words]
        step = f"ckan {' '.join(words[:3])} of CKAN {self.name}"
        return steps.run(step, command, log=self.setup_log, text=text, capture=capture, folder=self.folder)
