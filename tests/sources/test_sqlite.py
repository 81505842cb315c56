import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ckan_api_client.exceptions import SourceError
from ckan_api_client.sources import Broken, Complete, Partial, Reading, SqliteSource


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a ?#%.db"
    with closing(sqlite3.connect(path)) as connection:
        for table in ("dataset", "group", "organization"):
            connection.execute(f'CREATE TABLE "{table}" (id VARCHAR PRIMARY KEY, json_data TEXT)')
        connection.execute("""INSERT INTO dataset VALUES ('b', '{"title": "B"}'), ('a', '{"id": "other"}')""")
        connection.execute("""INSERT INTO "group" VALUES ('culture', '{}')""")
        connection.execute("""INSERT INTO organization VALUES ('city', '{}')""")
        connection.commit()
    return path


def execute(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


def test_rows_are_records_with_the_id_of_the_row(file: Path) -> None:
    source = SqliteSource(file)
    reading = Reading(source.read())
    assert [(record.kind, record.key) for record in reading] == [
        ("organization", "city"),
        ("group", "culture"),
        ("dataset", "a"),
        ("dataset", "b"),
    ]
    assert reading.ending == Complete(
        "read all 4 rows of the tables organization, group, dataset in one transaction", 4
    )
    assert (source.position, source.size) == (4, 4)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("'{'", "is not JSON: Expecting property name enclosed in double quotes at column 2"),
        ("'[]'", "is a list, not an object"),
        ("NULL", "has no text in json_data but None"),
        ("5", "is a number, not an object"),
    ],
)
def test_a_broken_row_keeps_its_key_and_leaves_the_others(file: Path, value: str, reason: str) -> None:
    execute(file, f"UPDATE dataset SET json_data = {value} WHERE id = 'a'")  # noqa: S608 - a test's own literals
    reading = Reading(SqliteSource(file).read())
    broken = [item for item in reading if isinstance(item, Broken)]
    assert broken == [Broken(f"{file}[dataset]", None, reason, "a")]
    assert reading.ending == Partial("1 of 4 could not be read as records", 3)


def test_a_missing_table_is_named(file: Path) -> None:
    with pytest.raises(SourceError, match="has no table 'datasets'"):
        list(SqliteSource(file, dataset_table="datasets").read())


def test_a_missing_column_is_named(file: Path) -> None:
    execute(file, "CREATE TABLE other (id TEXT, data TEXT)")
    with pytest.raises(SourceError, match="has no column json_data"):
        list(SqliteSource(file, dataset_table="other").read())


def test_tables_may_be_left_out_and_have_any_name(file: Path) -> None:
    execute(file, """CREATE TABLE "my ""own"" [table]; --" (id TEXT, json_data TEXT)""")
    execute(file, """INSERT INTO "my ""own"" [table]; --" VALUES (7, '{}')""")
    source = SqliteSource(file, dataset_table='my "own" [table]; --', group_table=None, organization_table=None)
    assert [record.key for record in source.read()] == ["7"]


def test_the_file_is_never_written_nor_made(file: Path, tmp_path: Path) -> None:
    before = file.read_bytes()
    list(SqliteSource(file).read())
    assert file.read_bytes() == before
    with pytest.raises(SourceError, match="cannot be read: unable to open database file"):
        list(SqliteSource(tmp_path / "none.db").read())
    assert not (tmp_path / "none.db").exists()


def test_what_is_no_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("SQLite format 3, or so")
    with pytest.raises(SourceError, match="cannot be read: file is not a database"):
        list(SqliteSource(tmp_path / "x.db").read())


def test_empty_tables_are_an_error_unless_allowed(file: Path) -> None:
    for table in ("dataset", "group", "organization"):
        execute(file, f'DELETE FROM "{table}"')  # noqa: S608 - a test's own literals
    with pytest.raises(SourceError, match="holds no record"):
        list(SqliteSource(file).read())
    assert list(SqliteSource(file, allow_empty=True).read()) == []
