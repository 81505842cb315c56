"""What a checkout remembers between commands: ports, passwords, tokens, settings. Kept in one file only we may read."""

from __future__ import annotations

import dataclasses
import json
import threading
from dataclasses import dataclass, field
from pathlib import Path

from .checkout import Checkout, becomes_free


@dataclass(frozen=True)
class Account:
    """What is remembered of one instance. It is `ready` once its database and users are made."""

    release: str
    port: int
    redis_database: int
    password: str
    settings: dict[str, str] = field(default_factory=dict)
    sysadmin_token: str = ""
    editor_token: str = ""
    ready: bool = False

    @property
    def url(self) -> str:
        """Where the instance is served."""
        return f"http://127.0.0.1:{self.port}"


@dataclass
class Ledger:
    """The memory of a checkout. Every change is written at once, and may come from any thread."""

    checkout: Checkout
    ports: dict[str, int] = field(default_factory=dict)
    postgres_folder: str = ""
    postgres_password: str = ""
    accounts: dict[str, Account] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    @classmethod
    def load(cls, checkout: Checkout) -> Ledger:
        """Read the memory of a checkout; an empty one if there is none."""
        try:
            data = json.loads(_file(checkout).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls(checkout)
        accounts = {name: Account(**account) for name, account in data.pop("accounts").items()}
        return cls(checkout, accounts=accounts, **data)

    def save(self) -> None:
        """Write it, whole or not at all."""
        with self._lock:
            data = {
                "ports": self.ports,
                "postgres_folder": self.postgres_folder,
                "postgres_password": self.postgres_password,
                "accounts": {name: dataclasses.asdict(account) for name, account in self.accounts.items()},
            }
            file = _file(self.checkout)
            fresh = file.with_suffix(".new")
            fresh.touch(mode=0o600)
            fresh.write_text(json.dumps(data, indent=1), encoding="utf-8")
            fresh.replace(file)

    def put(self, name: str, account: Account) -> Account:
        """Remember an instance."""
        with self._lock:
            self.accounts[name] = account
            self.save()
        return account

    def port(self, name: str) -> int:
        """The port of a server that is about to start: the remembered one, or another if somebody took that."""
        with self._lock:
            port = self.ports.get(name)
            if port is None or not becomes_free(port):
                promised = [*self.ports.values(), *(account.port for account in self.accounts.values())]
                port = self.ports[name] = self.checkout.free_port(promised)
                self.save()
        return port


def _file(checkout: Checkout) -> Path:
    return checkout.folder / "ledger.json"
