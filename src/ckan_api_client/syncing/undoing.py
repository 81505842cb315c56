"""Taking a run back: what it wrote is written as it was before, wherever nobody has changed it since."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ckan_api_client.exceptions import NotFound, StateError
from ckan_api_client.high_level.datasets import revise_until_done
from ckan_api_client.low_level.flows import call_for_dict, create, delete, show
from ckan_api_client.objects.merging import Clash, Merge, merge_changes
from ckan_api_client.quirks.equivalence import SERVER_MADE_DATASET_KEYS, SERVER_MADE_RESOURCE_KEYS
from ckan_api_client.quirks.names import name_in_trash
from ckan_api_client.syncing.applying import Applied, Data, NotOurs, check_ours, settled
from ckan_api_client.syncing.base import Base
from ckan_api_client.syncing.catalog import Account
from ckan_api_client.syncing.events import Listener, Settled, UndoPlanned
from ckan_api_client.syncing.identity import Identity, read_marker
from ckan_api_client.syncing.report import Did, Outcome, Report
from ckan_api_client.syncing.running import Writing
from ckan_api_client.syncing.state import Ended, Entry, RunRecord, State
from ckan_api_client.wire.messages import Flow

#: What an entry of the journal says where something was written; an open one may have been.
_EFFECTIVE = frozenset({"created", "updated", "revived", "adopted", "deleted", ""})
#: What the journal calls writing a state.
_ACTIONS = {"active": "revive", "deleted": "delete"}


class Undoing:
    """`begin`; then the flows of each of `batches`; then `end`. An undoing is a run, and can be undone."""

    def __init__(
        self,
        source: str,
        catalog_url: str,
        state: State,
        account: Account,
        run: int | None,
        *,
        listener: Listener | None = None,
    ) -> None:
        self._state = state
        self._account = account
        self._tell: Listener = listener or (lambda _: None)
        self._lock = threading.Lock()
        self._run = 0
        self._source = source
        self._undone = _checked(state, source, run)
        self._entries = [entry for entry in state.entries(self._undone) if (entry.did or "") in _EFFECTIVE]
        self.report = Report(source, catalog_url, notes=(f"run {self._undone} was taken back",))

    def begin(self) -> None:
        """Begin the run."""
        self._run = self._state.begin_run("undo", undoes=self._undone, account=self._account.name)
        self.report.run = self._run
        self._tell(UndoPlanned(len(self._entries)))

    def batches(self) -> Iterator[Iterator[Flow[Outcome]]]:
        """Yield what has to be done, in order: what was created goes first, since it may hold names."""
        datasets = [entry for entry in self._entries if entry.kind == "dataset"]
        yield (self._carried(entry, self._withdraw(entry)) for entry in datasets if entry.before is None)
        yield (self._carried(entry, self._restore(entry)) for entry in datasets if entry.before is not None)
        yield (self._carried(entry, self._group(entry)) for entry in self._entries if entry.kind != "dataset")

    def end(self, ended: Ended, survey: object = None) -> Report:  # noqa: ARG002 - as `Execution.end`
        """Write down how the run ended."""
        self._state.finish_run(self._run, report=self.report.as_dict(), ended=ended)
        return self.report

    def _carried(self, entry: Entry, flow_of: Any) -> Flow[Outcome]:
        # Should nobody be able to write down what became of it, the next run takes it for what was agreed before.
        agreed = entry.base_before.source if entry.base_before is not None else None
        older = () if entry.did else (entry,)
        writing = Writing(self._state, self._run, entry.kind, entry.key, data=agreed, older=older)
        applied = yield from settled(entry.kind, entry.key, "", flow_of(writing))
        outcome = applied.outcome
        with self._state.batch():
            if entry.kind == "dataset" and outcome.did in {Did.DELETED, Did.UPDATED, Did.REVIVED, Did.CREATED}:
                self._remember(entry, applied)
            writing.settle(applied)
        with self._lock:
            self.report.outcomes.append(outcome)
            self._tell(Settled(outcome))
        return outcome

    def _remember(self, entry: Entry, applied: Applied) -> None:
        """Remember of a record what was remembered before that run: of what it created, only where it is now."""
        if entry.base_before is not None:
            self._state.put_base(entry.base_before)
        elif entry.before is None and applied.dataset is not None:
            # Its groups may be taken back, too, and take their members along: on those, nothing was agreed.
            source = {key: value for key, value in (entry.source or {}).items() if key != "groups"}
            self._state.put_base(Base.of(entry.key, source, applied.dataset).withdrawn("delete"))
        else:
            self._state.drop_base(entry.key)
        self._state.release(entry.key)

    def _withdraw(self, entry: Entry) -> Any:
        """What the run created goes to the trash, if it is still as the run left it."""

        def flow(writing: Writing) -> Flow[Applied]:
            reference = str((entry.after or {}).get("id") or entry.dataset_id or (entry.values or {}).get("name") or "")
            try:
                current = yield from show("dataset", reference)
            except NotFound:
                return _unchanged(reference, "it is no more")
            needed = {str((other.before or {}).get("name")) for other in self._entries if other.before is not None}

            def trash(now: Data) -> Merge:
                if now.get("state") == "deleted":
                    return Merge({}, ())
                check_ours(now, Identity(self._source, entry.key))
                if entry.after is not None and _bare(now) != _bare(entry.after):
                    raise NotOurs(f"dataset {now.get('id')!r} was changed since it was created: it is left alone")
                values: dict[str, Any] = {"state": "deleted"}
                if now.get("name") in needed:
                    # A dataset in the trash still holds its name, and another cannot be given it (quirk D3).
                    values["name"] = name_in_trash(str(now["id"]))
                writing("delete", dataset_id=str(now["id"]), before=now, values=values)
                return Merge(values, ())

            written, updated = yield from revise_until_done(current, trash)
            if not written:
                return _unchanged(str(updated["id"]), "it is in the trash already")
            return Applied(Outcome(Did.DELETED, "dataset", "", dataset_id=str(updated["id"])), updated)

        return flow

    def _restore(self, entry: Entry) -> Any:
        """What the run changed becomes as it was, but for what others changed since."""
        before: Mapping[str, Any] = entry.before or {}

        def flow(writing: Writing) -> Flow[Applied]:
            try:
                current = yield from show("dataset", str(before["id"]))
            except NotFound:
                current = {}
            if current.get("id") != before["id"]:
                if entry.action == "purge":
                    return (yield from self._make_anew(before, writing))
                return _unchanged(str(before["id"]), "it is no more")
            after = entry.after or {**before, **(entry.values or {})}

            clashes: list[Clash] = []

            def put_back(now: Data) -> Merge:
                if read_marker(now) not in {read_marker(before), read_marker(after)}:
                    raise NotOurs(f"dataset {now.get('id')!r} bears another marker now, or none: it is left alone")
                merged = merge_changes(_bare(after), _bare(before), _bare(now))
                clashes[:] = merged.clashes
                values = dict(merged.values)
                if now.get("name") == now["id"] != before["name"]:
                    values["name"] = before["name"]  # It had to give its name away while it was in the trash.
                if values:
                    action = _ACTIONS.get(str(values.get("state")), "update")
                    writing(action, dataset_id=str(now["id"]), before=now, values=values)
                return Merge(values, ())

            written, updated = yield from revise_until_done(current, put_back)
            if clashes and not written:
                raise NotOurs(f"dataset {updated.get('id')!r} was changed since that run: {_named(clashes)}")
            if not written:
                return _unchanged(str(updated["id"]), "it is as it was before that run")
            did = {"active": Did.REVIVED, "deleted": Did.DELETED}.get(str(written.get("state")), Did.UPDATED)
            left = f"left as it was changed since that run: {_named(clashes)}" if clashes else ""
            return Applied(Outcome(did, "dataset", "", dataset_id=str(updated["id"]), reason=left), updated)

        return flow

    def _make_anew(self, before: Mapping[str, Any], writing: Writing) -> Flow[Applied]:
        """A dataset that was purged is made again, under its own id where the token is a sysadmin's."""
        payload = {key: value for key, value in _bare(before).items() if key != "state"}
        if self._account.is_sysadmin:
            payload["id"] = before["id"]
        writing("create", dataset_id=str(payload.get("id") or ""), before=None, values=payload)
        made = yield from create("dataset", payload)
        reason = "it had been purged: its uploaded files and tables are lost"
        return Applied(Outcome(Did.CREATED, "dataset", "", dataset_id=str(made["id"]), reason=reason), made)

    def _group(self, entry: Entry) -> Any:
        """An organization or group that the run made goes, if it is empty; one that it changed becomes as it was."""

        def flow(writing: Writing) -> Flow[Applied]:
            try:
                now = yield from show(entry.kind, entry.key)
            except NotFound:
                return _unchanged("", "it is no more")
            if entry.action == "update":
                values = {
                    key: (entry.before or {}).get(key) or ""
                    for key, written in (entry.values or {}).items()
                    if now.get(key) == written
                }
                if not values:
                    raise NotOurs(f"{entry.kind} {entry.key!r} was changed since that run: it is left alone")
                writing("update", dataset_id=str(now["id"]), before=now, values=values)
                updated = yield from call_for_dict(f"{entry.kind}_patch", {"id": now["id"], **values}, repeatable=True)
                return Applied(Outcome(Did.UPDATED, entry.kind, "", dataset_id=str(now["id"])), updated)
            if now.get("state") == "deleted":
                return _unchanged(str(now["id"]), "it is in the trash already")
            counted = yield from call_for_dict(
                f"{entry.kind}_show", {"id": now["id"], "include_dataset_count": True, "include_datasets": False},
                repeatable=True,
            )  # fmt: skip
            if counted.get("package_count"):
                return _unchanged(str(now["id"]), f"{counted['package_count']} datasets are in it: it stays")
            writing("delete", dataset_id=str(now["id"]), before=now, values={"state": "deleted"})
            yield from delete(entry.kind, str(now["id"]), ignore_404=True)
            return Applied(Outcome(Did.DELETED, entry.kind, "", dataset_id=str(now["id"])))

        return flow


