"""States to test with, and something of everything to put into them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

from ckan_api_client.syncing.base import Base
from ckan_api_client.syncing.state import Noted, State

#: Opens the state of a test, another time as well.
Open = Callable[..., State]

CATALOG, SOURCE = "https://data.example.org", "town"


def base_of(record_id: str, title: str = "Trees") -> Base:
    """What is remembered of a record; two kB, so that files have some pages."""
    source = {"title": title, "notes": f"{record_id} " * 100, "extras": [{"key": "a", "value": record_id}]}
    dataset = {**source, "id": f"id-{record_id}", "metadata_modified": "2026-01-02T03:04:05.678901", "tags": []}
    return Base.of(record_id, source, dataset, {"title": ["Tree", "Tree"]})


def digest_of(record_id: str) -> bytes:
    return hashlib.sha256(record_id.encode()).digest()


def keep_lines(state: State, bases: list[Base], context: str = "all as it was") -> None:
    """Remember a line for each base."""
    state.lines.begin(context)
    about = state.lines.number('["org", null, [], [], []]')
    for base in bases:
        state.spool.put_all(
            [Noted.of(base.record_id, "here", base.source, digest=digest_of(base.record_id), about=about)]
        )
    state.lines.keep(complete=True)


def fill(state: State) -> None:
    """Put something of everything into a state."""
    run = state.begin_run("sync", account="ann", plan_checksum="c0ffee")
    for number in range(12):
        base = base_of(f"record-{number}")
        entry = state.intend(
            run, "dataset", base.record_id, "create", before=None, values=base.source, source=base.source
        )
        state.put_base(base)
        state.settle(entry, did="created", after=base.catalog)
    state.quarantine("bad", "hash", "2026", "title: Missing value")
    state.note_absent(["gone-1", "gone-2"], datetime(2026, 1, 2, tzinfo=UTC))
    keep_lines(state, [base_of(f"record-{number}") for number in range(12)])
    state.finish_run(run, report={"counts": {"dataset": {"created": 12}}}, ended="done")
    run = state.begin_run("apply")
    base = base_of("record-3")
    state.intend(
        run, "dataset", "record-3", "update", dataset_id=base.dataset_id,
        before=base.catalog, values={"title": "Trees!"}, source=base.source,
    )  # fmt: skip
