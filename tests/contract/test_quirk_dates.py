"""Time stamps: of resources, and the one by which a dataset's changes are told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contract.bench import Bench
from contract.catalogs import Catalog
from contract.raw import ask


@pytest.mark.quirk("dates-have-no-zone")
def test_a_time_zone_is_refused_or_converted(bench: Bench, catalog: Catalog) -> None:
    resources = [{"created": "2020-01-02T03:04:05Z"}, {"created": "2020-01-02T03:04:05+02:00"}]
    answer = ask(
        bench.low_level, "package_create", name=bench.name(), owner_org=catalog.organization, resources=resources
    )
    converted = ["2020-01-02T03:04:05", "2020-01-02T01:04:05"]
    told: dict[str, Any] = {"2.10": 409, "2.11": converted, "2.12": converted}
    got = [item["created"] for item in answer.result["resources"]] if answer.status == 200 else answer.status
    assert got == told[catalog.release]


@pytest.mark.quirk("a-year-is-no-date")
def test_a_year_or_a_month_refuses_the_dataset(bench: Bench, catalog: Catalog) -> None:
    resources = [{"created": date} for date in ("2024", "2024-01", "2024-01-01")]
    answer = ask(
        bench.low_level, "package_create", name=bench.name(), owner_org=catalog.organization, resources=resources
    )
    assert (answer.status, [sorted(item) for item in answer.error["resources"]]) == (
        409,
        [["created"], ["created"], []],
    )


@pytest.mark.quirk("dates-are-utc-without-saying-so")
def test_dates_are_utc_without_saying_so(bench: Bench) -> None:
    before = datetime.now(UTC)
    made = bench.dataset()
    moment = datetime.fromisoformat(made["metadata_modified"])
    assert moment.tzinfo is None
    assert abs(moment.replace(tzinfo=UTC) - before) < timedelta(minutes=5)


@pytest.mark.quirk("sysadmin-sets-the-timestamp")
def test_a_sysadmin_sends_the_timestamp_back_and_freezes_it(bench: Bench, catalog: Catalog) -> None:
    read = bench.show(bench.dataset()["id"])
    updated = ask(bench.low_level, "package_update", **{**read, "notes": "changed"}).result
    frozen = {"2.10": False, "2.11": False, "2.12": True}[catalog.release]
    assert (updated["metadata_modified"] == read["metadata_modified"]) is frozen


@pytest.mark.quirk("some-changes-leave-the-timestamp")
def test_a_delete_and_a_membership_leave_the_timestamp_alone(bench: Bench) -> None:
    made = bench.dataset()
    bench.action.member_create(id=bench.group()["id"], object=made["id"], object_type="package", capacity="public")
    bench.action.package_delete(id=made["id"])
    shown = bench.show(made["id"])
    assert (shown["state"], shown["metadata_modified"]) == ("deleted", made["metadata_modified"])
