"""A sync: it makes what is missing, writes what differs, deletes what left, and nothing else; to the request."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.low_level.settings import Settings
from ckan_api_client.syncing import SynchronizationClient
from ckan_api_client.syncing.report import Report
from ckan_api_client.transport import HttpTransport
from ckan_api_client.wire.messages import Request, Response
from contract.bench import Bench

SAMPLE = Path(__file__).parents[2] / "src/ckan_api_client/testing/datagov-100.jsonl.gz"
WRITING = re.compile(r"\w+_(create|update|patch|revise|delete|purge)")


class Counting(HttpTransport):
    """A transport that writes down the writing actions that it sends."""

    def __init__(self, url: str, token: str) -> None:
        super().__init__(Settings.of(url, token).connection)
        self.writes: list[str] = []

    def send(self, request: Request) -> Response:
        action = request.path.rpartition("/")[2]
        if WRITING.fullmatch(action):
            self.writes.append(action)
        return super().send(request)


class Sync:
    """Syncs under a source name of its own, as one of two users; remembers what to purge."""

    def __init__(self, bench: Bench, user: str) -> None:
        self.bench = bench
        self.user = user
        self.source = f"{bench.prefix}-src"
        self._token = bench.catalog.sysadmin_token if user == "sysadmin" else bench.catalog.editor_token
        self.writes: list[str] = []
        self.logged: int | None = None

    def __call__(self, records: dict[str, Any]) -> Report:
        log, catalog = self.bench.catalog.access_log, self.bench.catalog
        start = log.stat().st_size if log else 0
        transport = Counting(catalog.url, self._token)
        with SynchronizationClient(
            catalog.url, self._token, default_organization=catalog.organization, transport=transport
        ) as client:
            report = client.sync(self.source, {"dataset": records})
        transport.close()
        self.writes = transport.writes
        self.logged = _writes_in(log, start) if log else None
        for outcome in report.outcomes:
            if outcome.dataset_id:
                self.bench.purge_later("dataset", outcome.dataset_id)
        return report

    def until_alone(self, records: Callable[[int], dict[str, Any]]) -> Report:
        """Sync until nobody else wrote meanwhile, as the server's access log has it: others may be at work there."""
        for turn in range(10):
            report = self(records(turn))
            if self.logged is None or self.logged == len(self.writes):
                return report
        raise AssertionError(f"{self.logged} writes in the access log where {len(self.writes)} were sent, ten times")


def _writes_in(log: Path, start: int) -> int:
    with log.open() as lines:
        lines.seek(start)
        return sum(1 for line in lines if "POST" in line and WRITING.search(line.split("?")[0]))


@pytest.fixture(params=["sysadmin", "editor"])
def sync(request: pytest.FixtureRequest, bench: Bench) -> Sync:
    return Sync(bench, request.param)


@pytest.fixture
def records(bench: Bench) -> dict[str, Any]:
    """Every fifth record of the sample, under names of our own, for the editor's organization."""
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines][::5]
    return {
        record["id"]: {
            **record,
            "name": f"{bench.prefix}-{number}",
            "organization": None,
            "owner_org": None,
            "groups": [],
        }
        for number, record in enumerate(found)
    }


def test_the_life_of_a_source(sync: Sync, bench: Bench, records: dict[str, Any]) -> None:
    bystander = bench.dataset("bystander", extras=[{"key": "_harvest_source", "value": f"{sync.source}2:x"}])
    assert sync(records).counts() == {"created": 20}
    assert sync.writes == ["package_create"] * 20

    assert sync.until_alone(lambda _: records).counts() == {"unchanged": 20}
    assert sync.writes == []

    changed_id, removed_id = list(records)[3], list(records)[7]

    def with_title(turn: int) -> dict[str, Any]:
        return {**records, changed_id: {**records[changed_id], "title": f"Changed {turn}"}}

    report = sync.until_alone(with_title)
    assert report.counts() == {"updated": 1, "unchanged": 19}
    assert sync.writes == ["package_revise"]
    (updated,) = report.outcomes
    assert bench.show(updated.dataset_id)["title"].startswith("Changed")
    sync(records)

    rest = {key: record for key, record in records.items() if key != removed_id}
    report = sync(rest)
    assert report.counts() == {"deleted": 1, "unchanged": 19}
    assert sync.writes == ["package_revise"]
    (deleted,) = report.outcomes
    assert bench.show(deleted.dataset_id)["state"] == "deleted"
    assert sync.until_alone(lambda _: rest).counts() == {"unchanged": 19}
    assert sync.writes == []

    report = sync(records)
    assert report.counts() == {"revived": 1, "unchanged": 19}
    (revived,) = report.outcomes
    assert revived.dataset_id == deleted.dataset_id
    assert bench.show(revived.dataset_id)["state"] == "active"
    assert sync.until_alone(lambda _: records).counts() == {"unchanged": 20}
    assert bench.show(bystander["id"]) == bystander


def test_a_name_that_an_unmarked_dataset_has_is_refused_and_that_is_left_alone(sync: Sync, bench: Bench) -> None:
    bystander = bench.dataset("bystander", title="By hand", tags=[{"name": "kept"}])
    report = sync({"a": {"name": bystander["name"], "title": "Ours"}, "b": {"name": bench.name("b"), "title": "B"}})
    assert report.counts() == {"created": 1, "refused": 1}
    (refused,) = report.undone
    assert (refused.record_id, refused.field) == ("a", "name")
    assert bystander["id"] in refused.reason
    assert bench.show(bystander["id"]) == bystander


def test_what_people_edited_in_other_fields_stays(sync: Sync, bench: Bench) -> None:
    record = {"name": bench.name(), "title": "First", "tags": ["one"], "extras": {"a": "1"}}
    (made,) = sync({"a": record}).outcomes
    bench.action.package_patch(id=made.dataset_id, author="Somebody")
    current = bench.show(made.dataset_id)
    bench.action.package_patch(id=made.dataset_id, extras=[*current["extras"], {"key": "by-hand", "value": "kept"}])
    assert sync({"a": {**record, "title": "Second"}}).counts() == {"updated": 1}
    now = bench.show(made.dataset_id)
    assert (now["title"], now["author"]) == ("Second", "Somebody")
    assert {"key": "by-hand", "value": "kept"} in now["extras"]
    assert sync({"a": {**record, "title": "Second"}}).counts() == {"unchanged": 1}


#: By whom: a sysadmin's token finds the dataset by its derived id, an editor's only by its name, which is another's.
OF_TRASH = {"sysadmin": ("revived", "active"), "editor": ("refused", "deleted")}


def test_a_record_in_the_trash_whose_name_was_taken_since(sync: Sync, bench: Bench) -> None:
    records = {"a": {"name": bench.name(), "title": "A"}, "b": {"name": bench.name("b"), "title": "B"}}
    sync(records)
    (deleted,) = sync({"b": records["b"]}).outcomes
    taken = bench.dataset()
    outcome, state = OF_TRASH[sync.user]
    assert sync(records).counts() == {outcome: 1, "unchanged": 1}
    assert bench.show(deleted.dataset_id)["state"] == state
    assert bench.show(taken["id"]) == taken
