"""Reports to look at: of 2,000 creations, of a plan of 300 changes with conflicts, and of a run with nothing to do."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path

from ckan_api_client.report import Document, document_of_plan, document_of_run
from ckan_api_client.sources import JsonlSource
from ckan_api_client.syncing import SynchronizationClient
from ckan_api_client.syncing.plan import Conflict, Delete, FieldChange, Plan, Refused, Update
from ckan_api_client.syncing.state import State
from ckan_api_client.testing import EmbeddedCkan

SAMPLE = "datagov-100.jsonl.gz"


def two_syncs(folder: Path) -> tuple[Document, Document]:
    """Return the reports of a sync of 100 real records into an embedded CKAN, and of the same again."""
    path = folder / "state.sqlite"
    with EmbeddedCkan() as ckan, as_file(files("ckan_api_client.testing") / SAMPLE) as sample:
        with SynchronizationClient(ckan.url, ckan.sysadmin_token, state=path) as client:
            client.sync("datagov", JsonlSource(sample))
            client.sync("datagov", JsonlSource(sample))
        with State.open(path, catalog=ckan.url, source="datagov") as state:
            second, first = state.runs()
            of_first, of_second = (
                document_of_run("datagov", ckan.url, run, state.entries(run.number)) for run in (first, second)
            )
    return of_first, of_second


def times(document: Document, number: int) -> Document:
    """Return a report of so many times the datasets."""
    items = [item for item in document.items if item.kind == "dataset"]
    many = [
        replace(item, key=f"{item.key}-{copy}", title=f"{item.title} [{copy}]")
        for copy in range(number)
        for item in items
    ]
    return replace(document, items=tuple(many))


def big_plan() -> Document:
    """Return the report of a plan that is refused: 300 updates, 40 of them with a conflict, 2 deletes, 1 refusal."""
    updates = [
        Update(
            f"r{number:03}", f"records.jsonl:{number}", f"id-{number:03}", f"Title {number:03}",
            {"owner_org": "river-office" if number % 3 else "road-office", "resources": [{"id": "res", "name": "Map"}]},
            (
                FieldChange("title", f"Old title {number:03}", f"Title {number:03}"),
                FieldChange("notes", "Water levels of the river, daily.", "Water levels of both rivers, hourly."),
                FieldChange("extras.theme", None, "water"),
                FieldChange("resources.res.url", "http://example.org/old.csv", "http://example.org/new.csv"),
            ),
        )
        for number in range(300)
    ]  # fmt: skip
    conflicts = [
        Conflict(
            f"r{number:03}", f"id-{number:03}", f"Title {number:03}", "maintainer", "Ann of the source",
            "Ben of the catalog", "catalog", "both changed it",
        )
        for number in range(40)
    ]  # fmt: skip
    plan = Plan(
        "rivers",
        "https://catalog.example.org",
        "sysadmin",
        made="2026-03-01T12:00:00+00:00",
        updates=tuple(updates),
        deletes=tuple(Delete(f"gone-{number}", f"id-gone-{number}", f"Gone {number}") for number in range(2)),
        conflicts=tuple(conflicts),
        refused=(Refused("bad", "records.jsonl:301", "name", "the name is that of another source's dataset"),),
        unchanged=20,
        managed=322,
        records=320,
    )
    return document_of_plan(plan)
