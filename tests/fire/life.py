"""The life of a source under fire: scene after scene, each with runs in bad weather, a clean one, and an idle one."""

from __future__ import annotations

import random
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from ckan_api_client.low_level import CkanLowlevelClient
from contract.bench import Bench
from contract.bystanders import make_bystanders
from contract.catalogs import Catalog
from contract.comparing import dumped
from fire.checking import differences, duplicates, expected_of
from fire.faults import Weather
from fire.material import Material, Record, changed, write_source
from fire.people import People, draw_edit
from fire.proxy import Proxy, Watch
from fire.running import Client, Killing, Run
from fire.server import Elsewhere, Part, Server
from fire.tally import Tally

User = Literal["sysadmin", "editor"]
#: Done, nothing could be done, some records were not done, not authorized: what a run may end with in bad weather.
_EXITS = frozenset({0, 1, 3, 6})
Told = tuple[str, str, str, str]
SCENES = ("load", "change", "lose", "return", "mix", "mix", "mix")


@dataclass(frozen=True, slots=True)
class Scene:
    """What befalls the source, how many runs are killed before one lives, and what is restarted under that one."""

    name: str
    kills: int = 0
    restart: Part | None = None


class Life:
    """A source of one user's, from its first load on. `seed` decides everything but what the machine decides."""

    def __init__(
        self, catalog: Catalog, user: User, seed: str, tally: Tally, *, size: int = 48, in_flight: int = 3
    ) -> None:
        self.catalog, self.user, self.seed, self.tally = catalog, user, seed, tally
        self.server = Server(catalog) if catalog.access_log else Elsewhere(catalog)
        self.bench = Bench(catalog)
        self.source = f"{self.bench.prefix}-src"
        self.people = People(CkanLowlevelClient(catalog.url, catalog.sysadmin_token))
        self._folder = Path(tempfile.mkdtemp(prefix="fire-"))
        self._chance = random.Random(seed)  # noqa: S311 - no secret
        self.material = Material(self.bench.prefix, *self._owners(), size=size)
        self._first = self.material.records()
        self._records: dict[str, Record] = {}
        #: What the source had said of the datasets that people moved to the trash.
        self._in_trash: dict[str, Record] = {}
        self._turn = 0
        #: Conflicts, as record, path, and the values of source and catalog: told by reports; those that had to be;
        #: those that were looked into after earlier scenes.
        self._told: set[Told] = set()
        self._due: set[Told] = set()
        self._known: set[Told] = set()
        ids = make_bystanders(self.bench, self.source, like="r00")
        self._bystanders = {kind: (identifier, self._shown(identifier)) for kind, identifier in ids.items()}
        self._proxy = Proxy(catalog.url)
        token = catalog.sysadmin_token if user == "sysadmin" else catalog.editor_token
        options = ("--max-deletes", "50%", "--max-updates", "100%", "--in-flight", str(in_flight))
        state = self._folder / "state.sqlite"
        self.client = Client(self._proxy, token, self.source, self._folder / "source", state, options)
        self._usual = (2 * size, 10.0)

    def __enter__(self) -> Self:
        self._proxy.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._proxy.__exit__()
        for row in self.server.marked(self.source):
            self.bench.purge_later("dataset", row["id"])
        for kind, names in (("organization", self.material.organizations), ("group", self.material.groups)):
            for name in names:
                if name != self.catalog.organization:
                    self.bench.purge_later(kind, name)
        self.people.client.close()
        self.bench.close()
        shutil.rmtree(self._folder)

    def _owners(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the organizations and groups of the records; the sysadmin's first run makes its own."""
        prefix = self.bench.prefix
        groups = (f"{prefix}-land", f"{prefix}-sea")
        if self.user == "sysadmin":
            return (self.catalog.organization, f"{prefix}-one", f"{prefix}-two"), groups
        with CkanLowlevelClient(self.catalog.url, self.catalog.editor_token) as editor:
            users = [{"name": editor.action.user_show()["name"], "capacity": "editor"}]
        for name in ("land", "sea"):
            self.bench.group(name, users=users)
        return (self.catalog.organization,), groups

    def play(self, scene: Scene) -> None:
        """Play a scene; what is wrong goes into the tally, with the seed."""
        self.tally.scenes[self.user] += 1
        before, self._records = self._records, self._next(scene.name)
        write_source(self.client.folder, self._records, self.material, with_owners=self.user == "sysadmin")
        name = f"{self.seed} {scene.name} {self._turn}"
        if scene.name == "mix":
            self._edit_between(before)
        told = [f"{name}: {wrong}" for wrong in self._played(scene, name)]
        self.tally.violations += told

    def _played(self, scene: Scene, name: str) -> Iterator[str]:
        for number in range(scene.kills):
            killing = Killing.drawn(f"{name} {number}", *self._usual)
            yield from self._check_foul(self._foul(f"{name} {number}", scene, killing), f"killed run {number}")
        yield from self._check_foul(self._foul(name, scene, None, scene.restart), "foul run")
        if scene.restart and isinstance(self.server, Server):
            self.server.wait_until_well()
        clean = self._clean()
        if clean.report.get("no_deletes_because"):
            # The index has what the database never got, or lacks what it has: that is for the site to put right.
            self.tally.index_disagreed += 1
            yield f"clean run: nothing was deleted: {clean.report['no_deletes_because']}"
        if clean.code:
            yield f"clean run: exit {clean.code}: {_undone(clean)} {clean.told[-500:]}"
        yield from self._check()
        yield from self._check_told()
        idle = self._clean()
        if idle.code or idle.watch.writes:
            yield f"idle run: exit {idle.code}, wrote {idle.watch.writes}: {_undone(idle)} {idle.told[-500:]}"

    def _next(self, scene: str) -> dict[str, Record]:
        """Return what the source says in a scene; people's datasets are none of those that it loses."""
        self._turn += 1
        now, keys = self._records, list(self._first)
        lost = keys[-len(keys) // 6 :]
        some = self._chance.sample(keys[: -len(keys) // 6], len(keys) // 3)
        match scene:
            case "load":
                return self._first
            case "change":
                return now | {key: changed(self._first[key], self._turn) for key in some}
            case "lose":
                return {key: record for key, record in now.items() if key not in lost}
            case "return":
                return now | {key: changed(self._first[key], self._turn) for key in lost}
            case _:
                other = {key: changed(self._first[key], self._turn) for key in some}
                if lost[0] in now:
                    return {key: record for key, record in (now | other).items() if key not in lost}
                return now | other | {key: self._first[key] for key in lost}

    def _foul(self, name: str, scene: Scene, killing: Killing | None, part: Part | None = None) -> Run:
        """Run in bad weather, people at work beside it; a part of the server is restarted while it does."""
        weather = Weather.drawn(name, self._usual[0])
        chance = random.Random(f"{name} beside")  # noqa: S311 - no secret
        moments = set() if part else {chance.randrange(1, self._usual[0]) for _ in range(3)}
        restart_at = chance.randrange(2, max(3, self._usual[0] // 2)) if part else 0
        lock = threading.Lock()
        restarts: list[threading.Thread] = []

        def beside(number: int, when: str) -> None:
            if when != "before":
                return
            if number in moments and scene.name != "load":
                with lock:
                    self._edit(random.Random(f"{name} {number} edit"))  # noqa: S311 - no secret
            if part and number == restart_at:
                restarts.append(self._begin_restart(part, chance))

        run = self.client.run(Watch(weather), killing, beside)
        for restart in restarts:
            restart.join()
        self._count(run)
        return run

    def _begin_restart(self, part: Part, chance: random.Random) -> threading.Thread:
        assert isinstance(self.server, Server)
        kill = part != "postgres" and chance.random() < 0.5
        options = {"pause": chance.uniform(0, 4), "kill": kill}
        thread = threading.Thread(target=self.server.restart, args=(part,), kwargs=options)
        thread.start()
        self.tally.restarts[part] += 1
        return thread

    def _clean(self) -> Run:
        run = self.client.run(Watch())
        self._count(run)
        self._usual = (max(run.watch.requests, len(self._first)), max(run.seconds, 2.0))
        return run

    def _count(self, run: Run) -> None:
        self.tally.count(run)
        for one in run.report.get("conflicts", ()):
            self._told.add((one["record_id"], one["path"], one["source"], one["catalog"]))

    def _edit_between(self, before: Mapping[str, Record]) -> None:
        """People edit what the last scene left, and move a dataset to the trash, where it stays as it is."""
        for _ in range(4):
            self._edit(self._chance)
        key = self._chance.choice(self._kept())
        ours = {row["marker"].removeprefix(f"{self.source}:"): row["id"] for row in self.server.marked(self.source)}
        edit = draw_edit(self._chance, [key], ("trash",))
        # Where the database cannot be asked, nobody sees what is in the trash.
        asked = key in ours and self._turn % 2 and isinstance(self.server, Server)
        if asked and self.people.edit(ours[key], edit):
            self.tally.edits += 1
            self._in_trash.setdefault(key, before[key])

    def _edit(self, chance: random.Random) -> None:
        rows = self.server.marked(self.source)
        ids = {row["marker"].removeprefix(f"{self.source}:"): row["id"] for row in rows if row["state"] == "active"}
        keys = [key for key in self._kept() if key in ids]
        if keys:
            edit = draw_edit(chance, keys)
            self.tally.edits += self.people.edit(ids[edit.key], edit)

    def _kept(self) -> list[str]:
        """Return the records that the source never loses."""
        keys = list(self._first)
        return keys[: -len(keys) // 6]

    def _check_foul(self, run: Run, which: str) -> Iterator[str]:
        if not run.was_killed and run.code not in _EXITS:
            yield f"{which}: exit {run.code}: {run.told[-500:]}"
        if "Traceback" in run.told:
            yield f"{which}: {run.told[-1500:]}"
        for marker in duplicates(self.server.marked(self.source)):
            yield f"{which}: two datasets bear {marker}"

    def _check(self) -> Iterator[str]:
        """Yield what is not as it must be after a clean run."""
        rows = self.server.marked(self.source)
        for marker in duplicates(rows):
            yield f"two datasets bear {marker}"
        by_key = {row["marker"].removeprefix(f"{self.source}:"): row for row in rows}
        for key, record in self._records.items():
            if key not in by_key:
                yield f"no dataset of record {key}"
                continue
            edits = [edit for edit in self.people.edits if edit.key == key]
            yield from differences(self._show(by_key[key]["id"]), expected_of(self._in_trash.get(key, record), edits))
        for key, row in by_key.items():
            if key not in self._records and row["state"] != "deleted":
                yield f"the record {key} is gone, its dataset {row['name']} is {row['state']}"
        for kind, (identifier, before) in self._bystanders.items():
            if (now := self._shown(identifier)) != before:
                yield f"the bystander {kind} was {before}, is {now}"

    def _check_told(self) -> Iterator[str]:
        """Yield the conflicts that no report told, and those that reports told of and there was none."""
        gone = {edit.key for edit in self.people.edits if edit.deed == "trash"}
        for edit in self.people.edits:
            if edit.deed == "trash":
                self._due.add((edit.key, "state", "active", "deleted"))
            elif edit.key not in gone and (conflict := edit.conflict_with(self._records[edit.key])):
                self._due.add(conflict)
        for untold in sorted(self._due - self._told):
            yield f"a conflict that no report told: {untold}"
        for key, path, ours, theirs in sorted(self._told - self._known):
            if theirs not in self.people.said(key, path):
                yield f"a conflict that was told, and that there is not: {key} {path}: {ours!r}, {theirs!r}"
        self.tally.due += len(self._due - self._known)
        self._known = self._due | self._told

    def _show(self, identifier: str) -> Mapping[str, Any]:
        """Return a dataset as the database has it: plugin data are in no index."""
        shown: Mapping[str, Any] = self.bench.action.package_show(id=identifier, include_plugin_data=True)
        return shown

    def _shown(self, identifier: str) -> str:
        return dumped(self._show(identifier))


def _undone(run: Run) -> list[Any]:
    return [one for one in run.report.get("outcomes", ()) if one["did"] in {"refused", "failed", "skipped"}][:5]
