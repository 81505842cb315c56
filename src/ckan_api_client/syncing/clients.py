"""The synchronization clients: shells that carry jobs through."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from ckan_api_client.low_level import AsyncCkanLowlevelClient, CkanLowlevelClient
from ckan_api_client.sources import MappingSource, Source, open_source
from ckan_api_client.syncing.events import Listener
from ckan_api_client.syncing.guards import Limits, Share
from ckan_api_client.syncing.jobs import Batch, Job, Workshop
from ckan_api_client.syncing.options import Options
from ckan_api_client.syncing.plan import Plan
from ckan_api_client.syncing.report import Report
from ckan_api_client.syncing.running import check_token
from ckan_api_client.syncing.state import Entry, RunRecord
from ckan_api_client.wire.retry import RetryBudget

if TYPE_CHECKING:
    from ckan_api_client.syncing.diagnosing import Diagnosis

T = TypeVar("T")
Data = Source | Mapping[str, Any] | str | Path

#: Writes under way at once, at most; how many of them a catalog makes use of is found out (`wire.window`).
IN_FLIGHT = 8


class SynchronizationClient:
    """Make the datasets of a catalog match a source, and touch nothing else.

    `base_url`, `api_key`, and further settings: see `CkanLowlevelClient`. `max_in_flight`: how many writes are under
    way at once, at most (1 to 32). `max_rate`: how many requests a second, at most. `state`: the file of what is
    remembered between runs, one for each source; by default one in the user's state directory; ":memory:" remembers
    nothing. Everything else is one of `Options`: `on_conflict`, `own`, `ignore`, `deletes`, `grace_runs`, `grace_days`,
    `adopt`, `retry_refused`, `default_organization`, and the merge strategies, with the names and defaults of the 2014
    client (see `Strategies`).
    """

    def __init__(
        self,
        base_url: str,
        api_key: str | None = None,
        *,
        max_in_flight: int = IN_FLIGHT,
        state: Path | str | None = None,
        **options: Any,
    ) -> None:
        chosen = Options.taken_from(options)
        self._limit = max_in_flight
        self.low_level = CkanLowlevelClient(base_url, api_key, max_in_flight=max_in_flight, **options)
        self._workshop = Workshop(self.low_level.base_url, chosen, state)

    def plan(self, source_name: str, data: Data, *, listener: Listener | None = None) -> Plan:
        """Return what `sync` would do, field by field. Writes nothing to the catalog.

        Arguments and errors: see `sync`. `Plan.to_json()` keeps it, `apply` carries it out.
        """
        return self._carry(self._workshop.plan(source_name, self._source(data), listener))

    def apply(self, plan: Plan, *, limits: Limits | None = None, listener: Listener | None = None) -> Report:
        """Carry out a plan, and nothing else: a dataset that changed since it was made is refused, not merged anew.

        Raises, before anything is written: StalePlan for a plan of another catalog, or after another run; UnsafePlan
        for one that looks like an accident (see `Limits`); EditConflict under `on_conflict="fail"`.
        """
        check_token(is_anonymous=self.low_level.is_anonymous)
        return self._carry(self._workshop.apply(plan, limits or Limits(), listener))

    def sync(
        self,
        source_name: str,
        data: Data,
        *,
        allow_empty: bool = False,
        max_deletes: Share | int | str | None = None,
        max_updates: Share | int | str | None = None,
        listener: Listener | None = None,
    ) -> Report:
        """Make the catalog match the source, and return what was done.

        `source_name` marks what belongs to this source; keep it from run to run. `data` is the path of a
        file or folder, a `sources.Source`, or a mapping
        `{"dataset": {id: {...}}, "organization": {name: {...}}, "group": {name: {...}}}`. Organizations and groups are
        found by name and made where they are missing. Records that cannot be taken are in the report.

        What looks like an accident is refused before anything is written, unless it is allowed: a source that holds no
        dataset (`allow_empty`); more deletes or updates than usual (`max_deletes`, `max_updates`: a number, or a part
        of the source's datasets such as "20%").

        Raises UnsafePlan for such an accident; EditConflict under `on_conflict="fail"`; StateError where what is
        remembered is in use or belongs elsewhere; SourceError where the source as a whole cannot be read;
        NotAuthorized where CKAN does not know the token; TransportError or BadApiError where there is no CKAN to read.
        """
        limits = Limits.of(allow_empty=allow_empty, max_deletes=max_deletes, max_updates=max_updates)
        return self._carry(self._workshop.sync(source_name, self._source(data), limits, listener))

    def undo(self, source_name: str, run: int | None = None, *, listener: Listener | None = None) -> Report:
        """Take back what a run wrote (by default the last one), as far as nobody changed it since.

        Raises StateError where that run is not remembered, or was taken back already.
        """
        check_token(is_anonymous=self.low_level.is_anonymous)
        return self._carry(self._workshop.undo(source_name, run, listener))

    def runs(self, source_name: str) -> list[RunRecord]:
        """Return the runs of a source that are remembered, the newest first."""
        return self._workshop.runs(source_name)

    def journal(self, source_name: str, run: int | None = None) -> tuple[RunRecord, list[Entry]]:
        """Return a run, by default the last one, and what it wrote, the newest first, as far as that is remembered.

        Raises StateError where there is no such run.
        """
        return self._workshop.journal(source_name, run)

    def diagnose(
        self, source_name: str | None = None, *, quick: bool = False, listener: Listener | None = None
    ) -> Diagnosis:
        """Look a source over: its state, its datasets in index and database, and what the token may. Writes nothing.

        Without a source, the catalog alone. `quick`: datasets of which index and state say the same are not read from
        the database. What is wrong is in the diagnosis; raises TransportError or BadApiError where there is no CKAN to
        read.
        """
        anonymous = self.low_level.is_anonymous
        return self._carry(self._workshop.diagnose(source_name, listener, quick=quick, is_anonymous=anonymous))

    def forget_state(self, source_name: str) -> None:
        """Forget what is remembered of a source: the next run compares it with the catalog as if it were the first."""
        self._workshop.forget_state(source_name)

    def _source(self, data: Data) -> Source:
        check_token(is_anonymous=self.low_level.is_anonymous)
        return source_of(data)

    def _carry(self, job: Job[T]) -> T:
        budget = RetryBudget()
        try:
            step = next(job)
            while True:
                answer = None
                try:
                    if isinstance(step, Batch):
                        for _ in self.low_level.run_all(step.flows, limit=self._limit, budget=budget):
                            pass
                    else:
                        answer = self.low_level.run(step)
                except BaseException as error:  # noqa: BLE001 - a job decides what becomes of it
                    step = job.throw(error)
                else:
                    step = job.send(answer)
        except StopIteration as done:
            result: T = done.value
            return result
        finally:
            job.close()

    def close(self) -> None:
        self.low_level.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncSynchronizationClient:
    """Same as `SynchronizationClient`, awaited. Sources and the local state are read and written without awaiting."""

    def __init__(
        self,
        base_url: str,
        api_key: str | None = None,
        *,
        max_in_flight: int = IN_FLIGHT,
        state: Path | str | None = None,
        **options: Any,
    ) -> None:
        chosen = Options.taken_from(options)
        self._limit = max_in_flight
        self.low_level = AsyncCkanLowlevelClient(base_url, api_key, max_in_flight=max_in_flight, **options)
        self._workshop = Workshop(self.low_level.base_url, chosen, state)

    async def plan(self, source_name: str, data: Data, *, listener: Listener | None = None) -> Plan:
        """Same as `SynchronizationClient.plan`, awaited."""
        return await self._carry(self._workshop.plan(source_name, self._source(data), listener))

    async def apply(self, plan: Plan, *, limits: Limits | None = None, listener: Listener | None = None) -> Report:
        """Same as `SynchronizationClient.apply`, awaited."""
        check_token(is_anonymous=self.low_level.is_anonymous)
        return await self._carry(self._workshop.apply(plan, limits or Limits(), listener))

    async def sync(
        self,
        source_name: str,
        data: Data,
        *,
        allow_empty: bool = False,
        max_deletes: Share | int | str | None = None,
        max_updates: Share | int | str | None = None,
        listener: Listener | None = None,
    ) -> Report:
        """Same as `SynchronizationClient.sync`, awaited."""
        limits = Limits.of(allow_empty=allow_empty, max_deletes=max_deletes, max_updates=max_updates)
        return await self._carry(self._workshop.sync(source_name, self._source(data), limits, listener))

    async def undo(self, source_name: str, run: int | None = None, *, listener: Listener | None = None) -> Report:
        """Same as `SynchronizationClient.undo`, awaited."""
        check_token(is_anonymous=self.low_level.is_anonymous)
        return await self._carry(self._workshop.undo(source_name, run, listener))

    def runs(self, source_name: str) -> list[RunRecord]:
        """Same as `SynchronizationClient.runs`."""
        return self._workshop.runs(source_name)

    def journal(self, source_name: str, run: int | None = None) -> tuple[RunRecord, list[Entry]]:
        """Same as `SynchronizationClient.journal`."""
        return self._workshop.journal(source_name, run)

    async def diagnose(
        self, source_name: str | None = None, *, quick: bool = False, listener: Listener | None = None
    ) -> Diagnosis:
        """Same as `SynchronizationClient.diagnose`, awaited."""
        anonymous = self.low_level.is_anonymous
        return await self._carry(self._workshop.diagnose(source_name, listener, quick=quick, is_anonymous=anonymous))

    def forget_state(self, source_name: str) -> None:
        """Same as `SynchronizationClient.forget_state`."""
        self._workshop.forget_state(source_name)

    def _source(self, data: Data) -> Source:
        check_token(is_anonymous=self.low_level.is_anonymous)
        return source_of(data)

    async def _carry(self, job: Job[T]) -> T:
        budget = RetryBudget()
        try:
            step = next(job)
            while True:
                answer = None
                try:
                    if isinstance(step, Batch):
                        async for _ in self.low_level.run_all(step.flows, limit=self._limit, budget=budget):
                            pass
                    else:
                        answer = await self.low_level.run(step)
                except BaseException as error:  # noqa: BLE001 - a job decides what becomes of it
                    step = job.throw(error)
                else:
                    step = job.send(answer)
        except StopIteration as done:
            result: T = done.value
            return result
        finally:
            job.close()

    async def close(self) -> None:
        """Same as `SynchronizationClient.close`, awaited."""
        await self.low_level.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def source_of(data: Data) -> Source:
    """Return what to read; that it is empty is for the guards to say. Raises TypeError for what is no source."""
    if isinstance(data, str | Path):
        return open_source(data, allow_empty=True)
    if isinstance(data, Mapping):
        return MappingSource(data)
    if not hasattr(data, "read"):
        raise TypeError(f"a {type(data).__name__} is no source: give a path, a mapping, or a sources.Source")
    return data