def _checked(state: State, source: str, run: int | None) -> int:
    """Return the run to take back. Raises StateError where there is none, or it was taken back already."""
    runs = {record.number: record for record in state.runs()}
    if run is None:
        if not runs:
            raise StateError(f"no run of {source!r} is remembered here: there is nothing to take back")
        run = max(runs)
        if runs[run].kind == "undo":
            raise StateError(
                f"the last run of {source!r}, {run}, took run {runs[run].undoes} back; to take that back in turn, give "
                f"its number: undo {source} {run}"
            )
    record = runs.get(run)
    if record is None:
        listed = ", ".join(map(str, sorted(runs))) or "none"
        raise StateError(f"run {run} of {source!r} is not remembered here; those that are: {listed}")
    if _wrote(record) and not state.entries(run):
        raise StateError(f"run {run} of {source!r} is too old: what it wrote is not remembered any more")
    if record.undone_by is not None:
        raise StateError(f"run {run} of {source!r} was taken back already, by run {record.undone_by}")
    return run


def _wrote(record: RunRecord) -> bool:
    counts = (record.report or {}).get("counts") or {}
    return any(did != Did.UNCHANGED.value for kind in counts.values() for did in kind)


def _named(clashes: Iterable[Clash]) -> str:
    return f"{'; '.join(map(str, clashes)):.500}"


def _unchanged(dataset_id: str, reason: str) -> Applied:
    return Applied(Outcome(Did.UNCHANGED, "dataset", "", dataset_id=dataset_id, reason=reason))


def _bare(dataset: Data) -> dict[str, Any]:
    """Return what people and sources write of a dataset, without what CKAN makes of it."""
    bare = {key: value for key, value in dataset.items() if key not in SERVER_MADE_DATASET_KEYS}
    resources = dataset.get("resources")
    if isinstance(resources, list):
        bare["resources"] = [
            {key: value for key, value in resource.items() if key not in SERVER_MADE_RESOURCE_KEYS}
            for resource in resources
        ]
    return bare
