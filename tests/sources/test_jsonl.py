import gzip
from pathlib import Path

import pytest

from ckan_api_client.exceptions import SourceError
from ckan_api_client.sources import Broken, Complete, JsonlSource, Partial, Reading, Record

SAMPLE = Path(__file__).parents[2] / "src/ckan_api_client/testing/datagov-100.jsonl.gz"


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def keys(source: JsonlSource) -> list[str | None]:
    return [item.key for item in source.read()]


def test_the_real_sample_is_read_whole() -> None:
    source = JsonlSource(SAMPLE)
    reading = Reading(source.read())
    records = list(reading)
    assert len(records) == 100
    assert all(isinstance(record, Record) for record in records)
    assert records[0].place == f"{SAMPLE}:1"
    assert reading.ending == Complete(f"read to the end: 100 lines, {SAMPLE.stat().st_size} bytes", 100)
    assert source.position == source.size == SAMPLE.stat().st_size


def test_it_can_be_read_again() -> None:
    source = JsonlSource(SAMPLE)
    assert keys(source) == keys(source)


def test_plain_lines_with_a_byte_order_mark_blank_lines_and_no_end_of_line(tmp_path: Path) -> None:
    file = write(tmp_path / "data", b'\xef\xbb\xbf{"id": "a"}\r\n\n  \n{"id": "\xc3\xbc"}')
    assert [(record.key, record.line) for record in JsonlSource(file).read()] == [("a", 1), ("ü", 4)]


def test_gzip_is_known_by_its_content_not_by_its_name(tmp_path: Path) -> None:
    assert keys(JsonlSource(write(tmp_path / "data.txt", gzip.compress(b'{"id": "a"}\n')))) == ["a"]


def test_a_key_is_the_id_else_the_name_and_numbers_are_text(tmp_path: Path) -> None:
    file = write(tmp_path / "d", '{"id": "a", "name": "x"}\n{"name": "b"}\n{"id": 5}\n{"id": null, "name": "c"}')
    assert keys(JsonlSource(file)) == ["a", "b", "5", "c"]


def test_another_key_can_be_named(tmp_path: Path) -> None:
    file = write(tmp_path / "d", '{"id": "a", "identifier": "x:1"}')
    assert keys(JsonlSource(file, id_key="identifier")) == ["x:1"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[1]", "is a list, not an object"),
        ('"a"', "is a text, not an object"),
        ("{}", "has no id and no name"),
        ('{"id": " "}', "has ' ' for its id: a text or a number is needed"),
        ('{"id": ["a"]}', "has ['a'] for its id: a text or a number is needed"),
        ('{"id": true}', "has True for its id: a text or a number is needed"),
        ('{"id": "\\ud800"}', "has '\\ud800' for its id: a text or a number is needed"),
    ],
)
def test_what_is_no_record_is_broken_and_the_others_go_on(tmp_path: Path, line: str, reason: str) -> None:
    file = write(tmp_path / "d", f'{{"id": "a"}}\n{line}\n{{"id": "b"}}\n')
    reading = Reading(JsonlSource(file).read())
    first, broken, last = reading
    assert (first.key, last.key) == ("a", "b")
    assert broken == Broken(str(file), 2, reason)
    assert reading.ending == Partial("1 of 3 could not be read as records", 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,title\n1,Wells\n", "is not JSON: Expecting value at column 1. JSON lines are needed"),
        ('[{"id": "a"}]', "is a list, not an object. One object a line is needed"),
        ('[\n{"id": "a"}\n]', "is not JSON: Expecting value at column 2. One object a line is needed"),
        ('[{"id": "a"},\n{"id": "b"}]', "is not JSON: Expecting value at column 14. One object a line is needed"),
        ('{\n"id": "a"\n}', "is not JSON: Expecting property name enclosed in double quotes at column 2. One object"),
    ],
    ids=["CSV", "list in one line", "list in lines", "list that is wrapped", "object in lines"],
)
def test_a_file_of_another_kind_is_told_what_is_needed(tmp_path: Path, text: str, message: str) -> None:
    file = write(tmp_path / "d", text)
    with pytest.raises(SourceError) as caught:
        next(JsonlSource(file).read())
    assert str(caught.value).startswith(f"{file}:1: {message}")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"id": "b"', "is not JSON: Expecting ',' delimiter at column 11"),
        (b'   {"id": "b"', "is not JSON: Expecting ',' delimiter at column 14"),
        (b'{"id": "b"} x', "is not JSON: Extra data at column 13"),
        (b'{"id": "\xff"}', "is not UTF-8: byte 9 is 0xff"),
        (b'{"id": NaN}', "holds NaN, which is not JSON"),
        (b'{"id": -Infinity}', "holds -Infinity, which is not JSON"),
        (b'{"id": 1e400}', "holds a number too large for any computer: 1e400"),
        (b'{"id": "b", "id": "c"}', "holds the key 'id' twice in one object: which value counts?"),
        (b'{"id": ' + b"1" * 5000 + b"}", "holds an integer of more than 4,300 digits"),
        (b'{"id": ' + b"[" * 64 + b"]" * 64 + b"}", "is nested deeper than 64 levels"),
        (b"[" * 200_000, "is nested deeper than 64 levels"),
    ],
    ids=["cut", "indented", "more", "latin", "NaN", "Infinity", "1e400", "twice", "digits", "deep", "bomb"],
)
def test_a_line_that_is_no_json_ends_the_reading_with_its_place(tmp_path: Path, line: bytes, message: str) -> None:
    file = write(tmp_path / "d", b'{"id": "a"}\n' + line + b"\n")
    listing = JsonlSource(file).read()
    assert next(listing).key == "a"
    with pytest.raises(SourceError) as caught:
        next(listing)
    assert str(caught.value) == f"{file}:2: {message}: nothing was written, nothing was deleted"
    assert (caught.value.file, caught.value.line) == (str(file), 2)


