"""What cannot be done for some leaves the rest alone, and what was kept once is looked at again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.syncing import SynchronizationClient, applying, judging
from tiny_catalog import Refused, TinyCatalog

Client = Callable[..., SynchronizationClient]


@pytest.fixture
def catalog() -> TinyCatalog:
    return TinyCatalog()


@pytest.fixture
def client(catalog: TinyCatalog, tmp_path: Path) -> Client:
    """Clients of one catalog, which remember one another."""

    def make(**options: Any) -> SynchronizationClient:
        given = {"transport": catalog, "state": tmp_path / "geo.sqlite", "max_in_flight": 1, **options}
        return SynchronizationClient("http://c.example", "token", **given)

    return make


def records(*keys: str, organization: str = "org", **fields: Any) -> dict[str, Any]:
    return {key: {"name": f"name-{key}", "title": "First", "owner_org": organization, **fields} for key in keys}


def test_many_records_that_the_user_may_not_write_do_not_stop_the_others(client: Client, catalog: TinyCatalog) -> None:
    catalog.organizations["theirs"] = {"id": "theirs-id", "name": "theirs", "state": "active"}

    def refuse(action: str, body: Mapping[str, Any]) -> None:
        if action == "package_create" and body["owner_org"] == "theirs":
            raise Refused(403, "Authorization Error", message="Access denied")

    catalog.fault = refuse
    foreign = records(*(f"a{number:02}" for number in range(40)), organization="theirs")
    report = client().sync("geo", {"dataset": {**foreign, **records("b", "c", "d")}})
    assert report.counts() == {"created": 3, "failed": 40}


def test_a_dataset_that_was_purged_since_the_plan_does_not_keep_the_others_from_being_written(
    client: Client, catalog: TinyCatalog
) -> None:
    client().sync("geo", {"dataset": records("1", "2", "3")})
    catalog.edit("name-1", title="Theirs")
    changed = records("1", "2", title="Second")
    plan = client().plan("geo", {"dataset": {**changed, **records("3")}})
    assert ([one.record_id for one in plan.keeps], [one.record_id for one in plan.updates]) == (["1"], ["2"])
    del catalog.datasets[plan.keeps[0].dataset_id]
    report = client().apply(plan)
    assert [(one.record_id, one.did.value) for one in report.outcomes if one.record_id == "2"] == [("2", "updated")]
    assert catalog.package_show({"id": "name-2"})["title"] == "Second"
    assert client().runs("geo")[0].ended == "done"


def test_a_value_of_people_that_was_kept_is_written_over_once_the_source_wins(
    client: Client, catalog: TinyCatalog
) -> None:
    client().sync("geo", {"dataset": records("1")})
    catalog.edit("name-1", title="Theirs")
    for _ in range(2):
        assert client().sync("geo", {"dataset": records("1", title="Second")}).counts() == {"unchanged": 1}
    report = client(on_conflict="source").sync("geo", {"dataset": records("1", title="Second")})
    assert report.counts() == {"updated": 1}
    assert catalog.package_show({"id": "name-1"})["title"] == "Second"


def test_a_record_is_judged_once_and_merged_once_more_before_it_is_written(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def watch(owner: Any, name: str, step: str) -> None:
        function = getattr(owner, name)

        def watched(*sides: Any, **more: Any) -> Any:
            done.append(step)
            return function(*sides, **more)

        monkeypatch.setattr(owner, name, watched)

    client().sync("geo", {"dataset": records("1")})
    watch(judging.Judge, "judge", "judged")
    watch(judging, "merge", "merged for the plan")
    watch(applying, "merge", "merged to be written")
    assert client().sync("geo", {"dataset": records("1", title="Second")}).counts() == {"updated": 1}
    assert done == ["judged", "merged for the plan", "merged to be written"]
