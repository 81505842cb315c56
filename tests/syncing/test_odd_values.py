"""A catalog shows what JSON has no word for, or no computer a place: nothing of it is lost, and the rest is done.

CKAN 2.10 stores and shows NaN. The others come of a catalog that is hostile, or none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.exceptions import BadApiError
from ckan_api_client.low_level import CkanLowlevelClient
from ckan_api_client.syncing import SynchronizationClient
from ckan_api_client.testing import EmbeddedCkan
from ckan_api_client.transport import HttpTransport
from ckan_api_client.wire.messages import Request, Response

THEIRS = "what a person wrote"


def records(title: str) -> dict[str, Any]:
    resource = {"id": "r", "url": f"https://example.org/{title}"}
    rain = {"id": "rain", "name": "rain", "title": title, "resources": [resource]}
    return {"dataset": {"rain": rain, "snow": {"id": "snow", "name": "snow", "title": title}}}


@pytest.fixture
def ckan() -> Iterator[EmbeddedCkan]:
    """A catalog that was synced, and in which a person gave a resource of one dataset a value."""
    with EmbeddedCkan() as ckan:
        yield ckan


def synced_and_edited(ckan: EmbeddedCkan, client: SynchronizationClient) -> None:
    assert client.sync("geo", records("A"))
    with CkanLowlevelClient(ckan.url, ckan.sysadmin_token) as people:
        shown = people.action.package_show(id="rain")
        shown["resources"][0]["level"] = THEIRS
        people.action.package_update(**shown)


def level_of(ckan: EmbeddedCkan) -> Any:
    with CkanLowlevelClient(ckan.url, ckan.sysadmin_token) as people:
        return people.action.package_show(id="rain")["resources"][0]["level"]


def shows(monkeypatch: pytest.MonkeyPatch, odd: str) -> None:
    original = HttpTransport.send

    def send(transport: HttpTransport, request: Request) -> Response:
        answer = original(transport, request)
        return replace(answer, body=answer.body.replace(f'"{THEIRS}"'.encode(), odd.encode()))

    monkeypatch.setattr(HttpTransport, "send", send)


def connected(ckan: EmbeddedCkan, folder: Path) -> SynchronizationClient:
    return SynchronizationClient(ckan.url, ckan.sysadmin_token, state=folder / "state", default_organization="test-org")


@pytest.mark.parametrize("odd", ["NaN", "-Infinity", "1e400", '"\\ud800"'])
def test_what_cannot_be_sent_back_is_that_record_s_failure_and_stays(
    ckan: EmbeddedCkan, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, odd: str
) -> None:
    """A write of a resource sends all that is in it: without that value it would be lost."""
    with connected(ckan, tmp_path) as client:
        synced_and_edited(ckan, client)
        with monkeypatch.context() as patched:
            shows(patched, odd)
            report = client.sync("geo", records("B"))
        assert report.counts() == {"updated": 1, "failed": 1}
        (failed,) = report.undone
        assert failed.record_id == "rain"
        assert "JSON" in failed.reason or "surrogate" in failed.reason
        assert level_of(ckan) == THEIRS
        assert client.sync("geo", records("B")).counts() == {"updated": 1, "unchanged": 1}
    assert level_of(ckan) == THEIRS


@pytest.mark.parametrize(
    ("odd", "kept"),
    [("9" * 4300, int("9" * 4300)), ("-0.0", -0.0), ("[" * 60 + "1" + "]" * 60, None), ('{"a": 1, "a": 2}', {"a": 2})],
    ids=["4,300 digits", "minus zero", "60 levels", "a key twice"],
)
def test_what_can_be_sent_back_goes_back_as_it_came(
    ckan: EmbeddedCkan, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, odd: str, kept: Any
) -> None:
    """Of two equal keys the last counts, as for every other reader of JSON; CKAN never writes two."""
    with connected(ckan, tmp_path) as client:
        synced_and_edited(ckan, client)
        shows(monkeypatch, odd)
        assert client.sync("geo", records("B")).counts() == {"updated": 2}
    now = level_of(ckan)
    if kept is None:
        for _ in range(60):
            (now,) = now
        kept = 1
    assert (now, type(now)) == (kept, type(kept))


@pytest.mark.parametrize("odd", ["9" * 4301, "[" * 130 + "]" * 130, '"\x01"'], ids=["digits", "levels", "no JSON"])
def test_what_cannot_even_be_read_ends_the_run_before_anything_is_written(
    ckan: EmbeddedCkan, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, odd: str
) -> None:
    with connected(ckan, tmp_path) as client:
        synced_and_edited(ckan, client)
        shows(monkeypatch, odd)
        ckan.forget_requests()
        with pytest.raises(BadApiError, match="no CKAN gives"):
            client.sync("geo", records("B"))
    assert ckan.writes == []
