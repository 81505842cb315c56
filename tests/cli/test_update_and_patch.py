"""`ckanclient update` gives a whole record back, `ckanclient patch` sets single values; neither loses anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.cli.commands import patch
from ckan_api_client.cli.writing import find
from ckan_api_client.testing import Fault


@pytest.fixture
def roads(line: Any) -> dict[str, Any]:
    line.client.action.package_create(
        name="roads",
        title="Roads",
        notes="Old",
        owner_org="test-org",
        tags=[{"name": "road"}],
        extras=[{"key": "spatial", "value": "Bolzano"}],
        resources=[{"url": "https://example.org/a", "name": "A", "custom": "kept"}],
    )
    line.ckan.forget_requests()
    shown: dict[str, Any] = line.show("roads")
    return shown


Kept = Callable[..., str]


@pytest.fixture
def kept(line: Any, tmp_path: Path) -> Kept:
    """Keep what `get --json` prints in a file, with changes; return its path."""

    def keep(kind: str, reference: str, file: str = "record.json", /, **changes: Any) -> str:
        record = json.loads(line("get", kind, reference, "--json").stdout)
        path = tmp_path / file
        path.write_text(json.dumps({**record, **changes}))
        line.ckan.forget_requests()
        return str(path)

    return keep


class TestPatch:
    @pytest.mark.usefixtures("roads")
    def test_it_sets_values_and_tells_each_before_and_after(self, line: Any) -> None:
        before = line.show("roads")
        result = line("patch", "dataset", "roads", "title=All \x1broads", "extras.year=2026", 'tags:["road","map"]')
        assert result.exit_code == 0
        first, *changes = result.stdout.splitlines()
        assert first == f"dataset roads updated: {line.ckan.url}/dataset/roads"
        assert changes[0] == '  title: "Roads" -> "All \\u001broads"'
        assert changes[1] == '  extras.year: absent -> "2026"'
        assert changes[2].startswith('  tags: ["road"] -> ')
        after = line.show("roads")
        assert {key for key in after if after[key] != before[key]} == {
            "title", "extras", "tags", "num_tags", "metadata_modified", "resources",  # (their time)
        }  # fmt: skip
        assert line.writes == ["package_revise"]

    def test_the_same_values_again_write_nothing(self, line: Any, roads: dict[str, Any]) -> None:
        arguments = ("title= Roads ", "extras.spatial=Bolzano", 'tags:["road"]', "owner_org=test-org", "private=false")
        result = line("patch", "dataset", roads["id"], *arguments)
        assert result.stdout == "nothing to change: dataset roads is as you say\n"
        assert (result.exit_code, line.writes) == (0, [])

    @pytest.mark.usefixtures("roads")
    def test_null_empties_a_value_and_takes_an_extra_out(self, line: Any) -> None:
        assert line("patch", "dataset", "roads", "notes:null", "extras.spatial:null").exit_code == 0
        after = line.show("roads")
        assert (after["notes"] or "", after["extras"]) == ("", [])

    def test_resources_given_without_ids_keep_theirs(self, line: Any, roads: dict[str, Any]) -> None:
        resources = [{"url": "https://example.org/b"}, {"url": "https://example.org/a", "name": "A", "format": "CSV"}]
        assert line("patch", "dataset", "roads", f"resources:{json.dumps(resources)}").exit_code == 0
        after = line.show("roads")["resources"]
        assert [one["url"][-1] for one in after] == ["b", "a"]
        assert (after[1]["id"], after[1]["custom"]) == (roads["resources"][0]["id"], "kept")

    def test_a_resource_is_patched_and_its_file_replaced(
        self, line: Any, roads: dict[str, Any], tmp_path: Path
    ) -> None:
        identifier = roads["resources"][0]["id"]
        path = tmp_path / "new.csv"
        path.write_text("a\n")
        result = line("patch", "resource", identifier, "name=B", f"upload@{path}")
        assert (result.exit_code, result.stdout.splitlines()[1:]) == (0, ['  name: "A" -> "B"', "  file: now new.csv"])
        after = line.show("roads")["resources"][0]
        assert (after["id"], after["name"], after["size"], after["custom"]) == (identifier, "B", 2, "kept")

    def test_the_last_extra_of_a_group_goes(self, line: Any) -> None:
        line.client.action.group_create(name="water", extras=[{"key": "a", "value": "1"}])
        result = line("patch", "group", "water", "extras.a:null")
        assert (result.exit_code, result.stdout.splitlines()[1:]) == (0, ['  extras.a: "1" -> absent'])
        assert line.client.get_group("water")["extras"] == []

    def test_values_come_from_standard_input_too(self, line: Any) -> None:
        result = line("patch", "organization", "test-org", "-i", "--json", stdin='{"description": "New"}')
        assert json.loads(result.stdout)["description"] == "New"
        assert line.client.get_organization("test-org")["description"] == "New"

    @pytest.mark.usefixtures("roads")
    def test_an_organization_is_told_by_its_name(self, line: Any) -> None:
        line.client.action.organization_create(name="transport")
        result = line("patch", "dataset", "roads", "owner_org=transport")
        assert result.stdout.splitlines()[1:] == ['  owner_org: "test-org" -> "transport"']

    @pytest.mark.usefixtures("roads")
    def test_what_ckan_drops_is_told_and_makes_exit_code_3(self, line: Any) -> None:
        result = line("patch", "dataset", "roads", "titel=Typo")
        assert (result.exit_code, result.stdout.startswith("dataset roads is as it was")) == (3, True)
        assert "titel: sent 'Typo'" in result.stderr

    @pytest.mark.usefixtures("roads")
    def test_a_dataset_comes_out_of_the_trash(self, line: Any) -> None:
        line.client.action.package_delete(id="roads")
        result = line("patch", "dataset", "roads", "title=New")
        assert (result.exit_code, "patch dataset roads state=active` brings it back" in result.stderr) == (1, True)
        assert line("patch", "dataset", "roads", "state=active").exit_code == 0
        assert (line.show("roads")["state"], line.show("roads")["title"]) == ("active", "Roads")

    @pytest.mark.usefixtures("roads")
    @pytest.mark.parametrize(
        ("theirs", "code", "expected"),
        [
            ({"notes": "Theirs"}, 0, ("Mine", "Theirs")),
            ({"title": "Theirs"}, 5, ("Theirs", "Old")),
            ({"extras": [{"key": "spatial", "value": "Bolzano"}, {"key": "b", "value": "1"}]}, 0, ("Mine", "Old")),
        ],
        ids=["another value", "the same value", "another extra"],
    )
    def test_what_others_change_at_the_same_moment_is_kept(
        self,
        line: Any,
        monkeypatch: pytest.MonkeyPatch,
        theirs: dict[str, Any],
        code: int,
        expected: tuple[str, str],
    ) -> None:
        def find_and_be_late(*arguments: Any, **options: Any) -> Any:
            found = find(*arguments, **options)
            line.client.action.package_patch(id="roads", **theirs)
            return found

        monkeypatch.setattr(patch, "find", find_and_be_late)
        result = line("patch", "dataset", "roads", "title=Mine", "extras.a=1")
        after = line.show("roads")
        assert (result.exit_code, (after["title"], after["notes"])) == (code, expected)
        extras = {extra["key"] for extra in after["extras"]}
        assert extras >= {extra["key"] for extra in theirs.get("extras", [])}
        assert ("a" in extras) == (code == 0)
        if code:
            assert "ours is 'Mine', theirs is 'Theirs'" in result.stderr
            assert "Nothing was written." in result.stderr

    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            ((), "nothing to set"),
            (("metadata_created=2020-01-01",), "metadata_created of a dataset cannot be set this way"),
            (("id=other",), "id of a dataset cannot be set this way"),
            (("tags=road",), "tags are a list"),
        ],
        ids=str,
    )
    @pytest.mark.usefixtures("roads")
    def test_wrong_usage_says_what_is_right(self, line: Any, arguments: tuple[str, ...], told: str) -> None:
        result = line("patch", "dataset", "roads", *arguments)
        assert (result.exit_code, told in result.stderr, line.writes) == (2, True, [])

    @pytest.mark.usefixtures("roads")
    def test_a_whole_record_is_sent_to_update(self, line: Any, kept: Kept) -> None:
        result = line("patch", "dataset", "roads", "-I", kept("dataset", "roads"))
        assert (result.exit_code, "`ckanclient update dataset roads`" in result.stderr) == (2, True)


class TestUpdate:
    @pytest.mark.usefixtures("roads")
    def test_a_record_that_was_edited_is_given_back(self, line: Any, kept: Kept) -> None:
        path = kept("dataset", "roads", title="New", tags=[], extras=[{"key": "b", "value": "1"}], notes=None)
        result = line("update", "dataset", "roads", "-I", path)
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout.splitlines()[1:] == [
            '  notes: "Old" -> absent',
            '  title: "Roads" -> "New"',
            '  extras.b: absent -> "1"',
            '  extras.spatial: "Bolzano" -> absent',
            '  tags: ["road"] -> []',
        ]
        line.ckan.forget_requests()
        assert line("update", "dataset", "-I", path).stdout.startswith("nothing to change")
        assert line.writes == []

    def test_what_is_as_it_was_writes_nothing(self, line: Any, roads: dict[str, Any], kept: Kept) -> None:
        for kind, reference in (
            ("dataset", "roads"),
            ("organization", "test-org"),
            ("resource", roads["resources"][0]["id"]),
        ):
            result = line("update", kind, reference, "-I", kept(kind, reference))
            assert (result.exit_code, result.stderr, line.writes) == (0, "", [])
        assert line.show("roads") == roads

    def test_what_the_record_lacks_stays_and_is_named(self, line: Any, roads: dict[str, Any]) -> None:
        record = {key: roads[key] for key in ("id", "metadata_modified")}
        result = line("update", "dataset", "-i", "title=New", stdin=json.dumps(record))
        assert result.exit_code == 0
        assert "not in the record, and so left as it is: " in result.stderr
        assert "notes" in result.stderr
        after = line.show("roads")
        assert (after["title"], after["notes"], after["resources"][0]["name"]) == ("New", "Old", "A")

    @pytest.mark.usefixtures("roads")
    def test_what_was_changed_meanwhile_is_a_conflict_and_nothing_is_written(self, line: Any, kept: Kept) -> None:
        path = kept("dataset", "roads", title="Mine")
        line.client.action.package_patch(id="roads", notes="Theirs")
        before = line.show("roads")
        result = line("update", "dataset", "roads", "-I", path)
        assert result.exit_code == 5
        assert '  title: "Roads" -> "Mine"\n' in result.stderr
        assert '  notes: "Theirs" -> "Old"\n' in result.stderr
        assert "--base FILE" in result.stderr
        assert line.show("roads") == before

    def test_a_resource_that_was_changed_meanwhile_is_a_conflict(
        self, line: Any, roads: dict[str, Any], kept: Kept
    ) -> None:
        identifier = roads["resources"][0]["id"]
        path = kept("resource", identifier, name="Mine")
        line("patch", "resource", identifier, "description=Theirs")
        assert line("update", "resource", identifier, "-I", path).exit_code == 5
        assert line("update", "resource", identifier, "-I", path, "name=A", f"upload@{path}").exit_code == 5
        assert line.show("roads")["resources"][0]["url"] == "https://example.org/a"
        assert line.show("roads")["resources"][0]["name"] == "A"

    @pytest.mark.usefixtures("roads")
    def test_what_was_deleted_meanwhile_does_not_come_back_by_itself(self, line: Any, kept: Kept) -> None:
        path = kept("dataset", "roads", title="New")
        line.client.action.package_delete(id="roads")
        result = line("update", "dataset", "roads", "-I", path)
        assert (result.exit_code, "is in the trash" in result.stderr) == (1, True)
        assert line.show("roads")["state"] == "deleted"

    @pytest.mark.usefixtures("roads")
    @pytest.mark.parametrize(("theirs", "code"), [({"notes": "Theirs"}, 0), ({"title": "Theirs"}, 5)])
    def test_with_the_base_what_others_changed_stays(
        self, line: Any, kept: Kept, theirs: dict[str, Any], code: int
    ) -> None:
        base = kept("dataset", "roads", "base.json")
        path = kept("dataset", "roads", title="Mine")
        line.client.action.package_patch(id="roads", **theirs)
        result = line("update", "dataset", "roads", "-I", path, "--base", base)
        after = line.show("roads")
        expected = {"title": "Mine", "notes": "Old"} | theirs
        assert (result.exit_code, after["title"], after["notes"]) == (code, expected["title"], expected["notes"])
        assert "left as it is" not in result.stderr

    def test_with_the_base_what_was_taken_out_goes(self, line: Any, kept: Kept, tmp_path: Path) -> None:
        line.client.action.group_create(name="water", title="Water", description="Old")
        base = kept("group", "water", "base.json")
        edited = tmp_path / "edited.json"
        record = {key: value for key, value in json.loads(Path(base).read_text()).items() if key != "description"}
        edited.write_text(json.dumps(record))
        result = line("update", "group", "water", "-I", str(edited), "--base", base)
        assert (result.exit_code, result.stdout.splitlines()[1:]) == (0, ['  description: "Old" -> ""'])
        assert line.client.get_group("water")["description"] == ""

    @pytest.mark.parametrize(
        ("changes", "arguments", "told"),
        [
            ({}, ("roads", "title=New"), "`ckanclient patch dataset roads KEY=STRING...`"),
            ({}, ("title=New",), "`ckanclient patch dataset ID_OR_NAME KEY=STRING...`"),
            ({"metadata_modified": None}, ("roads", "-I", "{path}"), "the record has no metadata_modified"),
            ({"id": None, "name": None}, ("-I", "{path}"), "say which one is to be updated"),
            ({"id": "other"}, ("roads", "-I", "{path}"), "the record is that of 'other'"),
            ({"tags": "road"}, ("roads", "-I", "{path}"), "tags are a list"),
        ],
        ids=["no record", "no reference", "no version", "no id", "of another", "no list"],
    )
    @pytest.mark.usefixtures("roads")
    def test_wrong_usage_says_what_is_right(
        self, line: Any, kept: Kept, changes: dict[str, Any], arguments: tuple[str, ...], told: str
    ) -> None:
        path = kept("dataset", "roads", **changes)
        result = line("update", "dataset", *(one.format(path=path) for one in arguments))
        assert (result.exit_code, line.writes) == (2, [])
        assert told in result.stderr


def test_what_is_absent_cannot_be_changed(line: Any) -> None:
    result = line("patch", "dataset", "absent", "title=New")
    assert (result.exit_code, "there is no dataset 'absent'" in result.stderr) == (1, True)


def test_who_may_not_is_told_with_exit_code_6(line: Any) -> None:
    line.client.action.organization_create(name="others")
    line.client.action.package_create(name="roads", owner_org="others")
    result = line("patch", "dataset", "roads", "title=New", CKAN_API_TOKEN=line.ckan.editor_token)
    assert (result.exit_code, line.show("roads")["title"]) == (6, "roads")


@pytest.mark.usefixtures("roads")
def test_a_write_that_fails_is_no_conflict(line: Any) -> None:
    line.ckan.faults.add(Fault.parse("package_revise:*:html"))
    result = line("patch", "dataset", "roads", "title=New")
    assert (result.exit_code, "could not be written in 3 tries: package_revise" in result.stderr) == (1, True)
    assert "Nothing was written" not in result.stderr
