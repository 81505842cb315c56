"""`ckanclient create`."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.cli.counting import Counting
from ckan_api_client.cli.uploading import CountedFile


def test_a_dataset_is_made_of_arguments(line: Any) -> None:
    arguments = ("name=roads", "title=All = roads", "private:true", "owner_org=test-org", 'tags:["road","map"]')
    result = line("create", "dataset", *arguments, "extras.spatial=Bolzano", "extras.year:2026", 'groups:["water"]')
    assert result.exit_code == 3  # There is no group of that name.
    assert result.stdout == f"dataset roads created: {line.ckan.url}/dataset/roads\n"
    made = line.show("roads")
    assert (made["title"], made["private"]) == ("All = roads", True)
    assert sorted(tag["name"] for tag in made["tags"]) == ["map", "road"]
    assert {extra["key"]: extra["value"] for extra in made["extras"]} == {"spatial": "Bolzano", "year": "2026"}


def test_what_ckan_drops_is_told_and_makes_exit_code_3(line: Any) -> None:
    result = line("create", "dataset", "name=roads", "owner_org=test-org", "titel=Typo")
    assert (result.exit_code, result.stderr.startswith("Warning: create_dataset 'roads'")) == (3, True)
    assert "titel: sent 'Typo'" in result.stderr
    assert line.show("roads")["name"] == "roads"


@pytest.mark.parametrize("way", ["-i", "-I", "-I -"])
def test_a_record_comes_from_a_file_or_from_standard_input_and_arguments_win(line: Any, way: str) -> None:
    record = {"name": "water", "title": "From the file", "description": "Kept", "extras": [{"key": "a", "value": "1"}]}
    path = line.write(record)
    options = {"-i": ("-i",), "-I": ("-I", path), "-I -": ("-I", "-")}[way]
    result = line("create", "group", "title=Wins", "extras.b=2", *options, "--json", stdin=json.dumps(record))
    made = json.loads(result.stdout)
    assert (result.exit_code, made["title"], made["description"]) == (0, "Wins", "Kept")
    assert {extra["key"]: extra["value"] for extra in made["extras"]} == {"a": "1", "b": "2"}
    assert made["id"] == line.client.get_group("water")["id"]


def test_an_organization_is_made(line: Any) -> None:
    result = line("create", "organization", "name=transport")
    assert result.stdout == f"organization transport created: {line.ckan.url}/organization/transport\n"
    assert "transport" in line.client.list_organizations()


def test_a_file_is_uploaded_with_its_resource(line: Any, tmp_path: Path) -> None:
    line.client.action.package_create(name="roads", owner_org="test-org")
    path = tmp_path / "roads.csv"
    path.write_bytes(b"a,b\n" * 50_000)
    result = line("create", "resource", "package_id=roads", "name=Roads", f"upload@{path}", "--json")
    made = json.loads(result.stdout)
    assert (result.exit_code, made["format"], made["size"], result.stderr) == (0, "CSV", 200_000, "")
    with urllib.request.urlopen(made["url"]) as answer:  # noqa: S310 - the embedded CKAN
        assert answer.read() == path.read_bytes()
    assert [one["id"] for one in line.show("roads")["resources"]] == [made["id"]]


def test_a_file_counts_what_is_read_of_it_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "roads.csv"
    path.write_bytes(b"0123456789")
    counting = Counting("uploading", 10, unit="bytes", events=True)
    with counting, CountedFile(path, counting) as file:
        assert (file.read(4), file.seek(0), file.read()) == (b"0123", 0, b"0123456789")
    event = json.loads(capsys.readouterr().err)
    assert (event["done"], event["total"], event["unit"]) == (10, 10, "bytes")


def test_a_name_in_use_is_told_and_nothing_is_overwritten(line: Any) -> None:
    line.client.action.package_create(name="roads", title="First", owner_org="test-org")
    result = line("create", "dataset", "name=roads", "title=Second", "owner_org=test-org")
    assert result.exit_code == 1
    assert "name: That URL is already in use." in result.stderr
    assert line.show("roads")["title"] == "First"


def test_each_field_that_is_wrong_stands_in_a_line(line: Any) -> None:
    result = line("create", "dataset", "name=Roads!", "maintainer_email=nobody", "owner_org=test-org")
    assert result.exit_code == 1
    first, *fields = result.stderr.splitlines()
    assert first == "Error: package_create 'Roads!': CKAN does not take this:"
    assert sorted(field.split(":")[0] for field in fields) == ["  maintainer_email", "  name"]


def test_who_may_not_is_told_with_exit_code_6(line: Any) -> None:
    line.client.action.organization_create(name="others")
    arguments = ("create", "dataset", "name=roads", "owner_org=others")
    assert line(*arguments, CKAN_API_TOKEN=line.ckan.editor_token).exit_code == 6
    assert line(*arguments, CKAN_API_TOKEN="wrong").exit_code == 6
    result = line(*arguments, CKAN_API_TOKEN=None)
    assert (result.exit_code, "set CKAN_API_TOKEN" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"name": "a"\n "title": 1}', "Expecting ',' delimiter at line 2, column 2"),
        ('[{"name": "a"}]', "is a JSON list, and one object is wanted. For many records there are `ckanclient load`"),
        ('"name"', "is a JSON str, and one object is wanted"),
        ("", "is empty: a JSON object is wanted"),
        ('{"name": "a", "name": "b"}', "holds the key 'name' twice"),
    ],
)
def test_a_bad_file_is_told_with_its_name_and_the_place(line: Any, tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(content)
    result = line("create", "dataset", "-I", str(path))
    assert (result.exit_code, result.stderr.startswith(f"Error: {path}: ")) == (1, True)
    assert told in result.stderr
    assert line.writes == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("dataset",), 'name=roads title="Roads"'),
        (("resource", "name=x"), "of which dataset? Add package_id=ID_OR_NAME"),
        (("dataset", "id=x", "name=y"), "to change it, `ckanclient update dataset`"),
        (("dataset", "name=y", "tags=a,b"), 'tags are a list: write tags:\'["water", "roads"]\''),
        (("dataset", "name=y", "extras:[1]"), 'extras are a list: write extras:\'{"spatial": "Bolzano"}\''),
        (("dataset", "name=y", "resources:{}"), "resources are a list"),
        (("dataset", 'extras:[{"key": "a"}, {"key": "a"}]'), "extras hold the key 'a' twice"),
        (("dataset", "name=y", "image@README.md"), "only a resource takes a file: upload@FILE"),
        (("dataset", "name=y", "-i", "-I", "x"), "-i and -I are two sources"),
        (("dataset", "name=y", "metadata_created=2020-01-01"), "metadata_created of a dataset cannot be set this way"),
        (("group", "name=y", "users:[]"), "for members there is `ckanclient action group_member_create`"),
        (("dataset", "name"), "'name' is no argument"),
        (("dataset", "name=y", "private:yes"), "no JSON"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_usage_says_what_is_right(
    line: Any, arguments: tuple[str, ...], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "README.md").write_text("x")
    result = line("create", *arguments)
    assert (result.exit_code, line.writes) == (2, [])
    assert told in " ".join(result.stderr.split())


def test_a_resource_of_no_dataset_is_told(line: Any) -> None:
    result = line("create", "resource", "package_id=absent", "url=https://example.org")
    assert (result.exit_code, "there is no dataset 'absent'" in result.stderr) == (1, True)


def test_an_absent_file_is_told(line: Any) -> None:
    result = line("create", "dataset", "-I", "absent.json")
    assert (result.exit_code, result.stderr) == (1, "Error: absent.json: cannot be read: No such file or directory\n")


def test_a_copy_is_made_by_taking_the_id_out(line: Any) -> None:
    made = line.client.action.package_create(name="roads", title="T", owner_org="test-org")
    result = line("create", "dataset", "-I", line.write(made), "id=", "name=roads-2")
    assert (result.exit_code, line.show("roads-2")["title"]) == (0, "T")
    assert line.show("roads-2")["id"] != made["id"]
