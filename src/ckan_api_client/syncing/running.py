"""Carrying a plan out: which flows, in which order, and what is written down of each. It carries none of them through.

Each flow tells the journal before it writes, and its outcome is taken down at its own end, in whatever thread that is:
so what was finished when a run was interrupted is in the report and in the state.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ckan_api_client.exceptions import EditConflict, NotAuthorized, StalePlan
from ckan_api_client.syncing.applying import (
    Applied,
    Data,
    Terms,
    apply_adopt,
    apply_group,
    apply_update,
)
from ckan_api_client.syncing.base import Base, How, hash_of
from ckan_api_client.syncing.catalog import Account, look
from ckan_api_client.syncing.creating import apply_create, apply_revive
from ckan_api_client.syncing.deleting import apply_delete
from ckan_api_client.syncing.events import Listener, Planned, Settled
from ckan_api_client.syncing.guards import Limits
from ckan_api_client.syncing.judging import ONCE
from ckan_api_client.syncing.options import Options
from ckan_api_client.syncing.plan import Adopt, Create, Delete, GroupChange, Keep, Plan, Revive, Update
from ckan_api_client.syncing.report import UNDONE, Did, Outcome, Report
from ckan_api_client.syncing.state import Ended, Entry, State
from ckan_api_client.syncing.surveying import Survey
from ckan_api_client.wire.messages import Flow

#: So many failures in a row, with nothing done in between, are the server's and not the records'.
_FAILURES_IN_A_ROW = 25
#: Fields whose refusal is the catalog's doing, not the record's: it may be taken the next time.
_OF_THE_CATALOG = frozenset({"id", "name", "owner_org", "groups"})
_WRITTEN = frozenset({Did.CREATED, Did.UPDATED, Did.REVIVED, Did.ADOPTED})


class Execution:
    """`check`; then `begin`; then the flows of each of `batches`, each batch done before the next; then `end`.

    `is_strict`: the plan was made before, and approved: a dataset that changed since is not written.
    """

    def __init__(
        self,
        plan: Plan,
        state: State,
        account: Account,
        *,
        listener: Listener | None = None,
        is_strict: bool = False,
    ) -> None:
        options = Options.from_dict(plan.rules).on_site(account)
        self._plan = plan
        self._state = state
        self._options = options
        self._terms = Terms(
            plan.source,
            options.rules,
            by_sysadmin=account.is_sysadmin,
            with_datastore="datastore" in account.extensions,
            is_strict=is_strict,
        )
        self._account = account
        self._tell: Listener = listener or (lambda _: None)
        self._lock = threading.Lock()
        self._run = 0
        self._failures = 0
        self._failed: dict[str, tuple[str, str, str]] = {}
        self._told = {(conflict.record_id, conflict.path) for conflict in plan.conflicts}
        self._missing: dict[str, set[str]] = {"organization": set(), "group": set()}
        #: Writes of earlier runs of which nobody knows what became of them: moot once their record is written again.
        self._open: dict[str, list[Entry]] = {}
        self.report = Report(
            plan.source,
            plan.catalog,
            unchanged=plan.unchanged,
            no_deletes_because=plan.no_deletes_because,
            conflicts=plan.conflicts,
            notes=plan.notes,
        )

    def check(self, limits: Limits) -> None:
        """Raise UnsafePlan, StalePlan or EditConflict for a plan that must not be carried out."""
        plan = self._plan
        if plan.serial != self._state.serial:
            raise StalePlan(
                f"the plan is stale: {self._state.serial - plan.serial} runs of {plan.source!r} began since it was "
                "made; plan again"
                if self._state.serial > plan.serial
                else f"the plan belongs to another state: it knows {plan.serial} runs of {plan.source!r}, and this "
                f"state {self._state.serial}; plan again"
            )
        if plan.account != self._account.name:
            raise StalePlan(f"the plan was made as {plan.account!r}, and this is {self._account.name!r}: plan again")
        if self._options.rules.on_conflict == "fail" and plan.conflicts:
            raise EditConflict(plan.conflicts, plan)
        plan.raise_if_unsafe(limits)

    def begin(self) -> None:
        """Begin the run: from here on, the plan is spent."""
        self._run = self._state.begin_run(
            "apply" if self._terms.is_strict else "sync", plan_checksum=self._plan.checksum, account=self._account.name
        )
        self.report.run = self._run
        for entry in self._state.unsettled():
            if entry.kind == "dataset":
                self._open.setdefault(entry.key, []).append(entry)
        self._tell(Planned(self._plan))
        for refused in self._plan.refused:
            self._note(Outcome.of_refused(refused))

    def batches(self) -> Iterator[Iterator[Flow[Outcome]]]:
        """Yield what has to be done, in order. Deletes come before creates, since they free names."""
        plan = self._plan
        yield (self._group(change) for change in plan.groups)
        yield (self._delete(change) for change in plan.deletes)
        yield (self._adopt(change) for change in plan.adopts)
        yield (self._create(change) for change in plan.creates)
        yield (self._revive(change) for change in plan.revives)
        yield (self._update(change) for change in plan.updates)
        yield (self._keep(change) for change in plan.keeps)

    def end(self, ended: Ended, survey: Survey | None = None) -> Report:
        """Write down how the run ended, and what is to be remembered of the datasets that were not written."""
        if ended == "done":
            if not self._plan.no_deletes_because:
                self._state.note_absent(self._plan.absent, datetime.now(UTC))
            if survey is not None:
                self._remember_unwritten(survey)
            self._quarantine_failed()
        self._state.finish_run(self._run, report=self.report.as_dict(), ended=ended)
        return self.report

    def _remember_unwritten(self, survey: Survey) -> None:
        """Remember the datasets that nothing was to be written to."""
        planned = {change.record_id for change in self._plan.changes if not isinstance(change, GroupChange)}
        with self._state.batch():
            survey.remember(besides=planned)
            for entry in self._state.unsettled():
                if entry.run != self._run and entry.key not in survey.facts.still_open:
                    self._state.resolve(entry, did="not done")

    def _quarantine_failed(self) -> None:
        """Set records aside for which the server failed twice, while it took others."""
        if not any(outcome.did in _WRITTEN for outcome in self.report.outcomes):
            return
        for key, (source_hash, modified, reason) in self._failed.items():
            known = self._state.quarantined(key)
            again = known is not None and known[0] == source_hash
            self._state.quarantine(key, source_hash, modified, reason if again else f"{ONCE}{reason}")

    # What follows is one method a kind of change: which flow, and what is remembered of its end.

    def _group(self, change: GroupChange) -> Flow[Outcome]:
        writing = Writing(self._state, self._run, change.kind, change.name)
        return self._carried(writing, apply_group(change, writing))

    def _delete(self, change: Delete) -> Flow[Outcome]:
        writing = self._writing(change.record_id)
        return self._carried(writing, apply_delete(change, self._terms, writing), how=change.how)

    def _adopt(self, change: Adopt) -> Flow[Outcome]:
        # Of what the dataset held before, nothing was ever agreed on.
        writing = self._writing(change.record_id, data={}, place=change.place)
        return self._carried(writing, apply_adopt(change, self._terms, writing))

    def _create(self, change: Create) -> Flow[Outcome]:
        writing = self._writing(change.record_id, data=change.data, place=change.place)
        lacking = [
            f"{kind} {name!r}"
            for kind, names in (
                ("organization", [change.data.get("owner_org")]),
                ("group", [group["name"] for group in change.data.get("groups") or []]),
            )
            for name in names
            if name in self._missing[kind]
        ]
        if lacking:
            return self._skipped(writing, f"there is no {', no '.join(lacking)}, and it could not be made")
        base = self._state.base(change.record_id)
        return self._carried(writing, apply_create(change, base, self._terms, writing))

    def _revive(self, change: Revive) -> Flow[Outcome]:
        writing = self._writing(change.record_id, data=change.data, place=change.place)
        base = self._state.base(change.record_id)
        return self._carried(writing, apply_revive(change, base, self._terms, writing))

    def _update(self, change: Update) -> Flow[Outcome]:
        writing = self._writing(change.record_id, data=change.data, place=change.place)
        base = self._state.base(change.record_id)
        base = base if base is not None and base.dataset_id == change.dataset_id else None
        return self._carried(writing, apply_update(change, base, self._known(change, base), self._terms, writing))

    def _keep(self, change: Keep) -> Flow[Outcome]:
        """Remember what people's values were kept, so that nobody is told of them again."""
        current = self._known(change, self._state.base(change.record_id))
        if current is None:
            current = yield from look(change.dataset_id)
        if current is not None and current.get("metadata_modified") == change.modified:
            self._state.put_base(Base.of(change.record_id, change.data, current, change.kept))
        return Outcome(Did.UNCHANGED, "dataset", change.record_id, dataset_id=change.dataset_id)

    def _known(self, change: Update | Keep, base: Base | None) -> dict[str, Any] | None:
        """Return the dataset as it was when the plan was made, if that is at hand: as read, or as remembered."""
        for known in (self._state.spool.seen(change.record_id), base.catalog if base is not None else None):
            if known is not None and change.modified and known.get("metadata_modified") == change.modified:
                return known
        return None

    def _writing(self, record_id: str, *, data: Data | None = None, place: str = "") -> Writing:
        older = self._open.get(record_id, ())
        return Writing(self._state, self._run, "dataset", record_id, data=data, place=place, older=older)

    def _carried(self, writing: Writing, flow: Flow[Applied], *, how: How = "") -> Flow[Outcome]:
        if self._failures >= _FAILURES_IN_A_ROW:
            reason = f"not tried: the server failed {_FAILURES_IN_A_ROW} times in a row; run again when it is well"
            return (yield from self._skipped(writing, reason))
        applied = yield from flow
        with self._state.batch():
            writing.settle(applied, self._remember(writing, applied, how))
        self._note(applied.outcome, applied)
        return applied.outcome

    def _skipped(self, writing: Writing, reason: str) -> Flow[Outcome]:
        yield from ()
        outcome = Outcome(Did.SKIPPED, writing.kind, writing.key, writing.place, reason=reason)
        self._note(outcome)
        return outcome

    def _remember(self, writing: Writing, applied: Applied, how: How) -> Base | None:
        """Take down what follows of an end; return what is to be remembered of a dataset that was written."""
        if writing.kind != "dataset":
            return None
        key, data, outcome, dataset = writing.key, writing.data, applied.outcome, applied.dataset
        if how == "purge" and outcome.did is Did.FAILED and dataset is not None:
            self._state.put_base(withdrawn_base(self._state.base(key), key, dataset, "delete"))
        elif how and outcome.did in {Did.DELETED, Did.UNCHANGED}:
            if dataset is None:
                self._state.drop_base(key)  # Nothing is left of it.
                return None
            # What was out of sight before is not ours to show again.
            ours = how if outcome.did is Did.DELETED or how != "private" else ""
            self._state.put_base(withdrawn_base(self._state.base(key), key, dataset, ours))
        elif outcome.did in {*_WRITTEN, Did.UNCHANGED} and data is not None and dataset is not None:
            self._state.release(key)
            return Base.of(key, data, dataset, applied.kept)
        elif outcome.did is Did.FAILED and data is not None and outcome.field:
            fields = set(outcome.field.split(", "))
            if not fields & _OF_THE_CATALOG:
                self._state.quarantine(key, hash_of(data), writing.modified, f"{outcome.field}: {outcome.reason}")
        elif outcome.did is Did.FAILED and data is not None and applied.by_server:
            self._failed[key] = (hash_of(data), writing.modified, outcome.reason)
        return None

    def _note(self, outcome: Outcome, applied: Applied | None = None) -> None:
        """Take down what became of something."""
        with self._lock:
            if outcome.did in UNDONE and outcome.kind in self._missing:
                self._missing[outcome.kind].add(outcome.record_id)
            if applied is not None and applied.is_open:
                self._failures += 1
            elif outcome.did not in UNDONE:
                self._failures = 0
            self.report.outcomes.append(outcome)
            for conflict in applied.conflicts if applied is not None else ():
                if (conflict.record_id, conflict.path) not in self._told:
                    self._told.add((conflict.record_id, conflict.path))
                    self.report.conflicts = (*self.report.conflicts, conflict)
            self._tell(Settled(outcome))


