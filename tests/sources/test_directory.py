from pathlib import Path

import pytest

from ckan_api_client.exceptions import SourceError
from ckan_api_client.sources import Broken, Complete, DirectorySource, Partial, Reading


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for kind, name, text in [
        ("dataset", "2", '{"id": "two", "name": "zwei"}'),
        ("dataset", "1.json", '{"id": 1}'),
        ("dataset", ".hidden", "?"),
        ("dataset", "1.json~", "?"),
        ("group", "culture", '{"id": "g-1", "name": "culture"}'),
        ("organization", "city", '{"name": "city"}'),
        ("other", "file", "?"),
    ]:
        (tmp_path / kind).mkdir(exist_ok=True)
        (tmp_path / kind / name).write_text(text)
    return tmp_path


def test_organizations_come_before_groups_before_datasets_in_order_of_names(folder: Path) -> None:
    source = DirectorySource(folder)
    reading = Reading(source.read())
    assert [(record.kind, record.key) for record in reading] == [
        ("organization", "city"),
        ("group", "culture"),
        ("dataset", "1"),
        ("dataset", "two"),
    ]
    assert reading.ending == Complete("read all 4 files", 4)
    assert (source.position, source.size) == (4, 4)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "is not JSON: Expecting property name enclosed in double quotes at column 2"),
        ('{"id": 1,\n "x": }', "is not JSON: Expecting value at line 2, column 7"),
        ("[]", "is a list, not an object"),
        ("{}", "has no id and no name"),
    ],
)
def test_a_broken_file_leaves_the_others(folder: Path, text: str, reason: str) -> None:
    (folder / "dataset" / "0").write_text(text)
    reading = Reading(DirectorySource(folder).read())
    items = list(reading)
    assert len(items) == 5
    assert items[2] == Broken(str(folder / "dataset" / "0"), None, reason)
    assert reading.ending == Partial("1 of 5 could not be read as records", 4)


def test_a_folder_among_the_files_is_not_passed_over(folder: Path) -> None:
    (folder / "group" / "more").mkdir()
    broken = [item for item in DirectorySource(folder).read() if isinstance(item, Broken)]
    assert broken == [Broken(str(folder / "group" / "more"), None, "cannot be read: Is a directory", kind="group")]


def test_files_that_come_while_reading_make_it_partial(folder: Path) -> None:
    reading = Reading(DirectorySource(folder).read())
    next(reading)
    (folder / "dataset" / "3").write_text('{"id": 3}')
    list(reading)
    assert reading.ending == Partial("files came or went while they were read", 4)


def test_without_the_three_folders_it_is_no_source(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="has none of the folders dataset, group and organization"):
        list(DirectorySource(tmp_path).read())


def test_empty_folders_are_an_error_unless_allowed(tmp_path: Path) -> None:
    (tmp_path / "dataset").mkdir()
    with pytest.raises(SourceError, match="holds no record: nothing was written, nothing was deleted"):
        list(DirectorySource(tmp_path).read())
    assert list(DirectorySource(tmp_path, allow_empty=True).read()) == []
