"""Real records: what is read, changed in one field and written leaves every other key as it was, to the byte."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.high_level import CkanHighlevelClient
from ckan_api_client.syncing import SynchronizationClient
from contract.bench import Bench
from contract.catalogs import Catalog
from contract.comparing import changed_keys, dumped

SAMPLE = Path(__file__).parents[2] / "src/ckan_api_client/testing/datagov-100.jsonl.gz"
RECORDS = 20


@pytest.fixture(scope="module")
def records() -> list[dict[str, Any]]:
    """Every fifth record of the sample."""
    with gzip.open(SAMPLE, "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    return found[:: len(found) // RECORDS]


@pytest.fixture
def any_bench(any_catalog: Catalog) -> Iterator[Bench]:
    bench = Bench(any_catalog)
    yield bench
    bench.close()


def load(bench: Bench, records: list[dict[str, Any]]) -> list[str]:
    """Put records into the catalog by a sync, under names of our own, and return the ids of their datasets."""
    made = {
        record["id"]: {
            **record,
            "name": f"{bench.prefix}-{number}",
            "groups": [],
            "organization": None,
            "owner_org": None,
        }
        for number, record in enumerate(records)
    }
    organization = bench.catalog.organization
    with SynchronizationClient(
        bench.catalog.url, bench.catalog.sysadmin_token, default_organization=organization
    ) as client:
        report = client.sync(f"{bench.prefix}-src", {"dataset": made})
    assert report.counts() == {"created": len(records)}
    ids = [outcome.dataset_id for outcome in report.outcomes]
    for identifier in ids:
        bench.purge_later("dataset", identifier)
    return ids


def change(client: CkanHighlevelClient, identifier: str, **windows: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Change a dataset, and return what it was and what it is."""
    dataset = client.get_dataset(identifier)
    before = dataset.serialize()
    for name, value in windows.items():
        setattr(dataset, name, value)
    client.update_dataset(dataset)
    return before, client.get_dataset(identifier).serialize()


def changed_in_resources(before: dict[str, Any], after: dict[str, Any]) -> list[set[str]]:
    """Return the keys that differ, resource by resource."""
    return [
        {key for key in {**one, **other} if dumped(one.get(key, "ABSENT")) != dumped(other.get(key, "ABSENT"))}
        for one, other in zip(before["resources"], after["resources"], strict=True)
    ]


def test_one_changed_field_leaves_every_other_key_to_the_byte(any_bench: Bench, records: list[dict[str, Any]]) -> None:
    """Up to CKAN 2.11, the first write after a create also changes `metadata_modified` of resources, once.

    It stores what the show has put into them: the `datastore_active` of the DataStore, and the scheme of a URL that
    lacks one.
    """
    with any_bench.catalog.client() as client:
        for identifier in load(any_bench, records):
            before, after = change(client, identifier, title="Changed")
            assert changed_keys(before, after) <= {"title", "resources"}
            assert set().union(*changed_in_resources(before, after)) <= {"metadata_modified"}
            before, after = change(client, identifier, notes="Changed, too")
            assert changed_keys(before, after) == {"notes"}


def test_a_changed_extra_and_a_changed_resource_leave_the_others(
    any_bench: Bench, records: list[dict[str, Any]]
) -> None:
    with any_bench.catalog.client() as client:
        for identifier in load(any_bench, [record for record in records if record["resources"]][:5]):
            change(client, identifier, version="0")
            dataset = client.get_dataset(identifier)
            before = dataset.serialize()
            dataset.extras["contract_test"] = "new"
            dataset.resources[0].description = "changed"
            client.update_dataset(dataset)
            after = client.get_dataset(identifier).serialize()
            assert changed_keys(before, after) == {"extras", "resources"}
            first, *others = changed_in_resources(before, after)
            assert first - {"metadata_modified"} == {"description"}
            assert set().union(*others) == set()
            kept = [extra for extra in after["extras"] if extra["key"] != "contract_test"]
            assert sorted(map(dumped, kept)) == sorted(map(dumped, before["extras"]))
