"""A doctor on damaged catalogs: each damage is found and named, nothing else is, and nothing is written."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.low_level import CkanLowlevelClient, index_check
from ckan_api_client.syncing import AsyncSynchronizationClient, Diagnosis, Severity, SynchronizationClient
from ckan_api_client.syncing.diagnosing import examining
from ckan_api_client.syncing.events import Event, Examined
from ckan_api_client.syncing.identity import Identity
from ckan_api_client.testing import EmbeddedCkan, Fault

SOURCE = "geo"


def content(folder: Path) -> dict[str, tuple[str, int]]:
    """What is in a folder, to the byte and the nanosecond."""
    return {
        str(path.relative_to(folder)): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


@dataclass
class Patient:
    """A catalog with six datasets of a source, as an editor made them, and who looks at them."""

    ckan: EmbeddedCkan
    folder: Path

    def __post_init__(self) -> None:
        self.sysadmin = CkanLowlevelClient(self.ckan.url, self.ckan.sysadmin_token)
        self.act = self.sysadmin.action
        self.records: dict[str, dict[str, Any]] = {
            str(number): {"name": f"name-{number}", "title": f"Title {number}"} for number in range(6)
        }

    @property
    def state(self) -> Path:
        return self.folder / "geo.sqlite"

    def client(self, token: str | None = None, **options: Any) -> SynchronizationClient:
        options = {"state": self.state, "default_organization": "test-org", **options}
        return SynchronizationClient(self.ckan.url, token or self.ckan.editor_token, **options)

    def sync(self, token: str | None = None, **options: Any) -> None:
        with self.client(token, **options) as client:
            client.sync(SOURCE, {"dataset": self.records})

    def diagnose(self, token: str | None = None, **options: Any) -> Diagnosis:
        """Look, and see to it that nothing was written anywhere."""
        before = content(self.folder)
        self.ckan.forget_requests()
        with self.client(token) as client:
            diagnosis = client.diagnose(SOURCE, **options)
        assert self.ckan.writes == []
        assert content(self.folder) == before
        return diagnosis

    def id_of(self, number: int) -> str:
        shown: dict[str, Any] = self.act.package_show(id=f"name-{number}")
        return str(shown["id"])

    def make(self, name: str, marker: str, **fields: Any) -> str:
        """Make a dataset with a marker, by hand."""
        extras = [{"key": "_harvest_source", "value": marker}]
        made = self.act.package_create(name=name, owner_org="test-org", extras=extras, **fields)
        return str(made["id"])


def told(diagnosis: Diagnosis) -> list[tuple[str, str, list[str]]]:
    """What was found: check, severity, and the names that are given."""
    return [
        (finding.check.value, finding.severity.value, [item.name or item.record_id for item in finding.items])
        for finding in diagnosis.found
    ]


@pytest.fixture(scope="module")
def embedded() -> Iterator[EmbeddedCkan]:
    with EmbeddedCkan() as ckan:
        yield ckan


@pytest.fixture
def patient(embedded: EmbeddedCkan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Patient]:
    monkeypatch.setattr(examining, "PAUSE", 0.0)
    monkeypatch.setattr(index_check, "PAUSES", (0.0, 0.0))
    embedded.reset()
    patient = Patient(embedded, tmp_path)
    patient.sync()
    yield patient
    embedded.thaw_index()
    patient.sysadmin.close()
    assert embedded.crashes == []


def test_of_a_healthy_catalog_nothing_is_found(patient: Patient) -> None:
    diagnosis = patient.diagnose()
    assert (diagnosis.found, diagnosis.not_looked_at, bool(diagnosis)) == ((), (), True)
    assert {finding.check.value for finding in diagnosis.findings} == {
        "token", "catalog", "memory", "runs", "index", "duplicates", "datasets", "rights",
    }  # fmt: skip


def test_quickly_nothing_is_read_one_by_one_of_a_healthy_catalog(patient: Patient) -> None:
    assert patient.diagnose(quick=True).found == ()
    assert "package_show" not in {request.action for request in patient.ckan.requests}


def test_a_source_that_was_never_synchronized_is_healthy(patient: Patient) -> None:
    with patient.client(state=patient.folder / "other.sqlite") as client:
        assert client.diagnose("other").found == ()
    assert not (patient.folder / "other.sqlite").exists()
    assert not (patient.folder / "other.sqlite.lock").exists()


def lost_from_the_index(patient: Patient) -> None:
    patient.ckan.lose_from_index("name-2")


def a_ghost(patient: Patient) -> None:
    extras = [{"key": "_harvest_source", "value": "geo:99"}]
    patient.ckan.add_ghost({"id": "0f0f0f0f-0000-4000-8000-000000000000", "name": "ghost", "extras": extras})


def an_edit_that_never_reached_the_index(patient: Patient) -> None:
    patient.ckan.freeze_index()
    patient.act.package_patch(id="name-3", title="Edited")


def a_create_that_never_reached_the_index(patient: Patient) -> None:
    patient.ckan.freeze_index()
    patient.make("late", "geo:77")


def a_copied_form(patient: Patient) -> None:
    patient.make("copy", "geo:1")


def a_private_copy(patient: Patient) -> None:
    patient.make("copy", "geo:1", private=True)


def a_draft_copy(patient: Patient) -> None:
    with CkanLowlevelClient(patient.ckan.url, patient.ckan.editor_token) as editor:
        extras = [{"key": "_harvest_source", "value": "geo:1"}]
        editor.action.package_create(name="copy", owner_org="test-org", state="draft", extras=extras)


def a_copy_that_the_index_does_not_show(patient: Patient) -> None:
    patient.make("copy", "geo:1")
    patient.ckan.lose_from_index("copy")


def an_orphan(patient: Patient) -> None:
    patient.make("orphan", "geo:77")


def one_in_the_trash(patient: Patient) -> None:
    patient.act.package_delete(id=patient.id_of(4))


def one_purged(patient: Patient) -> None:
    patient.act.dataset_purge(id="name-4")


def one_without_its_marker(patient: Patient) -> None:
    patient.act.package_patch(id="name-4", extras=[])


def one_made_private(patient: Patient) -> None:
    patient.act.package_patch(id="name-4", private=True)


def one_made_anew_by_hand(patient: Patient) -> None:
    patient.act.dataset_purge(id="name-4")
    patient.make("again", "geo:4")


def a_marker_in_capitals(patient: Patient) -> None:
    patient.make("alike", "Geo:5")


def a_marker_without_an_id(patient: Patient) -> None:
    patient.make("alike", "geo")


def an_id_in_two_forms(patient: Patient) -> None:
    patient.records["A"] = {"name": "big", "title": "A"}
    patient.records["a"] = {"name": "small", "title": "a"}
    patient.sync()


def no_right(patient: Patient) -> None:
    patient.act.organization_member_delete(id="test-org", username="editor")


def out_of_sight(patient: Patient) -> None:
    patient.act.package_patch(id="name-4", private=True)
    patient.sync()
    no_right(patient)


def a_foreign_group(patient: Patient) -> None:
    patient.act.group_create(name="theme")
    patient.records["0"]["groups"] = [{"name": "theme"}]
    patient.sync(patient.ckan.sysadmin_token)


def no_search(patient: Patient) -> None:
    patient.ckan.faults.add(Fault.parse("package_search:*:solr-down"))


DAMAGES: list[tuple[Callable[[Patient], None], list[tuple[str, str, list[str]]]]] = [
    (lost_from_the_index, [("index", "warning", ["name-2"])]),
    (a_ghost, [("index", "warning", ["ghost"])]),
    (an_edit_that_never_reached_the_index, [("index", "warning", ["name-3"])]),
    (
        a_create_that_never_reached_the_index,
        [("index", "warning", ["late"]), ("datasets", "warning", ["late"])],
    ),
    (a_copied_form, [("duplicates", "error", ["name-1", "copy"])]),
    (a_private_copy, [("duplicates", "error", ["name-1", "copy"])]),
    (a_draft_copy, [("duplicates", "error", ["name-1", "copy"])]),
    (
        a_copy_that_the_index_does_not_show,
        [("index", "warning", ["copy"]), ("duplicates", "error", ["name-1", "copy"])],
    ),
    (an_orphan, [("datasets", "warning", ["orphan"])]),
    (one_in_the_trash, [("datasets", "warning", ["name-4"])]),
    (one_purged, [("datasets", "warning", ["name-4"])]),
    (one_without_its_marker, [("datasets", "warning", ["name-4"])]),
    (one_made_private, [("datasets", "remark", ["name-4"])]),
    (one_made_anew_by_hand, [("datasets", "warning", ["again"]), ("datasets", "warning", ["name-4"])]),
    (a_marker_in_capitals, [("datasets", "warning", ["alike"])]),
    (a_marker_without_an_id, [("datasets", "warning", ["alike"])]),
    (an_id_in_two_forms, [("datasets", "remark", ["'A' / 'a'"])]),
    (no_right, [("rights", "error", ["test-org"])]),
    (out_of_sight, [("datasets", "warning", ["name-4"]), ("rights", "error", ["test-org"])]),
    (a_foreign_group, [("rights", "warning", ["theme"])]),
    (no_search, [("index", "error", [])]),
]


@pytest.mark.parametrize(("damage", "expected"), DAMAGES, ids=[damage.__name__ for damage, _ in DAMAGES])
def test_a_damage_is_found_and_named_and_nothing_else_is(
    patient: Patient, damage: Callable[[Patient], None], expected: list[tuple[str, str, list[str]]]
) -> None:
    damage(patient)
    diagnosis = patient.diagnose()
    found = [(check, severity, sorted(given)) for check, severity, given in told(diagnosis)]
    assert found == [(check, severity, sorted(given)) for check, severity, given in expected]
    assert all(finding.why and finding.repair for finding in diagnosis.to_repair)
    assert bool(diagnosis) is all(severity == "remark" for _, severity, _ in expected)


@pytest.mark.parametrize(
    ("damage", "expected"),
    [pytest.param(*one, id=one[0].__name__) for one in DAMAGES if one[0] is not an_edit_that_never_reached_the_index],
)
def test_it_is_found_quickly_as_well(
    patient: Patient, damage: Callable[[Patient], None], expected: list[tuple[str, str, list[str]]]
) -> None:
    damage(patient)
    found = [(check, severity, sorted(given)) for check, severity, given in told(patient.diagnose(quick=True))]
    assert found == [(check, severity, sorted(given)) for check, severity, given in expected]


def test_quickly_an_edit_that_never_reached_the_index_is_not_found(patient: Patient) -> None:
    an_edit_that_never_reached_the_index(patient)
    assert patient.diagnose(quick=True).found == ()


def only(diagnosis: Diagnosis) -> Any:
    (finding,) = diagnosis.found
    return finding


def test_of_two_datasets_with_one_marker_the_one_that_the_state_remembers_is_to_be_kept(patient: Patient) -> None:
    copy = patient.make("copy", "geo:1")
    finding = only(patient.diagnose())
    assert {item.name: item.note for item in finding.items} == {
        "name-1": "keep: the state remembers it",
        "copy": "delete",
    }
    assert f"ckanclient delete datasets {copy}" in finding.repair
    assert all(patient.id_of(1) not in step for step in finding.repair)


def test_without_a_memory_the_one_whose_id_is_derived_is_to_be_kept(patient: Patient) -> None:
    derived = Identity("geo", "x").dataset_id
    patient.make("copy", "geo:x")
    patient.make("first", "geo:x", id=derived)
    finding = next(one for one in patient.diagnose().found if one.check.value == "duplicates")
    assert {item.name: item.note for item in finding.items} == {"first": "keep: a sync made it", "copy": "delete"}


def test_without_either_the_oldest_is_to_be_kept(patient: Patient) -> None:
    patient.make("first", "geo:x")
    patient.make("second", "geo:x")
    finding = next(one for one in patient.diagnose().found if one.check.value == "duplicates")
    assert {item.name: item.note for item in finding.items} == {
        "first": "keep: it is the oldest; nothing else tells",
        "second": "delete",
    }


def test_a_sysadmin_is_told_of_a_copy_in_the_trash(patient: Patient) -> None:
    copy = patient.make("copy", "geo:1", id=Identity("geo", "1").dataset_id)
    patient.act.package_delete(id=copy)
    assert patient.diagnose().found == ()
    _, finding = patient.diagnose(patient.ckan.sysadmin_token).found
    assert (finding.check.value, finding.severity) == ("duplicates", Severity.REMARK)
    assert [(item.dataset_id, item.record_id) for item in finding.items] == [(copy, "1")]
    assert finding.repair[1:] == (f"ckanclient purge dataset {copy}",)


def test_once_the_copy_is_deleted_as_advised_all_is_well_again(patient: Patient) -> None:
    copy = patient.make("copy", "geo:1")
    patient.act.package_delete(id=copy)
    assert patient.diagnose().found == ()


def test_what_was_told_before_is_a_remark(patient: Patient) -> None:
    one_in_the_trash(patient)
    patient.sync()
    finding = only(patient.diagnose())
    assert finding.severity is Severity.REMARK
    assert finding.what.endswith("in the trash, as an earlier run has told")


def test_what_the_source_withdrew_is_not_missed(patient: Patient) -> None:
    del patient.records["0"]
    patient.sync()
    assert patient.diagnose().found == ()
    patient.sync(deletes="private")
    del patient.records["1"]
    patient.sync(deletes="private")
    assert patient.diagnose().found == ()


def test_datasets_of_others_in_the_same_organization_are_nobodys_business_here(patient: Patient) -> None:
    patient.act.package_create(name="plain", owner_org="test-org")
    patient.make("others", "hydro:1")
    patient.make("longer", "geo-2:1")
    for name in ("plain", "others"):
        patient.ckan.lose_from_index(name)
    patient.act.package_delete(id="longer")
    assert patient.diagnose().found == ()


def test_a_write_that_the_second_look_sees_is_no_damage(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    an_edit_that_never_reached_the_index(patient)
    whole = examining.Examination.pause

    def thawed(self: examining.Examination) -> Any:
        patient.ckan.thaw_index()
        return whole(self)

    monkeypatch.setattr(examining.Examination, "pause", thawed)
    assert patient.diagnose().found == ()


def test_a_sysadmins_token_is_a_remark(patient: Patient) -> None:
    assert told(patient.diagnose(patient.ckan.sysadmin_token)) == [("token", "remark", [])]


def test_without_a_token_what_is_public_is_looked_at(patient: Patient) -> None:
    with SynchronizationClient(patient.ckan.url, state=patient.state) as client:
        assert told(client.diagnose(SOURCE)) == [("token", "warning", [])]


def test_with_a_token_that_ckan_does_not_know_the_state_alone_is_looked_at(patient: Patient) -> None:
    diagnosis = patient.diagnose("wrong")
    assert told(diagnosis) == [("token", "error", [])]
    assert [finding.check.value for finding in diagnosis.findings] == ["token", "memory", "runs"]
    assert diagnosis.not_looked_at != ()


def test_a_token_that_is_revoked_meanwhile_makes_nothing_look_gone(patient: Patient) -> None:
    patient.act.package_patch(id="name-4", private=True)
    patient.ckan.faults.add(Fault.parse("*:8+:revoked"))
    diagnosis = patient.diagnose()
    assert [(finding.check.value, finding.severity.value) for finding in diagnosis.found] == [("token", "error")]


def test_the_catalog_alone_is_looked_at_where_no_source_is_named(patient: Patient) -> None:
    patient.make("other", "hydro:1")
    with patient.client(state=None) as client:
        healthy = client.diagnose()
        patient.make("copy", "hydro:1")
        patient.ckan.lose_from_index("name-2")
        patient.ckan.add_ghost({"id": "0f0f0f0f-0000-4000-8000-000000000000", "name": "ghost"})
        damaged = client.diagnose()
    assert healthy.found == ()
    assert healthy.facts["sources"] == {"geo": 6, "hydro": 1}
    assert told(damaged) == [
        ("index", "warning", ["name-2"]),
        ("index", "warning", ["ghost"]),
        ("duplicates", "error", ["other", "copy"]),
    ] or told(damaged)[2] == ("duplicates", "error", ["copy", "other"])
    assert damaged.found[2].repair == ("ckanclient doctor hydro",)


def test_both_colours_find_the_same(patient: Patient) -> None:
    a_copied_form(patient)
    lost_from_the_index(patient)

    async def look() -> Diagnosis:
        async with AsyncSynchronizationClient(
            patient.ckan.url, patient.ckan.editor_token, state=patient.state
        ) as client:
            return await client.diagnose(SOURCE)

    assert asyncio.run(look()).as_dict() == patient.diagnose().as_dict()


def test_it_tells_how_far_it_is(patient: Patient) -> None:
    events: list[Event] = []
    patient.diagnose(listener=events.append)
    read = [event for event in events if isinstance(event, Examined) and event.doing == "asking the database"]
    assert [(event.done, event.total) for event in read] == [(number, 6) for number in range(1, 7)]
