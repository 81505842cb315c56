"""The doctor names what is wrong with a source, and finds nothing where nothing is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.low_level import CkanLowlevelClient
from ckan_api_client.syncing import Diagnosis
from ckan_api_client.syncing.diagnosing import examining
from ckan_api_client.syncing.identity import Identity
from contract.bench import Bench
from contract.syncing import Sync


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examining, "PAUSE", 0.0)


@pytest.fixture
def sync(bench: Bench, tmp_path: Path) -> Sync:
    return Sync(bench, tmp_path, "editor")


@pytest.fixture
def made(sync: Sync, bench: Bench) -> dict[str, str]:
    """The ids of the datasets of three records, which an editor made."""
    report = sync({letter: {"name": bench.name(letter), "title": letter.upper()} for letter in ("a", "b", "c")})
    return {one.record_id: one.dataset_id for one in report.outcomes}


def diagnose(sync: Sync, user: str = "editor", **options: Any) -> Diagnosis:
    """Look as one of two users, and see to it that nothing is written."""
    looking = Sync(sync.bench, sync.state.parent, user)
    diagnosis = looking.diagnose(**options)
    assert looking.writes == []
    return diagnosis


def told(diagnosis: Diagnosis) -> list[tuple[str, str, list[str]]]:
    """What was found, and of which datasets."""
    return [
        (one.check.value, one.severity.value, sorted(item.dataset_id or item.name for item in one.items))
        for one in diagnosis.found
        if one.check.value != "catalog"  # What it is, and how it calls itself, is no matter of the test's.
    ]


def marked(bench: Bench, name: str, marker: str, **fields: Any) -> str:
    extras = [{"key": "_harvest_source", "value": marker}]
    return str(bench.dataset(name, extras=extras, **fields)["id"])


@pytest.mark.usefixtures("made")
def test_of_a_healthy_source_nothing_is_found(sync: Sync) -> None:
    assert told(diagnose(sync)) == []
    assert told(diagnose(sync, quick=True)) == []
    assert told(diagnose(sync, "sysadmin")) == [("token", "remark", [])]


def test_a_copied_form_makes_a_duplicate(sync: Sync, bench: Bench, made: dict[str, str]) -> None:
    copy = marked(bench, "copy", f"{sync.source}:a")
    diagnosis = diagnose(sync)
    assert told(diagnosis) == [("duplicates", "error", sorted([made["a"], copy]))]
    (finding,) = (one for one in diagnosis.found if one.check.value == "duplicates")
    assert f"ckanclient delete datasets {copy}" in finding.repair
    bench.action.package_delete(id=copy)
    assert told(diagnose(sync)) == []


def test_a_private_copy_is_one_too(sync: Sync, bench: Bench, made: dict[str, str]) -> None:
    copy = marked(bench, "copy", f"{sync.source}:a", private=True)
    assert told(diagnose(sync)) == [("duplicates", "error", sorted([made["a"], copy]))]


@pytest.mark.usefixtures("made")
def test_a_copy_in_the_trash_is_seen_by_a_sysadmin(sync: Sync, bench: Bench) -> None:
    copy = marked(bench, "copy", f"{sync.source}:a", id=Identity(sync.source, "a").dataset_id)
    bench.action.package_delete(id=copy)
    assert told(diagnose(sync, "sysadmin"))[1:] == [("duplicates", "remark", [copy])]


def test_what_people_took_away_is_told(sync: Sync, bench: Bench, made: dict[str, str]) -> None:
    bench.action.package_delete(id=made["a"])
    bench.action.dataset_purge(id=made["b"])
    bench.action.package_patch(id=made["c"], extras=[])
    assert told(diagnose(sync)) == [
        ("datasets", "warning", [made["b"]]),
        ("datasets", "warning", [made["c"]]),
        ("datasets", "warning", [made["a"]]),
    ]


def test_one_that_was_made_private_is_a_remark(sync: Sync, bench: Bench, made: dict[str, str]) -> None:
    bench.action.package_patch(id=made["a"], private=True)
    assert told(diagnose(sync)) == [("datasets", "remark", [made["a"]])]


@pytest.mark.usefixtures("made")
def test_orphans_and_lookalikes_are_told(sync: Sync, bench: Bench) -> None:
    orphan = marked(bench, "orphan", f"{sync.source}:z")
    alike = marked(bench, "alike", f"{sync.source.upper()}:a")
    marked(bench, "other", f"{sync.source}-2:a")
    assert told(diagnose(sync)) == [("datasets", "warning", [orphan]), ("datasets", "warning", [alike])]


def test_an_organization_where_the_token_may_not_write_any_more_is_named(bench: Bench, tmp_path: Path) -> None:
    organization = bench.organization()["name"]
    with CkanLowlevelClient(bench.catalog.url, bench.catalog.editor_token) as editor:
        user = editor.whoami()["name"]
    bench.action.organization_member_create(id=organization, username=user, role="editor")
    sync = Sync(bench, tmp_path, "editor", default_organization=organization)
    sync({"a": {"name": bench.name("a"), "title": "A"}})
    assert told(diagnose(sync)) == []
    bench.action.organization_member_delete(id=organization, username=user)
    assert told(diagnose(sync)) == [("rights", "error", [organization])]


def test_without_the_state_the_datasets_are_not_known(sync: Sync, made: dict[str, str]) -> None:
    for path in sync.state.parent.iterdir():
        path.unlink()
    assert told(diagnose(sync)) == [("datasets", "warning", sorted(made.values()))]
