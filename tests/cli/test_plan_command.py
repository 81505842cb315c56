"""`ckanclient plan` and `ckanclient apply`: what is shown, what is kept, and what is not taken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.syncing.plan import Plan

GEO = ("--organization", "test-org")


def record(number: int, **fields: Any) -> dict[str, Any]:
    return {"id": f"{number}", "name": f"name-{number}", "title": f"Title {number}", **fields}


@pytest.fixture
def synced(line: Any) -> Any:
    """A catalog that holds three records of the source `geo`."""
    assert line("sync", "geo", line.write(*map(record, range(3))), *GEO).exit_code == 0
    line.ckan.forget_requests()
    return line


def test_a_plan_writes_nothing_and_says_what_would_be_written(synced: Any) -> None:
    changed = synced.write(record(0, title="New"), record(1), record(2), record(3))
    result = synced("plan", "geo", changed, *GEO)
    assert result.exit_code == 0
    assert "  1 dataset to create\n  1 dataset to update, 1 value\n  2 datasets unchanged\n" in result.stdout
    assert '      title: "Title 0" -> "New"' in result.stdout
    assert f"  + 3  Title 3  ({changed}:4)" in result.stdout
    assert synced.writes == []
    assert result.stderr == ""


def test_a_plan_that_creates_nothing_in_the_organization_that_was_given_says_so(synced: Any) -> None:
    kept = [record(number) for number in range(3)]
    told = "\norganization test-org is not used: each record names its own\n"
    elsewhere = [{**one, "owner_org": "survey"} for one in (*kept, record(3))]
    assert told in synced("plan", "geo", synced.write(*elsewhere), *GEO).stdout
    assert "is not used" not in synced("plan", "geo", synced.write(*elsewhere[:3]), *GEO).stdout
    assert "is not used" not in synced("plan", "geo", synced.write(*kept, elsewhere[3]), *GEO).stdout


def test_the_same_plan_has_the_same_checksum(synced: Any) -> None:
    arguments = ("plan", "geo", synced.write(record(0, title="New"), record(1), record(2)), *GEO)
    first, second = synced(*arguments).stdout, synced(*arguments).stdout
    assert first == second
    assert "checksum " in first


def test_a_plan_names_the_guards_that_it_would_violate(synced: Any) -> None:
    result = synced("plan", "geo", synced.write(record(0)), *GEO)
    assert result.exit_code == 0
    assert "2 of 3 datasets would be deleted: that is more than half (--max-deletes 2 allows it)" in result.stdout
    allowed = synced("plan", "geo", synced.write(record(0)), *GEO, "--max-deletes", "70%")
    assert "would be refused" not in allowed.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param((), 0, id="nothing to do"),
        pytest.param(("--no-preserve-names",), 0, id="nothing to do with another rule"),
        pytest.param(("--frobnicate",), 1, id="wrong usage"),
        pytest.param(("--max-deletes", "many"), 1, id="a wrong value"),
        pytest.param(("--token", "wrong"), 1, id="a wrong token"),
    ],
)
def test_with_detailed_exit_codes_2_is_for_changes_only(synced: Any, arguments: tuple[str, ...], code: int) -> None:
    same = synced.write(*map(record, range(3)))
    result = synced("plan", "geo", same, *GEO, "--detailed-exitcode", *arguments)
    assert result.exit_code == code


def test_with_detailed_exit_codes_a_change_is_2(synced: Any) -> None:
    result = synced("plan", "geo", synced.write(*map(record, range(4))), *GEO, "--detailed-exitcode")
    assert result.exit_code == 2


def test_a_plan_can_be_had_as_json(synced: Any) -> None:
    result = synced("plan", "geo", synced.write(*map(record, range(4))), *GEO, "--json")
    plan = Plan.from_json(result.stdout)
    assert [change.record_id for change in plan.creates] == ["3"]


def test_a_plan_that_is_kept_does_what_it_says_and_is_then_spent(synced: Any, tmp_path: Path) -> None:
    kept = tmp_path / "plan.json"
    changed = synced.write(record(0, title="New"), record(1), record(2), record(3))
    planned = synced("plan", "geo", changed, *GEO, "-o", str(kept))
    assert f"to apply it: ckanclient apply {kept}" in planned.stdout
    assert kept.stat().st_mode & 0o777 == 0o600
    checksum = json.loads(kept.read_text())["checksum"]
    Path(changed).unlink()
    applied = synced("apply", str(kept), "--checksum", checksum)
    assert applied.exit_code == 0
    assert "datasets: 1 created, 1 updated, 2 unchanged" in applied.stdout
    assert synced.show("name-0")["title"] == "New"
    synced.ckan.forget_requests()
    again = synced("apply", str(kept))
    assert again.exit_code == 4
    assert "stale" in again.stderr
    assert synced.writes == []


@pytest.fixture
def kept(synced: Any, tmp_path: Path) -> Path:
    """A plan that would create one dataset."""
    path = tmp_path / "plan.json"
    assert synced("plan", "geo", synced.write(*map(record, range(4))), *GEO, "-o", str(path)).exit_code == 0
    return path


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"Title 3"', '"Title 4"', "the plan was altered"),
        ('"plan": 1', '"plan": 2', "the plan is of a newer version, 2; this package knows version 1"),
        ('"serial": 1', '"serial": "1"', "the plan.serial is str, not int"),
        ('{\n "plan"', '"plan"', "this is no plan: "),
    ],
    ids=["altered", "newer", "another type", "no JSON"],
)
def test_a_plan_that_was_touched_is_refused(synced: Any, kept: Path, old: str, new: str, complaint: str) -> None:
    kept.write_text(kept.read_text().replace(old, new, 1))
    result = synced("apply", str(kept))
    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr.startswith(f"Error: {complaint}")
    assert synced.writes == []


def test_what_is_no_text_is_refused(synced: Any, kept: Path) -> None:
    kept.write_bytes(b"\xff\xfe")
    result = synced("apply", str(kept))
    assert result.exit_code == 4
    assert "it is not UTF-8" in result.stderr


def test_a_plan_with_another_checksum_than_the_one_asked_for_is_refused(synced: Any, kept: Path) -> None:
    result = synced("apply", str(kept), "--checksum", "0" * 64)
    assert result.exit_code == 4
    assert "the plan is another one: its checksum is " in result.stderr
    assert synced.writes == []


def test_the_first_digits_of_a_checksum_will_do(synced: Any, kept: Path) -> None:
    checksum = json.loads(kept.read_text())["checksum"]
    few = synced("apply", str(kept), "--checksum", checksum[:11])
    assert (few.exit_code, "give at least 12 digits" in few.stderr) == (2, True)
    assert synced("apply", str(kept), "--checksum", checksum[:12].upper()).exit_code == 0


def test_a_plan_of_another_catalog_is_refused(synced: Any, kept: Path) -> None:
    other = synced.ckan.url.replace("127.0.0.1", "localhost")
    result = synced("apply", str(kept), "--url", other, "--token", synced.ckan.sysadmin_token)
    assert result.exit_code == 4
    assert "another" in result.stderr or other in result.stderr
    assert synced.writes == []


def test_a_plan_that_deletes_too_much_needs_a_word(synced: Any, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    planned = synced("plan", "geo", synced.write(record(0)), *GEO, "-o", str(path), "--max-deletes", "100%")
    assert planned.stdout.endswith(f"to apply it: ckanclient apply {path} --max-deletes 2\n")
    refused = synced("apply", str(path))
    assert refused.exit_code == 4
    assert "  2 of 3 datasets would be deleted: that is more than half (--max-deletes 2 allows it)" in refused.stderr
    assert synced.writes == []
    assert "2 deleted" in synced("apply", str(path), "--max-deletes", "2").stdout


def test_a_plan_that_is_not_there_is_wrong_usage(line: Any) -> None:
    result = line("apply", "nowhere.json")
    assert (result.exit_code, "does not exist" in result.stderr) == (2, True)


def test_a_plan_that_cannot_be_kept_is_told(line: Any) -> None:
    result = line("plan", "geo", line.write(record(0)), *GEO, "-o", "/nowhere/plan.json")
    assert result.exit_code == 1
    assert "/nowhere/plan.json" in result.stderr


def test_what_a_record_holds_cannot_speak_to_the_terminal(line: Any) -> None:
    evil = "\u001b[31mred\u202e"
    path = line.write({"id": "1", "title": evil, "owner_org": "test-org"}, {"id": evil, "title": evil})
    for arguments in ((), ("--full",), ("--json",)):
        result = line("plan", "geo", path, *arguments)
        assert not {"\u001b", "\u202e"} & set(result.output)


def test_a_plan_says_where_the_token_may_not_write(line: Any) -> None:
    for number in range(6):
        line.client.action.organization_create(name=f"foreign-{number}")
    records = [record(number, owner_org=f"foreign-{number // 2}") for number in range(12)]
    arguments = ("plan", "geo", line.write(*records, record(12)), *GEO, "--token", line.ckan.editor_token)
    told = line(*arguments).stdout
    assert (
        "\neditor may not make datasets in organization foreign-0: CKAN will refuse 2; an administrator of it can make "
        "the user an editor\n"
    ) in told
    assert told.count("may not make datasets") == 5
    assert "\nnor in 1 more\n" in told
    assert "test-org:" not in told
    line.client.action.organization_member_create(id="foreign-0", username="editor", role="editor")
    assert "foreign-0:" not in line(*arguments).stdout


def test_a_plan_does_not_say_that_of_organizations_that_it_makes(line: Any) -> None:
    arguments = ("plan", "geo", line.write(record(0, owner_org="new-one")), *GEO, "--token", line.ckan.editor_token)
    told = line(*arguments).stdout
    assert "1 organization to make" in told
    assert "may not" not in told


def test_a_plan_that_cannot_ask_what_the_token_may_says_nothing_of_it(line: Any) -> None:
    line.client.action.organization_create(name="foreign")
    line.ckan.faults.add("organization_list_for_user", "html", value=403)
    written = line.write(record(0, owner_org="foreign"))
    told = line("plan", "geo", written, "--token", line.ckan.editor_token)
    assert (told.exit_code, "may not" in told.stdout) == (0, False)


def test_the_first_plan_of_a_sysadmin_says_that_an_editors_token_is_enough(line: Any) -> None:
    told = (
        "sysadmin is a sysadmin, whose token may do everything on this site: an editor's of organization test-org is "
        "enough for this source\n"
    )
    written = line.write(record(0), record(1))
    assert told in line("plan", "geo", written, *GEO).stdout
    assert "enough" not in line("plan", "geo", written, *GEO, "--token", line.ckan.editor_token).stdout
    assert "enough" not in line("plan", "geo", written, *GEO, "--deletes", "purge").stdout
    two = line.write(record(0), record(1, owner_org="survey"))
    assert "enough" not in line("plan", "geo", two, *GEO).stdout
    assert "enough" not in line("sync", "geo", line.write(record(0)), *GEO).stdout
    assert "enough" not in line("plan", "geo", line.write(record(0), record(1)), *GEO).stdout
