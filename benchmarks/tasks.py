"""What is measured: each task has contestants, which do the same by different means, and floors."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import material
from servers import Server

_HERE = Path(__file__).parent
_OURS = str(Path(sys.executable).with_name("ckanclient"))
_PEER = str(Path(sys.executable).with_name("ckanapi"))


def _nothing() -> None:
    pass


@dataclass(frozen=True)
class Contestant:
    """A command to measure. `prepare` is done before it, and `check` after it, neither of them measured."""

    name: str
    command: Sequence[str]
    prepare: Callable[[], None] = _nothing
    check: Callable[[], None] = _nothing


@dataclass
class Bench:
    """A server, a folder with material, and how many processes ckanapi is given."""

    server: Server
    folder: Path
    records: int
    peers: Sequence[int]
    environment: dict[str, str] = field(default_factory=dict)
    _states: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        # ckanapi starts its workers by name; no settings of this machine's user come in.
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self.environment = {**os.environ, "PATH": path, "XDG_CONFIG_HOME": str(self.folder), "PYTHONWARNINGS": "ignore"}
        self.meet()

    def meet(self) -> None:
        """Take note of the server's address, which may have changed."""
        self.environment |= {"CKAN_URL": self.server.url, "CKAN_API_TOKEN": self.server.token}

    def file(self, name: str) -> str:
        return str(self.folder / name)

    def run(self, *command: str) -> str:
        """Run a command that is not measured."""
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{' '.join(command[:3])} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    def sync(self, file: str, state: str) -> list[str]:
        return [_OURS, "sync", material.SOURCE, self.file(file), "--state", self.file(state)]

    def peer(self, *arguments: str) -> list[str]:
        return [_PEER, *arguments, "-q", "-r", self.server.url, "-a", self.server.token]

    def floor(self, kind: str, *files: str) -> list[str]:
        return [
            sys.executable,
            str(_HERE / "floors.py"),
            kind,
            self.server.url,
            self.server.token,
            *map(self.file, files),
        ]

    def empty(self) -> None:
        self.server.empty()
        self.meet()

    def fill(self) -> None:
        """Have the catalog hold the records, and a state that knows them, `known.sqlite`."""
        if self.server.name == "replay":
            self.forget("known.sqlite")
            self.run(_OURS, "plan", material.SOURCE, self.file("source.jsonl"), "--state", self.file("known.sqlite"))
            return
        self.empty()
        self.forget("known.sqlite")
        self.run(*self.sync("source.jsonl", "known.sqlite"))

    def forget(self, state: str) -> None:
        for file in self.folder.glob(f"{state}*"):
            file.unlink()

    def holds(self, number: int, query: str = "*:*") -> None:
        """Raise SystemExit unless the catalog has so many datasets."""
        found = json.loads(self.run(_OURS, "action", "package_search", "rows:0", f"q={query}"))
        count = found.get("count", found.get("result", {}).get("count"))
        if count != number:
            raise SystemExit(f"the catalog should hold {number} datasets, and holds {count}")


def unchanged(bench: Bench) -> list[Contestant]:
    """A source is synced that has not changed."""
    bench.fill()
    return [
        Contestant("ckanclient sync", bench.sync("source.jsonl", "known.sqlite")),
        Contestant(
            "ckanclient sync, state lost",
            bench.sync("source.jsonl", "lost.sqlite"),
            prepare=lambda: bench.forget("lost.sqlite"),
        ),
        *(
            Contestant(f"ckanapi load -p {number}", _loading(bench, "marked-source.jsonl", number))
            for number in bench.peers
        ),
        Contestant("floor: lines and slim pages", bench.floor("slim", "source.jsonl")),
        Contestant("floor: lines and whole pages", bench.floor("whole", "source.jsonl")),
    ]


