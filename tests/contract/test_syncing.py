"""A sync: it makes what is missing, writes what differs, deletes what left, and nothing else; to the request."""

from __future__ import annotations

import gzip
import json
import re
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


#: Languages in which nobody else will talk to this CKAN now: they stand in the paths of its access log.
LANGUAGES = ("el", "eu", "fi", "gl", "is", "km", "lv", "mk")


class Sync:
    """Syncs under a source name of its own, as one of two users; remembers what to purge.

    `writes` are the writing actions that the last run sent. Those that its server logged are held against them: our
    requests are told from those of others, who may be at work there, by the language in their paths.
    """

    def __init__(self, bench: Bench, user: str) -> None:
        self.bench = bench
        self.user = user
        self.source = f"{bench.prefix}-src"
        self.writes: list[str] = []

    def __call__(self, records: dict[str, Any]) -> Report:
        catalog = self.bench.catalog
        token = catalog.sysadmin_token if self.user == "sysadmin" else catalog.editor_token
        log, language = catalog.access_log, LANGUAGES[int(self.bench.prefix[-1], 16) % len(LANGUAGES)]
        url = f"{catalog.url}/{language}" if log else catalog.url
        start = log.stat().st_size if log else 0
        transport = Counting(url, token)
        with SynchronizationClient(
            url, token, default_organization=catalog.organization, transport=transport
        ) as client:
            report = client.sync(self.source, {"dataset": records})
        transport.close()
        self.writes = transport.writes
        if log:
            assert sorted(_logged(log, start, f"/{language}/api/3/action/")) == sorted(self.writes)
        for outcome in report.outcomes:
            if outcome.dataset_id:
                self.bench.purge_later("dataset", outcome.dataset_id)
        return report


def _logged(log: Path, start: int, prefix: str) -> list[str]:
    """Return the writing actions of the log's lines from a place on; a line is METHOD PATH STATUS."""
    with log.open() as lines:
        lines.seek(start)
        paths = [line.split()[1] for line in lines]
    actions = [path.removeprefix(prefix) for path in paths if path.startswith(prefix)]
    assert "user_show" in actions
    return [action for action in actions if WRITING.fullmatch(action)]


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

    assert sync(records).counts() == {"unchanged": 20}
    assert sync.writes == []

    changed_id, removed_id = list(records)[3], list(records)[7]

    report = sync({**records, changed_id: {**records[changed_id], "title": "Changed"}})
    assert report.counts() == {"updated": 1, "unchanged": 19}
    assert sync.writes == ["package_revise"]
    (updated,) = report.outcomes
    assert bench.show(updated.dataset_id)["title"] == "Changed"
    sync(records)

    rest = {key: record for key, record in records.items() if key != removed_id}
    report = sync(rest)
    assert report.counts() == {"deleted": 1, "unchanged": 19}
    assert sync.writes == ["package_revise"]
    (deleted,) = report.outcomes
    assert bench.show(deleted.dataset_id)["state"] == "deleted"
    assert sync(rest).counts() == {"unchanged": 19}
    assert sync.writes == []

    report = sync(records)
    assert report.counts() == {"revived": 1, "unchanged": 19}
    (revived,) = report.outcomes
    assert revived.dataset_id == deleted.dataset_id
    assert bench.show(revived.dataset_id)["state"] == "active"
    assert sync(records).counts() == {"unchanged": 20}
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
