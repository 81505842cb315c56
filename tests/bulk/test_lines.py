"""Lines: bytes in, bytes out."""

from __future__ import annotations

import gzip
from io import BytesIO

import pytest

from ckan_api_client.bulk.lines import InOrder, compact_json, part_of, pretty_json, read_lines, record_line
from ckan_api_client.exceptions import SourceError


def test_json_is_as_small_as_it_gets() -> None:
    assert compact_json({"b": ["é\u2028", 1.0, None], "a": True}) == '{"b":["é\u2028",1.0,null],"a":true}'.encode()


def test_a_record_has_its_keys_sorted() -> None:
    assert record_line({"b": {"d": 1, "c": 2}, "a": 0}) == b'{"a":0,"b":{"c":2,"d":1}}'


def test_json_for_people_is_indented_and_sorted() -> None:
    assert pretty_json({"b": [], "a": {"é": 1}}) == '{\n  "a": {\n    "é": 1\n  },\n  "b": []\n}'.encode()


@pytest.mark.parametrize("write", [compact_json, pretty_json])
def test_half_of_a_surrogate_pair_is_written_out(write: object) -> None:
    assert callable(write)
    assert write("\ud800") == b'"\\ud800"'


def test_lines_are_numbered_and_blank_ones_passed_over() -> None:
    assert list(read_lines(BytesIO(b"a\n\n  \r\nb"))) == [(1, b"a\n"), (4, b"b")]


def test_a_compressed_file_is_read() -> None:
    assert list(read_lines(BytesIO(gzip.compress(b"a\nb\n")), is_gzip=True)) == [(1, b"a\n"), (2, b"b\n")]


@pytest.mark.parametrize("content", [b"a\n", gzip.compress(b"a\n" * 9000)[:-12]], ids=["none", "cut"])
def test_what_is_no_whole_gzip_file_is_told(content: bytes) -> None:
    with pytest.raises(SourceError, match=r"^line \d+: the input is no whole gzip file"):
        list(read_lines(BytesIO(content), is_gzip=True))


def test_a_compressed_file_is_not_taken_for_lines() -> None:
    with pytest.raises(SourceError, match=r"^the input is compressed by gzip: say so with -z$"):
        list(read_lines(BytesIO(gzip.compress(b"a\n"))))


@pytest.mark.parametrize(
    ("first", "most", "expected"),
    [(1, None, [1, 2, 4, 5]), (2, None, [2, 4, 5]), (2, 3, [2, 4]), (1, 0, []), (9, None, [])],
)
def test_a_part_is_taken_by_the_numbers(first: int, most: int | None, expected: list[int]) -> None:
    numbered = ((number, "") for number in (1, 2, 4, 5))
    assert [number for number, _ in part_of(numbered, first=first, most=most)] == expected


def test_no_line_is_read_beyond_the_part() -> None:
    read = []

    def numbered() -> object:
        for number in range(1, 10):
            read.append(number)
            yield number, ""

    list(part_of(numbered(), first=1, most=2))  # type: ignore[arg-type]
    assert read == [1, 2, 3]


def test_lines_come_out_in_order_whatever_order_they_come_in() -> None:
    written: list[bytes] = []
    ordered = InOrder(written.append)
    for number, line in ((2, b"c"), (0, b"a"), (3, None), (1, b"b"), (4, b"e")):
        ordered.put(number, line)
    assert written == [b"a", b"b", b"c", b"e"]
    ordered.close()


def test_a_line_is_handed_on_as_soon_as_it_is_its_turn() -> None:
    written: list[bytes] = []
    ordered = InOrder(written.append)
    ordered.put(0, b"a")
    ordered.put(2, b"c")
    assert written == [b"a"]
    ordered.close()
    assert written == [b"a", b"c"]
