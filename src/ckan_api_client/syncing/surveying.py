"""From a source to a plan: which questions are asked, in which order. It carries no flow through."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from ckan_api_client.exceptions import NotAuthorized, NotFound, SearchError, ServerError, StateError
from ckan_api_client.low_level.flows import list_names, show
from ckan_api_client.quirks.moments import is_same_moment
from ckan_api_client.sources import Complete, Ending, Reading, Recognizing, ShortListing, Source
from ckan_api_client.sources.listing import NOTHING_DONE
from ckan_api_client.syncing.base import Base
from ckan_api_client.syncing.catalog import (
    Account,
    check_account,
    find_holders,
    find_unindexed,
    look,
    read_account,
    read_listing,
)
from ckan_api_client.syncing.events import CatalogRead, Listener, SourceRead
from ckan_api_client.syncing.identity import Identity, check_source_name, read_marker
from ckan_api_client.syncing.judging import Facts, Judge
from ckan_api_client.syncing.making import making_of
from ckan_api_client.syncing.options import Options
from ckan_api_client.syncing.pending import (
    WITHDRAWING,
    base_after,
    is_doubtful,
    is_half_purged,
    reference_of,
    untold,
    was_carried_out,
)  # fmt: skip
from ckan_api_client.syncing.plan import Plan
from ckan_api_client.syncing.planning import make_plan
from ckan_api_client.syncing.state import Entry, Row, State
from ckan_api_client.syncing.wanted import Intake, Recognized, read_source
from ckan_api_client.wire.messages import Flow

_EVERY = 100
#: Whole pages cost less than single reads beyond this part of the source's datasets (250 ms for 1,000, 20 ms for one).
_MOST_SINGLE, _MOST_SINGLE_PART = 50, 0.03
#: So many of the remembered datasets are looked for before a catalog without any is taken for another one.
_WITNESSES = 20
#: What an entry of the journal says of a write that was carried out, by its action.
_DONE = {
    "create": "created", "update": "updated", "revive": "revived", "adopt": "adopted",
    "delete": "deleted", "purge": "deleted", "private": "deleted",
}  # fmt: skip


class Survey:
    """`prepare`; then carry the flows of `questions` through; then `finish`, which returns the plan."""

    def __init__(
        self,
        source_name: str,
        source: Source,
        state: State,
        options: Options,
        *,
        catalog_url: str,
        listener: Listener | None,
    ) -> None:
        self._name = check_source_name(source_name)
        self._source = source
        self._state = state
        self._options = options
        self._catalog_url = catalog_url
        self._tell: Listener = listener or (lambda _: None)
        self._lock = threading.Lock()
        self._now = datetime.now(UTC)
        #: What earlier runs had begun to write when they ended, and what was found of it.
        self._pending: dict[str, Entry] = {}
        self._answers: dict[str, dict[str, Any] | None] = {}
        #: Records of which the database could not be asked, so that what became of earlier writes is still open.
        self.unseen: set[str] = set()
        self._lagging: set[str] = set()
        self._whole = False
        self._settled = 0
        self.intake = Intake(state.spool)
        self.facts = Facts()
        self.account = Account("", is_sysadmin=False, version=None, extensions=frozenset())

    def prepare(self) -> Flow[None]:
        """Ask who we are, read the source, and list the catalog."""
        self.account = yield from read_account()
        if self._options.deletes == "purge" and not self.account.is_sysadmin:
            raise NotAuthorized(403, f"only a sysadmin may purge datasets, and {self.account.name!r} is none")
        if self._options.default_organization is not None:
            yield from _check_organization(self._options.default_organization)
        self._options = self._options.on_site(self.account)
        self._pending = {entry.key: entry for entry in self._state.unsettled() if entry.kind == "dataset"}
        recognized = Recognized(self._state.lines, self._pending)
        self.intake = read_source(
            self._name,
            Reading(self._watched(self._listing(recognized))),
            self._state.spool,
            recognized=recognized,
            default_organization=self._options.default_organization,
            server_made_extras=self._options.rules.server_made_extras,
            ignore=self._options.rules.ignore,
        )
        self._tell_again()
        self._whole = not self._state.count_bases()
        self.facts.doubt = yield from read_listing(self._name, self._state.spool, whole=self._whole)
        self._sort()
        if not self._whole and sum(_is_unclear(row) for row in self._rows()) > self._most_single():
            self._whole = True
            self.facts.doubt = yield from read_listing(self._name, self._state.spool, whole=True)
            self._sort()
        self.facts.organizations = frozenset((yield from list_names("organization")))
        self.facts.groups = frozenset((yield from list_names("group")))
        yield from self._check_that_it_is_the_same_catalog()
        self._tell(CatalogRead(self._state.spool.count_listed()))

    def questions(self) -> Iterator[Flow[None]]:
        """Yield the single reads that are needed before a plan can be made; they may run side by side."""
        for row in self._rows():
            if row.copies > 1:
                self.unseen.add(row.record_id)
                continue
            known = row.dataset_id or (row.base_dataset_id if row.base_status == "present" else None)
            entry = self._pending.get(row.record_id)
            if entry is not None and known is None:
                yield self._ask_for_created(entry, row)
            elif entry is not None or (_is_unclear(row) and not self._was_seen(row)):
                yield self._ask(row.record_id, known or "", row)
            elif row.dataset_id is None and (row.base_status == "present" or (row.base_status and row.wanted_hash)):
                yield self._ask(row.record_id, row.base_dataset_id or "", row)
        if not self._state.count_bases():
            for organization in sorted(self.intake.used_organizations & self.facts.organizations):
                yield self._ask_members(organization)

    def finish(self) -> Flow[Plan]:
        """Return the plan, once the questions are answered."""
        yield from self._find_holders()
        yield from self._describe_groups()
        yield from check_account(self.account)
        self._settle_pending()
        return make_plan(
            self._name,
            self._catalog_url,
            self.account,
            rows=self._rows(),
            judge=self.judge(),
            settled=self._settled,
            intake=self.intake,
            facts=self.facts,
            options=self._options,
            serial=self._state.serial,
            made=self._now.isoformat(timespec="seconds"),
            doubts=(self._state.rebuilt_because, self._index_doubt()),
            settle=self._state.spool.settle,
        )

    def judge(self) -> Judge:
        return Judge(self._name, self._state, self.facts, self._options, self._now)

    def remember(self, *, besides: Collection[str] = (), with_conflicts: bool = True) -> None:
        """Remember the datasets that nothing was written to, all `besides` some records', and the lines of the source.

        Of those `with_conflicts` only once a run has told them.
        """
        self._state.put_settled()
        for base in self._left(besides, with_conflicts=with_conflicts):
            self._state.put_base(base)
        self._state.lines.keep(complete=isinstance(self.intake.ending, Complete))

    def _left(self, besides: Collection[str], *, with_conflicts: bool) -> Iterator[Base]:
        judge = self.judge()
        for row in self._rows():
            if row.wanted_hash is not None and row.record_id not in besides:
                judgement = judge.judge(row)
                is_told = with_conflicts or not judgement.conflicts
                if judgement.change is None and judgement.base is not None and is_told:
                    yield judgement.base

    def _rows(self) -> Iterator[Row]:
        return self._state.spool.rows()

    def _most_single(self) -> int:
        return max(_MOST_SINGLE, int(_MOST_SINGLE_PART * self._state.spool.count_listed()))

    def _was_seen(self, row: Row) -> bool:
        return self._whole and self._state.spool.was_seen(row.record_id)

    def _sort(self) -> None:
        """Set aside the records that are settled: nothing is to be asked, to be done, or to be remembered of them."""
        self._settled = self._state.spool.sort(still_open=self._pending)

    def _listing(self, recognized: Recognized) -> ShortListing:
        source = self._source
        if not isinstance(source, Recognizing):
            return source.read()
        self._state.lines.begin(making_of(self._name, source.text_format, self._options))
        return source.read_unknown(recognized.known)

    def _watched(self, listing: ShortListing) -> ShortListing:
        """Read the source and tell how far that is."""
        records = 0
        while True:
            try:
                item = next(listing)
            except StopIteration as done:
                self._tell(SourceRead(self._source.position, self._source.size, records))
                ending: Ending = done.value
                return ending
            records += 1
            if records % _EVERY == 0:
                self._tell(SourceRead(self._source.position, self._source.size, records))
            yield item

    def _ask(self, record_id: str, dataset_id: str, row: Row) -> Flow[None]:
        """Read one dataset from the database, and note what it is to its record."""
        try:
            dataset = yield from show("dataset", dataset_id)
        except NotFound:
            self._note_gone(record_id, "purged")
            return
        except NotAuthorized:
            self._note_gone(record_id, "forbidden")
            self.unseen.add(record_id)
            return
        except (SearchError, ServerError):
            self.unseen.add(record_id)
            if row.dataset_id is None:
                self._note_gone(record_id, "unreadable")
            return
        marker = Identity(self._name, record_id).marker
        if dataset.get("id") != dataset_id:
            self._note_gone(record_id, "purged")
        elif read_marker(dataset) != marker:
            self._note_gone(record_id, "released")
        elif dataset.get("state") == "deleted":
            self._note_gone(record_id, "deleted", dataset)
        else:
            self._note_there(record_id, dataset, row)

    def _ask_for_created(self, entry: Entry, row: Row) -> Flow[None]:
        """Look for the dataset of a create of which nobody knows whether it was carried out."""
        reference = reference_of(entry)
        dataset = (yield from look(reference)) if reference else None
        marker = Identity(self._name, entry.key).marker
        if dataset is None or read_marker(dataset) != marker:
            return
        if dataset.get("state") == "deleted":
            self._note_gone(entry.key, "deleted", dataset)
        else:
            self._note_there(entry.key, dataset, row)

    def _ask_members(self, organization: str) -> Flow[None]:
        """The second witness: what the database has of an organization and the index does not show."""
        for dataset_id in (yield from find_unindexed(organization)):
            try:
                dataset = yield from show("dataset", dataset_id)
            except (NotFound, NotAuthorized):
                continue
            identity = Identity.of_marker(read_marker(dataset) or "")
            if identity is not None and identity.source == self._name and dataset.get("state") != "deleted":
                self._note_there(identity.record_id, dataset, None)

    def _note_gone(self, record_id: str, why: str, dataset: Mapping[str, Any] | None = None) -> None:
        with self._lock:
            self.facts.gone[record_id] = why
            if record_id in self._pending:
                self._answers[record_id] = dict(dataset) if dataset is not None else None
        self._state.spool.unlist(record_id)

    def _note_there(self, record_id: str, dataset: dict[str, Any], row: Row | None) -> None:
        modified = str(dataset.get("metadata_modified") or "")
        self._state.spool.put_seen(record_id, dataset)
        with self._lock:
            if record_id in self._pending:
                self._answers[record_id] = dataset
            if row is None or row.dataset_id is None or not is_same_moment(row.listed_modified or "", modified):
                self._lagging.add(record_id)
        self._state.spool.unlist(record_id)
        self._state.spool.list(record_id, dataset["id"], str(dataset.get("name") or ""), modified)

    def _index_doubt(self) -> str:
        if not self._lagging:
            return ""
        number = len(self._lagging)
        datasets = "a dataset" if number == 1 else f"{number} datasets"
        return f"the search index is behind the database: it lacks {datasets}, or shows how they were"

    def _check_that_it_is_the_same_catalog(self) -> Flow[None]:
        """Raise StateError where nothing is left of all that is remembered: the catalog was emptied, or is another."""
        if self._state.spool.count_listed():
            return
        remembered = [row for row in self._rows() if row.base_status is not None]
        present = sum(row.base_status == "present" for row in remembered)
        if not present:
            return
        # What the source had withdrawn is in the trash, and a witness, too.
        step = max(1, len(remembered) // _WITNESSES)
        for row in remembered[::step][:_WITNESSES]:
            try:
                yield from show("dataset", row.base_dataset_id or "")
            except NotFound:
                continue
            except NotAuthorized:
                return
            return
        raise StateError(
            f"none of the {present} datasets that earlier runs of {self._name!r} left in {self._catalog_url} "
            f"exists any more: {NOTHING_DONE}. If the catalog was emptied or rebuilt on purpose, begin anew with "
            "--forget-state"
        )

    def _find_holders(self) -> Flow[None]:
        """Look up who has the names, or the ids, that new records ask for."""
        names: set[str] = set()
        new: set[str] = set()
        for row in self._rows():
            if row.wanted_hash is None or row.dataset_id is not None or row.base_status is not None:
                continue
            new.add(row.record_id)
            found = self._state.spool.get(row.record_id)
            if found is not None and found[1].get("name"):
                names.add(found[1]["name"])
        holding = yield from find_holders("name", names)
        self.facts.holders = {name: holders[0] for name, holders in holding.items()}
        if self._options.adopt == "id":
            self.facts.adoptable = yield from find_holders("id", new)
        elif self._options.adopted_extra:
            self.facts.adoptable = yield from find_holders(self._options.adopted_extra, new)

    def _describe_groups(self) -> Flow[None]:
        """Read the organizations and groups that may have to be brought up to date."""
        strategies = self._options.rules.strategies
        described: dict[tuple[str, str], Mapping[str, Any]] = {}
        for kind, strategy, wanted, there in (
            ("organization", strategies.organization_merge_strategy, self.intake.organizations,
             self.facts.organizations),
            ("group", strategies.group_merge_strategy, self.intake.groups, self.facts.groups),
        ):  # fmt: skip
            for name in sorted(set(wanted) & there) if strategy == "update" else ():
                described[kind, name] = yield from show(kind, name)
        self.facts.described = described

    def _tell_again(self) -> None:
        """Of the conflicts that a killed run met where it wrote, nobody has heard."""
        for entry in self._state.last_entries_if_cut_short():
            base = self._state.base(entry.key) if entry.kind == "dataset" else None
            if base is not None and base.kept:
                self._state.put_base(base.with_kept(untold(base.kept)))

    def _settle_pending(self) -> None:
        """Write down what became of the writes whose outcome nobody wrote down."""
        for record_id, entry in self._pending.items():
            if record_id not in self._answers or self.facts.gone.get(record_id) in {"forbidden", "released"}:
                continue
            now = self._answers[record_id]
            is_done = was_carried_out(entry, now)
            with self._state.batch():
                if is_done and entry.action in WITHDRAWING:
                    self._state.withdraw(record_id, "private" if entry.action == "private" else "delete")
                    self._note_in_trash(entry, now)
                elif is_done and now is not None:
                    identity = Identity(self._name, record_id)
                    base = base_after(entry, now, self._options.rules, identity=identity)
                    if base is not None:
                        self._state.put_base(base)
                        is_done = not is_doubtful(base)  # What nobody knows to be ours, no undo takes back.
                if self.facts.in_trash.get(record_id) is None:
                    self._state.resolve(entry, did=_DONE[entry.action] if is_done else "not done")
                else:
                    self.unseen.add(record_id)  # It stays open until the purge is done.
            if is_done and entry.action in WITHDRAWING:
                self.facts.gone.pop(record_id, None)

    def _note_in_trash(self, entry: Entry, now: Mapping[str, Any] | None) -> None:
        is_wanted = entry.key in self.intake.present or self._state.spool.get(entry.key) is not None
        if now is not None and entry.action != "private" and self._options.deletes == "purge" and not is_wanted:
            self.facts.in_trash[entry.key] = now if is_half_purged(entry, now) else None


def _is_unclear(row: Row) -> bool:
    """Tell whether a listed dataset is not, or no longer, as the local state has it."""
    if row.dataset_id is None:
        return False
    known = row.base_status is not None and row.dataset_id == row.base_dataset_id
    return not (known and is_same_moment(row.listed_modified or "", row.base_modified or ""))


def _check_organization(name: str) -> Flow[None]:
    try:
        organization = yield from show("organization", name)
    except NotFound as error:
        raise NotFound(404, f"there is no organization {name!r} for the records that name none", error) from error
    if organization.get("state") != "active":
        raise NotFound(404, f"the organization {name!r} for the records that name none is deleted")
