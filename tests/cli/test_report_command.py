"""`--report` and `ckanclient report`: what they write, when, and for whom."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest


def dataset(number: int, **values: Any) -> dict[str, Any]:
    return {"id": f"r{number}", "title": f"Record {number}", "owner_org": "test-org", **values}


def data_of(page: Path) -> Any:
    """What a page holds."""
    return json.loads(page.read_text().partition('id="data">')[2].partition("</script>")[0])


def test_a_plan_is_reported_with_values_before_and_after(line: Any) -> None:
    line("sync", "geo", line.write(dataset(1), dataset(2)))
    page = line.folder / "plan.html"
    before = line.writes
    result = line("plan", "geo", line.write(dataset(1, title="Another title"), dataset(2)), "--report", str(page))
    assert (result.exit_code, line.writes) == (0, before)
    found = data_of(page)
    assert (found["kind"], found["counts"], found["unchanged"]) == ("plan", {"update": 1}, 1)
    assert [(one["path"], one["before"], one["after"]) for one in found["items"][0]["changes"]] == [
        ("title", "Record 1", "Another title")
    ]
    assert found["items"][0]["organization"] == "test-org"


def test_a_sync_is_reported_as_it_is_reported_later(line: Any) -> None:
    line("sync", "geo", line.write(dataset(1), dataset(2), dataset(3)))
    page, later = line.folder / "at-its-end.json", line.folder / "later.json"
    records = line.write(dataset(1, title="Another title", notes="New"), dataset(2))
    assert line("sync", "geo", records, "--report", str(page)).exit_code == 0
    assert line("report", "geo", "-o", str(later)).exit_code == 0
    found = json.loads(page.read_text())
    assert found == json.loads(later.read_text())
    assert found["counts"] == {"deleted": 1, "updated": 1}
    updated = next(item for item in found["items"] if item["did"] == "updated")
    assert {(one["path"], one["before"], one["after"]) for one in updated["changes"]} == {
        ("title", "Record 1", "Another title"),
        ("notes", None, "New"),
    }
    assert updated["url"] == f"{line.ckan.url}/dataset/{line.show(updated['url'].rpartition('/')[2])['id']}"
    older = json.loads(line("report", "geo", "1", "--format", "json").stdout)
    assert older["counts"] == {"created": 3}


def test_what_is_applied_and_what_is_taken_back_are_reported(line: Any) -> None:
    plan, applied, undone = (str(line.folder / name) for name in ("plan.json", "applied.md", "undone.html"))
    line("plan", "geo", line.write(dataset(1)), "-o", plan)
    assert line("apply", plan, "--report", applied).exit_code == 0
    assert "Created" in Path(applied).read_text()
    assert line("undo", "geo", "--report", undone).exit_code == 0
    found = data_of(Path(undone))
    assert found["counts"] == {"deleted": 1}
    assert ["kind", "undo of run 1"] in found["about"]


def test_a_refused_plan_is_reported_with_what_refuses_it_and_what_it_would_do(line: Any) -> None:
    line("sync", "geo", line.write(*map(dataset, range(12))))
    page = line.folder / "refused.html"
    assert line("sync", "geo", line.write(dataset(1)), "--report", str(page)).exit_code == 4
    found = data_of(page)
    assert found["counts"] == {"delete": 11}
    assert found["warnings"][0] == "Refused; nothing was written."
    assert any("--max-deletes" in warning for warning in found["warnings"])


def test_conflicts_that_stop_a_run_are_reported_with_both_values(line: Any) -> None:
    line("sync", "geo", line.write(dataset(1)))
    (name,) = line.client.action.package_list()
    line.client.action.package_patch(id=name, title="An editor's title")
    page = line.folder / "conflicts.html"
    records = line.write(dataset(1, title="The source's title"))
    result = line("sync", "geo", records, "--on-conflict", "fail", "--report", str(page))
    assert result.exit_code == 5
    (item,) = data_of(page)["items"]
    (conflict,) = item["conflicts"]
    assert (conflict["source"], conflict["catalog"]) == ("The source's title", "An editor's title")


def test_what_is_kept_is_not_counted_among_the_unchanged_too(line: Any) -> None:
    line("sync", "geo", line.write(dataset(1), dataset(2), dataset(3)))
    edited = next(name for name in line.client.action.package_list() if line.show(name)["title"] == "Record 1")
    line.client.action.package_patch(id=edited, title="An editor's title")
    plan, run = line.folder / "plan.json", line.folder / "run.json"
    records = line.write(dataset(1, title="The source's title"), dataset(2, title="Another"), dataset(3))
    line("plan", "geo", records, "--report", str(plan))
    line("sync", "geo", records, "--report", str(run))
    for path, updated in ((plan, "update"), (run, "updated")):
        found = json.loads(path.read_text())
        assert (found["counts"], found["unchanged"]) == ({updated: 1, "kept": 1}, 1)


def test_what_failed_is_reported_with_its_reason(line: Any) -> None:
    page = line.folder / "failed.html"
    result = line("sync", "geo", line.write(dataset(1), dataset(2, owner_org="")), "--report", str(page))
    assert result.exit_code == 3
    found = data_of(page)
    assert found["counts"] == {"created": 1, "refused": 1}
    assert next(item for item in found["items"] if item["did"] == "refused")["reason"]


def test_a_run_that_ends_early_is_reported_as_far_as_it_came(line: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from ckan_api_client.syncing import running  # noqa: PLC0415 - only here it is tampered with

    def interrupt(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    page = line.folder / "interrupted.html"
    line("sync", "geo", line.write(dataset(1)))
    monkeypatch.setattr(running, "apply_update", interrupt)
    result = line("sync", "geo", line.write(dataset(1, title="Another"), dataset(2)), "--report", str(page))
    assert result.exit_code == 130
    found = data_of(page)
    assert found["counts"] == {"created": 1}
    assert found["warnings"] == ["The run was interrupted. Run again to go on."]


def test_the_report_is_for_its_owner_alone(line: Any) -> None:
    page = line.folder / "report.html"
    line("sync", "geo", line.write(dataset(1)), "--report", str(page))
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert line.ckan.sysadmin_token not in page.read_text()


@pytest.mark.parametrize("path", ["no-such-folder/report.html", "report.txt", "report"])
def test_a_report_that_could_not_be_written_stops_everything_before_it_begins(line: Any, path: str) -> None:
    before = line.writes
    result = line("sync", "geo", line.write(dataset(1)), "--report", str(line.folder / path))
    assert (result.exit_code, line.writes) == (2, before)
    assert "--report" in result.stderr


def test_what_nothing_remembers_cannot_be_reported_and_is_not_begun(line: Any) -> None:
    result = line("sync", "geo", line.write(dataset(1)), "--state", ":memory:", "--report", str(line.folder / "r.md"))
    assert result.exit_code == 2
    assert "--state :memory: remembers nothing" in result.stderr
    assert line.writes == []


def test_a_run_that_is_not_remembered_is_named(line: Any) -> None:
    result = line("report", "geo")
    assert result.exit_code == 1
    assert "no run of 'geo' is remembered" in result.stderr
    assert list(line.folder.rglob("*.sqlite")) == []
    line("sync", "geo", line.write(dataset(1)))
    assert "no run 7 of 'geo' is remembered" in line("report", "geo", "7").stderr


def test_without_a_file_it_is_markdown(line: Any) -> None:
    line("sync", "geo", line.write(dataset(1)))
    assert line("report", "geo").stdout.startswith("# Run: geo → ")
