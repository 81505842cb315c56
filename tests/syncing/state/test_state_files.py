"""Where a state lies, who may read it, whose it is, and that one run at a time has it."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ckan_api_client.exceptions import StateError
from ckan_api_client.syncing.state import State, default_path, forget
from syncing.state.samples import CATALOG, SOURCE, Open, fill

HOLDER = """
import sys, time
from ckan_api_client.syncing.state import State
state = State.open(sys.argv[1], catalog=sys.argv[2], source=sys.argv[3])
state.begin_run("sync")
print("held", flush=True)
time.sleep(60)
"""


@contextmanager
def held(path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that has the state."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path), CATALOG, SOURCE], stdout=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"held\n"
            yield process
        finally:
            process.kill()


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def modes(directory: Path) -> dict[str, str]:
    return {path.name: stat.filemode(path.stat().st_mode) for path in [directory, *directory.iterdir()]}


def test_a_second_run_is_told_of_the_first(path: Path, open_state: Open) -> None:
    open_state()
    with pytest.raises(StateError, match="another run is using it"):
        State.open(path, catalog=CATALOG, source=SOURCE)


def test_a_state_is_free_again_once_it_is_closed(open_state: Open) -> None:
    open_state().close()
    open_state().close()
    with open_state() as state:
        assert not state.is_new
    open_state()


def test_a_state_may_be_closed_twice(state: State) -> None:
    state.close()
    state.close()


def test_a_closed_state_refuses_to_be_used(state: State) -> None:
    state.close()
    with pytest.raises(StateError):
        state.count_bases()
    with pytest.raises(StateError):
        state.begin_run("sync")


def test_another_process_has_the_state_until_it_is_killed(path: Path, open_state: Open) -> None:
    with held(path) as process:
        with pytest.raises(StateError, match="another run is using it"):
            open_state()
        with pytest.raises(StateError, match="another run is using it"):
            forget(path)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert open_state().serial == 1


def test_a_state_whose_lock_was_removed_is_still_not_shared(path: Path) -> None:
    with held(path):
        path.with_name(path.name + ".lock").unlink()
        with pytest.raises(StateError, match="locked"):
            State.open(path, catalog=CATALOG, source=SOURCE)
    assert not list(path.parent.glob("*.damaged*"))


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077, 0o177])
def test_nobody_else_may_read_a_state(tmp_path: Path, mask: int) -> None:
    with umask(mask), State.open(tmp_path / "above" / "state" / "town.sqlite", catalog=CATALOG, source=SOURCE) as state:
        fill(state)
        assert modes(tmp_path / "above" / "state") == {
            "state": "drwx------",
            "town.sqlite": "-rw-------",
            "town.sqlite-wal": "-rw-------",
            "town.sqlite.lock": "-rw-------",
        }
    assert stat.filemode((tmp_path / "above").stat().st_mode) == "drwx------"


def test_a_directory_that_is_there_keeps_its_mode(tmp_path: Path, open_state: Open) -> None:
    tmp_path.chmod(0o750)
    open_state(tmp_path / "town.sqlite")
    assert stat.filemode(tmp_path.stat().st_mode) == "drwxr-x---"


@pytest.mark.parametrize("end", ["", "-wal", "-shm", "-journal", ".lock"])
@pytest.mark.parametrize("to_what", ["a file", "nothing"])
def test_a_symbolic_link_is_not_followed(path: Path, open_state: Open, tmp_path: Path, end: str, to_what: str) -> None:
    path.parent.mkdir()
    target = tmp_path / "target"
    if to_what == "a file":
        target.write_bytes(b"mine")
    link = path.with_name(path.name + end)
    link.symlink_to(target)
    with pytest.raises(StateError, match="is a symbolic link"):
        open_state()
    with pytest.raises(StateError, match="is a symbolic link"):
        forget(path)
    assert link.is_symlink()
    assert target.exists() == (to_what == "a file")
    assert not target.exists() or target.read_bytes() == b"mine"


def test_a_new_state_goes_through_no_link_that_was_laid_for_it(path: Path, open_state: Open, tmp_path: Path) -> None:
    path.parent.mkdir()
    target = tmp_path / "target"
    target.write_bytes(b"mine")
    path.with_name(path.name + ".new").symlink_to(target)
    open_state()
    assert target.read_bytes() == b"mine"
    assert path.is_file()


def test_a_directory_is_no_state(path: Path, open_state: Open) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StateError, match="no plain file"):
        open_state()


@pytest.mark.parametrize("name", ["", "/", ".", "..", "a\0b", "x" * 300])
def test_a_path_that_is_none_is_a_state_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(StateError):
        State.open(tmp_path / "state" / name if len(name) > 2 else name, catalog=CATALOG, source=SOURCE)


def test_a_file_where_a_directory_should_be_is_a_state_error(tmp_path: Path) -> None:
    (tmp_path / "state").write_bytes(b"")
    with pytest.raises(StateError, match="Not a directory"):
        State.open(tmp_path / "state" / "town.sqlite", catalog=CATALOG, source=SOURCE)


def test_a_state_of_another_catalog_is_refused(path: Path, open_state: Open) -> None:
    open_state().close()
    data = path.read_bytes()
    with pytest.raises(StateError, match=r"belongs to the catalog 'https://data.example.org', not to 'https://other'"):
        open_state(catalog="https://other")
    assert path.read_bytes() == data


def test_a_state_of_another_source_is_refused(open_state: Open) -> None:
    open_state().close()
    with pytest.raises(StateError, match="belongs to the source 'town', not to 'county'"):
        open_state(source="county")


def test_the_same_catalog_may_be_written_in_several_ways(open_state: Open) -> None:
    open_state(catalog="https://data.example.org/").close()
    assert not open_state(catalog="HTTPS://Data.Example.org").is_new


def test_a_state_has_a_place_of_its_own_for_each_catalog_and_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/home/ann/.local/state")
    base = Path("/home/ann/.local/state/ckan-api-client")
    assert default_path("https://data.example.org", "town") == base / "data.example.org-cd5a4b40" / "town.sqlite"
    assert default_path("https://data.example.org/", "town") == base / "data.example.org-cd5a4b40" / "town.sqlite"
    paths = {
        default_path(catalog, source)
        for catalog in (
            "https://data.example.org",
            "http://data.example.org",
            "https://data.example.org:8443",
            "https://data.example.org/data",
            "https://data.example.org/DATA",
            "https://data-example.org",
            "https://" + "x" * 70 + "1.org",
            "https://" + "x" * 70 + "2.org",
        )
        for source in ("town", "county")
    }
    assert len(paths) == 16
    assert {path.parent.parent for path in paths} == {base}
    assert max(len(path.parent.name) for path in paths) <= 69


@pytest.mark.parametrize("source", ["", "../town", "Town", "a/b", "a\0b", "."])
def test_no_name_of_a_source_leads_elsewhere(source: str) -> None:
    with pytest.raises(ValueError, match="no name of a source"):
        default_path(CATALOG, source)


def test_no_password_in_a_url_gets_into_a_path() -> None:
    assert "secret" not in str(default_path("https://ann:secret@data.example.org", "town"))


def test_the_tests_keep_out_of_the_home() -> None:
    assert not default_path(CATALOG, SOURCE).is_relative_to(Path.home())


def test_a_state_can_be_forgotten(path: Path, open_state: Open) -> None:
    state = open_state()
    fill(state)
    state.close()
    forget(path)
    assert not path.exists()
    state = open_state()
    assert (state.is_new, state.rebuilt_because, state.count_bases()) == (True, "", 0)
    assert state.serial == 2


def test_a_state_that_never_was_can_be_forgotten(path: Path, open_state: Open) -> None:
    forget(path)
    assert open_state().is_new
