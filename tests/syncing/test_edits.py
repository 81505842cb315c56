"""A person's edit between any two requests of a run, and after the last one, is never lost."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.sources import MappingSource
from ckan_api_client.syncing.events import CatalogRead, Event, Planned
from ckan_api_client.syncing.fitting import MARKER_KEY
from ckan_api_client.syncing.guards import Limits
from ckan_api_client.syncing.identity import Identity
from ckan_api_client.syncing.jobs import Workshop
from ckan_api_client.syncing.options import Options
from ckan_api_client.syncing.report import Report
from schedules.carrying import carry
from schedules.catalog import ORGANIZATION, Catalog
from schedules.edits import EDITS, GROUP, OTHER_ORGANIZATION
from schedules.transport import InProcess

SOURCE = "geo"
LIMITS = Limits.of(max_deletes="100%", max_updates="100%", allow_empty=True)
RECORDS = dict(zip(EDITS, "abcdefghij", strict=True))


def data(number: int) -> dict[str, Any]:
    """The source after so many changes of all that people edit, too."""
    return {
        key: {
            "name": f"name-{key}",
            "title": f"Title {number}",
            "owner_org": ORGANIZATION,
            "tags": [f"tag-{number}"],
            "extras": {"e1": f"extra {number}"},
            "resources": [{"id": "r1", "url": "http://a.example/", "description": f"Description {number}"}],
        }
        for key in RECORDS.values()
    }


@dataclass
class Bench:
    """A catalog in which one kind of thing is about to happen to all records. `wanted`: the source from now on."""

    catalog: Catalog
    state: Path
    options: Options = field(default_factory=Options)
    wanted: dict[str, Any] = field(default_factory=dict)
    saved: Any = None

    def prepare(self, kind: str) -> None:
        catalog = self.catalog
        catalog.act("organization_create", name=OTHER_ORGANIZATION)
        catalog.act("group_create", name=GROUP)
        self.wanted = data(2)
        if kind == "adopt":
            self.options = Options(adopt="name")
            for record in data(1).values():
                extras = [{"key": key, "value": value} for key, value in record["extras"].items()]
                tags = [{"name": name} for name in record["tags"]]
                resources = [{**resource, "id": ""} for resource in record["resources"]]
                catalog.act("package_create", **{**record, "extras": extras, "tags": tags, "resources": resources})
        elif kind != "create":
            self.run(data(1))
        if kind == "revive":
            self.run({})
        if kind in {"delete", "private"}:
            self.options = Options(deletes="private" if kind == "private" else "delete")
            self.wanted = {}
        self.saved = catalog.save()
        if self.state.exists():
            shutil.copy(self.state, self.state.with_suffix(".saved"))

    def begin(self) -> None:
        self.catalog.restore(self.saved)
        for file in self.state.parent.glob(f"{self.state.name}*"):
            file.unlink()
        if self.state.with_suffix(".saved").exists():
            shutil.copy(self.state.with_suffix(".saved"), self.state)

    def play(self, fault: str, survey_point: int | None, own_point: int | None) -> Injecting:
        """Run with the edits at one point; then twice more, when nothing goes wrong, and check what is there."""
        self.begin()
        if fault:
            self.catalog.ckan.faults.add("writes", fault, last=len(EDITS))
        # Whose answer was lost takes over once more what bears no marker, as it was told to.
        left_out = frozenset({"marker removed"} if fault and self.options.adopt else ())
        injecting = Injecting(self.catalog, survey_point, own_point, left_out)
        reports = [self.run(self.wanted, injecting)]
        self.catalog.heal()
        if self.options.deletes == "private" or not self.wanted:
            for name in injecting.after_look & set(injecting.made):
                assert self.catalog.show(injecting.made[name]["id"]) == injecting.made[name], injecting.point(name)
        reports.append(self.run(self.wanted))
        check(self, injecting, reports)
        self.catalog.ckan.forget_requests()
        again = self.run(self.wanted)
        assert (self.catalog.ckan.writes, again.conflicts) == ([], ()), injecting.point("")
        return injecting

    def run(self, wanted: dict[str, Any], injecting: Injecting | None = None) -> Report:
        transport = InProcess(self.catalog.ckan, self.catalog.ckan.sysadmin_token)
        listener = None
        if injecting is not None:
            transport.before, listener = injecting.before, injecting.hear
        workshop = Workshop("http://c.example", self.options, self.state)
        job = workshop.sync(SOURCE, MappingSource({"dataset": wanted}), LIMITS, listener)
        report = carry(job, transport)
        if injecting is not None:
            injecting.at_the_end()
        return report


@dataclass
class Injecting:
    """Makes each record's edit at one point: before a request of the survey, or before one of the record's own flow.

    What comes after the last request of either is a point, too.
    """

    catalog: Catalog
    survey_point: int | None
    own_point: int | None
    left_out: frozenset[str] = frozenset()
    phase: str = "survey"
    survey_requests: int = 0
    was_listed: bool = False
    own: dict[str, int] = field(default_factory=dict)
    made: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: What the datasets were when they were edited.
    found: dict[str, dict[str, Any]] = field(default_factory=dict)
    after_look: set[str] = field(default_factory=set)
    names: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Note by which references the flow of each record goes."""
        for name, key in RECORDS.items():
            dataset = self.dataset_of(key)
            references = {f"name-{key}", Identity(SOURCE, key).dataset_id} | ({dataset["id"]} if dataset else set())
            self.names |= dict.fromkeys(references, name)

    def point(self, name: str) -> str:
        return f"{name}, before request {self.survey_point} of the survey, or {self.own_point} of its own"

    def hear(self, event: Event) -> None:
        if isinstance(event, CatalogRead):
            self.was_listed = True
        if isinstance(event, Planned):
            self.phase = "own"

    def before(self, number: int, action: str, arguments: dict[str, Any]) -> None:
        del action
        if self.phase == "survey":
            self.survey_requests = number
            if number - 1 == self.survey_point:
                for name in EDITS:
                    self.make(name)
            return
        reference = arguments.get("id") or arguments.get("name") or arguments.get("match", {}).get("id")
        found = self.names.get(str(reference))
        if found is not None:
            if self.own.get(found, 0) == self.own_point:
                self.make(found)
            self.own[found] = self.own.get(found, 0) + 1

    def at_the_end(self) -> None:
        for name in EDITS:
            if self.own_point is not None and self.own.get(name, 0) <= self.own_point:
                self.make(name)

    def make(self, name: str) -> None:
        dataset = self.dataset_of(RECORDS[name])
        if (
            dataset is None
            or name in self.made
            or name in self.left_out
            or (name == "delete" and dataset["state"] == "deleted")
        ):
            return
        if name == "marker removed" and MARKER_KEY not in {extra["key"] for extra in dataset["extras"]}:
            return
        self.found[name] = dataset
        EDITS[name].make(self.catalog, dataset)
        made = self.catalog.show(dataset["id"])
        assert made is not None
        self.made[name] = made
        if self.was_listed:
            self.after_look.add(name)

    def dataset_of(self, key: str) -> dict[str, Any] | None:
        found = self.catalog.marked(SOURCE).get(key)
        return found[0] if found else self.catalog.show(f"name-{key}")


