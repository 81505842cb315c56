"""An answer that breaks off in the middle of a run: what was done is found out, and the next run goes on from there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.exceptions import TransportError
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


class NeverPurging(Counting):
    """Fails each purge, before it reaches CKAN."""

    def send(self, request: Request) -> Response:
        if request.path.endswith("/dataset_purge"):
            return Response(500, {"content-type": "text/html"}, b"Internal Server Error")
        return super().send(request)


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
def trashed(sync: Sync, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> tuple[Sync, dict[str, Any], str]:
    """The purging sync, its records, and the id of the dataset of record a, whose purge failed."""
    purging = sync.with_options(deletes="purge")
    records = {letter: {"name": bench.name(letter), "title": letter.upper()} for letter in ("a", "b", "c")}
    dataset_id = next(one.dataset_id for one in purging(records).outcomes if one.record_id == "a")
    with monkeypatch.context() as patch:
        patch.setattr("contract.syncing.Counting", NeverPurging)
        report = purging({"b": records["b"], "c": records["c"]})
    assert report.counts() == {"failed": 1, "unchanged": 2}
    assert report.undone[0].reason.startswith("it is in the trash, and could not be purged: ")
    assert bench.show(dataset_id)["state"] == "deleted"
    return purging, records, dataset_id


def test_what_could_not_be_purged_is_no_persons_delete(trashed: tuple[Sync, dict[str, Any], str], bench: Bench) -> None:
    purging, records, dataset_id = trashed
    report = purging({"b": records["b"], "c": records["c"]})
    assert (report.counts(), report.conflicts, purging.writes) == ({"unchanged": 2}, (), [])
    assert bench.show(dataset_id)["state"] == "deleted"


def test_what_could_not_be_purged_comes_back_with_its_record(
    trashed: tuple[Sync, dict[str, Any], str], bench: Bench
) -> None:
    purging, records, dataset_id = trashed
    report = purging(records)
    assert (report.counts(), report.conflicts) == ({"revived": 1, "unchanged": 2}, ())
    assert bench.show(dataset_id)["state"] == "active"
    assert not purging.plan(records)