class Writing:
    """The journal's side of one change: one entry for each request that writes; only the last can be open.

    `older`: those that earlier runs left open for the same thing.
    """

    def __init__(
        self,
        state: State,
        run: int,
        kind: str,
        key: str,
        *,
        data: Data | None = None,
        place: str = "",
        older: Sequence[Entry] = (),
    ) -> None:
        self._state = state
        self._run = run
        self._older = older
        self._entry: int | None = None
        self.kind = kind
        self.key = key
        self.data = data
        self.place = place
        self.modified = ""

    def __call__(self, action: str, *, dataset_id: str, before: Data | None, values: Data) -> None:
        if self._entry is not None:
            self._state.settle(self._entry, did="superseded", after=None)
        for entry in self._older:
            self._state.resolve(entry, did="not done")
        self._older = ()
        self.modified = str((before or {}).get("metadata_modified") or "")
        self._entry = self._state.intend(
            self._run,
            self.kind,
            self.key,
            action,
            dataset_id=dataset_id,
            before=before,
            values=values,
            source=self.data,
        )

    def refused(self) -> None:
        """Write down that the last request was refused, so that nobody takes it for carried out."""
        if self._entry is not None:
            self._state.settle(self._entry, did=Did.REFUSED.value, after=None)
            self._entry = None

    def settle(self, applied: Applied, base: Base | None = None) -> None:
        """Write down how it ended, and what is to be remembered now.

        Where that is not known, the entry stays open for the next run to look into.
        """
        if self._entry is not None and not applied.is_open:
            self._state.settle(self._entry, did=applied.outcome.did.value, after=applied.dataset, base=base)
        elif base is not None:
            self._state.put_base(base)


def withdrawn_base(base: Base | None, key: str, dataset: Data, how: How) -> Base:
    """Return what to remember of a dataset that was withdrawn.

    What both sides had agreed on, and not what people may have made of it since: should the record come back, that is
    still theirs.
    """
    if base is None or base.dataset_id != dataset["id"]:
        return Base.of(key, {}, dataset).withdrawn(how)
    return replace(base.withdrawn(how), modified=str(dataset.get("metadata_modified") or ""))


def check_catalog(plan: Plan, catalog_url: str) -> None:
    """Raise StalePlan for a plan that was made for another catalog."""
    if plan.catalog != catalog_url:
        raise StalePlan(f"the plan is for {plan.catalog}, and this is {catalog_url}")


def check_token(*, is_anonymous: bool) -> None:
    """Raise NotAuthorized where there is no token: nothing can be written without."""
    if is_anonymous:
        raise NotAuthorized(401, "a sync needs an API token: give api_key, that of a user who may write the datasets")
