"""Which CKANs there are to test on: one that the options name; or the embedded ones, and those of scripts/ckan."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from ckan_api_client.high_level import CkanHighlevelClient
from ckan_api_client.low_level import CkanLowlevelClient
from ckan_api_client.testing import EmbeddedCkan
from ckan_api_client.testing.versions import BEHAVIOURS

CHECKOUT = Path(__file__).parents[2]
PLAIN = "plain"
EMBEDDED = "embedded"


@dataclass(frozen=True)
class Catalog:
    """A CKAN, and the tokens of two of its users."""

    url: str
    version: str
    sysadmin_token: str = field(repr=False)
    editor_token: str = field(repr=False)
    profile: str = PLAIN
    #: Where scripts/ckan writes down each request: METHOD PATH STATUS.
    access_log: Path | None = None

    @property
    def release(self) -> str:
        """2.10, 2.11, 2.12: the key of the tables of differences."""
        return ".".join(self.version.split(".")[:2])

    @property
    def label(self) -> str:
        return self.release if self.profile == PLAIN else f"{self.release}-{self.profile}"

    @cached_property
    def organization(self) -> str:
        """The name of an organization that the editor may write to."""
        with CkanLowlevelClient(self.url, self.editor_token) as client:
            mine = client.action.organization_list_for_user(permission="create_dataset")
        return str(mine[0]["name"])

    def client(self, **settings: Any) -> CkanHighlevelClient:
        return CkanHighlevelClient(self.url, self.sysadmin_token, **settings)


def start_embedded() -> dict[str, EmbeddedCkan]:
    """Return an embedded CKAN of each version, started."""
    servers = {version: EmbeddedCkan(version) for version in BEHAVIOURS}
    for server in servers.values():
        server.start()
    return servers


def catalog_of(server: EmbeddedCkan) -> Catalog:
    told = server.describe()
    return Catalog(told["url"], told["version"], told["sysadmin_token"], told["editor_token"], profile=EMBEDDED)


def find_catalogs(url: str | None, token: str | None, editor_token: str | None, versions: list[str]) -> list[Catalog]:
    """Return the real CKANs that the options mean, or those of this checkout that are up."""
    if url is not None:
        if token is None or editor_token is None:
            raise ValueError("--ckan-url needs --ckan-token and --ckan-editor-token")
        with CkanLowlevelClient(url) as client:
            version = client.action.status_show()["ckan_version"]
        return [Catalog(url, version, token, editor_token)]
    wanted = [(version, PLAIN) for version in versions]
    for instance in _ckan("status").get("instances", []):
        release = ".".join(instance["version"].split(".")[:2])
        chosen = not versions or (instance["profile"] != PLAIN and {release, instance["version"]} & set(versions))
        if instance["answers"] and chosen:
            wanted.append((release, instance["profile"]))
    return [_bring_up(version, profile) for version, profile in wanted]


def _bring_up(version: str, profile: str) -> Catalog:
    words = (version, "--profile", profile)
    answer, logs = _ckan("up", *words), _ckan("logs", *words)
    return Catalog(
        answer["url"],
        answer["version"],
        answer["sysadmin_token"],
        answer["editor_token"],
        profile=profile,
        access_log=Path(logs["access"]),
    )


def _ckan(*words: str) -> dict[str, Any]:
    done = subprocess.run([CHECKOUT / "scripts" / "ckan", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"scripts/ckan {' '.join(words)}: {done.stderr.strip()}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
