import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ckan_api_client.exceptions import SourceError
from ckan_api_client.sources import DirectorySource, JsonlSource, SqliteSource, open_source

SAMPLE = Path(__file__).parents[2] / "src/ckan_api_client/testing/datagov-100.jsonl.gz"


def test_lines_of_json() -> None:
    source = open_source(SAMPLE)
    assert isinstance(source, JsonlSource)
    assert source.name == str(SAMPLE)


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "dataset").mkdir()
    assert isinstance(open_source(tmp_path), DirectorySource)


def test_a_database_whatever_its_name(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "data.json")) as connection:
        connection.execute("CREATE TABLE dataset (id TEXT, json_data TEXT)")
    source = open_source(str(tmp_path / "data.json"), group_table=None, organization_table=None)
    assert isinstance(source, SqliteSource)
    assert source.size == 0


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        open_source(tmp_path / "none")
    assert str(caught.value) == (
        f"{tmp_path / 'none'}: does not exist: nothing was written, nothing was deleted. Check the path"
    )


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "d").touch()
    with pytest.raises(SourceError, match=r"is empty: nothing was written, nothing was deleted.*--allow-empty"):
        open_source(tmp_path / "d")
    assert list(open_source(tmp_path / "d", allow_empty=True).read()) == []
