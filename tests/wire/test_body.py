"""Bodies as they come: unpacked step by step, whatever the parts they come in, and never beyond what was allowed."""

from __future__ import annotations

import contextlib
import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckan_api_client.wire.body import BrokenBody, LargeBody, Unpacking

MEGABYTE = 1 << 20


def unpacked(encoding: str, chunks: list[bytes], most: int | None = None) -> bytes:
    unpacking = Unpacking(encoding, most)
    parts = [part for chunk in chunks for part in unpacking.add(chunk)]
    unpacking.end()
    return b"".join(parts)


def bomb(megabytes: int) -> bytes:
    """Some kilobytes of gzip that stand for so many megabytes of zeros, and would go on."""
    packer = zlib.compressobj(9, wbits=31)
    start = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(MEGABYTE)) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + block * megabytes


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=3), st.integers(0, 9), st.integers(1, 50))
def test_a_body_is_the_same_in_whatever_parts_it_comes(members: list[bytes], zeros: int, step: int) -> None:
    body = b"".join(map(gzip.compress, members)) + bytes(zeros)
    chunks = [body[start : start + step] for start in range(0, len(body), step)]
    assert unpacked("gzip", chunks) == b"".join(members)
    assert unpacked("identity", chunks) == unpacked("", chunks) == body


@given(st.binary(max_size=200), st.integers(0, 300))
def test_a_body_that_is_cut_is_broken(content: bytes, left: int) -> None:
    body = gzip.compress(content)
    left %= len(body)
    if left:
        with pytest.raises(BrokenBody):
            unpacked("gzip", [body[:left]])
    else:
        assert unpacked("gzip", []) == b""


@given(st.binary(min_size=1, max_size=60))
def test_what_is_no_gzip_is_broken(body: bytes) -> None:
    if not body.startswith(b"\x1f"):
        with pytest.raises(BrokenBody):
            unpacked("gzip", [body])


@given(st.binary(max_size=80), st.integers(0, 99), st.integers(0, 255))
def test_a_gzip_with_a_damaged_byte_is_broken_or_says_the_same(content: bytes, place: int, value: int) -> None:
    body = bytearray(gzip.compress(content))
    body[place % len(body)] = value
    with contextlib.suppress(BrokenBody):
        assert unpacked("gzip", [bytes(body)]) == content


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd", "deflate", "compress", "x-zip", "gzip,identity", "*"])
def test_what_was_not_asked_for_is_not_unpacked(encoding: str) -> None:
    with pytest.raises(BrokenBody, match="which was not asked for"):
        unpacked(encoding, [gzip.compress(gzip.compress(b"a"))])


@pytest.mark.parametrize("encoding", ["GZIP", " gzip "])
def test_an_encoding_may_be_written_as_it_likes(encoding: str) -> None:
    assert unpacked(encoding, [gzip.compress(b"a")]) == b"a"


@pytest.mark.parametrize(("size", "most"), [(10, 10), (10, 11), (0, 0)])
def test_what_is_allowed_is_given(size: int, most: int) -> None:
    assert unpacked("", [b"x" * size], most) == b"x" * size


def test_one_byte_more_than_is_allowed_is_too_much() -> None:
    with pytest.raises(LargeBody):
        unpacked("", [b"x" * 10, b"y"], 10)
    with pytest.raises(LargeBody):
        unpacked("gzip", [gzip.compress(b"x" * 1001)], 1000)
    assert unpacked("gzip", [gzip.compress(b"x" * 1000)], 1000) == b"x" * 1000


def test_a_bomb_is_never_unpacked_beyond_what_is_allowed() -> None:
    body, most = bomb(4096), 8 * MEGABYTE
    assert len(body) < most
    sizes: list[int] = []
    tracemalloc.start()
    with pytest.raises(LargeBody):
        sizes.extend(map(len, Unpacking("gzip", most).add(body)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(sizes) <= most
    assert peak < 16 * MEGABYTE


def test_a_stream_of_nothing_ends_with_what_may_come() -> None:
    nothing = b"\x00\x00\x00\xff\xff" * 1000
    with pytest.raises(LargeBody):
        unpacked("gzip", [gzip.compress(b"")[:10], *[nothing] * 1000], MEGABYTE)
