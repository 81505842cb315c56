"""A create whose answer is lost, a purge that fails: what was done is found out, and the next run goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.exceptions import TransportError
from ckan_api_client.syncing.report import Report
from ckan_api_client.wire.messages import Request, Response
from contract.bench import Bench
from contract.syncing import Counting, Sync


class Losing(Counting):
    """Loses the answer to the create of an organization; CKAN has carried it out."""

    def send(self, request: Request) -> Response:
        response = super().send(request)
        if request.path.endswith("/organization_create"):
            raise TransportError("the connection broke")
        return response


#: What a purge may fail with, before anything is done: the server, the search, an extension that does not allow it.
FAILURES = {
    "server": Response(500, {"content-type": "text/html"}, b"Internal Server Error"),
    "search": Response(
        409, {"content-type": "application/json"}, b'{"success": false, "error": {"__type": "Search Error"}}'
    ),
    "rights": Response(
        403, {"content-type": "application/json"}, b'{"success": false, "error": {"__type": "Authorization Error"}}'
    ),
}


def never_purging(failure: Response) -> type[Counting]:
    """Return a transport that answers each purge with a failure, and never sends it."""

    class NeverPurging(Counting):
        def send(self, request: Request) -> Response:
            return failure if request.path.endswith("/dataset_purge") else super().send(request)

    return NeverPurging


@pytest.fixture
def sync(bench: Bench, tmp_path: Path) -> Sync:
    return Sync(bench, tmp_path)


def test_an_organization_whose_answer_was_lost_is_made_once_and_its_records_with_it(
    sync: Sync, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contract.syncing.Counting", Losing)
    records = {"a": {"name": bench.name("a"), "title": "A", "owner_org": f"{bench.prefix}-theirs"}}
    report = sync(records)
    assert (report.counts(), report.counts("organization")) == ({"created": 1}, {"created": 1})
    assert sync.writes == ["organization_create", "package_create"]
    assert bench.show(report.outcomes[-1].dataset_id)["organization"]["name"] == f"{bench.prefix}-theirs"
    assert not sync.plan(records)


@pytest.fixture
def purging(sync: Sync) -> Sync:
    return sync.with_options(deletes="purge")


@pytest.fixture
def records(bench: Bench) -> dict[str, Any]:
    return {letter: {"name": bench.name(letter), "title": letter.upper()} for letter in ("a", "b", "c")}


@pytest.fixture
def rest(records: dict[str, Any]) -> dict[str, Any]:
    return {"b": records["b"], "c": records["c"]}


@pytest.fixture(params=FAILURES)
def failed(
    request: pytest.FixtureRequest,
    purging: Sync,
    records: dict[str, Any],
    rest: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> Report:
    """The report of a run that could not purge the dataset of record a."""
    purging(records)
    with monkeypatch.context() as patch:
        patch.setattr("contract.syncing.Counting", never_purging(FAILURES[request.param]))
        return purging(rest)


def test_what_could_not_be_purged_is_in_the_trash_and_that_is_said(failed: Report, bench: Bench) -> None:
    assert failed.counts() == {"failed": 1, "unchanged": 2}
    (outcome,) = failed.undone
    assert outcome.reason.startswith("it is in the trash, and could not be purged: ")
    assert bench.show(outcome.dataset_id)["state"] == "deleted"


def test_what_could_not_be_purged_is_no_deed_of_people_and_comes_back_with_its_record(
    failed: Report, purging: Sync, bench: Bench, records: dict[str, Any], rest: dict[str, Any]
) -> None:
    assert not failed
    report = purging(rest)
    assert (report.counts(), report.conflicts, purging.writes) == ({"unchanged": 2}, (), [])
    report = purging(records)
    assert (report.counts(), report.conflicts) == ({"revived": 1, "unchanged": 2}, ())
    assert bench.show(f"{bench.prefix}-a")["state"] == "active"
    assert not purging.plan(records)
