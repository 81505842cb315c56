"""One schedule: rounds of changes, edits, faults and runs, drawn from a seed; then all is healed, and checked."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from ckan_api_client.exceptions import CkanError
from ckan_api_client.syncing.events import Event, Listener, Planned, UndoPlanned
from ckan_api_client.syncing.guards import Limits
from ckan_api_client.syncing.jobs import Job, Workshop
from ckan_api_client.syncing.options import Options
from ckan_api_client.syncing.plan import Conflict, Plan
from ckan_api_client.syncing.report import Interrupted, Report
from schedules import oracle
from schedules.accounts import Account
from schedules.bench import LIMITS, SOURCE, Killed
from schedules.bystanders import make_bystanders
from schedules.carrying import carry, exhaust, steps
from schedules.catalog import Catalog
from schedules.cutting import Cutting
from schedules.faults import draw_faults
from schedules.oracle import Violation
from schedules.people import GROUP, OTHER_ORGANIZATION, Person
from schedules.source import ENDINGS, INCOMPLETE, MISHAPS, RandomSource, Read, ReaderError
from schedules.transport import InProcess

#: What happens at one request of a run, and what becomes of a memory.
MISCHIEFS = ("kill", "drop", "interrupt", "revoke", "edit")
LOSSES = ("deleted", "deleted with its lock", "cut in half")


@dataclass
class Tally:
    """What was played, over many schedules."""

    schedules: int = 0
    rules: int = 0
    runs: int = 0
    requests: int = 0
    edits: int = 0
    audited: int = 0
    compared: int = 0
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
        #: Whether a run was that of an editor, who sees nothing in the trash, and makes another dataset beside it.
        self.was_editor = self.is_editor
        #: Whether two hosts ran: what one brought back, the other takes for people's wish, and lets stand.
        self.had_two_hosts = False
        #: Of the records whose dataset a run took away, whether a run brought it back since.
        self.brought_back: dict[str, bool] = {}
        #: What each run since the last check says of itself, by its actor.
        self.accounts: dict[str, Account] = {}
        self.deletes = self.draw.choice(["delete"] * 6 + ["private", "purge" if not self.is_editor else "delete"])
        self.options = Options(deletes=self.deletes)  # type: ignore[arg-type]

    def play(self) -> None:
        """Raise Violation where something does not hold."""
        with self.laid_out():
            for _ in range(self.draw.randint(2, 5)):
                self._round()
            self.end()
        self.tally.schedules += 1

    @contextmanager
    def laid_out(self) -> Iterator[None]:
        """Have a catalog, a source, and people, for so long."""
        shared = Path("/dev/shm")  # noqa: S108 - its files cost no disk; where there is none, any place will do
        version = self.draw.choice(["2.10", "2.11", "2.11", "2.12"])
        with (
            tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder,
            Catalog(version) as self.catalog,
        ):
            self.state = Path(folder) / "geo.sqlite"
            self.other_state = Path(folder) / "other.sqlite"
            self.source = RandomSource(self.draw, with_groups=not self.is_editor)
            self.person = Person(self.catalog, SOURCE, self.draw, self.is_editor)
            self._prepare()
            self.say(f"seed {self.seed}: CKAN {version}, {'editor' if self.is_editor else 'sysadmin'}, {self.deletes}")
            yield

    def _prepare(self) -> None:
        catalog = self.catalog
        catalog.act("organization_create", name=OTHER_ORGANIZATION)
        catalog.act("group_create", name=GROUP)
        self.bystanders = make_bystanders(catalog, SOURCE, self.source.keys, OTHER_ORGANIZATION)
        self.untouched = catalog.bytes_of(self.bystanders)

    def _round(self) -> None:
        draw = self.draw
        for _ in range(draw.randint(0, 3)):
            self.say(f"  source: {self.source.change()}")
            oracle.loosen(self.person, self.source.records, SOURCE)
        for _ in range(draw.choice([0, 1, 1, 2])):
            self.edit()
        if draw.random() < 0.12:
            self.take_name()
        if draw.random() < 0.08:
            self.lose_state(draw.choice(LOSSES))
        told = draw_faults(draw, self.catalog, SOURCE, self.tally.faults)
        mishap = draw.choice([*MISHAPS, *[""] * 12])
        if mishap:
            self.tally.faults[f"source: {mishap}"] += 1
        self.say(f"  faults: {', '.join(told) or 'none'}; source: {mishap or 'well'}")
        self.run(mishap, draw.choice(["", "", "", *MISCHIEFS, "edit"]), is_applied=draw.random() < 0.15)
        if draw.random() < 0.7:
            self.catalog.heal()
        else:
            self.catalog.ckan.faults.clear()
        if draw.random() < 0.07 and self.state.exists():
            self.undo()

    def edit(self, kind: str = "") -> str:
        """Let somebody edit a dataset, in this way or in any."""
        done = self.person.do_something(kind)
        self.tally.edits += done != "nothing"
        self.say(f"  person: {done}")
        oracle.loosen(self.person, self.source.records, SOURCE)
        return done

    def take_name(self) -> None:
        asked = [record.get("name", "") for record in self.source.records.values()]
        free = [name for name in asked if name and self.catalog.show(name) is None]
        done = self.person.take_name(self.draw.choice(free)) if free else "nothing"
        self.tally.faults["name taken by a person"] += done != "nothing"
        self.say(f"  person: {done}")

    def lose_state(self, how: str) -> None:
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
        self._forget()

    def _forget(self) -> None:
        self.was_lost = True
        oracle.forget_memory(self.person)

    def _workshop(self, state: Path | None = None, **more: Any) -> Workshop:
        options = Options(deletes=self.deletes, **more)  # type: ignore[arg-type]
        return Workshop("http://c.example", options, state or self.state)

    def run(
        self, mishap: str, mischief: str, cuts: Mapping[int, str] | None = None, *, is_applied: bool = False
    ) -> None:
        """Run once, whatever happens; then see whether what must hold all the time does."""
        transport = self._transport(mischief, cuts)
        read = Read(self.source.records, mishap, self.draw)
        report = self._carried(
            lambda listener: self._planned(transport, read, listener) if is_applied else None, transport, read
        )
        is_known = mishap not in {*INCOMPLETE, *ENDINGS}
        if report is not None and mischief != "interrupt" and is_known:
            refused = {outcome.record_id for outcome in report.undone}
            self.person.known |= self.source.records.keys() - refused
        self.tally.faults["late"] += transport.catch_up()
        self._check([transport], self._absent() if is_known else ())

    def run_twice_at_once(self, cuts: Mapping[int, str]) -> None:
        """Run on two hosts, each with a memory of its own, step by step in turns that are drawn."""
        self._forget()
        self.had_two_hosts = True
        self.tally.faults["two hosts"] += 1
        transports = [self._transport("", cuts), self._transport("", None, self.other_state, "engine elsewhere")]
        runs = [
            self._steps(lambda _: None, transport, Read(self.source.records, "", self.draw), state)
            for transport, state in zip(transports, (self.state, self.other_state), strict=True)
        ]
        while runs:
            run = self.draw.choice(runs)
            try:
                next(run)
            except StopIteration:
                runs.remove(run)
        self._forget()
        for transport in transports:
            self.tally.faults["late"] += transport.catch_up()
        self._check(transports, self._absent())

    def _absent(self) -> set[str]:
        return set(self.source.keys) - set(self.source.records)

    def _check(self, transports: Collection[Cutting], may_go: Collection[str] | None) -> None:
        for transport in transports:
            self.tally.faults.update(transport.hits)
        self.tally.faults.update(kind for _, kind in self.catalog.ckan.faults.hits)
        self.catalog.ckan.faults.hits.clear()
        oracle.check_accounts(self)
        oracle.check_audit(self, may_go=may_go)
        oracle.check_always(self)

    def _planned(self, transport: InProcess, read: Read, listener: Listener) -> Job[Report]:
        """Plan, keep the plan as text, let somebody edit, and give the job that applies it."""
        plan = carry(self._workshop().plan(SOURCE, read, None), transport)
        self.tally.faults["planned, and applied later"] += 1
        self.say("  planned, to be applied later")
        if self.draw.random() < 0.5:
            self.edit()
        return self._workshop().apply(Plan.from_json(plan.to_json()), LIMITS, listener)

    def _carried(self, make: Callable[[Listener], Job[Report] | None], transport: Cutting, read: Read) -> Report | None:
        return exhaust(self._steps(make, transport, read, self.state))

    def _steps(
        self, make: Callable[[Listener], Job[Report] | None], transport: Cutting, read: Read, state: Path
    ) -> Generator[None, None, Report | None]:
        self.tally.runs += 1
        report: Report | None = None
        heard: list[Event] = []
        limits = Limits.of() if read.is_empty else LIMITS
        try:
            job = make(heard.append) or self._workshop(state).sync(SOURCE, read, limits, heard.append)
            report = yield from steps(job, transport, at_once=self.draw.choice([1, 3]), turns=self.draw)
            self.say(f"  run: {report.counts()} {[(o.record_id, o.reason) for o in report.undone]}")
        except Interrupted as interrupted:
            report = interrupted.report
            self.say(f"  run interrupted: {report.counts()}")
        except (CkanError, KeyboardInterrupt, ReaderError) as error:
            self.say(f"  run failed: {type(error).__name__}: {error!s:.200}")
        except Killed:
            self.say("  run killed")
            transport.settle_killed()
        finally:
            self.tally.requests += len(transport.calls)
            transport.token = ""
            self.accounts[transport.actor] = self._account(report, heard, state)
        if report is not None:
            self.told += report.conflicts
            for conflict in report.conflicts:
                self.say(
                    f"    conflict {conflict.record_id!r} {conflict.path}: {conflict.source!r} {conflict.catalog!r}"
                )
        elif state.exists():
            self._read_told(state)
        return report

    def _account(self, report: Report | None, heard: Collection[Event], path: Path) -> Account:
        """Return what a run says of itself, as the state has it: the same as it has told, if it came to that."""
        if not any(isinstance(event, Planned | UndoPlanned) for event in heard):
            return Account()  # It had not begun.
        record, entries = self._workshop(path).journal(SOURCE, None)
        if report is not None and record.report != report.as_dict():
            raise Violation(f"the report is {report.as_dict()}, and the state remembers {record.report}")
        return Account.of(record, entries)

    def _read_told(self, path: Path) -> None:
        """What runs told that ended in an error is in the state."""
        with self._workshop(path).open_state(SOURCE) as state:
            runs = [run for run in state.runs()[:1] if run.report is not None]
        for run in runs:
            assert run.report is not None
            self.told += [Conflict(**one) for one in run.report["conflicts"]]

    def undo(self) -> None:
        if not self.state.exists():
            return
        transport = self._transport("")
        self.say("  undo")
        undone: Report | None = None
        heard: list[Event] = []
        try:
            undone = carry(self._workshop().undo(SOURCE, None, heard.append), transport, turns=self.draw)
        except CkanError as error:
            self.say(f"  undo failed: {error!s:.200}")
        else:
            self.tally.faults["undo"] += 1
            self.say(f"  undone: {undone.counts()}")
        self.accounts[transport.actor] = self._account(undone, heard, self.state)
        self._forget()
        self._check([transport], None)

    def _transport(
        self, mischief: str, cuts: Mapping[int, str] | None = None, state: Path | None = None, actor: str = "engine"
    ) -> Cutting:
        draw = self.draw
        transport = Cutting(self.catalog, self._token(), state or self.state, actor)
        transport.cuts.update(cuts or {})
        at, is_before = draw.randint(1, 30), draw.random() < 0.5

        def hook(number: int, *_: Any) -> None:
            if number != at:
                return
            self.say(f"  at request {number}: {mischief}")
            self.tally.faults[mischief if mischief != "edit" else "edit in a run"] += 1
            if mischief == "edit":
                self.edit()
            elif mischief == "rights taken":
                self.catalog.let_write(is_allowed=False)
                self.was_editor = True
            elif mischief == "revoke":
                transport.token = "revoked"
            elif mischief == "interrupt":
                raise KeyboardInterrupt
            elif mischief == "drop":
                raise Killed
            else:
                transport.die()

        if mischief:
            setattr(transport, "before" if is_before else "after", hook)
        return transport

    def has_withdrawn(self, record_id: str) -> bool:
        """Tell whether this host remembers that it withdrew a dataset: what is there was brought back since."""
        with self._workshop().open_state(SOURCE) as state:
            known = state.base(record_id)
        return known is not None and known.status == "withdrawn"

    def _token(self) -> str:
        return self.catalog.ckan.editor_token if self.is_editor else self.catalog.ckan.sysadmin_token

    def end(self) -> None:
        """Heal, run once, and check; then run again, and see that nothing is written and nothing told."""
        self.catalog.heal()
        report = self._last_run()
        if "an earlier run; not sent again" in " ".join(outcome.reason for outcome in report.undone):
            report = self._last_run(retry_refused=True)
        if report.no_deletes_because:
            report = self._last_run()
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
        transport = self._transport("")
        read = Read(self.source.records, "", self.draw)
        self.say("  last run" + str(more or ""))
        report = self._carried(
            lambda listener: self._workshop(**more).sync(SOURCE, read, LIMITS, listener), transport, read
        )
        self._check([transport], self._absent())
        if report is None:
            raise Violation("a run of which nothing goes wrong fails")
        return report
