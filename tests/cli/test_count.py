"""What is said of a count, in a line and as an event: amounts that can be read, in the room there is."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from ckan_api_client.cli.bar import line_of
from ckan_api_client.cli.count import Count

WRITING = Count("writing", "records", 1204, 2000, {"created": 4, "updated": 1200}, 14.0)


def shown(count: Count, width: int, *, is_over: bool = False) -> str:
    file = io.StringIO()
    Console(file=file, width=width).print(line_of(count, width, is_over=is_over))
    return file.getvalue().rstrip("\n").rstrip()


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (WRITING, "1,204/2,000  86/s  0:14  0:09 left  1,200 updated, 4 created"),
        (Count("reading", "records", 50, None, {}, 20.0), "50  2.5/s  0:20"),
        (Count("comparing", "records", seconds=2.4), "0:02"),
        (Count("writing", "records", 0, 20, {}, 0.0), "0/20  0:00"),
        (Count("writing", "records", 20, 20, {}, 3725.0), "20/20  0.0/s  1:02:05"),
        (Count("uploading", "bytes", 12_300_000, 45_000_000, {}, 4.0), "12.3/45.0 MB  3.1 MB/s  0:04  0:11 left"),
        (Count("uploading", "bytes", 999, None, {}, 1.0), "999 B  999 B/s  0:01"),
        (Count("uploading", "bytes", 2_500, 3_000_000_000, {}, 1.0), "0.0/3.0 GB  2.5 kB/s  0:01  333:19:59 left"),
    ],
    ids=["outcomes", "nobody knows how many", "nothing is counted", "at first", "over", "bytes", "few bytes", "many"],
)
def test_what_is_measured_can_be_read(count: Count, told: str) -> None:
    assert count.measures() == told


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (120, f"writing {'━' * 18}{' ' * 12} 1,204/2,000  86/s  0:14  0:09 left  1,200 updated, 4 created"),
        (80, f"writing {'━' * 6}{' ' * 4} 1,204/2,000  86/s  0:14  0:09 left  1,200 updated, 4 cre…"),
        (60, f"writing {'━' * 6}{' ' * 4} 1,204/2,000  86/s  0:14  0:09 left  …"),
        (40, f"writing {'━' * 6}{' ' * 4} 1,204/2,000  86/…"),
    ],
)
def test_a_line_is_one_line_on_every_terminal(width: int, line: str) -> None:
    told = shown(WRITING, width)
    assert "\n" not in told
    assert len(told) <= width - 4
    assert told == line


def test_bars_stand_below_each_other_where_there_is_room() -> None:
    places = []
    for width in (120, 80):
        file = io.StringIO()
        Console(file=file, width=width).print(line_of(WRITING, width, indent=20))
        places.append(file.getvalue().index("━"))
    assert places == [21, 8]


def test_what_is_over_has_a_full_bar_though_nobody_knew_how_many_there_are() -> None:
    assert (
        shown(Count("reading", "records", 50, None, {}, 20.0), 80, is_over=True)
        == f"reading {'━' * 10} 50  2.5/s  0:20"
    )


def test_programs_are_told_all_of_it() -> None:
    assert WRITING.event("progress") == {
        "event": "progress",
        "doing": "writing",
        "unit": "records",
        "done": 1204,
        "total": 2000,
        "counts": {"created": 4, "updated": 1200},
        "seconds": 14.0,
    }