def test_nesting_of_64_levels_is_read(tmp_path: Path) -> None:
    assert keys(JsonlSource(write(tmp_path / "d", '{"id": 1, "x": ' + "[" * 63 + "]" * 63 + "}"))) == ["1"]


@pytest.mark.parametrize("lost", [1, 8, 20, 100_000])
def test_a_cut_gzip_is_never_a_complete_listing(tmp_path: Path, lost: int) -> None:
    file = write(tmp_path / "d.gz", SAMPLE.read_bytes()[:-lost])
    with pytest.raises(SourceError, match=r"is cut short or damaged .*: nothing was written, nothing was deleted"):
        list(JsonlSource(file).read())


def test_a_damaged_gzip_is_never_a_complete_listing(tmp_path: Path) -> None:
    content = bytearray(SAMPLE.read_bytes())
    content[90_000] ^= 0xFF
    with pytest.raises(SourceError):
        list(JsonlSource(write(tmp_path / "d.gz", bytes(content))).read())


def test_pretty_printed_json_gets_a_hint(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="One object a line is needed"):
        list(JsonlSource(write(tmp_path / "d", '[\n{"id": "a"}\n]\n')).read())


def test_a_file_without_records_is_an_error_unless_allowed(tmp_path: Path) -> None:
    file = write(tmp_path / "d", "\n\n")
    with pytest.raises(SourceError, match="holds no record: nothing was written, nothing was deleted"):
        list(JsonlSource(file).read())
    reading = Reading(JsonlSource(file, allow_empty=True).read())
    assert list(reading) == []
    assert reading.ending == Complete("read to the end: 0 lines, 2 bytes", 0)


def test_a_file_that_changes_while_it_is_read_is_partial(tmp_path: Path) -> None:
    file = write(tmp_path / "d", '{"id": "a"}\n{"id": "b"}\n')
    reading = Reading(JsonlSource(file).read())
    next(reading)
    with file.open("a") as more:
        more.write('{"id": "c"}\n')
    list(reading)
    assert isinstance(reading.ending, Partial)
    assert reading.ending.reason == "the file changed while it was read"


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read: No such file or directory"):
        list(JsonlSource(tmp_path / "none").read())


def test_an_unfinished_reading_is_partial() -> None:
    reading = Reading(JsonlSource(SAMPLE).read())
    next(reading)
    assert reading.ending == Partial("the reading was stopped before the end", 0)
