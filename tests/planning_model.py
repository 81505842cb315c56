"""A source, a catalog and a memory of a few records, and what is planned for them; no flow is carried through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from ckan_api_client.sources import Complete, Ending, MappingSource, Reading
from ckan_api_client.syncing.base import Base
from ckan_api_client.syncing.catalog import Account
from ckan_api_client.syncing.judging import Facts, Judge
from ckan_api_client.syncing.options import Options
from ckan_api_client.syncing.plan import Plan
from ckan_api_client.syncing.planning import make_plan
from ckan_api_client.syncing.state import Noted, State
from ckan_api_client.syncing.wanted import read_source

SOURCE = "geo"
NOW = datetime(2026, 3, 1, tzinfo=UTC)
THEN = "2026-01-01T00:00:00.123456"
#: The same moment, as the index shows it.
THEN_INDEXED = "2026-01-01T00:00:00.123Z"
ACCOUNT = Account("me", is_sysadmin=True, version="2.11.6", extensions=frozenset())


def record(**fields: Any) -> dict[str, Any]:
    return {"title": "T", "owner_org": "org", **fields}


def shown(key: str, **fields: Any) -> dict[str, Any]:
    """A dataset as package_show gives it, marked as that of a record."""
    return {
        "id": f"id-{key}",
        "title": "T",
        "name": f"name-{key}",
        "owner_org": "org-id",
        "state": "active",
        "organization": {"id": "org-id", "name": "org"},
        "extras": [{"key": "_harvest_source", "value": f"{SOURCE}:{key}"}],
        "metadata_modified": THEN,
        **fields,
    }


class Model:
    """`seen`: read whole in this run; `listed`: only that they are there, and since when they are as they are."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.facts = Facts(organizations=frozenset({"org"}))
        self.ending: Ending | None = None
        self.doubts: tuple[str, ...] = ()
        self.datasets: Mapping[str, Any] = {}

    def see(self, *datasets: Mapping[str, Any]) -> None:
        for dataset in datasets:
            key = dataset["extras"][0]["value"].partition(":")[2]
            self.state.spool.list(key, dataset["id"], dataset["name"], dataset["metadata_modified"])
            self.state.spool.put_seen(key, dataset)

    def list(self, key: str, modified: str = THEN_INDEXED, dataset_id: str = "") -> None:
        self.state.spool.list(key, dataset_id or f"id-{key}", f"name-{key}", modified)

    def remember(self, key: str, source: Mapping[str, Any], *, kept: Any = None, **fields: Any) -> Base:
        """Remember what a run left of a record, as it was fitted."""
        spool = self.state.spool
        known = spool.get(key)
        read_source(SOURCE, Reading(MappingSource({"dataset": {key: source}}).read()), spool)
        found = spool.get(key)
        assert found is not None
        spool.remove(key)
        if known is not None:
            spool.put_all([Noted.of(key, *known)])
        base = Base.of(key, found[1], shown(key, **fields), kept)
        self.state.put_base(base)
        return base

    def plan(self, records: Mapping[str, Any], options: Options | None = None, *, kind: str = "dataset") -> Plan:
        for key in list(self.state.spool.record_ids()):
            self.state.spool.remove(key)
        intake = read_source(SOURCE, Reading(MappingSource({kind: records}).read()), self.state.spool)
        intake.ending = self.ending or Complete("read to the end", len(records))
        intake.present |= set(self.datasets)
        chosen = options or Options()
        return make_plan(
            SOURCE,
            "http://c.example",
            ACCOUNT,
            rows=self.state.spool.rows(),
            judge=Judge(SOURCE, self.state, self.facts, chosen, NOW),
            intake=intake,
            facts=self.facts,
            options=chosen,
            serial=self.state.serial,
            made="2026-03-01T00:00:00+00:00",
            doubts=self.doubts,
        )


@contextmanager
def model() -> Iterator[Model]:
    with State.open(":memory:", catalog="http://c.example", source=SOURCE) as state:
        yield Model(state)