def changed(bench: Bench) -> list[Contestant]:
    """A source is synced of which one record in a hundred has changed."""
    bench.fill()

    def put_back() -> None:
        bench.run(*bench.sync("source.jsonl", "known.sqlite"), "--own", "title")
        bench.holds(0, "title:revised")

    def check() -> None:
        bench.holds(-(-bench.records // 100), "title:revised")

    return [
        Contestant("ckanclient sync", bench.sync("changed.jsonl", "known.sqlite"), prepare=put_back, check=check),
        *(
            Contestant(
                f"ckanapi load -p {number}",
                _loading(bench, "marked-changed.jsonl", number),
                prepare=put_back,
                check=check,
            )
            for number in bench.peers
        ),
    ]


def first(bench: Bench) -> list[Contestant]:
    """Records are loaded into a catalog that is empty."""

    def empty() -> None:
        bench.empty()
        bench.forget("first.sqlite")

    def check() -> None:
        bench.holds(bench.records)

    return [
        Contestant("ckanclient sync", bench.sync("source.jsonl", "first.sqlite"), empty, check),
        Contestant(
            "ckanclient load", [_OURS, "load", "datasets", "-I", bench.file("marked-source.jsonl")], empty, check
        ),
        *(
            Contestant(
                f"ckanapi load -p {number}",
                _Late(lambda n=number: _loading(bench, "marked-source.jsonl", n)),
                empty,
                check,
            )
            for number in bench.peers
        ),
    ]


def dump(bench: Bench) -> list[Contestant]:
    """All datasets of a catalog are written to a file."""
    bench.fill()
    out = bench.folder / "dump.jsonl"

    def check() -> None:
        with out.open("rb") as lines:
            found = sum(1 for _ in lines)
        if found != bench.records:
            raise SystemExit(f"the dump should have {bench.records} lines, and has {found}")

    def remove() -> None:
        out.unlink(missing_ok=True)

    return [
        Contestant("ckanclient dump", [_OURS, "dump", "datasets", "--all", "-O", str(out)], remove, check),
        *(
            Contestant(
                f"ckanapi dump -p {number}",
                bench.peer("dump", "datasets", "--all", "-p", str(number), "-O", str(out)),
                remove,
                check,
            )
            for number in bench.peers
        ),
        Contestant("floor: whole pages", bench.floor("whole")),
    ]


def delete(bench: Bench) -> list[Contestant]:
    """All datasets of a catalog are moved to the trash, by name."""
    names = bench.file("names.txt")

    def check() -> None:
        bench.holds(0)

    return [
        Contestant("ckanclient delete", [_OURS, "delete", "datasets", "-I", names], bench.fill, check),
        *(
            Contestant(
                f"ckanapi delete -p {number}",
                _Late(lambda n=number: bench.peer("delete", "datasets", "-p", str(n), "-I", names)),
                bench.fill,
                check,
            )
            for number in bench.peers
        ),
    ]


class _Late(Sequence[str]):
    """A command that is made when it is needed: the server has another address once it was emptied."""

    def __init__(self, make: Callable[[], Sequence[str]]) -> None:
        self._make = make

    def __getitem__(self, index: int) -> str:  # type: ignore[override]
        return self._make()[index]

    def __len__(self) -> int:
        return len(self._make())


def _loading(bench: Bench, file: str, processes: int) -> list[str]:
    return bench.peer("load", "datasets", "-p", str(processes), "-I", bench.file(file))


#: The tasks, with the servers on which each makes sense, and how many records are usual.
TASKS: dict[str, tuple[Callable[[Bench], list[Contestant]], tuple[str, ...], tuple[int, ...]]] = {
    "unchanged": (unchanged, ("replay", "embedded", "real"), (2000, 10000)),
    "changed": (changed, ("embedded", "real"), (2000,)),
    "first": (first, ("embedded", "real"), (2000,)),
    "dump": (dump, ("replay", "embedded", "real"), (2000,)),
    "delete": (delete, ("embedded", "real"), (500,)),
}
