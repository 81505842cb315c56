"""What a synchronization client is asked for, as jobs: every step once, for the blocking client and the awaited one.

A job is a generator that yields a flow (and is sent its result) or a Batch of them (and is sent None once they are
done). What a step raises is thrown into the job, so that a job keeps its state in order whatever happens.
"""

from __future__ import annotations

import shlex
from collections.abc import Generator, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from ckan_api_client.exceptions import NotAuthorized, StateError
from ckan_api_client.sources import Source
from ckan_api_client.syncing.catalog import read_account
from ckan_api_client.syncing.events import Listener
from ckan_api_client.syncing.guards import Limits
from ckan_api_client.syncing.identity import check_source_name
from ckan_api_client.syncing.options import Options
from ckan_api_client.syncing.permissions import permission_notes
from ckan_api_client.syncing.plan import Plan
from ckan_api_client.syncing.report import Interrupted, Report
from ckan_api_client.syncing.running import Execution, check_catalog
from ckan_api_client.syncing.state import Entry, RunRecord, State, default_path, forget
from ckan_api_client.syncing.state.files import is_there
from ckan_api_client.syncing.surveying import Survey
from ckan_api_client.wire.messages import Flow

if TYPE_CHECKING:
    from ckan_api_client.syncing.diagnosing import Diagnosis
    from ckan_api_client.syncing.undoing import Undoing

T = TypeVar("T")

#: Instead of a path: nothing is remembered.
MEMORY = ":memory:"


@dataclass(frozen=True, slots=True)
class Batch:
    """Flows that may run side by side."""

    flows: Iterable[Flow[Any]]


Job: TypeAlias = Generator[Flow[Any] | Batch, Any, T]


@dataclass(frozen=True, slots=True)
class Workshop:
    """What all jobs of a client have in common. `state`: the file of the local state, or None for the default one."""

    catalog_url: str
    options: Options
    state: Path | str | None = None

    def open_state(self, source_name: str) -> State:
        """Open the local state of a source. Raises StateError where it is in use, of another kind, or newer."""
        return State.open(self.path_of(source_name), catalog=self.catalog_url, source=source_name)

    def open_known_state(self, source_name: str) -> State:
        """Open the local state of a source; where there is none, an empty one that makes no file."""
        path = self.path_of(source_name)
        is_known = path == MEMORY or is_there(Path(path))
        return State.open(path if is_known else MEMORY, catalog=self.catalog_url, source=source_name)

    def path_of(self, source_name: str) -> Path | str:
        """Return where the local state of a source is."""
        check_source_name(source_name)
        return self.state if self.state is not None else default_path(self.catalog_url, source_name)

    def plan(self, source_name: str, source: Source, listener: Listener | None) -> Job[Plan]:
        """Survey source and catalog; write nothing there, and remember what they agree on."""
        with self.open_state(source_name) as state:
            survey = self._survey(source_name, source, state, listener)
            plan = yield from _surveyed(survey)
            plan = replace(plan, notes=(*plan.notes, *(yield permission_notes(plan, survey.account))))
            with state.batch():
                survey.remember(with_conflicts=False)
                state.sweep()
            return plan

    def sync(self, source_name: str, source: Source, limits: Limits, listener: Listener | None) -> Job[Report]:
        """Survey, and carry the plan out."""
        with self.open_state(source_name) as state:
            survey = self._survey(source_name, source, state, listener)
            plan = yield from _surveyed(survey)
            execution = Execution(plan, state, survey.account, listener=listener)
            execution.report.adjusted = dict(sorted(survey.intake.adjusted.items()))
            execution.check(limits)
            return (yield from _executed(execution, survey))

    def apply(self, plan: Plan, limits: Limits, listener: Listener | None) -> Job[Report]:
        """Carry out a plan that was made before; what changed since is left alone."""
        check_catalog(plan, self.catalog_url)
        with self.open_state(plan.source) as state:
            account = yield read_account()
            execution = Execution(plan, state, account, listener=listener, is_strict=True)
            execution.check(limits)
            return (yield from _executed(execution, None))

    def undo(self, source_name: str, run: int | None, listener: Listener | None) -> Job[Report]:
        """Take back what a run wrote, as far as nobody changed it since."""
        from ckan_api_client.syncing.undoing import Undoing  # noqa: PLC0415 - few runs are undone

        with self.open_known_state(source_name) as state:
            account = yield read_account()
            undoing = Undoing(source_name, self.catalog_url, state, account, run, listener=listener)
            return (yield from _executed(undoing, None))

    def runs(self, source_name: str) -> list[RunRecord]:
        """Return the runs of a source, the newest first."""
        with self.open_known_state(source_name) as state:
            return state.runs()

    def journal(self, source_name: str, run: int | None) -> tuple[RunRecord, list[Entry]]:
        """Return a run, and what it wrote."""
        with self.open_known_state(source_name) as state:
            record = state.run(run)
            if record is not None:
                return record, state.entries(record.number)
        which = f"no run {run}" if run is not None else "no run"
        raise StateError(f"{which} of {source_name!r} is remembered: see `ckanclient runs {source_name}`")

    def diagnose(
        self, source_name: str | None, listener: Listener | None, *, quick: bool, is_anonymous: bool
    ) -> Job[Diagnosis]:
        """Look a source and its catalog over, or the catalog alone; write nothing."""
        from ckan_api_client.syncing.diagnosing import Examination  # noqa: PLC0415 - no run needs it
        from ckan_api_client.syncing.state.inspecting import inspected  # noqa: PLC0415 - as above

        with ExitStack() as stack:
            inspection = None
            if source_name is not None:
                path = self.path_of(source_name)
                if path != MEMORY:
                    catalog = self.catalog_url
                    inspection = stack.enter_context(inspected(Path(path), catalog=catalog, source=source_name))
            examination = Examination(
                self.catalog_url,
                source_name or "",
                inspection,
                command=self._command("plan", source_name or "SOURCE", "INPUT"),
                is_anonymous=is_anonymous,
                quick=quick,
                listener=listener,
            )
            try:
                yield examination.meet()
            except NotAuthorized as error:
                examination.reject(error)
                return examination.diagnosis()
            yield examination.visit()
            yield examination.list_all()
            yield Batch(examination.members())
            yield Batch(examination.questions())
            yield examination.pause()
            yield Batch(examination.second_looks())
            yield examination.finish()
            return examination.diagnosis()

    def forget_state(self, source_name: str) -> None:
        """Remove the local state of a source, if there is any."""
        path = self.path_of(source_name)
        if path != MEMORY:
            forget(path)

    def _command(self, *words: str) -> str:
        """Return a command line that uses the state that this does."""
        state = [] if self.state is None else ["--state", str(self.state)]
        return shlex.join(["ckanclient", *words, *state])

    def _survey(self, source_name: str, source: Source, state: State, listener: Listener | None) -> Survey:
        return Survey(source_name, source, state, self.options, catalog_url=self.catalog_url, listener=listener)


def _surveyed(survey: Survey) -> Job[Plan]:
    yield survey.prepare()
    yield Batch(survey.questions())
    plan: Plan = yield survey.finish()
    return plan


def _executed(execution: Execution | Undoing, survey: Survey | None) -> Job[Report]:
    execution.begin()
    try:
        for batch in execution.batches():
            yield Batch(batch)
    except KeyboardInterrupt as interruption:
        raise Interrupted(execution.end("interrupted")) from interruption
    except Exception:
        execution.end("failed")
        raise
    except BaseException:
        execution.end("interrupted")
        raise
    return execution.end("done", survey)
