"""A state file is looked into from outside: whatever is wrong with it is said, and nothing is written."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.syncing.diagnosing.memory import file_findings, run_findings
from ckan_api_client.syncing.state import State
from ckan_api_client.syncing.state.inspecting import inspected
from ckan_api_client.syncing.state.packing import checksum
from syncing.state.samples import CATALOG, SOURCE, Open, fill

FLIPS, STEP = 60, 8009


def look(path: Path, **whose: str) -> tuple[str, str, list[tuple[str, str]]]:
    """Return the condition of a state, why, and what is said of it by severity."""
    before = _content(path.parent)
    with inspected(path, **{"catalog": CATALOG, "source": SOURCE, **whose}) as inspection:
        found = [*file_findings(inspection, "plan it")]
        if inspection.state is not None:
            found += run_findings(inspection.state, "plan it")
        told = [(one.severity.value, one.what) for one in found if one.severity.value != "ok"]
        answer = inspection.condition, inspection.because, told
    assert _content(path.parent) == before
    return answer


def _content(folder: Path) -> Any:
    files = folder.iterdir() if folder.is_dir() else ()
    return {one: (one.lstat().st_mtime_ns, one.read_bytes() if one.is_file() else b"") for one in files}


@pytest.fixture
def filled(open_state: Open, path: Path) -> Path:
    with open_state() as state:
        fill(state)
    return path


def test_a_whole_state_is_whole_and_tells_what_is_open(filled: Path) -> None:
    condition, because, told = look(filled)
    assert (condition, because) == ("whole", "")
    assert [severity for severity, _ in told] == ["warning", "warning", "warning", "remark"]
    assert told[0][1].startswith("the last run (2, apply, begun ")
    assert told[0][1].endswith(") was killed")
    assert told[1][1] == "of 1 write nobody knows whether the catalog carried it out"
    assert told[2][1] == "1 record that CKAN refused: not sent again before a change"
    assert told[3][1] == "2 records missing in the last complete source"


def test_where_there_is_none_nothing_is_made(path: Path) -> None:
    assert look(path) == ("missing", "the file is gone", [])
    assert not path.parent.exists()


def test_one_that_is_gone_is_missed(filled: Path) -> None:
    filled.unlink()
    condition, _, told = look(filled)
    assert (condition, [severity for severity, _ in told]) == ("lost", ["error"])


def test_one_that_a_run_has_is_said_to_be_in_use_and_by_whom(filled: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from ckan_api_client.syncing.state.files import Lock\n"
        "lock = Lock(Path(sys.argv[1])); print('locked', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(filled)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        condition, _, told = look(filled)
        with inspected(filled, catalog=CATALOG, source=SOURCE) as inspection:
            holder = inspection.holder
        process.communicate("")
    assert (condition, [severity for severity, _ in told]) == ("in use", ["warning"])
    assert holder.startswith(f"process {process.pid} (") or holder == "another process"
    assert look(filled)[0] == "whole"


def test_a_run_can_begin_while_it_is_looked_into(filled: Path) -> None:
    with (
        inspected(filled, catalog=CATALOG, source=SOURCE) as inspection,
        State.open(filled, catalog=CATALOG, source=SOURCE) as state,
    ):
        assert inspection.state is not None
        assert state.begin_run("sync") == 3
        assert inspection.state.serial == 2


def test_one_of_a_newer_version_asks_for_that(filled: Path) -> None:
    with closing(sqlite3.connect(filled, isolation_level=None)) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.execute(
            "UPDATE meta SET value = '99', checksum = ? WHERE key = 'version'", (checksum(("version", "99")),)
        )
    with inspected(filled, catalog=CATALOG, source=SOURCE) as inspection:
        assert (inspection.version, inspection.condition) == (99, "newer")
        (finding,) = file_findings(inspection, "plan it")
    assert finding.repair == ("install the version of this program that wrote it, or a later one",)


@pytest.mark.parametrize("whose", [{"catalog": "https://other.example.org"}, {"source": "village"}], ids=str)
def test_one_of_another_catalog_or_source_is_foreign(filled: Path, whose: dict[str, str]) -> None:
    condition, because, told = look(filled, **whose)
    assert (condition, [severity for severity, _ in told[:1]]) == ("foreign", ["error"])
    assert "it belongs to the " in because


def test_a_file_that_is_no_state_is_foreign(path: Path) -> None:
    path.parent.mkdir()
    path.write_text("my diary")
    assert look(path)[:2] == ("foreign", "it is no state of a sync")


@pytest.mark.parametrize("what", ["link", "folder"])
def test_what_is_no_plain_file_is_not_followed(filled: Path, what: str) -> None:
    other = filled.with_name("other")
    filled.rename(other)
    if what == "link":
        filled.symlink_to(other)
    else:
        filled.mkdir()
    condition, because, _ = look(filled)
    assert condition == "unreadable"
    assert "nothing was read or written" in because


def test_one_that_others_may_read_is_named(filled: Path) -> None:
    filled.chmod(0o644)
    _, _, told = look(filled)
    assert told[0] == ("warning", f"others on this machine may read or write the state: {filled}")


def test_damaged_ones_that_were_kept_are_a_remark(filled: Path, open_state: Open) -> None:
    filled.write_bytes(filled.read_bytes()[:5000])
    condition, _, told = look(filled)
    assert (condition, [severity for severity, _ in told]) == ("damaged", ["error"])
    with open_state() as state:
        assert state.rebuilt_because
    condition, _, told = look(filled)
    assert condition == "whole"
    assert [severity for severity, _ in told] == ["remark", "warning"]
    assert "1 damaged state kept beside it" in told[0][1]
    assert told[1][1].startswith("what runs before knew is lost: ")


@pytest.mark.parametrize("name", ["town.sqlite", "town.sqlite.lock"])
def test_flipped_bytes_and_cuts_never_raise(filled: Path, tmp_path: Path, name: str) -> None:
    seen: set[str] = set()
    whole = (filled.parent / name).read_bytes()
    seeded = random.Random(20261125)  # noqa: S311 - the same in each run
    spoilt = [whole[:size] for size in range(0, len(whole), STEP if len(whole) > STEP else 10)]
    for _ in range(FLIPS):
        place = seeded.randrange(len(whole))
        spoilt.append(whole[:place] + bytes([whole[place] ^ seeded.randrange(1, 256)]) + whole[place + 1 :])
    for data in spoilt:
        folder = tmp_path / "spoilt"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(filled.parent, folder)
        (folder / name).write_bytes(data)
        seen.add(look(folder / "town.sqlite")[0])
    assert "damaged" in seen if name == "town.sqlite" else seen == {"whole"}
    assert seen <= {"whole", "damaged", "newer", "foreign"}


def test_a_state_whose_run_was_killed_is_read_with_what_lies_beside_it(open_state: Open, path: Path) -> None:
    with open_state() as state:
        fill(state)
        copied = path.parent.with_name("killed")
        shutil.copytree(path.parent, copied)
    assert (copied / "town.sqlite-wal").stat().st_size > 0
    with inspected(copied / "town.sqlite", catalog=CATALOG, source=SOURCE) as inspection:
        assert inspection.state is not None
        assert inspection.state.count_bases() == 12
    assert look(copied / "town.sqlite")[0] == "whole"
