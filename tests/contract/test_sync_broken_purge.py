"""A purge that is broken off between trash and purge: the next run finishes it where the trash is as we left it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.exceptions import NotFound
from ckan_api_client.syncing import Interrupted
from ckan_api_client.syncing.report import Report
from ckan_api_client.wire.messages import Request, Response
from contract.bench import Bench
from contract.syncing import Counting, Sync

#: What a purge may fail with, before anything is done: the server, the search.
FAILURES = {
    "server": Response(500, {"content-type": "text/html"}, b"Internal Server Error"),
    "search": Response(
        409, {"content-type": "application/json"}, b'{"success": false, "error": {"__type": "Search Error"}}'
    ),
}
#: An extension that does not allow it.
FORBIDDEN = Response(
    403, {"content-type": "application/json"}, b'{"success": false, "error": {"__type": "Authorization Error"}}'
)


def never_purging(failure: Response | type[BaseException]) -> type[Counting]:
    """Return a transport that answers each purge with a failure, and never sends it."""

    class NeverPurging(Counting):
        def send(self, request: Request) -> Response:
            if not request.path.endswith("/dataset_purge"):
                return super().send(request)
            if isinstance(failure, Response):
                return failure
            raise failure

    return NeverPurging


@pytest.fixture
def purging(bench: Bench, tmp_path: Path) -> Sync:
    return Sync(bench, tmp_path, deletes="purge")


@pytest.fixture
def fail(purging: Sync, records: dict[str, Any], rest: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that runs twice; the second run cannot purge the dataset of record a."""

    def fail(failure: Response | type[BaseException] = FAILURES["server"]) -> Report:
        purging(records)
        with monkeypatch.context() as patch:
            patch.setattr("contract.syncing.Counting", never_purging(failure))
            return purging(rest)

    return fail


def test_what_could_not_be_purged_is_in_the_trash_and_that_is_said(fail: Any, bench: Bench) -> None:
    report = fail(FORBIDDEN)
    assert report.counts() == {"failed": 1, "unchanged": 2}
    (outcome,) = report.undone
    assert outcome.reason.startswith("it is in the trash, and could not be purged: ")
    assert bench.show(outcome.dataset_id)["state"] == "deleted"


@pytest.mark.parametrize("failure", FAILURES)
def test_the_next_run_finishes_a_purge_that_failed(
    fail: Any, purging: Sync, bench: Bench, rest: dict[str, Any], failure: str
) -> None:
    (outcome,) = fail(FAILURES[failure]).undone
    report = purging(rest)
    assert (report.counts(), report.notes, purging.writes) == ({"deleted": 1, "unchanged": 2}, (), ["dataset_purge"])
    with pytest.raises(NotFound):
        bench.show(outcome.dataset_id)
    assert (purging(rest).counts(), purging.writes) == ({"unchanged": 2}, [])


def test_a_purge_that_is_forbidden_is_not_tried_again(fail: Any, purging: Sync, rest: dict[str, Any]) -> None:
    fail(FORBIDDEN)
    assert (purging(rest).counts(), purging.writes) == ({"unchanged": 2}, [])


def test_what_somebody_touched_in_the_trash_is_not_purged_and_that_is_said(
    fail: Any, purging: Sync, bench: Bench, rest: dict[str, Any]
) -> None:
    (outcome,) = fail().undone
    bench.action.package_patch(id=outcome.dataset_id, state="active")
    bench.action.package_delete(id=outcome.dataset_id)
    report = purging(rest)
    assert (report.counts(), purging.writes) == ({"unchanged": 2}, [])
    assert report.notes == (
        "1 dataset is left in the trash: whether a run that was broken off or a person put it there is not known",
    )
    assert bench.show(outcome.dataset_id)["state"] == "deleted"
    assert purging(rest).notes == ()


def test_a_run_that_is_not_to_purge_any_more_leaves_it_in_the_trash(
    fail: Any, purging: Sync, bench: Bench, rest: dict[str, Any]
) -> None:
    (outcome,) = fail().undone
    for deletes in ("delete", "purge"):
        sync = purging.with_options(deletes=deletes)
        assert (sync(rest).counts(), sync.writes) == ({"unchanged": 2}, [])
    assert bench.show(outcome.dataset_id)["state"] == "deleted"


def test_a_purge_is_finished_by_no_run_that_could_not_read_all(fail: Any, purging: Sync, rest: dict[str, Any]) -> None:
    fail()
    report = purging({**rest, "d": "no record"})
    assert report.no_deletes_because == "the source was not read completely: 1 of 3 could not be read as records"
    assert purging.writes == []
    assert purging(rest).counts() == {"deleted": 1, "unchanged": 2}


def test_its_record_brings_it_back(fail: Any, purging: Sync, bench: Bench, records: dict[str, Any]) -> None:
    fail()
    report = purging(records)
    assert (report.counts(), report.conflicts) == ({"revived": 1, "unchanged": 2}, ())
    assert bench.show(f"{bench.prefix}-a")["state"] == "active"
    assert not purging.plan(records)


def test_undo_brings_it_back(fail: Any, purging: Sync, bench: Bench, records: dict[str, Any]) -> None:
    with pytest.raises(Interrupted) as interrupted:
        fail(KeyboardInterrupt)
    report = purging.undo(interrupted.value.report.run)
    assert report.counts() == {"revived": 1}
    assert bench.show(f"{bench.prefix}-a")["state"] == "active"
    assert not purging.plan(records)
