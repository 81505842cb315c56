"""A create whose answer is lost: what was done is found out, and nothing is made twice."""

from __future__ import annotations

from pathlib import Path

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
