"""One schedule: rounds of changes, edits, faults and runs, drawn from a seed; then all is healed, and checked."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from ckan_api_client.exceptions import CkanError
from ckan_api_client.syncing.identity import Identity
from ckan_api_client.syncing.jobs import Job, Workshop
from ckan_api_client.syncing.options import Options
from ckan_api_client.syncing.plan import Conflict, Plan
from ckan_api_client.syncing.report import Interrupted, Report
from schedules import oracle
from schedules.bench import LIMITS, SOURCE, Killed, put_back
from schedules.carrying import carry
from schedules.catalog import ORGANIZATION, Catalog
from schedules.faults import draw_faults
from schedules.oracle import Violation
from schedules.people import GROUP, OTHER_ORGANIZATION, Person
from schedules.source import INCOMPLETE, MISHAPS, RandomSource, Read
from schedules.transport import InProcess


@dataclass
class Tally:
    """What was played, over many schedules."""

    schedules: int = 0
    runs: int = 0
    requests: int = 0
    edits: int = 0
    faults: Counter[str] = field(default_factory=Counter)


class Schedule:
    """`play` it once. `say` hears what happens, line by line."""

    def __init__(self, seed: int, tally: Tally, say: Callable[[str], object] = lambda _: None) -> None:
        self.seed = seed
        self.draw = Random(seed)  # noqa: S311 - reproducible, not secret
        self.tally = tally
        self.say = say
        self.is_editor = self.draw.random() < 0.25
        self.told: list[Conflict] = []
        #: Whether the memory was ever lost, or what a run did was taken back.
        self.was_lost = False
        self.deletes = self.draw.choice(["delete"] * 6 + ["private", "purge" if not self.is_editor else "delete"])
        self.options = Options(deletes=self.deletes)  # type: ignore[arg-type]

    def play(self) -> None:
        """Raise Violation where something does not hold."""
        shared = Path("/dev/shm")  # noqa: S108 - its files cost no disk; where there is none, any place will do
        version = self.draw.choice(["2.10", "2.11", "2.11", "2.12"])
        with (
            tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder,
            Catalog(version) as self.catalog,
        ):
            self.state = Path(folder) / "geo.sqlite"
            self.source = RandomSource(self.draw, with_groups=not self.is_editor)
            self.person = Person(self.catalog, SOURCE, self.draw, self.is_editor)
            self._prepare()
            self.say(f"seed {self.seed}: CKAN {version}, {'editor' if self.is_editor else 'sysadmin'}, {self.deletes}")
            for _ in range(self.draw.randint(2, 5)):
                self._round()
            self._end()
        self.tally.schedules += 1

    def _prepare(self) -> None:
        catalog = self.catalog
        catalog.act("organization_create", name=OTHER_ORGANIZATION)
        catalog.act("group_create", name=GROUP)
        key = self.source.keys[0]
        others: list[tuple[str, str | None, dict[str, Any]]] = [
            ("bystander-0", None, {"title": "source 1"}),
            ("bystander-1", "other:1", {}),
            ("bystander-2", f"{SOURCE}2:{key}", {}),
            ("bystander-3", SOURCE, {"private": True}),
            (Identity(SOURCE, self.source.keys[-1]).dataset_id, None, {}),
            ("bystander-5", f"x{SOURCE}:{key}", {"owner_org": OTHER_ORGANIZATION}),
        ]
        for number, (name, marker, more) in enumerate(others):
            extras = [{"key": "_harvest_source", "value": marker}] if marker else [{"key": "number", "value": number}]
            catalog.act("package_create", **{"name": name, "owner_org": ORGANIZATION, "extras": extras, **more})
        shown = {row["id"] for row in catalog.rows("SELECT id FROM package")}
        self.bystanders = {dataset_id: self.person.shown(dataset_id) for dataset_id in shown}

    def _round(self) -> None:
        draw = self.draw
        for _ in range(draw.randint(0, 3)):
            self.say(f"  source: {self.source.change()}")
            oracle.loosen(self.person, self.source.records, SOURCE)
        for _ in range(draw.choice([0, 1, 1, 2])):
            self._edit()
        if draw.random() < 0.12:
            asked = [record.get("name", "") for record in self.source.records.values()]
            done = self.person.take_name(draw.choice([*asked, ""]))
            self.tally.faults["name taken by a person"] += done != "nothing"
            self.say(f"  person: {done}")
        if draw.random() < 0.08:
            self._lose_state()
        told = draw_faults(draw, self.catalog, SOURCE, self.tally.faults)
        mishap = draw.choice([*MISHAPS, *[""] * 12])
        if mishap:
            self.tally.faults[f"source: {mishap}"] += 1
        self.say(f"  faults: {', '.join(told) or 'none'}; source: {mishap or 'well'}")
        self._run(mishap)
        for kind in self.catalog.ckan.faults.hits:
            self.tally.faults[kind[1]] += 1
        if draw.random() < 0.7:
            self.catalog.heal()
        else:
            self.catalog.ckan.faults.clear()
        if draw.random() < 0.07 and self.state.exists():
            self._undo()

    def _edit(self) -> None:
        done = self.person.do_something()
        self.tally.edits += done != "nothing"
        self.say(f"  person: {done}")
        oracle.loosen(self.person, self.source.records, SOURCE)

    def _lose_state(self) -> None:
        how = self.draw.choice(["deleted", "deleted with its lock", "cut in half"])
        if not self.state.exists():
            return
        self.tally.faults[f"state: {how}"] += 1
        self.say(f"  state: {how}")
        if how == "cut in half":
            content = self.state.read_bytes()
            self.state.write_bytes(content[: len(content) // 2])
        else:
            pattern = f"{self.state.name}*" if how == "deleted with its lock" else self.state.name
            for file in self.state.parent.glob(pattern):
                file.unlink()
        self.was_lost = True
        oracle.forget_memory(self.person)

    def _workshop(self, **more: Any) -> Workshop:
        options = Options(deletes=self.deletes, **more)  # type: ignore[arg-type]
        return Workshop("http://c.example", options, self.state)

    def _run(self, mishap: str) -> None:
        """Run once, whatever happens; then see whether what must hold all the time does."""
        draw = self.draw
        mischief = draw.choice(["", "", "", "kill", "interrupt", "drop", "revoke", "edit", "edit"])
        transport = self._transport(mischief)
        read = Read(self.source.records, mishap, draw)
        is_applied = draw.random() < 0.15
        report = self._carried(lambda: self._planned(transport, read) if is_applied else None, transport, read)
        if report is not None and mischief != "interrupt" and mishap not in INCOMPLETE:
            refused = {outcome.record_id for outcome in report.undone}
            self.person.known |= self.source.records.keys() - refused
        if mishap in INCOMPLETE and any(oracle.is_delete(action, body) for action, body in transport.calls):
            raise Violation(f"something was deleted though the source was {mishap}")
        oracle.check_always(self)

    def _planned(self, transport: InProcess, read: Read) -> Job[Report]:
        """Plan, keep the plan as text, let somebody edit, and give the job that applies it."""
        plan = carry(self._workshop().plan(SOURCE, read, None), transport)
        self.say("  planned, to be applied later")
        if self.draw.random() < 0.5:
            self._edit()
        return self._workshop().apply(Plan.from_json(plan.to_json()), LIMITS, None)

    def _carried(self, make: Callable[[], Job[Report] | None], transport: InProcess, read: Read) -> Report | None:
        self.tally.runs += 1
        snapshot: dict[str, bytes] = {}
        self._snapshot = snapshot
        report: Report | None = None
        try:
            job = make() or self._workshop().sync(SOURCE, read, LIMITS, None)
            report = carry(job, transport, at_once=self.draw.choice([1, 3]), turns=self.draw)
            self.say(f"  run: {report.counts()} {[(o.record_id, o.reason) for o in report.undone]}")
        except Interrupted as interrupted:
            report = interrupted.report
            self.say(f"  run interrupted: {report.counts()}")
        except (CkanError, KeyboardInterrupt) as error:
            self.say(f"  run failed: {type(error).__name__}: {error!s:.200}")
        except Killed:
            self.say("  run killed")
            if snapshot:
                put_back(self.state, snapshot)
        finally:
            self.tally.requests += len(transport.calls)
            transport.token = ""
        if report is not None:
            self.told += report.conflicts
            for conflict in report.conflicts:
                self.say(
                    f"    conflict {conflict.record_id!r} {conflict.path}: {conflict.source!r} {conflict.catalog!r}"
                )
        elif self.state.exists():
            self._read_told()
        return report

    def _read_told(self) -> None:
        """What runs told that ended in an error is in the state."""
        with self._workshop().open_state(SOURCE) as state:
            runs = [run for run in state.runs()[:1] if run.report is not None]
        for run in runs:
            assert run.report is not None
            self.told += [Conflict(**one) for one in run.report["conflicts"]]

    def _undo(self) -> None:
        transport = self._transport("")
        self.say("  undo")
        try:
            report = carry(self._workshop().undo(SOURCE, None, None), transport, turns=self.draw)
        except CkanError as error:
            self.say(f"  undo failed: {error!s:.200}")
            return
        self.tally.faults["undo"] += 1
        self.say(f"  undone: {report.counts()}")
        self.was_lost = True
        oracle.forget_memory(self.person)
        oracle.check_always(self)

    def _transport(self, mischief: str) -> InProcess:
        draw = self.draw
        transport = InProcess(self.catalog.ckan, self._token())
        at, is_before = draw.randint(1, 30), draw.random() < 0.5

        def hook(number: int, *_: Any) -> None:
            if number != at:
                return
            self.say(f"  at request {number}: {mischief}")
            self.tally.faults[mischief if mischief != "edit" else "edit in a run"] += 1
            if mischief == "edit":
                self._edit()
            elif mischief == "revoke":
                transport.token = "revoked"
            elif mischief == "interrupt":
                raise KeyboardInterrupt
            else:
                if mischief == "kill":
                    for file in self.state.parent.glob(f"{self.state.name}*"):
                        self._snapshot[file.name] = file.read_bytes()
                raise Killed

        if mischief:
            setattr(transport, "before" if is_before else "after", hook)
        return transport

    def _token(self) -> str:
        return self.catalog.ckan.editor_token if self.is_editor else self.catalog.ckan.sysadmin_token

    def _end(self) -> None:
        """Heal, run once, and check; then run again, and see that nothing is written and nothing told."""
        self.catalog.heal()
        report = self._last_run()
        if "an earlier run; not sent again" in " ".join(outcome.reason for outcome in report.undone):
            report = self._last_run(retry_refused=True)
        if report.no_deletes_because:
            report = self._last_run()
        oracle.check_always(self)
        oracle.check_end(self, report)
        self.catalog.ckan.forget_requests()
        again = self._last_run()
        written = [write for write in self.catalog.ckan.writes if write.status == 200]
        if written:
            raise Violation(f"one more run writes {written}")
        if again.conflicts:
            raise Violation(f"one more run tells again of {again.conflicts}")
        if self.catalog.ckan.crashes:
            raise Violation(f"the embedded CKAN broke: {self.catalog.ckan.crashes}")

    def _last_run(self, **more: Any) -> Report:
        transport = InProcess(self.catalog.ckan, self._token())
        read = Read(self.source.records, "", self.draw)
        self.say("  last run" + str(more or ""))
        report = self._carried(lambda: self._workshop(**more).sync(SOURCE, read, LIMITS, None), transport, read)
        if report is None:
            raise Violation("a run of which nothing goes wrong fails")
        return report