@pytest.fixture
def bench() -> Iterator[Bench]:
    shared = Path("/dev/shm")  # noqa: S108 - its files cost no disk; where there is none, any place will do
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder, Catalog() as catalog:
        yield Bench(catalog, Path(folder) / "geo.sqlite")


def check(bench: Bench, injecting: Injecting, reports: list[Report]) -> None:
    """Each edit is there; what the source changed, too, is told once; what was taken away is left alone, and told."""
    told = [conflict for report in reports for conflict in report.conflicts]
    undone = {outcome.record_id for report in reports for outcome in report.undone}
    for name, made in injecting.made.items():
        edit, key, point = EDITS[name], RECORDS[name], injecting.point(name)
        now = bench.catalog.show(made["id"])
        assert now is not None, point
        assert edit.is_there(now), point
        if not bench.wanted or MARKER_KEY not in {extra["key"] for extra in injecting.found[name]["extras"]}:
            continue  # The source has nothing to say of it, or has not yet taken it over.
        paths = [conflict.path for conflict in told if conflict.record_id == key]
        if edit.ends:
            # Where the name of what is in the trash is needed, CKAN takes it (quirk D2).
            assert now == (made | {"name": now["name"]} if name == "delete" else made), point
            assert paths or key in undone, point
        elif edit.of and injecting.found[name]["title"] == "Title 1":
            assert [path for path in paths if path.startswith(edit.of)], point
        assert len(set(paths)) == len(paths), point


@pytest.mark.parametrize(
    ("kind", "fault", "points"),
    [
        ("create", "", 10),
        ("create", "lost-after-commit", 20),
        ("create", "lost-before-commit", 40),
        ("update", "", 110),
        ("update", "lost-after-commit", 30),
        ("update", "lost-before-commit", 70),
        ("delete", "", 119),
        ("delete", "lost-after-commit", 38),
        ("delete", "lost-before-commit", 75),
        ("private", "", 120),
        ("private", "lost-after-commit", 40),
        ("revive", "", 100),
        ("revive", "lost-after-commit", 38),
        ("revive", "lost-before-commit", 78),
        ("adopt", "", 127),
        ("adopt", "lost-after-commit", 36),
    ],
)
def test_an_edit_at_any_point_of_a_run_is_there_afterwards(bench: Bench, kind: str, fault: str, points: int) -> None:
    bench.prepare(kind)
    counting = bench.play(fault, None, None)
    # With a fault, only what comes after the plan is another case.
    survey_points = range(counting.survey_requests) if not fault else ()
    own_points = range(max(counting.own.values()) + 1)
    played = [bench.play(fault, point, None) for point in survey_points]
    played += [bench.play(fault, None, point) for point in own_points]
    assert sum(len(injecting.made) for injecting in played) >= points
