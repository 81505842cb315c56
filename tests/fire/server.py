"""The CKAN of scripts/ckan under fire: its parts are restarted, its database is asked, past CKAN."""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import dataclass
from typing import Any, Literal

from ckan_api_client.exceptions import CkanError
from ckan_api_client.low_level import CkanLowlevelClient
from contract.catalogs import CHECKOUT, Catalog

Part = Literal["ckan", "solr", "postgres"]
_MARKED = {
    "2.12": "SELECT id, name, state, extras->>'_harvest_source' AS marker FROM package WHERE extras ? '_harvest_source'"
}
_MARKED_BEFORE = (
    "SELECT p.id, p.name, p.state, e.value AS marker FROM package p JOIN package_extra e ON e.package_id = p.id "
    "WHERE e.key = '_harvest_source' AND e.state = 'active'"
)
#: Answers in a row after which a server is taken to be well again: more than it has threads.
_WELL = 24


@dataclass(frozen=True, slots=True)
class Server:
    """A CKAN of scripts/ckan."""

    catalog: Catalog

    def marked(self, source: str) -> list[dict[str, str]]:
        """Return id, name, state and marker of each dataset of a source, those in the trash too."""
        rows = self._ckan("sql", self.catalog.release, _MARKED.get(self.catalog.release, _MARKED_BEFORE))["rows"]
        return [row for row in rows if row["marker"].startswith(f"{source}:")]

    def restart(self, part: Part, *, pause: float, kill: bool) -> None:
        self._ckan("restart", self.catalog.release, part, "--pause", f"{pause:.1f}", *(["--kill"] if kill else []))

    def reset(self) -> None:
        self._ckan("reset", self.catalog.release)

    def wait_until_well(self, patience: float = 120) -> None:
        """Return when database and index answer again, on each connection that CKAN keeps."""
        end = time.monotonic() + patience
        answered = 0
        with CkanLowlevelClient(self.catalog.url, self.catalog.sysadmin_token) as client:
            while answered < _WELL:
                try:
                    client.action.package_search(rows=0)
                    client.action.user_show()
                    answered += 1
                except CkanError:
                    answered = 0
                    if time.monotonic() > end:
                        raise
                    time.sleep(0.5)

    def _ckan(self, *words: str) -> dict[str, Any]:
        done = subprocess.run([CHECKOUT / "scripts" / "ckan", *words], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"scripts/ckan {' '.join(words)}: {done.stderr.strip()}")
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A CKAN whose database nobody lets us ask: its index has to do, which lacks what is in the trash."""

    catalog: Catalog

    def marked(self, source: str) -> list[dict[str, str]]:
        """Return id, name, state and marker of each dataset of a source that the index has."""
        with CkanLowlevelClient(self.catalog.url, self.catalog.sysadmin_token) as client:
            found = client.action.package_search(
                fq=f"+_harvest_source:{source}\\:*", rows=1000, include_private=True, include_drafts=True
            )
        return [
            {
                "id": one["id"],
                "name": one["name"],
                "state": one["state"],
                "marker": next(extra["value"] for extra in one["extras"] if extra["key"] == "_harvest_source"),
            }
            for one in found["results"]
        ]
